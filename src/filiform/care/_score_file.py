"""A table of scores, read strictly: every fault is one sentence with its row and column."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from filiform.care._instruments import outcome_rules
from filiform.care._record import Record
from filiform.care._series import Series
from filiform.errors import CareError, nearest
from filiform.knowledge import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from filiform.care._instruments import InstrumentRules

COLUMNS: Final = ("person", "week", "instrument", "score")
MISSING: Final = ("", "NA")
"""What stands for a score that was not taken."""
WHOLE_ROW: Final = "the whole row"
LONGEST_WEEKS: Final = 520.0
"""Ten years: a week beyond it is a slip of the pen."""
_MOST_BYTES: Final = 256 * 1024 * 1024
_SEPARATORS: Final = {",": "comma", ";": "semicolon", "\t": "tab"}
_LONGEST_ECHO: Final = 60
_DECIMAL_COMMA: Final = re.compile(r"[+-]?[0-9]+,[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class RowProblem(Record):
    """A row that cannot be used, or a score that is missing.

    Attributes:
        row: as a spreadsheet counts it (the header is row 1).
        column: its header; "" for the whole row.
        person: whose row it is; "" where that cannot be told.
        found: what stands there.
        admissible: what may stand there.
        sentence: all of it in one sentence.
        holds_up: whether the measure is not judged until it is mended; a missing score holds
            nothing up.
    """

    row: int
    column: str
    person: str
    found: str
    admissible: str
    sentence: str
    holds_up: bool


@dataclass(slots=True)
class PersonRows:
    """What the rows of one person say.

    Attributes:
        scores: by measure, week to score.
        faults: by measure, why it is not judged.
        own: by column, the person's own value of it (therapy, planned end).
    """

    scores: dict[str, dict[float, float]] = field(default_factory=dict)
    rows: dict[tuple[str, float], int] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)

    def series(self) -> tuple[Series, ...]:
        """Return the scores of each measure in the order of time."""
        known = outcome_rules().instruments
        return tuple(
            Series(known[id_], tuple(sorted(by_week)), tuple(by_week[w] for w in sorted(by_week)))
            for id_, by_week in self.scores.items()
        )


@dataclass(frozen=True, slots=True)
class ScoreFile:
    """A table as it was read.

    Attributes:
        name: of the file, without its folder.
        rows: how many hold something, the header not counted.
        separator: comma, semicolon or tab.
        ignored: columns that nothing was read from.
        people: by person, in the order of the file.
        problems: in the order of the file.
    """

    name: str
    rows: int
    separator: str
    ignored: tuple[str, ...]
    people: Mapping[str, PersonRows]
    problems: tuple[RowProblem, ...]


def read_score_file(
    path: Path, *, own_columns: Sequence[str] = (), read_as: Mapping[str, str] | None = None
) -> ScoreFile:
    """Read a CSV of scores: columns person, week, instrument, score; more are ignored.

    Args:
        path: UTF-8 with or without a byte order mark; commas, semicolons or tabs between cells.
            Where these are no commas, a decimal comma is read as a point.
        own_columns: further columns to read, one value a person.
        read_as: what a name of a measure means in this file, as {"VAS": "VAS 0-100"}.

    Raises:
        CareError: the file cannot be read, or a column is missing or there twice.
    """
    text = _text(path)
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines = _lines(reader, path.name)
    head = next(lines, None)
    if head is None:
        raise CareError(f"{path.name} is empty: a header with {', '.join(COLUMNS)} is needed")
    reading = _Reading(path.name, _places(path.name, head[1], own_columns), len(head[1]), read_as)
    reading.commas = separator != ","
    for row, cells in lines:
        reading.take(row, cells)
    if not reading.rows:
        raise CareError(f"{path.name} has a header and no row: a row for each score is needed")
    used = {cell.casefold() for cell in (*COLUMNS, *own_columns)}
    ignored = tuple(h for h in map(_tidy, head[1]) if h and h.casefold() not in used)
    return ScoreFile(
        path.name,
        reading.rows,
        _SEPARATORS[separator],
        ignored,
        reading.people,
        tuple(reading.problems),
    )


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CareError(f"{path.name} is longer than 256 MB: split it by people")
        data = path.read_bytes()
    except OSError as error:
        raise CareError(f"cannot read {path}: {error.strerror}; give a CSV file") from error
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise CareError(
            f"{path.name} is no text in UTF-8 (byte {error.start + 1}): save it as CSV in UTF-8"
        ) from error


def _lines(reader: Iterator[list[str]], name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold something, numbered as a spreadsheet does."""
    try:
        for row, cells in enumerate(reader, start=1):
            if any(cell and not cell.isspace() for cell in cells):
                yield row, cells
    except csv.Error as error:
        raise CareError(f"{name} is no CSV table: {error}; check its quotes") from error


def _tidy(cell: str) -> str:
    return " ".join(cell.split())


def _places(name: str, head: Sequence[str], own: Sequence[str]) -> dict[str, int]:
    header = [_tidy(cell).casefold() for cell in head]
    found = {}
    for column in (*COLUMNS, *own):
        places = [n for n, cell in enumerate(header) if cell == column.casefold()]
        if not places:
            own_names = [_tidy(c) for c in head if _tidy(c)]
            close = nearest(column, own_names)
            hint = f"; did you mean {close!r}?" if close else ""
            raise CareError(
                f"{name} has no column {column!r}: the columns {', '.join(COLUMNS)} are needed, "
                f"the file has {', '.join(own_names) or 'none'}{hint}"
            )
        if len(places) > 1:
            raise CareError(f"{name}, row 1: two columns are called {column!r}: keep one")
        found[column] = places[0]
    return found


class _Spot(NamedTuple):
    """Where a problem stands: row, column and whose it is."""

    row: int
    column: str
    person: str


class _Reading:
    """Takes rows one by one; keeps what can be used and every fault."""

    def __init__(
        self, name: str, places: Mapping[str, int], width: int, read_as: Mapping[str, str] | None
    ) -> None:
        """Take the file's name, where its columns are, and what names mean in it."""
        self.name, self.places, self.width = name, places, width
        self.own = [column for column in places if column not in COLUMNS]
        self.people: dict[str, PersonRows] = {}
        self.problems: list[RowProblem] = []
        self.rows = 0
        self.commas = False
        self._read_as = {key.casefold(): value for key, value in (read_as or {}).items()}
        self._measures: dict[str, InstrumentRules | str] = {}
        self._names: dict[str, str] = {}
        self._person, self._week, self._instrument, self._points = (places[c] for c in COLUMNS)

    def take(self, row: int, cells: list[str]) -> None:
        """Take one row."""
        self.rows += 1
        name = self._name(cells[self._person]) if len(cells) > self._person else ""
        if not name:
            self._note(_Spot(row, "person", ""), "", "a name or a number for each person")
            return
        person = self.people.get(name)
        if person is None:
            person = self.people[name] = PersonRows()
        if len(cells) != self.width and (faulty := self._misshapen(cells)):
            self._fault(person, WHOLE_ROW, _Spot(row, "", name), *faulty)
            return
        for column in self.own:
            self._own_value(person, _Spot(row, column, name), _tidy(cells[self.places[column]]))
        given = cells[self._instrument]
        measure = self._measures.get(given) or self._measure(given)
        if isinstance(measure, str):
            spot, word = _Spot(row, "instrument", name), _tidy(given)
            self._fault(person, word or "a measure", spot, word, measure)
            return
        self._score(person, measure, (row, name), cells)

    def _name(self, cell: str) -> str:
        if cell not in self._names:
            self._names[cell] = _tidy(cell)
        return self._names[cell]

    def _misshapen(self, cells: list[str]) -> tuple[str, str] | None:
        more = any(cell.strip() for cell in cells[self.width :])
        if more or len(cells) <= max(self.places.values()):
            return (
                f"{len(cells)} cells",
                f"{self.width} as in the header (put quotes around a cell that holds a separator)",
            )
        return None

    def _score(
        self, person: PersonRows, measure: InstrumentRules, at: tuple[int, str], cells: list[str]
    ) -> None:
        row, name = at
        week_cell, cell = cells[self._week].strip(), cells[self._points].strip()
        week, score = (number(each, comma=self.commas) for each in (week_cell, cell))
        column, found = "week", week_cell
        if week is None or not 0.0 <= week <= LONGEST_WEEKS:
            words = f"a number from 0 (the first score) to {LONGEST_WEEKS:g}{_comma(week_cell)}"
        elif cell in MISSING:
            words = f"a number from {measure.span}; taken as not reported"
            self._note(_Spot(row, "score", name), cell, words, holds_up=False)
            return
        elif score is None or not measure.low <= score <= measure.high:
            column, found, words = "score", cell, _range(measure, score) + _comma(cell)
        elif (before := person.rows.setdefault((measure.id, week), row)) != row:
            words = f"one {measure.id} score a week (week {week:g} is in row {before} too)"
        else:
            person.scores.setdefault(measure.id, {})[week] = score
            return
        self._fault(person, measure.id, _Spot(row, column, name), found, words)

    def _own_value(self, person: PersonRows, at: _Spot, value: str) -> None:
        if value and person.own.setdefault(at.column, value) != value:
            words = f"one value a person (it was {_quoted(person.own[at.column])} before)"
            self._fault(person, at.column, at, value, words)

    def _measure(self, given: str) -> InstrumentRules | str:
        found = self._measures[given] = self._find(_tidy(given))
        return found

    def _find(self, given: str) -> InstrumentRules | str:
        if not given:
            return "a measure, as NPRS or NDI"
        try:
            return outcome_rules().find(self._read_as.get(given.casefold(), given))
        except CareError as fault:
            return f"a measure that is known: {fault}"

    def _fault(
        self, person: PersonRows, measure: str, at: _Spot, found: str, admissible: str
    ) -> None:
        problem = self._note(at, found, admissible)
        person.faults.setdefault(measure, f"Not judged until it is mended: {problem.sentence}.")

    def _note(self, at: _Spot, found: str, admissible: str, *, holds_up: bool = True) -> RowProblem:
        shown = _quoted(found) if at.column else found
        sentence = str(Problem(self.name, at.row, at.column, shown, admissible))
        problem = RowProblem(at.row, at.column, at.person, found, admissible, sentence, holds_up)
        self.problems.append(problem)
        return problem


def number(cell: str, *, comma: bool = False) -> float | None:
    """Return a finite number written with a point, or None.

    Args:
        cell: as it stands.
        comma: whether a comma before one or two digits is a point too: it does not part cells.

    >>> number("6.5"), number("6,5"), number("1_0"), number("nan"), number("")
    (6.5, None, None, None, None)
    >>> number("6,5", comma=True), number("1,000", comma=True)
    (6.5, None)
    """
    if comma and _DECIMAL_COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in cell else None


def _comma(cell: str) -> str:
    decimal = cell.replace(",", ".", 1)
    return " (write decimals with a point)" if "," in cell and number(decimal) is not None else ""


def _range(measure: InstrumentRules, score: float | None) -> str:
    """Return the admissible range, and the wider scales of the same name where one holds it."""
    words = f"a number from {measure.span} for {measure.id}"
    stem = measure.id.split()[0]
    wider = [
        each.id
        for each in outcome_rules().instruments.values()
        if each.id != measure.id and each.id.split()[0] == stem and each.high > measure.high
    ]
    holds = score is not None and wider and measure.high < score <= _WIDEST
    return f"{words} (if it is meant, write {' or '.join(map(repr, wider))})" if holds else words


_WIDEST: Final = 100.0


def _quoted(cell: str) -> str:
    if not cell:
        return "an empty cell"
    return repr(cell) if len(cell) <= _LONGEST_ECHO else repr(cell[:_LONGEST_ECHO]) + "…"
