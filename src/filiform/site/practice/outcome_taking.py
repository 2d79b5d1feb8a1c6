"""Scores as they are given, kept, and asked for again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from filiform.care.course import OutcomeTaken
from filiform.care.due import Due, Missing, Taken, due, share_missing
from filiform.care.outcomes import measure_of, questionnaire_from_fhir, score
from filiform.knowledge import library
from filiform.site.practice.clock import zone_of
from filiform.site.practice.course_log import log
from filiform.site.practice.models import Course, Outcome, Questionnaire
from filiform.site.practice.waiting import FOLLOW_UPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from filiform.care.outcomes import Questionnaire as CareQuestionnaire
    from filiform.site.practice.keeping import Act

_BASELINE_DAYS = 2
"""Until then a score is of the beginning, as rules/outcomes.toml has it for week 0."""
_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Given:
    """One measure as it was answered.

    Attributes:
        answer: the score itself, or its items in order; None was not answered.
        items: what is kept of the items, such as the words of an activity.
    """

    instrument: str
    answer: float | list[float | None]
    items: list[object]

    def to_json(self) -> dict[str, object]:
        """Return what an intake keeps."""
        return {"answer": self.answer, "items": self.items}

    @classmethod
    def from_json(cls, instrument: str, kept: Mapping[str, object]) -> Given:
        """Return what an intake has kept."""
        return cls(instrument, kept["answer"], kept["items"])  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A questionnaire whose wording the practice may use."""

    instrument: str
    questionnaire: CareQuestionnaire


def week_of(course: Course, day: dt.date) -> int:
    """Return the week of a day since the course began, to the nearest; 0 is the beginning."""
    days = (day - course.started_on).days
    return 0 if days <= _BASELINE_DAYS else round(days / 7)


def keep(act: Act, course: Course, given: Iterable[Given], *, on: dt.date, origin: str) -> None:
    """Keep scores of one day, each with its event.

    Args:
        act: the transaction.
        course: whose.
        given: the measures that were answered, none twice.
        on: the day on which they were answered.
        origin: link or room.

    Raises:
        CareError: a score is out of its range, or too many items are missing.
    """
    week = week_of(course, on)
    for each in given:
        found = score(each.instrument, each.answer, library=library())
        outcome = Outcome(
            course=course,
            instrument=found.instrument,
            week=week,
            taken_on=on,
            items=each.items,
            raw=_decimal(found.raw),
            out_of=_decimal(found.out_of),
            percent=None if found.percent is None else _decimal(found.percent),
            prorated=found.prorated,
            origin=origin,
        )
        act.create(outcome)
        log(act, course, OutcomeTaken(act.now, act.by, found.instrument, week))


def _decimal(value: float) -> Decimal:
    return Decimal(str(value)).quantize(_THOUSANDTH)


def loaded(practice: UUID) -> tuple[Loaded, ...]:
    """Return the newest questionnaire of each measure that the practice loaded."""
    rows = Questionnaire.objects.filter(practice=practice).order_by("created_at")
    newest = {row.instrument: row for row in rows}
    return tuple(
        Loaded(name, questionnaire_from_fhir(row.resource)) for name, row in newest.items()
    )


def activities_of(course: Course | None) -> tuple[str, ...]:
    """Return the activities that a person named at first: the same ones are rated each time."""
    if course is None:
        return ()
    first = course.outcomes.filter(instrument="PSFS").order_by("taken_on", "created_at").first()
    return tuple(str(each["text"]) for each in first.items) if first is not None else ()


def asked_of(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """Return the measures that a course is followed by: pain, and those taken before."""
    own = {each.instrument for each in outcomes}
    always = [name for name in FOLLOW_UPS if name == "NPRS" or name in own]
    return tuple(dict.fromkeys([*always, *sorted(own - {"GROC"})]))


def due_now(course: Course, outcomes: Sequence[Outcome], today: dt.date) -> tuple[Due, ...]:
    """Return the scores whose time has come, the longest overdue first."""
    taken = [Taken(each.instrument, each.taken_on) for each in outcomes]
    found = due(course.started_on, taken, today, instruments=asked_of(outcomes))
    return tuple(sorted(found, key=lambda each: (-each.overdue_days, each.week)))


def missing_of(course: Course, outcomes: Sequence[Outcome], today: dt.date) -> tuple[Missing, ...]:
    """Return how many scores of each week were never taken in one course."""
    taken = [Taken(each.instrument, each.taken_on) for each in outcomes]
    return share_missing([(course.started_on, taken)], today, instruments=asked_of(outcomes))


def today_of(course: Course) -> dt.date:
    """Return the day that it is where the practice is."""
    return dt.datetime.now(tz=zone_of(course.practice)).date()


def direction(instrument: str) -> str:
    """Return in words which way is better."""
    return "lower is better" if measure_of(instrument).lower_is_better else "higher is better"
