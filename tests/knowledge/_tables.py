"""Tables of one's own for the tests: a published table with a change."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from filiform.knowledge import TABLES, published_rows

if TYPE_CHECKING:
    from pathlib import Path


def csv_text(rows: list[dict[str, str]]) -> str:
    """Return rows as the text of a CSV file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def published(name: str) -> list[dict[str, str]]:
    """Return the rows of a published table, free to change."""
    return [dict(row) for row in published_rows(name)]


def with_cells(name: str, row: int, cells: dict[str, str]) -> str:
    """Return a published table with some cells of one row changed; the first row is row 2."""
    rows = published(name)
    assert set(cells) <= set(TABLES[name].columns)
    rows[row - 2] |= cells
    return csv_text(rows)


def first_row(name: str, cells: dict[str, str]) -> str:
    """Return a table of one row: the first published one with some cells changed."""
    return csv_text([published(name)[0] | cells])


def write(directory: Path, name: str, text: str) -> Path:
    """Write a table into a directory and return the directory."""
    (directory / name).write_text(text, encoding="utf-8", newline="")
    return directory
