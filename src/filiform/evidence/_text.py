"""How results are written for people to read."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from _typeshed import DataclassInstance


def shown(value: float | None, digits: int = 4) -> str:
    """Write a number in a few significant digits, or a dash where there is none.

    >>> shown(-0.714532342), shown(None)
    ('-0.7145', '–')
    """
    return "–" if value is None else f"{value:.{digits}g}"


def shown_p(p: float | None) -> str:
    """Write a p-value as journals do.

    >>> shown_p(0.0312), shown_p(1e-9)
    ('0.031', '<0.001')
    """
    smallest = 0.001
    if p is None:
        return "–"
    return f"<{smallest}" if p < smallest else f"{p:.3f}"


def between(low: float | None, high: float | None, digits: int = 4) -> str:
    """Write an interval.

    >>> between(-1.1, 0.25)
    '-1.1 to 0.25'
    """
    if low is None or high is None:
        return "–"
    return f"{shown(low, digits)} to {shown(high, digits)}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Set a header and rows in columns, the first to the left, the others to the right.

    >>> print(table(["study", "weight"], [["A", "60"], ["B", "40"]]))
    study  weight
    A          60
    B          40
    """
    lines = [list(header), *map(list, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def plain_dict(result: DataclassInstance) -> dict[str, object]:
    """Return the fields of a result as a dictionary of numbers, texts and lists (JSON)."""
    return {
        "references" if field.name == "papers" else field.name: _plain(getattr(result, field.name))
        for field in dataclasses.fields(result)
    }


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain_dict(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):
        return value.tolist()
    return value
