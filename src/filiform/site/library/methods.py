"""How the numbers are made, read from the rules that make them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from filiform.errors import KnowledgeError
from filiform.site.library.cells import Cell, Grid, figure, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from filiform.knowledge import Library
    from filiform.review import Review, Window

Table = Mapping[str, object]


def windows(review: Review) -> Grid:
    """Return the windows of time and the week that each looks for."""
    return Grid(
        "The four times",
        ("Name", "Weeks since the start", "Value taken"),
        tuple(
            (
                Cell(plain(name)),
                Cell(weeks(review, name)),
                Cell(f"nearest to week {span.target:g}"),
            )
            for name, span in review.choices.windows.items()
        ),
    )


def weeks(review: Review, window: Window) -> str:
    """Return the weeks of a window in words."""
    span = review.choices.windows[window]
    if math.isinf(span.end):
        return f"{span.start:g} weeks or more"
    if not span.start:
        return f"less than {span.end:g} week"
    return f"{span.start:g} to less than {span.end:g} weeks"


def criteria(library: Library) -> Grid:
    """Return every criterion of the certainty rules with its threshold, reason and source."""
    rules = library.rules("certainty")
    rows = tuple(
        (
            Cell(plain(domain)),
            Cell(plain(name)),
            figure(_number(criterion, "threshold")),
            figure(_number(criterion, "steps")),
            Cell(str(criterion["reason"])),
            Cell(str(table["source"])),
        )
        for domain, table in _tables(rules)
        for name, criterion in _tables(table)
    )
    head = ("Question", "Rule", "Threshold", "Levels off", "Reason", "Source")
    return Grid("What takes certainty away", head, rows)


def flags(review: Review) -> Grid:
    """Return what makes a trial's number doubtful."""
    rows = tuple(
        (Cell(plain(flag)), Cell(reason)) for flag, reason in review.choices.flags.reasons.items()
    )
    return Grid("Flags", ("Flag", "What it means"), rows)


def urgencies(library: Library) -> tuple[tuple[str, str], ...]:
    """Return the urgencies of the screening, the most urgent first, with what to do."""
    known = library.rules("screening").get("urgency")
    return tuple((str(table["name"]), str(table["action"])) for _, table in _tables(known))


def _tables(value: object) -> Iterator[tuple[str, Table]]:
    if not isinstance(value, Mapping):
        raise KnowledgeError(
            "a file of rules lacks a table that the methods page shows: restore it"
        )
    for name, table in value.items():
        if isinstance(table, Mapping):
            yield name, table


def _number(table: Table, key: str) -> float | None:
    value = table.get(key)
    return value if isinstance(value, int | float) else None
