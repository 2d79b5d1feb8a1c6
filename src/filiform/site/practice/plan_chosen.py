"""The sites of a plan: as chosen in the form, as kept, and as the first table of a session."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from filiform.care.needles import Needle as CareNeedle
from filiform.site.practice import stock
from filiform.site.practice.session_sites import next_lot
from filiform.site.practice.session_typed import Row, Typed, row_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from filiform.care.needles import Side, SiteKind
    from filiform.site.practice.models import Lot, Plan, Practice


@dataclass(frozen=True, slots=True)
class Kept:
    """A site of a kept plan."""

    kind: str
    site: str
    sides: tuple[Side, ...]
    region: str
    depth_mm: float | None
    electrical: bool


def kept_sites(plan: Plan) -> tuple[Kept, ...]:
    """Return the sites of a plan, left and right together; one without a side is on both."""
    found: dict[tuple[object, ...], Kept] = {}
    for given in plan.prescription.get("chosen", []):
        each = _kept(given)
        key = (each.kind, each.site, each.region, each.depth_mm, each.electrical)
        before = found[key].sides if key in found else ()
        found[key] = replace(each, sides=tuple(dict.fromkeys((*before, *each.sides))))
    return tuple(found.values())


def _kept(given: Mapping[str, object]) -> Kept:
    side, depth = given.get("side"), given.get("depth_mm")
    sides = (cast("Side", side),) if side else cast("tuple[Side, ...]", ("left", "right"))
    return Kept(
        kind=str(given["kind"]),
        site=str(given["site"]),
        sides=sides,
        region=str(given["region"]),
        depth_mm=depth if isinstance(depth, int | float) else None,
        electrical=bool(given.get("electrical")),
    )


def planned(plan: Plan, practice: Practice, on: dt.date) -> Typed:
    """Return the sites of a plan as a proposal for a session, each from a fresh lot.

    The planned depth is not copied: what a needle reached is found at the needle.
    """
    lots = stock.choices(practice, on)
    by_id: dict[str, Lot] = {str(lot.pk): lot for lot in lots}
    rows: list[Row] = []
    for each in kept_sites(plan):
        for side in each.sides:
            needle = CareNeedle(
                cast("SiteKind", each.kind),
                each.site,
                side,
                each.region,
                stimulation="electrical" if each.electrical else None,
            )
            rows.append(row_of(needle, by_id.get(next_lot(lots, rows, on, {}))))
    return Typed(tuple(rows), {}, "plan", version=1)
