"""Harms: how often, on one denominator a table, conflicting studies side by side, serious first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from filiform.guidance import words
from filiform.guidance._guidebook import guidebook
from filiform.guidance._record import Record
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.knowledge import Harm as HarmRow
    from filiform.knowledge import Library

OF_MINOR = 100
OF_MAJOR = 10_000

_Z = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Harm(Record):
    """One event in one study.

    Attributes:
        rate: events of `of`; None where no denominator is known.
        low, high: 95 % interval of the rate.
        text: the rate in words, with what the count does not show by itself.
        table: rows of one table share unit and denominator.
        borrowed: the modality whose count stands for this one's.
    """

    event: str
    name: str
    severity: Literal["minor", "major"]
    rate: float | None
    of: int
    unit: str
    low: float | None
    high: float | None
    text: str
    events: int | None
    denominator: int | None
    study: str
    country: str | None
    table: str
    borrowed: str | None
    source: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HarmRange(Record):
    """All studies of one event on one denominator: the lowest and the highest rate.

    Attributes:
        told_first: whether people must be told of it (guidance.toml), or it may be folded away.
    """

    event: str
    name: str
    severity: Literal["minor", "major"]
    table: str
    of: int
    unit: str
    lowest: float
    highest: float
    studies: tuple[str, ...]
    text: str
    told_first: bool


@dataclass(frozen=True, slots=True)
class NotCounted(Record):
    """A harm that the aid must speak of and that no study here counted."""

    event: str
    name: str
    severity: str
    text: str


@lru_cache(maxsize=32)
def harms_of(library: Library, therapy: str) -> tuple[Harm, ...]:
    """Return the harms of a therapy: serious ones first, in a table the frequent events first.

    Args:
        library: the facts.
        therapy: an option; a form without rows of its own borrows those that guidance.toml names,
            and says so.
    """
    order = {modality: n for n, modality in enumerate(guidebook().harms_from.get(therapy, ()))}
    rows = [row for row in library.harms if row.modality in order]
    found = [_harm(row, therapy, library) for row in rows]
    highest: dict[tuple[str, str], float] = {}
    for harm in found:
        key = harm.table, harm.event
        highest[key] = max(highest.get(key, 0.0), harm.rate or 0.0)
    return tuple(
        sorted(
            found,
            key=lambda harm: (
                _TABLES.index(harm.table),
                -highest[harm.table, harm.event],
                harm.name,
                harm.study,
            ),
        )
    )


def ranges_of(harms: Iterable[Harm]) -> tuple[HarmRange, ...]:
    """Return one line an event and table: the lowest and highest rate that studies found."""
    grouped: dict[tuple[str, str], list[Harm]] = {}
    for harm in harms:
        if harm.rate is not None:
            grouped.setdefault((harm.table, harm.event), []).append(harm)
    return tuple(_range(group) for group in grouped.values())


def not_counted(harms: Iterable[Harm]) -> tuple[NotCounted, ...]:
    """Return the harms that guidance.toml asks for and that have no rate among these."""
    book = guidebook()
    counted = {harm.event for harm in harms if harm.rate is not None}
    return tuple(
        NotCounted(event, book.harm_events[event], severity, book.advice["not_counted"])
        for severity, asked in book.harms_asked.items()
        for event, stand_for_it in asked.items()
        if not counted.intersection(stand_for_it)
    )


_TABLES = (
    "major_people",
    "major_treatments",
    "minor_people",
    "minor_treatments",
    "rate_unknown",
)


def _harm(row: HarmRow, therapy: str, library: Library) -> Harm:
    of = OF_MINOR if row.severity == "minor" else OF_MAJOR
    unit = "people" if row.unit == "patients" else (row.unit or "reports")
    share = _share(row)
    low, high = _interval(row, share)
    own = guidebook().harms_from[therapy][0] == row.modality and therapy == row.modality
    return Harm(
        event=row.event,
        name=guidebook().harm_events.get(row.event, row.event.replace("_", " ")),
        severity=row.severity,
        rate=None if share is None else share * of,
        of=of,
        unit=unit,
        low=None if low is None else low * of,
        high=None if high is None else high * of,
        text=_with_caveats(_text(row, share, high, of, unit), row.event, (row.study_id,)),
        events=row.events,
        denominator=row.denominator,
        study=row.study_id,
        country=row.country,
        table="rate_unknown" if share is None else f"{row.severity}_{unit}",
        borrowed=None if own else row.modality,
        source=row.source,
        sources=sources(library, row.source),
    )


def counts_events(harm: Harm) -> bool:
    """Tell whether a study counted events, of which one treatment may have had several."""
    caveat = guidebook().harm_caveats.get((harm.study, harm.event))
    return caveat is not None and caveat.counts_events


def _share(row: HarmRow) -> float | None:
    if row.events is not None and row.denominator:
        return row.events / row.denominator
    return None if row.percent is None else row.percent / 100


def _interval(row: HarmRow, share: float | None) -> tuple[float | None, float | None]:
    caveat = guidebook().harm_caveats.get((row.study_id, row.event))
    if share is None or not row.denominator or (caveat and caveat.counts_events):
        return None, None
    if row.events == 0:
        return 0.0, rule_of_three(row.denominator)
    return wilson(share, row.denominator)


def rule_of_three(n: int) -> float:
    """Return the upper 95 % bound of a share when none of n had the event: 3/n, at most 1.

    Args:
        n: people or treatments, 1 or more.

    Source: Hanley and Lippman-Hand 1983, JAMA 249:1743-1745, doi 10.1001/jama.1983.03330370053031.

    >>> rule_of_three(300)
    0.01
    """
    return min(1.0, 3 / n)


def wilson(share: float, n: int) -> Interval:
    """Return the 95 % score interval of a share.

    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)

    Args:
        share: p, 0 to 1.
        n: people or treatments, 1 or more.

    Source: Wilson 1927, J Am Stat Assoc 22:209-212, doi 10.1080/01621459.1927.10502953.

    >>> [round(end, 4) for end in wilson(0.5, 100)]
    [0.4038, 0.5962]
    """
    z2 = _Z * _Z
    centre = share + z2 / (2 * n)
    spread = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    scale = 1 + z2 / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def _text(row: HarmRow, share: float | None, high: float | None, of: int, unit: str) -> str:
    if share is None:
        cases = f"{words.counted(row.events, 'case', 'cases')} " if row.events else ""
        return cases + guidebook().advice["reported"]
    if share == 0:
        most = f", at most {words.small(high * of)}" if high is not None else ""
        return f"none seen{most} of {of:,} {unit}"
    return f"{words.small(share * of)} of {of:,} {unit}{_one_in(share, of)}"


def _with_caveats(text: str, event: str, studies: Iterable[str]) -> str:
    caveats = guidebook().harm_caveats
    said = [caveats[study, event].text for study in studies if (study, event) in caveats]
    return f"{text}. {' '.join(said)}".removesuffix(".") if said else text


_HARD_TO_READ = 0.1


def _one_in(share: float, of: int) -> str:
    """Return a tiny rate as *1 in so many*, rounded to two digits."""
    if share * of >= _HARD_TO_READ:
        return ""
    return f" (about 1 in {int(float(f'{1 / share:.2g}')):,})"


def _range(group: list[Harm]) -> HarmRange:
    first = group[0]
    rates = sorted(harm.rate for harm in group if harm.rate is not None)
    low, high = words.small(rates[0]), words.small(rates[-1])
    studies = tuple(dict.fromkeys(harm.study for harm in group))
    text = first.text
    if low != high:
        text = f"{low} to {high} of {first.of:,} {first.unit}, in {len(studies)} studies"
        text = _with_caveats(text + _where_none_was_seen(group), first.event, studies)
    return HarmRange(
        event=first.event,
        name=first.name,
        severity=first.severity,
        table=first.table,
        of=first.of,
        unit=first.unit,
        lowest=rates[0],
        highest=rates[-1],
        studies=studies,
        text=text,
        told_first=first.event in guidebook().harms_told_first,
    )


def _where_none_was_seen(group: Iterable[Harm]) -> str:
    """Return how often it may still be where a study saw none: the widest of the rules of three."""
    most = [harm.high for harm in group if harm.rate == 0 and harm.high is not None]
    return f" (where none was seen, it may be up to {words.small(max(most))})" if most else ""
