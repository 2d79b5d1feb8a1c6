"""What waits for someone today: the first page's lists, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef

from filiform.care.due import DUE_WEEKS, Due, Taken, due
from filiform.knowledge import library
from filiform.site.practice.models import (
    Course,
    Credential,
    Incident,
    Intake,
    Lot,
    Outcome,
    Screening,
    Session,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

SHOWN = 20
SOON = timedelta(days=60)
# After the last week in which a score is asked for, and as long again, nobody is asked any more.
_ASKED_UNTIL = timedelta(weeks=2 * max(DUE_WEEKS))
FOLLOW_UPS = ("NPRS", "NDI")


@dataclass(frozen=True, slots=True)
class Overdue:
    """A course with the scores that should have been taken."""

    course: Course
    scores: tuple[Due, ...]


def intakes(practice: UUID, today: date) -> Sequence[Intake]:
    """Return the answers of a year that were not screened in a course yet, most urgent first."""
    screened = Screening.objects.filter(
        course__person=OuterRef("person"), created_at__gte=OuterRef("sent_at")
    )
    found = Intake.objects.filter(~Exists(screened), practice=practice)
    found = found.filter(sent_at__gt=datetime.combine(today - _ASKED_UNTIL, time(), UTC))
    rank = {name: place for place, name in enumerate(_urgencies())}
    newest = found.select_related("person").order_by("-sent_at")[: 10 * SHOWN]
    return sorted(newest, key=lambda intake: rank.get(intake.urgency, len(rank)))[:SHOWN]


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
    """Return the courses of which scores are overdue, the longest first."""
    courses = Course.objects.filter(practice=practice, started_on__gt=today - _ASKED_UNTIL)
    starts = dict(courses.values_list("pk", "started_on"))
    taken: dict[UUID, list[Taken]] = {pk: [] for pk in starts}
    scores = Outcome.objects.filter(course__in=courses)
    for course, instrument, on in scores.values_list("course_id", "instrument", "taken_on"):
        taken[course].append(Taken(instrument, on))
    found = {pk: late for pk in starts if (late := _late(starts[pk], taken[pk], today))}
    first = sorted(found, key=lambda pk: -found[pk][0].overdue_days)[:SHOWN]
    shown = Course.objects.select_related("person").in_bulk(first)
    return [Overdue(shown[pk], found[pk]) for pk in first]


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
