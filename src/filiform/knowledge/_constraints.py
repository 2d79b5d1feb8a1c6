"""Rules between the cells of one row, named where a table is declared.

Each function takes columns and returns a rule: a function of a row that gives its fault, or None.
A rule that needs a cell which is empty does not speak: empty is "not reported".
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from filiform.knowledge._problem import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    Constraint = Callable[[object], Fault | None]


def ascending(*columns: str, strictly: bool = False) -> Constraint:
    """Ask that the numbers do not fall from left to right; with `strictly`, that they rise."""

    def broken(row: object) -> Fault | None:
        known = [(name, value) for name in columns if (value := _number(row, name)) is not None]
        for (left, low), (right, high) in pairwise(known):
            if low > high or (strictly and low == high):
                sign = "<" if strictly else "≤"
                found = f"{left} {low:g} and {right} {high:g}"
                return Fault(right, found, f"{left} {sign} {right}")
        return None

    return broken


def together(*columns: str) -> Constraint:
    """Ask that all of the cells are filled, or none."""

    def broken(row: object) -> Fault | None:
        filled = [_filled(row, name) for name in columns]
        if all(filled) or not any(filled):
            return None
        found = f"an empty cell beside {columns[filled.index(True)]}"
        return Fault(columns[filled.index(False)], found, "all or none of " + ", ".join(columns))

    return broken


def one_of(*columns: str, only: bool = False) -> Constraint:
    """Ask that at least one of the cells is filled; with `only`, exactly one."""
    wish = f"{'exactly' if only else 'at least'} one of " + ", ".join(columns)

    def broken(row: object) -> Fault | None:
        filled = [name for name in columns if _filled(row, name)]
        if len(filled) == 1 or (filled and not only):
            return None
        return Fault(columns[0], " and ".join(filled) or "only empty cells", wish)

    return broken


def needs(column: str, *needed: str) -> Constraint:
    """Ask that, where the first cell is filled, the others are too."""

    def broken(row: object) -> Fault | None:
        if _filled(row, column):
            for name in needed:
                if not _filled(row, name):
                    found = f"an empty cell beside {column}"
                    return Fault(name, found, f"a value wherever {column} has one")
        return None

    return broken


def different(one: str, other: str) -> Constraint:
    """Ask that two cells do not hold the same."""

    def broken(row: object) -> Fault | None:
        value = getattr(row, one)
        if value != getattr(row, other):
            return None
        return Fault(other, f"{value!r} in {one} too", f"different from {one}")

    return broken


def positive(*columns: str, where: str, words: tuple[str, ...]) -> Constraint:
    """Ask that the numbers are above zero where a column holds one of the words: ratios."""

    def broken(row: object) -> Fault | None:
        word = getattr(row, where)
        for name in columns if word in words else ():
            value = _number(row, name)
            if value is not None and value <= 0:
                return Fault(name, f"{value:g}", f"a number above 0 where {where} is {word}")
        return None

    return broken


def inside_scale(
    score: str, *, where: str, words: tuple[str, ...], difference: bool = False
) -> Constraint:
    """Ask that a score lies on the scale of its row, and no difference is wider than it.

    Args:
        score: column of the score or the difference.
        where: column that tells what the number is.
        words: the words in it for which the rule speaks.
        difference: whether these words mean a difference.
    """

    def broken(row: object) -> Fault | None:
        low, high = _number(row, "scale_min"), _number(row, "scale_max")
        value = _number(row, score)
        if low is None or high is None or value is None or low >= high:
            return None
        if getattr(row, where) not in words:
            return None
        if difference:
            low, high = low - high, high - low
        if low <= value <= high:
            return None
        return Fault(score, f"{value:g}", f"from {low:g} to {high:g} on the scale of its row")

    return broken


def _filled(row: object, name: str) -> bool:
    return getattr(row, name) not in {None, ()}


def _number(row: object, name: str) -> float | None:
    value = getattr(row, name)
    return value if isinstance(value, int | float) else None
