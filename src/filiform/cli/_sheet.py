"""A table of a person's own, read from CSV: every fault is named with its row and column."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from filiform.errors import EvidenceError, unknown
from filiform.knowledge import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Ten thousand studies take a megabyte; what is longer than this is no table of studies.
_LONGEST: Final = 16 * 1024 * 1024
_SEPARATORS: Final = (",", ";", "\t")
_LONGEST_ECHO: Final = 60
_MOST_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a header.

    Attributes:
        file: its name, without the folder.
        columns: header to one text a row.
        rows: the number of each row as a spreadsheet counts it (the header is row 1).
    """

    file: str
    columns: Mapping[str, tuple[str, ...]]
    rows: tuple[int, ...]

    def found(self, names: tuple[str, ...]) -> str | None:
        """Return the header that is one of some names, whatever its case; the first that is."""
        by_folded = {header.casefold(): header for header in reversed(list(self.columns))}
        return next((by_folded[name] for name in names if name in by_folded), None)

    def texts(self, header: str, *, needed: bool = True) -> list[str]:
        """Return a column as texts.

        Raises:
            EvidenceError: if there is no such column, or a needed cell is empty.
        """
        if header not in self.columns:
            raise EvidenceError(f"{self.file}: {unknown('column', header, self.columns)}")
        cells = [" ".join(cell.split()) for cell in self.columns[header]]
        for row, cell in zip(self.rows, cells, strict=True):
            if needed and not cell:
                raise self.fault(row, header, cell, "a name or a number; leave the row out if none")
        return cells

    def numbers(
        self, header: str, words: str = "a number", low: float = -math.inf, *, above: bool = False
    ) -> list[float]:
        """Return a column as finite numbers.

        Args:
            header: of the column.
            words: what is admissible, for the message.
            low: the least admissible number.
            above: whether a number must be above it.

        Raises:
            EvidenceError: if there is no such column, or a cell is no admissible number.
        """
        found = []
        for row, cell in zip(self.rows, self.texts(header), strict=True):
            value = _number(cell)
            if value is None or value < low or (above and value == low):
                raise self.fault(row, header, cell, words)
            found.append(value)
        return found

    def fault(self, row: int, header: str, cell: str, admissible: str) -> EvidenceError:
        """Return the error that names a cell."""
        return EvidenceError(str(Problem(self.file, row, header, _quoted(cell), admissible)))


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file with a header; commas, semicolons or tabs may separate its cells.

    Raises:
        EvidenceError: for a file that cannot be read, is too long, no text, empty, or whose rows
            do not have as many cells as its header.
    """
    name = path.name
    text = _text(path)
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise EvidenceError(f"{name} is no CSV table: {error}; check its quotes") from error
    numbered = [(i, line) for i, line in enumerate(lines, start=1) if any(map(str.strip, line))]
    if not numbered:
        raise EvidenceError(f"{name} is empty: a header and a row for each study are needed")
    (_, head), body = numbered[0], numbered[1:]
    header = _header(name, head)
    if not body:
        raise EvidenceError(f"{name} has a header and no row: a row for each study is needed")
    for row, line in body:
        if len(line) != len(header):
            raise EvidenceError(
                f"{name}, row {row}: found {len(line)} cells, admissible are {len(header)} as in "
                "the header; put quotes around a cell that holds a separator"
            )
    columns = zip(*(line for _, line in body), strict=True)
    return Sheet(name, dict(zip(header, columns, strict=True)), tuple(row for row, _ in body))


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > _LONGEST:
            raise EvidenceError(
                f"{path.name} is longer than 16 MB ({size / 1024 / 1024:.0f} MB): give a table of "
                "studies, one a row"
            )
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise EvidenceError(f"cannot read {path}: {error.strerror}; give a CSV file") from error
    except UnicodeDecodeError as error:
        raise EvidenceError(
            f"{path.name} is no text in UTF-8 (byte {error.start + 1}): save it as CSV in UTF-8"
        ) from error


def _header(name: str, head: list[str]) -> list[str]:
    header = [" ".join(cell.split()) for cell in head]
    for place, cell in enumerate(header, start=1):
        if not cell or len(cell) > _LONGEST_ECHO:
            raise EvidenceError(
                f"{name}, row 1: column {place} is called {_quoted(cell)}, admissible is a name of "
                f"at most {_LONGEST_ECHO} characters in each cell of the first row"
            )
        if header.index(cell) != place - 1:
            raise EvidenceError(
                f"{name}, row 1: two columns are called {cell!r}: give each its own name"
            )
    return header


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    # Python reads 1_000; a table means something else by it.
    return value if math.isfinite(value) and "_" not in cell else None


def _quoted(cell: str) -> str:
    if not cell:
        return "an empty cell"
    return repr(cell) if len(cell) <= _LONGEST_ECHO else repr(cell[:_LONGEST_ECHO]) + "…"


def listed(headers: Mapping[str, tuple[str, ...]]) -> str:
    """Return the headers of a table in one line, the first eight of them."""
    names = list(headers)
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
