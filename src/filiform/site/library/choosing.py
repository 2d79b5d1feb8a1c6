"""Choosing among the trials by therapy, kind of pain and region."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.urls import reverse

from filiform.errors import unknown
from filiform.site.library.cells import Cell, Grid, figure, plain
from filiform.site.library.syntheses import regions
from filiform.site.library.trials import country, year

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.knowledge import Library, Trial
    from filiform.review import Review
    from filiform.site.library.searching import Search


@dataclass(frozen=True, slots=True)
class Option:
    """A word that a field may be set to."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form: its words, the one that is chosen, and what is wrong with it."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: str
    fault: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen; an unknown word chooses nothing and is a fault."""

    words: Mapping[str, str]
    faults: Mapping[str, str]


LABELS = {"therapy": "Treatment", "condition": "Kind of pain", "region": "Region"}


def read_choice(review: Review, query: Mapping[str, str]) -> Choice:
    """Read the form: an empty field chooses everything, others in the address are ignored."""
    words, faults = {}, {}
    for name, options in _options(review).items():
        given = query.get(name, "").strip()
        admissible = [option.value for option in options]
        if given and given not in admissible:
            faults[name] = unknown(plain(name), given, admissible, listed_by="this field")
        elif given:
            words[name] = given
    return Choice(words, faults)


def fields(review: Review, choice: Choice) -> tuple[Field, ...]:
    """Return the fields of the form as they were chosen."""
    return tuple(
        Field(name, LABELS[name], options, choice.words.get(name, ""), choice.faults.get(name, ""))
        for name, options in _options(review).items()
    )


def _options(review: Review) -> dict[str, tuple[Option, ...]]:
    library = review.library
    used = {part for arm in library.arms for part in arm.interventions}
    seen = {trial.condition for trial in library.trials.values()}
    return {
        "therapy": tuple(Option(t.id, t.name) for t in library.therapies.values() if t.id in used),
        "condition": tuple(
            Option(c.id, c.name) for c in library.conditions.values() if c.id in seen
        ),
        "region": tuple(Option(region, region) for region in regions(review)),
    }


def listed(review: Review, choice: Choice, search: Search) -> Grid:
    """Return the trials that fit what was chosen and looked for."""
    head = ("Trial", "Year", "Country", "Kind of pain", "People", "Treatments", "Risk of bias")
    fitting = [t for t in review.library.trials.values() if _fits(review.library, t, choice)]
    rows = tuple(_line(review.library, trial) for trial in fitting)
    found = search.rows(Grid("", head, rows))
    return replace(found, caption=f"{len(found.rows)} of {len(review.library.trials)} trials")


def _fits(library: Library, trial: Trial, choice: Choice) -> bool:
    therapy = choice.words.get("therapy")
    return (
        choice.words.get("condition") in (None, trial.condition)
        and choice.words.get("region") in (None, trial.region)
        and (therapy is None or therapy in _interventions(library, trial))
    )


def _interventions(library: Library, trial: Trial) -> tuple[str, ...]:
    arms = library.arms_of(trial.trial_id)
    return tuple(dict.fromkeys(part for arm in arms for part in arm.interventions))


def _line(library: Library, trial: Trial) -> tuple[Cell, ...]:
    names = [library.therapies[part].name for part in _interventions(library, trial)]
    return (
        Cell(trial.trial_id, reverse("library:trial", args=[trial.trial_id])),
        Cell(year(trial)),
        Cell(country(library, trial)),
        Cell(library.conditions[trial.condition].name),
        figure(trial.n_randomised),
        Cell(", ".join(names)),
        Cell(trial.rob_overall or "not judged"),
    )
