"""What a session and a usual course cost where the person lives, in that place's own currency."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.guidance import words
from filiform.guidance._guidebook import guidebook
from filiform.guidance._record import Record
from filiform.guidance.cover import Cover, cover_of
from filiform.guidance.texts import sources
from filiform.knowledge import checked_note

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from filiform.guidance.doses import Dose
    from filiform.knowledge import Cost as CostRow
    from filiform.knowledge import Library

_MONEY = frozenset({"AUD", "CAD", "EUR", "GBP", "USD"})
_A_VISIT = frozenset({"visit", "session", "service"})
_UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Price(Record):
    """One row of costs.csv, with how fresh it is."""

    item: str
    kind: str
    region: str
    low: float | None
    high: float | None
    typical: float | None
    currency: str
    unit: str
    as_of: str
    checked_note: str
    source: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Amount(Record):
    """A range of money, and the middle where a survey gives one.

    Attributes:
        as_of: the dates of the rows behind it, `undated` where a source gives none.
        dated: the same in words.
        computed: how it was worked out, in words; empty where it was read.
    """

    low: float
    high: float
    typical: float | None
    currency: str
    text: str
    as_of: tuple[str, ...]
    dated: str
    computed: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CostOfCare(Record):
    """What is known of the cost; None is *not known for this place*."""

    session: Amount | None
    first_session: Amount | None
    course: Amount | None
    rows: tuple[Price, ...]
    cover: tuple[Cover, ...]
    cover_note: str
    note: str


def cost_of(
    library: Library,
    therapy: str,
    *,
    place: str | None,
    insurance: str | None,
    sessions: Dose | None,
    today: dt.date,
) -> CostOfCare:
    """Return the prices of a therapy in a place, its country's where the place has none.

    Args:
        library: the facts.
        therapy: an option; guidance.toml names the modality whose prices are read.
        place: an id of jurisdictions.csv; None is not answered.
        insurance: the insurer in free words.
        sessions: how many sessions the trials gave.
        today: the day on which it is read.
    """
    advice = guidebook().advice
    cover, cover_note = cover_of(library, therapy, place, insurance, today)
    if place is None:
        return CostOfCare(None, None, None, (), cover, cover_note, advice["no_price_without_place"])
    modality = guidebook().prices_from.get(therapy, therapy)
    rows = _rows(library, modality, place, today)
    first, further = (_amount(rows, kind) for kind in ("first", "further"))
    return CostOfCare(
        session=further or first,
        first_session=first,
        course=_course(first, further or first, sessions),
        rows=rows,
        cover=cover,
        cover_note=cover_note,
        note=_note(rows, therapy, modality, sessions, library),
    )


def _rows(library: Library, modality: str, place: str, today: dt.date) -> tuple[Price, ...]:
    country = library.jurisdictions[place].country
    found = [
        row
        for region in dict.fromkeys((place, country))
        for row in library.costs
        if row.modality == modality and row.region == region and row.currency in _MONEY
    ]
    return tuple(_price(row, library, today) for row in found if row.unit in _A_VISIT)


def _price(row: CostRow, library: Library, today: dt.date) -> Price:
    as_of = row.as_of or _UNDATED
    return Price(
        item=row.item,
        kind=_kind(row.item),
        region=row.region,
        low=row.low,
        high=row.high,
        typical=row.typical,
        currency=row.currency,
        unit=row.unit,
        as_of=as_of,
        checked_note=checked_note(as_of, today),
        source=row.source,
        sources=sources(library, row.source),
    )


def _kind(item: str) -> str:
    for kind, items in guidebook().price_items.items():
        if item in items:
            return kind
    return "other"


def _amount(rows: Iterable[Price], kind: str) -> Amount | None:
    """Return the range over all rows of a kind: conflicting sources widen it."""
    found = [row for row in rows if row.kind == kind]
    ends = [end for row in found for end in (row.low, row.high, row.typical) if end is not None]
    if not ends:
        return None
    surveyed = [row.typical for row in found if row.typical is not None and row.low is not None]
    typical = surveyed[0] if len(surveyed) == 1 else None
    low, high, currency = min(ends), max(ends), found[0].currency
    return Amount(
        low=low,
        high=high,
        typical=typical,
        currency=currency,
        text=_text(low, high, typical, currency),
        as_of=(dates := _dates(row.as_of for row in found)),
        dated=_dated(dates),
        computed="",
        sources=tuple(dict.fromkeys(source for row in found for source in row.sources)),
    )


def _course(first: Amount | None, further: Amount | None, sessions: Dose | None) -> Amount | None:
    """Return first + (n - 1) × further session, for the median number of sessions in the trials."""
    if further is None or sessions is None:
        return None
    start, n = first or further, math.floor(sessions.median + 0.5)
    low = start.low + (n - 1) * further.low
    high = start.high + (n - 1) * further.high
    typical = (
        start.typical + (n - 1) * further.typical
        if start.typical is not None and further.typical is not None
        else None
    )
    return Amount(
        low=low,
        high=high,
        typical=typical,
        currency=further.currency,
        text=_text(low, high, typical, further.currency),
        as_of=(dates := _dates((*start.as_of, *further.as_of))),
        dated=_dated(dates),
        computed=f"worked out by us for {words.counted(n, 'session', 'sessions')}, the middle of "
        f"the trials ({words.number(sessions.low)} to {words.number(sessions.high)})",
        sources=tuple(dict.fromkeys((*start.sources, *further.sources))),
    )


def _dates(given: Iterable[str]) -> tuple[str, ...]:
    """Return each date once, the oldest first, those without one last."""
    return tuple(sorted(set(given), key=lambda date: (date == _UNDATED, date)))


def _dated(dates: Sequence[str]) -> str:
    """Return when the prices were read.

    >>> _dated(("2019", "2024", "undated"))
    'prices of 2019 and 2024, and some without a date'
    >>> _dated(("undated",))
    'prices without a date'
    """
    known = [date for date in dates if date != _UNDATED]
    if not known:
        return "prices without a date"
    some = ", and some without a date" if _UNDATED in dates else ""
    return f"prices of {words.joined(known)}{some}"


def _text(low: float, high: float, typical: float | None, currency: str) -> str:
    if low == high:
        return f"{low:,.0f} {currency}"
    middle = f"; the middle is {typical:,.0f}" if typical is not None else ""
    return f"{low:,.0f} to {high:,.0f} {currency}{middle}"


def _note(
    rows: Sequence[Price], therapy: str, modality: str, sessions: Dose | None, library: Library
) -> str:
    advice = guidebook().advice
    parts = []
    if not rows:
        parts.append(advice["no_price"])
    elif modality != therapy:
        parts.append(advice["price_borrowed"].format(name=library.therapies[modality].name))
    if sessions is None:
        parts.append(advice["no_sessions"])
    return " ".join(parts)
