"""Persons for Hypothesis, drawn from the published vocabularies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from filiform.guidance._guidebook import guidebook
from filiform.guidance.person import Person, history_ids
from filiform.knowledge import library

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

FINDINGS = sorted(library().findings)
HISTORY = sorted(history_ids(library()))
CLASSES = sorted(guidebook().medicines)


@st.composite
def answers(draw: st.DrawFn) -> dict[str, object]:
    """A person's answers, each of them perhaps left out."""
    findings = draw(st.lists(st.sampled_from(FINDINGS), unique=True, max_size=8))
    history = draw(st.lists(st.sampled_from(HISTORY), unique=True, max_size=4))
    rest = sorted(set(FINDINGS) - set(findings) - set(history))
    given: dict[str, object] = {
        "age": draw(st.integers(0, 120)),
        "sex": draw(st.sampled_from(["female", "male", "other"])),
        "duration_days": draw(st.integers(0, 5000)),
        "pain_0_10": draw(st.integers(0, 10)),
        "findings": findings,
        "absent": draw(st.lists(st.sampled_from(rest), unique=True, max_size=30)),
        "condition": draw(st.sampled_from(sorted(library().conditions))),
        "pain_regions": draw(
            st.lists(st.sampled_from(sorted(library().areas)), unique=True, max_size=4)
        ),
        "jurisdiction": draw(st.sampled_from(sorted(library().jurisdictions))),
        "medicines": draw(st.lists(st.sampled_from(CLASSES), unique=True, max_size=3)),
        "history": history,
        "preferences": {
            "fear_of_needles": draw(st.booleans()),
            "drives_after": draw(st.booleans()),
        },
    }
    left_out = draw(st.sets(st.sampled_from(sorted(given))))
    return {key: value for key, value in given.items() if key not in left_out}


def persons() -> SearchStrategy[Person]:
    """A person with any answers."""
    return answers().map(lambda given: Person.from_mapping(given, library()))
