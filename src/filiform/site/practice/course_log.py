"""A course's events as they are kept, and where it stands after them (care.course)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.care.course import CourseState, event_from_mapping
from filiform.site.practice import keeping
from filiform.site.practice.clock import day_of
from filiform.site.practice.models import Course, CourseEvent

if TYPE_CHECKING:
    import datetime as dt

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


def events_of(course: Course) -> tuple[Event, ...]:
    """Return a course's events in the order in which they were kept."""
    kept = CourseEvent.objects.filter(course=course).order_by("number")
    return tuple(event_from_mapping(event.data) for event in kept)


def state_of(course: Course) -> CourseState:
    """Return where a course stands."""
    return CourseState.of(events_of(course))


def log(act: keeping.Act, course: Course, event: Event) -> CourseState:
    """Keep an event of a course, and the stage and day that lists show.

    Args:
        act: the transaction in which the event's own records are kept too.
        course: the course.
        event: what happened, at `act.now`.

    Raises:
        RefusedError: the rules do not allow it now; the transaction must end with it.
    """
    before = events_of(course)
    state = CourseState.of((*before, event))
    if len(state.refused) > len(CourseState.of(before).refused):
        raise RefusedError(state.refused[-1].refusal)
    number, written = len(before) + 1, event.to_dict()
    act.add(
        CourseEvent(
            course=course, number=number, at=act.now, by=act.by, kind=event.kind, data=written
        )
    )
    ended_on = day_of(act.practice, state.ended.at) if state.ended is not None else None
    _show(act, course, state.stage, ended_on)
    return state


def _show(act: keeping.Act, course: Course, stage: str, ended_on: dt.date | None) -> None:
    """Keep what lists show, on the course as it is by now: it follows from the events alone."""
    held = Course.objects.select_for_update().get(pk=course.pk)
    if (held.stage, held.ended_on) != (stage, ended_on):
        before = keeping.values(held)
        held.stage, held.ended_on = stage, ended_on
        act.change(held, before=before)
    course.stage, course.ended_on = held.stage, held.ended_on
    course.version, course.changed_at = held.version, held.changed_at
