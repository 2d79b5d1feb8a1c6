"""The practice's own harms beside the published ones, and whether one grows more frequent."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from filiform.care.refusal import Refusal
from filiform.care.safety import (
    Denominators,
    HarmCount,
    PublishedRate,
    RateComparison,
    Signal,
    drift,
    published_rate,
    rates,
)
from filiform.knowledge import library
from filiform.site.practice.course_page import harm_name
from filiform.site.practice.models import Harm, Session

if TYPE_CHECKING:
    from uuid import UUID

LAST = 1000
"""The signal looks at so many sessions, the horizon of its false alarms (rules/safety.toml)."""


@dataclass(frozen=True, slots=True)
class Watched:
    """The signal of one event, and the rate that it is held against."""

    name: str
    published: PublishedRate
    signal: Signal


@dataclass(frozen=True, slots=True)
class Safety:
    """A practice's harms with one therapy.

    Attributes:
        seen: events that were noted here.
        unseen: published events that were not.
        untied: harms that belong to no closed session, which count for people only.
    """

    of: Denominators
    seen: tuple[RateComparison, ...]
    unseen: tuple[RateComparison, ...]
    watched: tuple[Watched, ...]
    untied: int


def safety_of(practice: UUID, therapy: str) -> Safety:
    """Return how a practice's harms with a therapy compare."""
    closed = Session.objects.filter(
        practice=practice, course__therapy=therapy, closed_at__isnull=False
    )
    people = set(closed.values_list("course__person_id", flat=True).distinct())
    of = Denominators(closed.count(), len(people))
    harms = Harm.objects.filter(practice=practice, course__therapy=therapy)
    rows = [row for row in harms.values_list(*_ROW) if row[-1] in people]
    after: dict[str, set[UUID]] = {}
    in_whom: dict[str, set[UUID]] = {}
    untied = 0
    for event, session, closed_at, person in rows:
        in_whom.setdefault(event, set()).add(person)
        if session is None or closed_at is None:
            untied += 1
        else:
            after.setdefault(event, set()).add(session)
    counts = [
        HarmCount(event, len(after.get(event, ())), len(persons))
        for event, persons in in_whom.items()
    ]
    compared = rates(counts, of, library(), therapy=therapy)
    return Safety(
        of=of,
        seen=tuple(each for each in compared if each.event in in_whom),
        unseen=tuple(each for each in compared if each.event not in in_whom),
        watched=_watched(after, _latest(practice, therapy), therapy),
        untied=untied,
    )


def _latest(practice: UUID, therapy: str) -> list[UUID]:
    """Return the last closed sessions with a therapy, read backwards by their day.

    Asked for the therapy, a database would read all sessions of ten years and sort them.
    """
    closed = Session.objects.filter(practice=practice, closed_at__isnull=False)
    rows = closed.order_by("-on", "-number", "-pk").values_list("pk", "course__therapy")
    return list(islice((pk for pk, given in rows.iterator() if given == therapy), LAST))


_ROW = ("event", "session_id", "session__closed_at", "course__person_id")


def _watched(after: dict[str, set[UUID]], latest: list[UUID], therapy: str) -> tuple[Watched, ...]:
    found = []
    for event, sessions in after.items():
        rate = published_rate(event, therapy=therapy, unit="treatments", library=library())
        if isinstance(rate, Refusal) or not 0 < rate.rate < 1:
            continue
        sequence = [session in sessions for session in reversed(latest)]
        found.append(Watched(harm_name(event), rate, drift(sequence, rate.rate)))
    return tuple(sorted(found, key=lambda each: each.signal.signalled_at is None))
