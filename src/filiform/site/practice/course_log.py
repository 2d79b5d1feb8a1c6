"""A course's events as they are kept, and where it stands after them (care.course)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Q

from filiform.care.course import (
    HALTING,
    ConsentWithdrawn,
    CourseState,
    event_from_mapping,
)
from filiform.site.practice import keeping
from filiform.site.practice.clock import day_of
from filiform.site.practice.models import Course, CourseEvent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from filiform.care.course import Halt
    from filiform.care.course_events import Event
    from filiform.care.refusal import Refusal


class RefusedError(Exception):
    """The rules refuse an event where the course stands; nothing of the act is kept.

    Attributes:
        refusal: the sentence for the person, with its sources.
    """

    def __init__(self, refusal: Refusal) -> None:
        """Keep the refusal."""
        super().__init__(refusal.code)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Story:
    """What was kept of a course, and what halts the person's other courses.

    Attributes:
        rows: its events in the order in which they were kept.
        elsewhere: each open halt of another course, with that course.
        state: where the course stands, with what halts the others.
    """

    rows: tuple[CourseEvent, ...]
    elsewhere: tuple[tuple[Halt, Course], ...]
    state: CourseState


def story_of(course: Course, until: dt.datetime | None = None) -> Story:
    """Return a course with what halts the same person elsewhere, in one query.

    Args:
        course: the course.
        until: the last moment that counts; None is now.
    """
    found = CourseEvent.objects.filter(course__person=course.person_id)
    found = found.filter(Q(course=course.pk) | Q(kind__in=HALTING))
    rows: dict[UUID, list[CourseEvent]] = {course.pk: []}
    for row in found.select_related("course").order_by("course__created_at", "course", "number"):
        rows.setdefault(row.course_id, []).append(row)
    own = rows.pop(course.pk)
    elsewhere = tuple(
        (halt, others[0].course)
        for others in rows.values()
        for halt in CourseState.of(_read(others, until)).halted_by
    )
    withdrawn = [
        event
        for others in rows.values()
        for event in _read(others, until)
        if isinstance(event, ConsentWithdrawn)
    ]
    halts = [halt for halt, _ in elsewhere]
    state = CourseState.of(_read(own, until), elsewhere=halts, withdrawn=withdrawn)
    return Story(tuple(own), elsewhere, state)


def _read(rows: Iterable[CourseEvent], until: dt.datetime | None = None) -> Iterator[Event]:
    events = (event_from_mapping(row.data) for row in rows)
    return (event for event in events if until is None or event.at <= until)


def events_of(course: Course) -> tuple[Event, ...]:
    """Return a course's events in the order in which they were kept."""
    return tuple(_read(CourseEvent.objects.filter(course=course).order_by("number")))


def state_of(course: Course, until: dt.datetime | None = None) -> CourseState:
    """Return where a course stands, now or at an earlier moment."""
    return story_of(course, until).state


def log(act: keeping.Act, course: Course, event: Event) -> CourseState:
    """Keep an event of a course, and the stage and day that lists show.

    Args:
        act: the transaction in which the event's own records are kept too.
        course: the course.
        event: what happened, at `act.now`.

    Raises:
        RefusedError: the rules do not allow it now; the transaction must end with it.
    """
    before = story_of(course)
    state = before.state.after(event)
    if len(state.refused) > len(before.state.refused):
        raise RefusedError(state.refused[-1].refusal)
    number, written = len(before.rows) + 1, event.to_dict()
    act.add(
        CourseEvent(
            course=course, number=number, at=act.now, by=act.by, kind=event.kind, data=written
        )
    )
    ended_on = day_of(act.practice, state.ended.at) if state.ended is not None else None
    _show(act, course, replace(state, elsewhere=()).stage, ended_on)
    return state


def _show(act: keeping.Act, course: Course, stage: str, ended_on: dt.date | None) -> None:
    """Keep what lists show, on the course as it is by now: it follows from its own events alone."""
    held = Course.objects.select_for_update().get(pk=course.pk)
    if (held.stage, held.ended_on) != (stage, ended_on):
        before = keeping.values(held)
        held.stage, held.ended_on = stage, ended_on
        act.change(held, before=before)
    course.stage, course.ended_on = held.stage, held.ended_on
    course.version, course.changed_at = held.version, held.changed_at
