"""The practice's own harms beside the published ones, and whether one grows more frequent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

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
from filiform.site.practice import session_counts
from filiform.site.practice.course_page import harm_name
from filiform.site.practice.models import ClosedSession, Harm

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from uuid import UUID

    from django.db.models import QuerySet

LAST = 1000
"""The signal looks at the sessions that were closed last, so many: the horizon of its false alarms
(rules/safety.toml)."""


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
    of = session_counts.counted(practice, therapy)
    rows = list(_harms(practice, therapy))
    grave = Counter(event for event, grade, *_ in rows if grade == "serious" or _is_grave(event))
    after: dict[str, set[int]] = {}
    in_whom: dict[str, set[int]] = {}
    words = {event: counted_as(event, library(), therapy) for event in {row[0] for row in rows}}
    for event, _, session, person in rows:
        for word in words[event]:
            in_whom.setdefault(word, set()).add(person)
            if session is not None:
                after.setdefault(word, set()).add(session)
    counts = [
        HarmCount(event, len(after.get(event, ())), len(persons))
        for event, persons in in_whom.items()
    ]
    compared = rates(counts, of, library(), therapy=therapy)
    return Safety(
        of=of,
        seen=tuple(each for each in compared if each.event in in_whom and _tells(each, words)),
        unseen=tuple(each for each in compared if each.event not in in_whom),
        watched=_watched(sorted(words), after, of.treatments, therapy),
        grave=tuple(
            _grave(event, grave[event], of.treatments, therapy)
            for event in sorted(grave, key=lambda event: (not _is_grave(event), event))
        ),
        untied=sum(session is None for _, _, session, _ in rows),
    )


def _tells(row: RateComparison, noted: Container[str]) -> bool:
    """Tell whether a line says more than another: it has a study, or counts what was noted."""
    return bool(row.published) or (row.event in noted and row.unit == "treatments")


def _harms(practice: UUID, therapy: str) -> QuerySet[Harm, tuple[str, str, int | None, int]]:
    """Return each harm of those who were treated: event, grade, session and person by number.

    The session is None where the harm belongs to no closed one.
    """
    treated = ClosedSession.objects.filter(
        practice=practice, therapy=therapy, session__course__person=OuterRef("course__person")
    )
    of_treated = Q(session__counted__isnull=False) | Exists(treated)
    return Harm.objects.filter(of_treated, practice=practice, course__therapy=therapy).values_list(
        "event", "grade", "session__counted__number", "course__person__number"
    )


def _watched(
    noted: Iterable[str], after: dict[str, set[int]], last: int, therapy: str
) -> tuple[Watched, ...]:
    """Return the signal of each noted harm, under the first of its words that has a rate."""
    latest = range(max(0, last - LAST) + 1, last + 1)
    found: dict[str, Watched] = {}
    for event in noted:
        for word in counted_as(event, library(), therapy):
            rate = published_rate(word, therapy=therapy, unit="treatments", library=library())
            if isinstance(rate, Refusal) or not 0 < rate.rate < 1:
                continue
            sequence = [session in after.get(word, ()) for session in latest]
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
