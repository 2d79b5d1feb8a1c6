"""Rules between the cells of one row, declared where a table is declared.

Each is a small frozen value with `broken(record)`: the fault, or None. A rule that needs a cell
which is empty does not speak: empty is "not reported".
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from filiform.knowledge._problem import Fault


@dataclass(frozen=True, slots=True)
class Ascending:
    """The named numbers do not fall from left to right; with `strictly`, they rise."""

    columns: tuple[str, ...]
    strictly: bool = False

    def broken(self, record: object) -> Fault | None:
        """Return the fault at the first pair that is out of order."""
        given = [(name, _number(record, name)) for name in self.columns]
        known = [(name, value) for name, value in given if value is not None]
        for (left, low), (right, high) in pairwise(known):
            if low > high or (self.strictly and low == high):
                sign = "<" if self.strictly else "≤"
                return Fault(
                    right, f"{left} {low:g} and {right} {high:g}", f"{left} {sign} {right}"
                )
        return None


@dataclass(frozen=True, slots=True)
class Together:
    """Either all of the named cells are filled, or none."""

    columns: tuple[str, ...]

    def broken(self, record: object) -> Fault | None:
        """Return the fault at the first empty cell beside a filled one."""
        filled = [getattr(record, name) is not None for name in self.columns]
        if all(filled) or not any(filled):
            return None
        given = self.columns[filled.index(True)]
        return Fault(
            self.columns[filled.index(False)],
            f"an empty cell beside {given}",
            "all or none of " + ", ".join(self.columns),
        )


@dataclass(frozen=True, slots=True)
class OneOf:
    """At least one of the named cells is filled; with `only`, exactly one."""

    columns: tuple[str, ...]
    only: bool = False

    def broken(self, record: object) -> Fault | None:
        """Return the fault where none (or more than one) is filled."""
        filled = [name for name in self.columns if getattr(record, name) is not None]
        if len(filled) == 1 or (filled and not self.only):
            return None
        wish = "exactly one" if self.only else "at least one"
        found = " and ".join(filled) if filled else "only empty cells"
        return Fault(self.columns[0], found, f"{wish} of " + ", ".join(self.columns))


@dataclass(frozen=True, slots=True)
class Needs:
    """Where the first cell is filled, the others are too."""

    column: str
    needed: tuple[str, ...]

    def broken(self, record: object) -> Fault | None:
        """Return the fault at the first needed cell that is empty."""
        if getattr(record, self.column) is None:
            return None
        for name in self.needed:
            if getattr(record, name) is None:
                return Fault(
                    name, f"an empty cell beside {self.column}", f"filled with {self.column}"
                )
        return None


@dataclass(frozen=True, slots=True)
class Different:
    """Two cells do not hold the same."""

    one: str
    other: str

    def broken(self, record: object) -> Fault | None:
        """Return the fault where both are the same."""
        value = getattr(record, self.one)
        if value != getattr(record, self.other):
            return None
        return Fault(self.other, f"{value!r} in {self.one} too", f"different from {self.one}")


@dataclass(frozen=True, slots=True)
class InsideScale:
    """A score lies on the scale of its row; a change or a difference is not wider than it.

    Args:
        score: column of the score or the difference.
        kind: column that tells what the number is.
        words: the words in it for which this rule speaks.
        difference: whether these words mean a difference.
    """

    score: str
    kind: str
    words: tuple[str, ...]
    difference: bool = False

    def broken(self, record: object) -> Fault | None:
        """Return the fault where the scale cannot give the number."""
        low, high = _number(record, "scale_min"), _number(record, "scale_max")
        value = _number(record, self.score)
        if low is None or high is None or value is None:
            return None
        if getattr(record, self.kind) not in self.words:
            return None
        if self.difference:
            low, high = low - high, high - low
        if low <= value <= high:
            return None
        return Fault(self.score, f"{value:g}", f"from {low:g} to {high:g} on the scale of its row")


@dataclass(frozen=True, slots=True)
class Positive:
    """The named numbers are above zero where `kind` holds one of the words: ratios."""

    columns: tuple[str, ...]
    kind: str
    words: tuple[str, ...]

    def broken(self, record: object) -> Fault | None:
        """Return the fault at the first number that is not above zero."""
        kind = getattr(record, self.kind)
        if kind not in self.words:
            return None
        for name in self.columns:
            value = _number(record, name)
            if value is not None and value <= 0:
                return Fault(name, f"{value:g}", f"a number above 0 where {self.kind} is {kind}")
        return None


Constraint = Ascending | Together | OneOf | Needs | Different | InsideScale | Positive


def _number(record: object, name: str) -> float | None:
    value = getattr(record, name)
    return value if isinstance(value, int | float) else None
