"""Parsers of cells: each knows what it admits and says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from filiform.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True)
class Cell(Generic[T_co]):
    """How one cell is read.

    Args:
        read: turns the text into its value; raises ValueError where it is not admissible.
        admissible: what may stand in the cell, as the end of a sentence.
        words: the admissible words of a vocabulary, for the nearest match.

    >>> whole(1).read("12")
    12
    >>> whole(1).admissible
    'a whole number of at least 1'
    """

    read: Callable[[str], T_co]
    admissible: str
    words: tuple[str, ...] = ()

    def refusal(self, text: str) -> str:
        """Return what is admissible, led by the nearest word where there is one."""
        close = nearest(text, self.words) if self.words and text else None
        return f"{self.admissible} (did you mean {close!r}?)" if close else self.admissible


def text() -> Cell[str]:
    """Admit any text that is not empty."""
    return Cell(_not_empty, "some text")


def optional(cell: Cell[T]) -> Cell[T | None]:
    """Admit an empty cell too: None, which means *not reported*."""

    def read(given: str) -> T | None:
        return cell.read(given) if given else None

    return Cell(read, f"{cell.admissible}, or an empty cell", cell.words)


def several(cell: Cell[T]) -> Cell[tuple[T, ...]]:
    """Admit a list joined with semicolons, without repetition.

    >>> several(whole(0)).read("1;2")
    (1, 2)
    """

    def read(given: str) -> tuple[T, ...]:
        parts = [part.strip() for part in given.split(";")] if given else []
        if len(set(parts)) != len(parts):
            raise ValueError(given)
        return tuple(cell.read(part) for part in parts)

    wish = f"a list joined with ';', nothing twice, each {cell.admissible}, or an empty cell"
    return Cell(read, wish, cell.words)


def word(*words: str) -> Cell[str]:
    """Admit one word of a vocabulary."""
    known = frozenset(words)

    def read(given: str) -> str:
        if given not in known:
            raise ValueError(given)
        return given

    return Cell(read, "one of " + ", ".join(words), words)


def yes_no() -> Cell[bool]:
    """Admit yes or no."""
    return Cell({"yes": True, "no": False}.__getitem__, "yes or no", ("yes", "no"))


def matching(pattern: str, admissible: str) -> Cell[str]:
    """Admit what a regular expression matches as a whole."""
    full = re.compile(pattern, re.ASCII)

    def read(given: str) -> str:
        if not full.fullmatch(given):
            raise ValueError(given)
        return given

    return Cell(read, admissible)


def whole(low: int, high: int | None = None) -> Cell[int]:
    """Admit a whole number within a range."""

    def read(given: str) -> int:
        if not _WHOLE.fullmatch(given):
            raise ValueError(given)
        return _within(int(given), low, high)

    return Cell(read, f"a whole number {_range(low, high)}")


def number(low: float | None = None, high: float | None = None) -> Cell[float]:
    """Admit a plain decimal number within a range: no thousands mark, no NaN, no infinity.

    >>> number(0).read("0.5")
    0.5
    """

    def read(given: str) -> float:
        if not _DECIMAL.fullmatch(given):
            raise ValueError(given)
        return _within(float(given), low, high)

    return Cell(read, f"a number {_range(low, high)}".rstrip())


def strictly_between(low: float, high: float) -> Cell[float]:
    """Admit a number strictly within a range."""

    def read(given: str) -> float:
        value = number(low, high).read(given)
        if value in {low, high}:
            raise ValueError(given)
        return value

    return Cell(read, f"a number strictly between {low:g} and {high:g}")


def number_or_text() -> Cell[float | str]:
    """Admit a number, or words where the source gives no plain number."""

    def read(given: str) -> float | str:
        return float(given) if _DECIMAL.fullmatch(given) else _not_empty(given)

    return Cell(read, "a number, or the words of the source")


def combination() -> Cell[str]:
    """Admit one word or several joined with `+` in alphabetical order, none twice.

    >>> combination().read("acupuncture+exercise")
    'acupuncture+exercise'
    """

    def read(given: str) -> str:
        parts = given.split("+")
        if parts != sorted(set(parts)) or not all(map(_WORD.fullmatch, parts)):
            raise ValueError(given)
        return given

    return Cell(read, "one intervention, or several joined with '+' in alphabetical order")


def _not_empty(given: str) -> str:
    if not given:
        raise ValueError(given)
    return given


def _within(value: N, low: float | None, high: float | None) -> N:
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(value)
    return value


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return ""
    return f"of at least {low:g}" if high is None else f"from {low:g} to {high:g}"


_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,12})?", re.ASCII)
_WORD = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
