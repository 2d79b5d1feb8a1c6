"""What is wrong with a table, as a value: a file may have many faults, and all are reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a table, told in one sentence.

    Args:
        file: name of the file, without its folder.
        row: row as a spreadsheet counts it (the header is row 1); None for the whole file.
        column: name of the column; "" for the whole row or file.
        found: what stands there, in the words of the sentence ("found …").
        admissible: what may stand there or what to do.

    >>> print(Problem("outcomes.csv", 7, "sd", "'-2'", "a number of at least 0"))
    outcomes.csv, row 7, column sd: found '-2', admissible is a number of at least 0
    """

    file: str
    row: int | None
    column: str
    found: str
    admissible: str

    def __str__(self) -> str:
        """Return the fault as one sentence."""
        row = f", row {self.row}" if self.row is not None else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: found {self.found}, admissible is {self.admissible}"


class Fault(NamedTuple):
    """A problem that does not know yet in which file and row it stands."""

    column: str
    found: str
    admissible: str

    def at(self, file: str, row: int | None) -> Problem:
        """Return the problem with its place."""
        return Problem(file, row, self.column, self.found, self.admissible)


def quoted(value: object) -> str:
    """Return a value as it is echoed in a message, cut when it is long.

    >>> quoted("abc"), quoted(""), quoted("x" * 100) == repr("x" * 60) + "…"
    ("'abc'", 'an empty cell', True)
    """
    text = str(value)
    if not text:
        return "an empty cell"
    return repr(text) if len(text) <= _LONGEST_ECHO else repr(text[:_LONGEST_ECHO]) + "…"


_LONGEST_ECHO = 60
