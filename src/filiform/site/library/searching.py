"""Finding words on a long page: rows of tables and entries that hold all of them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from filiform.site.library.cells import Cell, Grid

LONGEST = 80
"""Characters of a search that are read; more find nothing that fewer do not."""


@dataclass(frozen=True, slots=True)
class Search:
    """The words that were looked for; none of them fits everything."""

    words: str

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Search:
        """Read the words of an address."""
        return cls(query.get("q", "").strip()[:LONGEST])

    def fits(self, texts: Iterable[str | None]) -> bool:
        """Say whether all words stand somewhere in texts; case and accents do not matter.

        >>> Search("witt 2009").fits(["Witt, C.", "Forsch Komplementmed (2009)"])
        True
        >>> Search("baumler").fits(["Bäumler 2021"]), Search("baumler").fits(["Witt 2009"])
        (True, False)
        """
        text = _folded(" ".join(each for each in texts if each))
        return all(word in text for word in _folded(self.words).split())

    def rows(self, grid: Grid) -> Grid:
        """Return a table with the rows that fit, in their cells or in the table's name."""
        rows = tuple(row for row in grid.rows if self.fits([grid.caption, *map(_text, row)]))
        return replace(grid, rows=rows)

    def grids(self, grids: Iterable[Grid]) -> tuple[Grid, ...]:
        """Return the tables that have rows which fit, with those rows."""
        return tuple(grid for grid in map(self.rows, grids) if grid.rows)


def _text(cell: Cell) -> str:
    return cell.text


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.replace("_", " ")).casefold()
    return "".join(part for part in parts if not unicodedata.combining(part))
