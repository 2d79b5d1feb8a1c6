"""The questions before a visit: their order, and what an intake keeps of each page.

They are the guide's own questions. Two of its pages are left out: where it hurts is drawn, and
where the person lives the practice knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from filiform.care.drawing import PainDrawing
from filiform.guidance import Person as Answers
from filiform.guidance import screen
from filiform.knowledge import library
from filiform.site.guide.questions import questions
from filiform.site.guide.record import Record
from filiform.site.guide.summary import answered

if TYPE_CHECKING:
    from filiform.guidance import Screening
    from filiform.site.guide.questions import Page
    from filiform.site.practice.models import Intake

_LEFT_OUT = frozenset({"where", "place"})
_DRAWN_AFTER = "brings"
OWN = {
    "drawing": ("Where does it hurt?", "Where it hurts"),
    "measures": ("How bad is it?", "How bad it is"),
    "more": ("What else should we know?", "What else"),
    "contact": ("May we write to you?", "Contact"),
}
"""The pages that the guide does not have: heading, and short name."""


@dataclass(frozen=True, slots=True)
class Step:
    """One page: a question of the guide, or one of our own."""

    id: str
    title: str
    short: str
    question: Page | None = None


@cache
def steps() -> tuple[Step, ...]:
    """Return all pages in their order.

    >>> [step.id for step in steps()][:2], steps()[-1].id
    (['about-you', 'urgent'], 'contact')
    """
    found: list[Step] = []
    for page in questions().pages:
        if page.id not in _LEFT_OUT:
            found.append(Step(page.id, page.title, page.short, page))
        if page.id == _DRAWN_AFTER:
            found.append(_own("drawing"))
    return (*found, *(_own(name) for name in OWN if name != "drawing"))


def _own(name: str) -> Step:
    title, short = OWN[name]
    return Step(name, title, short)


def step_of(step_id: str) -> Step | None:
    """Return a page by its id."""
    return next((step for step in steps() if step.id == step_id), None)


def next_to(step: Step, by: int) -> Step | None:
    """Return the page so many places on (or back); None beyond the ends."""
    place = steps().index(step) + by
    return steps()[place] if 0 <= place < len(steps()) else None


def record_of(intake: Intake | None) -> Record:
    """Return the answers as the guide's pages read them, with where "none of these" stood."""
    if intake is None:
        return Record()
    found = Record.of(Answers.from_mapping(intake.answers, library()))
    return Record(found.answers, frozenset(intake.form.get("none", ())))


def put(intake: Intake, record: Record) -> None:
    """Put answers into an intake, with what they mean for how soon a doctor must come."""
    person = record.person(library())
    intake.answers = person.to_dict()
    intake.form = {**intake.form, "none": sorted(record.none)}
    intake.urgency = screen(person, library()).urgency


def screening_of(intake: Intake | None) -> Screening:
    """Return what the answers so far mean."""
    return screen(record_of(intake).person(library()), library())


def drawing_of(intake: Intake | None) -> PainDrawing:
    """Return the pain drawing; one without marks was not made."""
    return PainDrawing.from_mapping(intake.drawing if intake else {}, library())


@dataclass(frozen=True, slots=True)
class Line:
    """A page and what was answered on it, in words; no words where it was not answered."""

    step: Step
    words: tuple[str, ...]


_YES_NO = {True: "Yes", False: "No"}


def lines(intake: Intake) -> tuple[Line, ...]:
    """Return every page with its answers."""
    told = {each.page.id: each.lines for each in answered(record_of(intake), library())}
    told |= {
        "drawing": _drawn(intake),
        "measures": _measured(intake),
        "more": tuple(text for text in (intake.medicines_text, intake.history_text) if text),
        "contact": _contact(intake),
    }
    return tuple(Line(step, told[step.id]) for step in steps())


def _drawn(intake: Intake) -> tuple[str, ...]:
    areas = library().areas
    return tuple(
        f"{areas[mark.area].name}{f', {mark.side}' if mark.side in {'left', 'right'} else ''}: "
        f"{mark.weight:g} of 10"
        for mark in drawing_of(intake).marks
    )


def _measured(intake: Intake) -> tuple[str, ...]:
    found = []
    for name, kept in intake.measures.items():
        if name == "PSFS":
            found += [f"{each['text']}: {each['points']} of 10" for each in kept["items"]]
        elif kept["items"]:
            answers = [each for each in kept["items"] if each is not None]
            found.append(f"{name}: {len(answers)} of {len(kept['items'])} questions answered")
        else:
            found.append(f"Pain: {kept['answer']:g} of 10")
    return tuple(found)


def _contact(intake: Intake) -> tuple[str, ...]:
    kept = intake.form.get("contact", {})
    asked = {"may_contact": "You may write to me", "registry_consent": "My course may be used"}
    return tuple(f"{words}: {_YES_NO[kept[name]]}" for name, words in asked.items() if name in kept)
