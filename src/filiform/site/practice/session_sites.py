"""Needles to add: what the tables hold, where each goes in, and the lot that it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from filiform.care.needles import Needle as CareNeedle
from filiform.care.sites import site_of
from filiform.knowledge import library
from filiform.site.practice.session_records import care_lot
from filiform.site.practice.session_typed import with_rows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from filiform.care.needles import Side, SiteKind
    from filiform.site.practice.models import Lot
    from filiform.site.practice.session_typed import Row, Typed

_SIDES: dict[str, tuple[Side, ...]] = {
    "left": ("left",),
    "right": ("right",),
    "midline": ("midline",),
    "both": ("left", "right"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """A point or muscle of the tables, as a select offers it.

    Attributes:
        value: kind and id, as `point:GB20`.
        name: for people.
        region: where it goes in.
        midline: whether it lies in the middle; None where it may lie anywhere.
    """

    value: str
    name: str
    region: str
    midline: bool | None


@cache
def known_sites() -> Mapping[str, tuple[Known, ...]]:
    """Return the points and the muscles that may be chosen, each in their order."""
    facts = library()
    reached = cast("Mapping[str, str]", facts.rules("prescription")["reached_at"])
    points = [("point", code, row.region) for code, row in facts.points.items()]
    muscles = [("muscle", each, reached[each]) for each in facts.muscles if each in reached]
    return {
        "Points": tuple(_known(*each) for each in sorted(points)),
        "Muscles": tuple(_known(*each) for each in sorted(muscles)),
    }


def _known(kind: str, site: str, region: str) -> Known:
    found = site_of(CareNeedle(cast("SiteKind", kind), site, "left", region), library())
    return Known(f"{kind}:{site}", found.name, region, found.midline)


def added(
    value: str, words: str, side: str, region: str
) -> tuple[list[tuple[str, str, str, str]], str]:
    """Return the places to add as kind, site, side, region; or what is missing, in a sentence.

    Args:
        value: as `Known.value`; "" for another site.
        words: another site in words.
        side: left, right, midline, both or "".
        region: where another site goes in; "" takes that of the tables.
    """
    known = next((k for each in known_sites().values() for k in each if k.value == value), None)
    if known is None and not words.strip():
        return [], "Choose a point or a muscle, or write another site."
    if known is not None and known.midline:
        side = "midline"
    if side not in _SIDES:
        return [], "Choose a side."
    where = known.region if known else region
    if not where:
        return [], "Choose the region where this site is: needles are counted by it."
    kind, site = known.value.split(":", 1) if known else ("other", words.strip())
    if known is None and site in {*library().points, *library().muscles}:
        return [], f"{site} is in the list: choose it there."
    return [(kind, site, each, where) for each in _SIDES[side]], ""


def add_needles(
    typed: Typed,
    given: Mapping[str, str],
    lots: Sequence[Lot],
    on: dt.date,
    held: Mapping[UUID, int],
) -> tuple[Typed, str]:
    """Return what is typed with the needles that the form adds; a sentence where it cannot.

    Args:
        typed: the needles so far.
        given: the form's fields: `add_site`, `add_words`, `add_side`, `add_region`.
        lots: the stock.
        on: the day of the session.
        held: how many needles of each lot this session has kept already.
    """
    places, fault = added(*(given.get(f"add_{name}", "") for name in _ADDED))
    for kind, site, side, region in places:
        lot = next_lot(lots, typed.rows, on, held)
        row = {"site_kind": kind, "site": site, "side": side, "region": region, "lot": lot}
        typed = with_rows(typed, [row])
    return typed, fault


_ADDED = ("site", "words", "side", "region")


def next_lot(
    lots: Sequence[Lot], rows: Sequence[Row], on: dt.date, held: Mapping[UUID, int]
) -> str:
    """Return the lot for one more needle: of the last one's size, the first to expire first.

    Args:
        lots: the stock.
        rows: the needles so far.
        on: the day of the session.
        held: how many needles of each lot this session has kept already.
    """
    of_last = rows[-1].get("lot") if rows else None
    size = next((_size(lot) for lot in lots if str(lot.pk) == of_last), None)
    fresh = [lot for lot in lots if _has_one(lot, rows, on, held)]
    same = [lot for lot in fresh if size is None or _size(lot) == size]
    found = same or fresh
    return str(found[0].pk) if found else ""


def _size(lot: Lot) -> tuple[object, object]:
    return lot.length_mm, lot.diameter_mm


def _has_one(lot: Lot, rows: Sequence[Row], on: dt.date, held: Mapping[UUID, int]) -> bool:
    taken = sum(row.get("lot") == str(lot.pk) for row in rows)
    stock = care_lot(lot, beside=held.get(lot.pk, 0))
    return stock.usable(on) and stock.left > taken
