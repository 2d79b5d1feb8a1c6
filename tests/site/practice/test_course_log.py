"""A course's events: kept in order, read back as they were, and refused where the rules refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from filiform.care.course import Consented, Planned, Screened
from filiform.site.practice import keeping
from filiform.site.practice.course_log import RefusedError, events_of, log, state_of
from filiform.site.practice.models import CourseEvent, HistoryEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from filiform.care.course import CourseState
    from filiform.care.course_events import Event
    from filiform.site.practice.models import Course, Member

pytestmark = pytest.mark.django_db


def keep(owner: Member, course: Course, *kinds: str) -> CourseState:
    with keeping.acting(owner) as act:
        made: dict[str, Event] = {
            "screened": Screened(act.now, act.by, "s1", "routine", "may_be_considered"),
            "consented": Consented(act.now, act.by, "acupuncture", "1", "0" * 64),
            "planned": Planned(act.now, act.by, "acupuncture", 6, 3),
        }
        for kind in kinds:
            state = log(act, course, made[kind])
    return state


def test_events_are_kept_in_order_and_read_back(
    member: Callable[[str], Member], a_course: Course
) -> None:
    state = keep(member("owner"), a_course, "screened", "consented", "planned")
    assert state.stage == "planned"
    assert [event.kind for event in events_of(a_course)] == ["Screened", "Consented", "Planned"]
    assert state_of(a_course) == state
    a_course.refresh_from_db()
    assert a_course.stage == "planned"
    kept = HistoryEntry.objects.filter(practice=a_course.practice, kind="courseevent")
    assert kept.count() == 3


def test_what_the_rules_refuse_is_not_kept(
    member: Callable[[str], Member], a_course: Course
) -> None:
    with pytest.raises(RefusedError) as told:
        keep(member("owner"), a_course, "planned")
    assert told.value.refusal.code == "no_screening"
    assert not CourseEvent.objects.filter(course=a_course).exists()
