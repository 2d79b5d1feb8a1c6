"""Columns and rules that several tables of the evidence share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.knowledge import vocabulary as v
from filiform.knowledge._cells import number, optional
from filiform.knowledge._constraints import ascending, together
from filiform.knowledge._table import Reference

if TYPE_CHECKING:
    from filiform.knowledge._cells import Cell


def identifiers() -> dict[str, Cell[object]]:
    """Return the columns under which a report is found elsewhere."""
    return {"doi": v.doi(), "pmid": v.pmid(), "pmcid": v.pmcid()}


COUNTRY = Reference(("country",), "countries", ("id",))
SCALE = {"scale_min": optional(number()), "scale_max": optional(number())}
SCALE_RISES = (
    together("scale_min", "scale_max"),
    ascending("scale_min", "scale_max", strictly=True),
)
EVENTS = (together("events", "total"), ascending("events", "total"))
