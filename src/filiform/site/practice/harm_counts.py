"""The practice's own harms beside the published ones, and whether one grows more frequent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from filiform.care.refusal import Refusal
from filiform.care.safety import (
    Denominators,
    HarmCount,
    PublishedRate,
    RateComparison,
    Signal,
    counted_as,
    drift,
    grave_sentence,
    harm_events,
    is_major_by_name,
    published_rate,
    rates,
)
from filiform.knowledge import library
from filiform.site.practice.course_page import harm_name
from filiform.site.practice.models import Harm, Session

if TYPE_CHECKING:
    from collections.abc import Iterable
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
        grave: what is said of each harm that is serious by name or was graded so.
        seen: events that were noted here.
        unseen: published events that were not.
        untied: harms that belong to no closed session, which count for people only.
    """

    of: Denominators
    seen: tuple[RateComparison, ...]
    unseen: tuple[RateComparison, ...]
    watched: tuple[Watched, ...]
    grave: tuple[str, ...]
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
    grave = Counter(event for event, grade, *_ in rows if grade == "serious" or _is_grave(event))
    after: dict[str, set[UUID]] = {}
    in_whom: dict[str, set[UUID]] = {}
    untied = 0
    for event, _, session, closed_at, person in rows:
        words = counted_as(event, library(), therapy)
        tied = session is not None and closed_at is not None
        untied += not tied
        for word in words:
            in_whom.setdefault(word, set()).add(person)
            if tied:
                after.setdefault(word, set()).add(session)
    counts = [
        HarmCount(event, len(after.get(event, ())), len(persons))
        for event, persons in in_whom.items()
    ]
    compared = rates(counts, of, library(), therapy=therapy)
    return Safety(
        of=of,
        seen=tuple(each for each in compared if each.event in in_whom),
        unseen=tuple(each for each in compared if each.event not in in_whom),
        watched=_watched(
            sorted({event for event, *_ in rows}), after, _latest(practice, therapy), therapy
        ),
        grave=tuple(_grave(event, seen, of.treatments, therapy) for event, seen in grave.items()),
        untied=untied,
    )


def _latest(practice: UUID, therapy: str) -> list[UUID]:
    """Return the last closed sessions with a therapy, read backwards by their day.

    Asked for the therapy, a database would read all sessions of ten years and sort them.
    """
    closed = Session.objects.filter(practice=practice, closed_at__isnull=False)
    rows = closed.order_by("-on", "-number", "-pk").values_list("pk", "course__therapy")
    return list(islice((pk for pk, given in rows.iterator() if given == therapy), LAST))


_ROW = ("event", "grade", "session_id", "session__closed_at", "course__person_id")


def _watched(
    noted: Iterable[str], after: dict[str, set[UUID]], latest: list[UUID], therapy: str
) -> tuple[Watched, ...]:
    """Return the signal of each noted harm, under the first of its words that has a rate."""
    found: dict[str, Watched] = {}
    for event in noted:
        for word in counted_as(event, library(), therapy):
            rate = published_rate(word, therapy=therapy, unit="treatments", library=library())
            if isinstance(rate, Refusal) or not 0 < rate.rate < 1:
                continue
            sequence = [session in after.get(word, ()) for session in reversed(latest)]
            found[word] = Watched(harm_name(word), rate, drift(sequence, rate.rate))
            break
    return tuple(sorted(found.values(), key=lambda each: each.signal.signalled_at is None))


def _is_grave(event: str) -> bool:
    known = harm_events(library())
    return event in known and is_major_by_name(known[event])


def _grave(event: str, seen: int, of: int, therapy: str) -> str:
    """Return what is said of a grave harm; without a rate of its own, with acupuncture's."""
    rate = published_rate(event, therapy=therapy, unit="treatments", library=library())
    if isinstance(rate, Refusal) and therapy != _COUNTED:
        borrowed = published_rate(event, therapy=_COUNTED, unit="treatments", library=library())
        if not isinstance(borrowed, Refusal):
            text = f"{borrowed.text}, with {library().therapies[_COUNTED].name.casefold()}"
            rate = replace(borrowed, text=text)
    return grave_sentence(harm_name(event), seen, of, rate)


_COUNTED = "acupuncture"
"""The therapy whose grave harms were counted of the most treatments (harms.csv)."""
