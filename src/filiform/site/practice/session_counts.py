"""How many sessions of a therapy were closed, and in how many people, without counting them all.

Each session that is closed takes the next number of its therapy, and keeps how many people had
this therapy by then. The last one tells the practice's denominators, however many there are. It
follows from the sessions alone: it has no history, `filiform verify` counts it anew, and an import
makes it anew.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from filiform.care.safety import Denominators
from filiform.site.practice.models import ClosedSession, Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.db.models import QuerySet

_AT_A_TIME = 2_000
_CLOSED = ("pk", "course__therapy", "course__person_id")


def counted(practice: UUID, therapy: str) -> Denominators:
    """Return how many sessions of a therapy were closed in a practice, and in how many people."""
    last = _of(practice, therapy).order_by("-number").first()
    return Denominators(last.number, last.people) if last else Denominators(0, 0)


def count_in(session: Session) -> None:
    """Count a session that was just closed; the practice's lock lets one follow the other."""
    course = session.course
    of = counted(session.practice_id, course.therapy)
    had = _of(session.practice_id, course.therapy).filter(session__course__person=course.person_id)
    ClosedSession.objects.create(
        session=session,
        practice_id=session.practice_id,
        therapy=course.therapy,
        number=of.treatments + 1,
        people=of.people + (not had.exists()),
    )


def _of(practice: UUID, therapy: str) -> QuerySet[ClosedSession]:
    return ClosedSession.objects.filter(practice=practice, therapy=therapy)


def recount(practice: UUID) -> None:
    """Count all closed sessions of a practice anew, in the order in which they were closed."""
    ClosedSession.objects.filter(practice=practice).delete()
    counts: dict[str, int] = {}
    people: dict[str, set[UUID]] = {}
    made = []
    closed = Session.objects.filter(practice=practice, closed_at__isnull=False)
    for session, therapy, person in closed.order_by("closed_at", "pk").values_list(*_CLOSED):
        counts[therapy] = counts.get(therapy, 0) + 1
        people.setdefault(therapy, set()).add(person)
        made.append(
            ClosedSession(
                session_id=session,
                practice_id=practice,
                therapy=therapy,
                number=counts[therapy],
                people=len(people[therapy]),
            )
        )
    ClosedSession.objects.bulk_create(made, batch_size=_AT_A_TIME)


def miscounted(practice: UUID) -> Iterator[str]:
    """Yield the therapies of which the counts are not those of the sessions."""
    kept = ClosedSession.objects.filter(practice=practice)
    closed = Session.objects.filter(practice=practice, closed_at__isnull=False)
    if closed.filter(counted=None).exists() or kept.filter(session__closed_at=None).exists():
        yield "every therapy"
    rows = kept.order_by("therapy", "number").values_list(
        "therapy", "number", "people", "session__course__therapy", "session__course__person_id"
    )
    for therapy, of_therapy in groupby(rows.iterator(_AT_A_TIME), key=lambda row: row[0]):
        people: set[UUID] = set()
        for place, (_, number, so_far, given, person) in enumerate(of_therapy, start=1):
            people.add(person)
            if (number, so_far, given) != (place, len(people), therapy):
                yield therapy
                break
