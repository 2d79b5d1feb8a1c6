"""One table: its columns, what each admits, and how its rows hang together."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from filiform.errors import nearest
from filiform.knowledge._problem import Fault, Problem, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from filiform.knowledge._cells import Cell
    from filiform.knowledge._constraints import Constraint

R_co = TypeVar("R_co", covariant=True)

LARGEST_FILE_BYTES = 5_000_000
"""The largest table is some 40 kB; what is a hundred times that is not a table of facts."""


class Reference(NamedTuple):
    """Columns whose value must exist in another table.

    Args:
        columns: columns here.
        table: name of the other table.
        keys: columns there, in the same order.
        split: separator where one cell holds several values ("+"); "" where it holds one.
    """

    columns: tuple[str, ...]
    table: str
    keys: tuple[str, ...]
    split: str = ""


@dataclass(frozen=True, slots=True)
class Table(Generic[R_co]):
    """A table as it is declared.

    Args:
        name: name of the file without `.csv`.
        folder: folder inside the package data.
        about: what one row is, in one line.
        record: class of one row, its fields in the order of `columns`, then `row`.
        columns: what each column admits.
        unique: each a set of columns of which no two rows hold the same (empty cells aside).
        constraints: rules between the cells of one row.
        references: columns that point to other tables.
        dated: columns with a year or a date, which may not lie in the future.
        sources: columns that must resolve to the bibliography.
    """

    name: str
    folder: str
    about: str
    record: Callable[..., R_co]
    columns: Mapping[str, Cell[object]]
    unique: tuple[tuple[str, ...], ...]
    constraints: tuple[Constraint, ...] = ()
    references: tuple[Reference, ...] = ()
    dated: tuple[str, ...] = ()
    sources: tuple[str, ...] = ("source",)

    @property
    def file(self) -> str:
        """Name of the file."""
        return f"{self.name}.csv"


class Reading(NamedTuple, Generic[R_co]):
    """What a file gave: the rows that could be read, and everything that is wrong."""

    records: tuple[R_co, ...]
    problems: tuple[Problem, ...]


def read_table(table: Table[R_co], data: bytes) -> Reading[R_co]:
    """Read a table from the bytes of its file; every fault is reported, none is mended."""
    rows, problems = raw_rows(table.file, data)
    if problems or not rows:
        return Reading((), problems)
    header_faults = tuple(_header_faults(rows[0], table.columns))
    if header_faults:
        return Reading((), tuple(fault.at(table.file, 1) for fault in header_faults))
    reader = _RowReader(table, rows[0])
    records = tuple(
        record for i, row in enumerate(rows[1:], 2) if (record := reader.read(i, row)) is not None
    )
    return Reading(records, tuple(reader.problems) + tuple(_repetitions(table, records)))


def read_file(table: Table[R_co], path: Path) -> Reading[R_co]:
    """Read a table from its file; no more of the file is read than a table may be long."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        found = f"a file that cannot be read ({error.strerror or error})"
        return Reading((), (Problem(table.file, None, "", found, "a CSV file in UTF-8"),))
    return read_table(table, data)


def raw_rows(file: str, data: bytes) -> tuple[list[list[str]], tuple[Problem, ...]]:
    """Split the bytes of a CSV file into rows, or say in one problem why that cannot be done."""
    fault = _not_a_table(data)
    if fault is not None:
        return [], (fault.at(file, None),)
    reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error as error:
        fault = Fault("", f"broken quoting ({error})", "CSV with quotes doubled inside quotes")
        return [], (fault.at(file, len(rows) + 1),)
    return rows, ()


def _not_a_table(data: bytes) -> Fault | None:
    if len(data) > LARGEST_FILE_BYTES:
        limit = f"{LARGEST_FILE_BYTES / 1e6:g} MB"
        return Fault("", f"more than {limit}", f"a table of at most {limit}")
    if not data.strip():
        return Fault("", "an empty file", "a header row with the columns of the table")
    if any(byte < _SPACE and byte not in b"\t\r\n" for byte in set(data)):
        return Fault("", "bytes that are not text", "a CSV file in UTF-8")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"a byte that is not UTF-8 at position {error.start}"
        return Fault("", found, "a CSV file in UTF-8: save it again with that encoding")
    return None


def _header_faults(header: Sequence[str], columns: Mapping[str, object]) -> Iterator[Fault]:
    missing = [name for name in columns if name not in header]
    for place, name in enumerate(header):
        if name in header[:place]:
            yield Fault(name, "the column twice", "each column once")
        elif name not in columns:
            close = nearest(name, missing)
            hint = f"{close!r}, which is missing" if close else "one of " + ", ".join(columns)
            yield Fault("", f"the column {quoted(name)}", hint)
    for name in missing:
        yield Fault(name, "no such column", "a table with the columns " + ", ".join(columns))


class _RowReader(Generic[R_co]):
    """Reads the rows of one file in the order of its header."""

    def __init__(self, table: Table[R_co], header: list[str]) -> None:
        self.problems: list[Problem] = []
        self._table = table
        self._header = header
        self._cells = [table.columns[name] for name in header]
        self._order = [header.index(name) for name in table.columns]

    def read(self, number: int, row: list[str]) -> R_co | None:
        """Return the record of a row, or None after its faults were noted."""
        before = len(self.problems)
        if not any(row):
            self._note(number, Fault("", "a blank row", "one fact a row"))
        elif len(row) != len(self._header):
            found = f"{len(row)} cells"
            wish = f"{len(self._header)} cells: put quotes around a cell that holds a comma"
            self._note(number, Fault("", found, wish))
        else:
            values = [self._value(number, i, text) for i, text in enumerate(row)]
            if len(self.problems) == before:
                return self._record(number, values)
        return None

    def _value(self, number: int, place: int, text: str) -> object:
        cell, name = self._cells[place], self._header[place]
        if text != text.strip() or not _ONE_LINE.isdisjoint(text):
            wish = "text on one line without space around it"
            self._note(number, Fault(name, quoted(text), wish))
            return None
        try:
            return cell.read(text)
        except (ValueError, KeyError):
            self._note(number, Fault(name, quoted(text), cell.refusal(text)))
            return None

    def _record(self, number: int, values: list[object]) -> R_co | None:
        record = self._table.record(*(values[i] for i in self._order), number)
        before = len(self.problems)
        for constraint in self._table.constraints:
            fault = constraint(record)
            if fault is not None:
                self._note(number, fault)
        return record if len(self.problems) == before else None

    def _note(self, number: int, fault: Fault) -> None:
        self.problems.append(fault.at(self._table.file, number))


def _repetitions(table: Table[object], records: Sequence[object]) -> Iterator[Problem]:
    for columns in table.unique:
        first: dict[tuple[object, ...], int] = {}
        for record in records:
            key = tuple(getattr(record, name) for name in columns)
            row: int = getattr(record, "row")  # noqa: B009 - records share the field, not a base
            if key == (None,) * len(key):
                continue
            if key in first:
                found = ", ".join(map(quoted, key)) + f" again, as in row {first[key]}"
                yield Problem(
                    table.file, row, columns[-1], found, "one row for each " + ", ".join(columns)
                )
            first.setdefault(key, row)


_SPACE = 0x20
_ONE_LINE = frozenset("\n\r\t")
