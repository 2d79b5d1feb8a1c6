"""Everything that is wrong with a directory of tables, or with the published ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from filiform.errors import nearest
from filiform.knowledge._bibliography import Citations
from filiform.knowledge._dates import first_day
from filiform.knowledge._directory import csv_files
from filiform.knowledge._library import Library, library, published_file
from filiform.knowledge._problem import Problem, quoted
from filiform.knowledge._table import read_file
from filiform.knowledge._tables import TABLES
from filiform.knowledge.word_tables import Source

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from filiform.knowledge._table import Reading, Reference, Table


def check(path: Path | str, today: dt.date | None = None) -> list[Problem]:
    """Return all problems of the tables in a directory, in the order of file and row.

    Any subset of the tables may be there, recognised by file name. Rows that point to another
    table are looked up in the directory first, and in the published tables where it has no
    such file; sources in both bibliographies.

    Args:
        path: a directory with CSV files, beside each other or in folders as the published ones
            (evidence, knowledge, texts), or one such file.
        today: no year or date may be later; None leaves dates unchecked.
    """
    if not Path(path).exists():
        return [Problem(str(path), None, "", "no such directory", _A_DIRECTORY)]
    files = csv_files(Path(path))
    if not files:
        return [Problem(str(path), None, "", "no CSV file", _the_tables())]
    named = {file.name: file for file in reversed(files)}
    readings = {
        file.stem: read_file(TABLES[file.stem], file)
        for file in named.values()
        if file.name in _FILES
    }
    problems = [_unknown_file(file.name) for file in files if file.name not in _FILES]
    problems += [
        Problem(file.name, None, "", "a second file of this name", f"one: remove {file}")
        for file in files
        if named[file.name] != file
    ]
    problems += check_readings(readings, today)
    order = {name: i for i, name in enumerate(dict.fromkeys(file.name for file in files))}
    return sorted(problems, key=lambda problem: (order[problem.file], problem.row or 0))


def check_published(today: dt.date) -> list[Problem]:
    """Return all problems of the published tables; a health test holds this list empty."""
    readings = {name: read_file(table, published_file(table)) for name, table in TABLES.items()}
    return check_readings(readings, today)


def check_readings(readings: Mapping[str, Reading[object]], today: dt.date | None) -> list[Problem]:
    """Return the problems of tables that were read, within a row and between tables."""
    shelf = _Shelf(readings)
    citations = Citations(shelf.bibliography)
    problems: list[Problem] = []
    for name, reading in readings.items():
        table = TABLES[name]
        problems += reading.problems
        problems += _orphans(table, reading.records, shelf)
        problems += _unsourced(table, reading.records, citations)
        if today is not None:
            problems += _in_the_future(table, reading.records, today)
    return problems


def orphans(library: Library) -> list[Problem]:
    """Return the rows of a library that point to rows which it does not have."""
    shelf = _Shelf({}, library)
    return [
        problem
        for table in TABLES.values()
        for problem in _orphans(table, library.rows(table), shelf)
    ]


class _Shelf:
    """Tables that were read, with a library behind them for those that were not."""

    def __init__(
        self, readings: Mapping[str, Reading[object]], behind: Library | None = None
    ) -> None:
        self._readings = readings
        self._behind = library() if behind is None else behind
        self._keys: dict[Reference, frozenset[object]] = {}

    @property
    def bibliography(self) -> Mapping[str, Source]:
        """The published bibliography with the entries that were read."""
        own = {
            entry.id: entry
            for reading in self._readings.values()
            for entry in reading.records
            if isinstance(entry, Source)
        }
        return {**self._behind.bibliography, **own}

    def keys(self, reference: Reference) -> frozenset[object] | None:
        """Return the keys that a reference may point to; None where their table has faults."""
        reading = self._readings.get(reference.table)
        if reading is not None and reading.problems:
            return None
        if reference not in self._keys:
            rows: Sequence[object] = (
                self._behind.rows(TABLES[reference.table]) if reading is None else reading.records
            )
            self._keys[reference] = frozenset(_key(row, reference.keys) for row in rows)
        return self._keys[reference]


def _orphans(table: Table[object], records: Sequence[object], shelf: _Shelf) -> Iterator[Problem]:
    for reference in table.references:
        keys = shelf.keys(reference)
        for record in records if keys is not None else ():
            for value in _pointed(record, reference):
                if keys is not None and value not in keys:
                    yield _orphan(table, record, reference, value, keys)


def _pointed(record: object, reference: Reference) -> tuple[object, ...]:
    """Return what the cells of a reference point to: one key, several, or none."""
    value = _key(record, reference.columns)
    if isinstance(value, str) and reference.split:
        return tuple(value.split(reference.split))
    if len(reference.columns) == 1 and isinstance(value, tuple):
        return value
    return () if value is None else (value,)


def _key(record: object, columns: tuple[str, ...]) -> object:
    values = tuple(getattr(record, name) for name in columns)
    return values[0] if len(values) == 1 else values


def _orphan(
    table: Table[object],
    record: object,
    reference: Reference,
    value: object,
    keys: frozenset[object],
) -> Problem:
    parts = value if isinstance(value, tuple) else (value,)
    close = nearest(str(value), sorted(map(str, keys))) if len(parts) == 1 else None
    hint = f" (did you mean {close!r}?)" if close else ""
    wish = f"what {reference.table}.csv lists as {' and '.join(reference.keys)}{hint}"
    found = " and ".join(map(quoted, parts))
    return Problem(table.file, _row(record), reference.columns[-1], found, wish)


def _unsourced(
    table: Table[object], records: Sequence[object], citations: Citations
) -> Iterator[Problem]:
    resolved: dict[str, bool] = {}
    for record in records:
        for column in table.sources:
            cell = getattr(record, column)
            if cell is None:
                continue
            if cell not in resolved:
                resolved[cell] = bool(citations.of(cell))
            if not resolved[cell]:
                wish = "a source that a key of bibliography.csv names: add a row there"
                yield Problem(table.file, _row(record), column, quoted(cell), wish)


def _in_the_future(
    table: Table[object], records: Sequence[object], today: dt.date
) -> Iterator[Problem]:
    for record in records:
        for column in table.dated:
            value = getattr(record, column)
            first = first_day(str(value)) if value is not None else None
            if first is not None and first > today:
                wish = f"a date up to today, {today.isoformat()}"
                yield Problem(table.file, _row(record), column, quoted(value), wish)


def _row(record: object) -> int | None:
    row = getattr(record, "row", None)
    return row if isinstance(row, int) else None


def _unknown_file(name: str) -> Problem:
    close = nearest(name, _FILES)
    wish = f"a file named as a table (did you mean {close!r}?)" if close else _the_tables()
    return Problem(name, None, "", "a file that is no table", wish)


def _the_tables() -> str:
    return "one of " + ", ".join(_FILES)


_A_DIRECTORY = "the name of a directory of tables, or of one table such as trials.csv"
_FILES = tuple(table.file for table in TABLES.values())
