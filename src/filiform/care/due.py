"""When a score is due, which are overdue, and how many are missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from filiform.care._instruments import DueRule, outcome_rules
from filiform.care._record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["DUE_WEEKS", "Due", "Missing", "Taken", "days_of", "due", "share_missing"]

DUE_WEEKS: Final = tuple(rule.week for rule in outcome_rules().due)
"""Weeks since the start of a course at which scores are asked for."""


@dataclass(frozen=True, slots=True)
class Taken(Record):
    """A score that was taken."""

    instrument: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class Due(Record):
    """A score that is due and not there yet.

    Attributes:
        instrument: the measure's one name.
        week: since the start of the course.
        from_date, to_date: days on which it still counts for this week.
        overdue_days: since `to_date`; 0 while there is time.
    """

    instrument: str
    week: int
    from_date: dt.date
    to_date: dt.date
    overdue_days: int


@dataclass(frozen=True, slots=True)
class Missing(Record):
    """How many scores of a week were never taken, among the courses whose time for it is over.

    Attributes:
        week: since the start of the course.
        expected: how many there should be.
        missing: how many there are not.
        share: missing / expected; None where none is expected yet.
    """

    week: int
    expected: int
    missing: int
    share: float | None


def days_of(week: int) -> tuple[int, int]:
    """Return the first and the last day, from a course's start, on which a score is of a week.

    Args:
        week: one of DUE_WEEKS.

    >>> days_of(4)
    (21, 35)
    """
    (rule,) = (rule for rule in outcome_rules().due if rule.week == week)
    return 7 * week - rule.days_before, 7 * week + rule.days_after


def due(
    course_start: dt.date,
    taken: Iterable[Taken],
    today: dt.date,
    *,
    instruments: Sequence[str],
) -> tuple[Due, ...]:
    """Return the scores whose time has come and that were not taken, the oldest first.

    Args:
        course_start: the day of the first session, or of the plan.
        taken: scores of this course.
        today: the day on which it is asked.
        instruments: names of the measures that the course uses.

    Raises:
        CareError: no such measure, or a name that may mean two scales.

    >>> start = dt.date(2026, 1, 5)
    >>> [(d.week, d.overdue_days) for d in due(start, [], dt.date(2026, 2, 3), instruments=["NDI"])]
    [(0, 27), (4, 0)]
    """
    rules = outcome_rules()
    scores = tuple(taken)
    ids = {name: rules.find(name).id for name in {each.instrument for each in scores}}
    known = {(ids[each.instrument], each.on) for each in scores}
    found = []
    for rule in rules.due:
        first, last = _window(course_start, rule)
        for name in dict.fromkeys(rules.find(each).id for each in instruments):
            there = any(id_ == name and first <= on <= last for id_, on in known)
            if not there and first <= today:
                found.append(Due(name, rule.week, first, last, max(0, (today - last).days)))
    return tuple(found)


def share_missing(
    courses: Iterable[tuple[dt.date, Sequence[Taken]]],
    today: dt.date,
    *,
    instruments: Sequence[str],
) -> tuple[Missing, ...]:
    """Return for each week how many scores were never taken, of those whose time is over.

    Args:
        courses: the start of each course with its scores.
        today: the day on which it is asked.
        instruments: names of the measures that every course uses.

    Raises:
        CareError: no such measure.
    """
    every = [
        (start, [each.week for each in due(start, taken, today, instruments=instruments)])
        for start, taken in courses
    ]
    names = {outcome_rules().find(each).id for each in instruments}
    return tuple(_missing(rule, every, today, len(names)) for rule in outcome_rules().due)


def _missing(
    rule: DueRule, courses: Sequence[tuple[dt.date, Sequence[int]]], today: dt.date, measures: int
) -> Missing:
    """Count a week: `courses` has each start and the weeks whose scores are not there."""
    over = [weeks for start, weeks in courses if _window(start, rule)[1] < today]
    expected = len(over) * measures
    missing = sum(weeks.count(rule.week) for weeks in over)
    return Missing(rule.week, expected, missing, missing / expected if expected else None)


def _window(start: dt.date, rule: DueRule) -> tuple[dt.date, dt.date]:
    middle = start + dt.timedelta(weeks=rule.week)
    return (
        middle - dt.timedelta(days=rule.days_before),
        middle + dt.timedelta(days=rule.days_after),
    )
