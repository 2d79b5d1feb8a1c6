"""Closed sessions are counted as they are closed; a year's courses are found by the database."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from tests.site.practice import making
from tests.site.practice.billed import VISIT

from filiform.care.due import Due, Taken, due, share_missing
from filiform.care.safety import Denominators
from filiform.site.practice import keeping, session_counts, waiting
from filiform.site.practice.models import ClosedSession, Course, Outcome, Session
from filiform.site.practice.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from filiform.site.practice.models import Member, Practice

TODAY = dt.date(2026, 11, 21)


def close_one(by: Member, course: Course) -> Session:
    session = Session(course=course, practitioner=by, number=course.sessions.count() + 1, on=VISIT)
    with keeping.acting(by) as act:
        act.create(session)
    before = keeping.values(session)
    with keeping.acting(by) as act:
        session.closed_at = act.now
        act.change(session, before=before)
    return session


@pytest.fixture
def of(a_course: Course, member: Callable[[str], Member]) -> UUID:
    """Close three sessions of two people, and open a fourth; return their practice."""
    by = member("practitioner")
    other = making.make_course(by, making.make_person(by, "Other"))
    for course in (a_course, other, a_course):
        close_one(by, course)
    with keeping.acting(by) as act:
        act.create(Session(course=other, practitioner=by, number=2, on=VISIT))
    return a_course.practice_id


def test_a_session_counts_once_it_is_closed(of: UUID) -> None:
    assert session_counts.counted(of, "acupuncture") == Denominators(3, 2)
    assert session_counts.counted(of, "dry_needling") == Denominators(0, 0)
    assert list(verify()) == []


def test_what_is_counted_anew_is_as_it_was_counted(of: UUID) -> None:
    held = list(ClosedSession.objects.order_by("number").values())
    session_counts.recount(of)
    assert list(ClosedSession.objects.order_by("number").values()) == held


@pytest.mark.parametrize(
    "harm",
    [
        lambda: ClosedSession.objects.filter(number=3).delete(),
        lambda: ClosedSession.objects.filter(number=3).update(number=4),
        lambda: ClosedSession.objects.filter(number=2).update(people=1),
        lambda: ClosedSession.objects.filter(number=2).update(therapy="dry_needling"),
    ],
)
def test_a_count_that_is_wrong_is_a_fault(of: UUID, harm: Callable[[], object]) -> None:
    harm()
    (fault, *_) = verify()
    assert (fault.practice, fault.sentence) == (str(of), "They are not counted as they are.")


def test_the_database_finds_what_is_overdue_and_missing_as_the_rules_do(
    practice: Practice, member: Callable[[str], Member]
) -> None:
    by = member("practitioner")
    person = making.make_person(by)
    courses = [
        making.make_course(by, person, TODAY - dt.timedelta(days=days))
        for days in (3, 20, 35, 36, 97, 98, 99, 182, 210, 211, 363, 364, 365)
    ]
    with keeping.acting(by) as act:
        for n, course in enumerate(courses):
            for instrument, days in (("NPRS", 20 + n), ("NDI", 35), ("NPRS", 98 - n)):
                act.create(score(course, instrument, days))
    begun = [each for each in courses if (TODAY - each.started_on).days < 364]
    taken = {
        each: [Taken(row.instrument, row.taken_on) for row in each.outcomes.all()] for each in begun
    }
    every = [(each.started_on, taken[each]) for each in begun]
    assert waiting.missing(practice.pk, TODAY) == share_missing(every, TODAY, instruments=("NPRS",))
    found = waiting.overdue(practice.pk, TODAY)
    assert {each.course: each.scores for each in found} == {
        each: late for each in begun if (late := late_of(each, taken[each]))
    }
    longest = [each.scores[0].overdue_days for each in found]
    assert longest == sorted(longest, reverse=True)


def late_of(course: Course, taken: list[Taken]) -> tuple[Due, ...]:
    asked = due(course.started_on, taken, TODAY, instruments=waiting.FOLLOW_UPS)
    return tuple(each for each in asked if each.week and each.overdue_days)


def score(course: Course, instrument: str, days: int) -> Outcome:
    return Outcome(
        course=course,
        instrument=instrument,
        week=round(days / 7),
        taken_on=course.started_on + dt.timedelta(days=days),
        raw=4,
        out_of=10,
        origin="room",
    )
