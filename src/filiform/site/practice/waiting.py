"""What waits for someone today: the first page's lists, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q

from filiform.care.due import DUE_WEEKS, Due, Missing, Taken, days_of, due
from filiform.knowledge import library
from filiform.site.practice.models import (
    Course,
    Credential,
    Incident,
    Intake,
    Link,
    Lot,
    Outcome,
    Review,
    Screening,
    Session,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from filiform.site.practice.models import Person

SHOWN = 20
SOON = timedelta(days=60)
# After the last week in which a score is asked for, and as long again, nobody is asked any more.
_ASKED_UNTIL = timedelta(weeks=2 * max(DUE_WEEKS))
_RED = ("emergency", "same_day")
PAIN = "NPRS"
FOLLOW_UPS = (PAIN, "NDI")


@dataclass(frozen=True, slots=True)
class Overdue:
    """A course with the scores that should have been taken."""

    course: Course
    scores: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Came:
    """Answers by link that nobody has looked at yet.

    Attributes:
        person: who answered.
        at: when they were sent.
        urgency: how soon a doctor must look at them; "" where nothing calls for one.
        now: whether a practitioner is to be called at once.
        intake: the answers before a visit; None where they are scores that got worse.
        course: of the scores that got worse.
    """

    person: Person
    at: datetime
    urgency: str
    now: bool
    intake: Intake | None = None
    course: UUID | None = None


def came(practice: UUID, today: date) -> Sequence[Came]:
    """Return the answers that came in, first those for which a practitioner is called."""
    found = [
        Came(each.person, each.sent_at, each.urgency, now=each.urgency in _RED, intake=each)
        for each in _intakes(practice, today)
        if each.sent_at is not None
    ]
    found += [
        Came(link.person, link.used_at, link.urgency, now=True, course=link.course_id)
        for link in worse_by_link(practice, today)
        if link.used_at is not None
    ]
    return sorted(found, key=lambda each: (not each.now, _rank(each.urgency)))[:SHOWN]


def worse_by_link(practice: UUID, today: date, course: Course | None = None) -> QuerySet[Link]:
    """Return the links by which scores came that got worse, until somebody has looked.

    Who keeps a decision on the progress has looked, and who takes scores in the room.

    Args:
        practice: whose.
        today: the day there; older than a year or two is not told any more.
        course: only those of this one; None is all.
    """
    since = {"course": OuterRef("course"), "created_at__gt": OuterRef("used_at")}
    found = Link.objects.filter(
        ~Exists(Review.objects.filter(**since)),
        ~Exists(Outcome.objects.filter(**since, origin="room")),
        practice=practice,
        urgency__in=_urgencies(),
        used_at__gt=datetime.combine(today - _ASKED_UNTIL, time(), UTC),
    )
    if course is not None:
        found = found.filter(course=course)
    return found.select_related("person").order_by("-used_at")[:SHOWN]


def _intakes(practice: UUID, today: date) -> Sequence[Intake]:
    """Return the answers of a year that were not screened in a course yet, most urgent first."""
    screened = Screening.objects.filter(
        course__person=OuterRef("person"), created_at__gte=OuterRef("sent_at")
    )
    found = Intake.objects.filter(~Exists(screened), practice=practice)
    found = found.filter(sent_at__gt=datetime.combine(today - _ASKED_UNTIL, time(), UTC))
    newest = found.select_related("person").order_by("-sent_at")[: 10 * SHOWN]
    return sorted(newest, key=lambda intake: _rank(intake.urgency))[:SHOWN]


def _rank(urgency: str) -> int:
    known = _urgencies()
    return known.index(urgency) if urgency in known else len(known)


def _urgencies() -> list[str]:
    """Return the words of urgency, the most urgent first, as screening.toml has them."""
    levels = library().rules("screening")["urgency"]
    return [str(name) for name in levels] if isinstance(levels, dict) else []


def open_sessions(practice: UUID) -> QuerySet[Session]:
    """Return the sessions that nobody closed, the oldest first."""
    found = Session.objects.filter(practice=practice, closed_at=None)
    return found.select_related("course__person", "practitioner").order_by("on")[:SHOWN]


def incidents(practice: UUID) -> QuerySet[Incident]:
    """Return the incidents that nobody resolved, the oldest first."""
    found = Incident.objects.filter(practice=practice, resolved_at=None)
    return found.select_related("session__course__person").order_by("created_at")[:SHOWN]


def overdue(practice: UUID, today: date) -> Sequence[Overdue]:
    """Return the courses of which scores are overdue, the longest first.

    Of each week the database finds those that wait longest; only these are read.
    """
    begun = Course.objects.filter(practice=practice, started_on__gt=today - _ASKED_UNTIL)
    longest = {
        course
        for week in DUE_WEEKS
        if week
        for course in _without(begun, week, today).order_by("started_on", "pk")[:SHOWN]
    }
    taken: dict[UUID, list[Taken]] = {pk: [] for pk, _ in longest}
    scores = Outcome.objects.filter(course__in=list(taken))
    for course, instrument, on in scores.values_list("course_id", "instrument", "taken_on"):
        taken[course].append(Taken(instrument, on))
    found = {pk: late for pk, start in longest if (late := _late(start, taken[pk], today))}
    first = sorted(found, key=lambda pk: (-found[pk][0].overdue_days, pk))[:SHOWN]
    shown = Course.objects.select_related("person").in_bulk(first)
    return [Overdue(shown[pk], found[pk]) for pk in first]


def _without(
    courses: QuerySet[Course], week: int, today: date
) -> QuerySet[Course, tuple[UUID, date]]:
    """Return the courses whose time for a week is over and that lack a score of it."""
    over = courses.filter(started_on__lt=today - timedelta(days=days_of(week)[1]))
    lacking = [~_taken(week, instrument) for instrument in FOLLOW_UPS]
    return over.filter(reduce(or_, lacking)).values_list("pk", "started_on")


def _taken(week: int, instrument: str) -> Exists:
    """Return whether a course has a score of a week."""
    scores = Outcome.objects.filter(course=OuterRef("pk"), instrument=instrument)
    return Exists(scores.annotate(day=_days()).filter(day__range=days_of(week)))


def _days() -> Func:
    """Return the days from the start of a course to a score of it, as the database counts them."""
    joiner, template = " - ", "(%(expressions)s)"
    if connection.vendor == "sqlite":
        joiner, template = ") - julianday(", "CAST(julianday(%(expressions)s) AS INTEGER)"
    return Func(
        F("taken_on"),
        OuterRef("started_on"),
        template=template,
        arg_joiner=joiner,
        output_field=IntegerField(),
    )


def missing(practice: UUID, today: date) -> tuple[Missing, ...]:
    """Return how many pain scores of each week are missing, in the courses of a year."""
    courses = Course.objects.filter(practice=practice, started_on__gt=today - _ASKED_UNTIL)
    counts = {}
    for week in DUE_WEEKS:
        courses = courses.annotate(**{f"taken_{week}": _taken(week, PAIN)})
        over = Q(started_on__lt=today - timedelta(days=days_of(week)[1]))
        counts[f"expected_{week}"] = Count("pk", filter=over)
        counts[f"missing_{week}"] = Count("pk", filter=over & Q(**{f"taken_{week}": False}))
    found = courses.aggregate(**counts)
    return tuple(
        Missing(week, expected, lacking, lacking / expected if expected else None)
        for week in DUE_WEEKS
        for expected, lacking in [(found[f"expected_{week}"], found[f"missing_{week}"])]
    )


def _late(start: date, taken: Sequence[Taken], today: date) -> tuple[Due, ...]:
    asked = due(start, taken, today, instruments=FOLLOW_UPS)
    return tuple(each for each in asked if each.overdue_days and each.week)


def credentials(practice: UUID, today: date) -> QuerySet[Credential]:
    """Return the licences that are over or will be soon, of who works here."""
    found = Credential.objects.filter(
        practice=practice, expires_on__lte=today + SOON, member__active=True
    )
    return found.select_related("member").order_by("expires_on")[:SHOWN]


def lots(practice: UUID, today: date) -> QuerySet[Lot]:
    """Return the lots with needles left that are over or will be soon."""
    found = Lot.objects.filter(practice=practice, expires_on__lte=today + SOON, recalled_on=None)
    return found.filter(quantity__gt=F("used") + F("discarded")).order_by("expires_on")[:SHOWN]
