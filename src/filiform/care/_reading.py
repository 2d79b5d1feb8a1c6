"""Strict reading of records of care: what a field holds, or one sentence on what is wrong."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from typing import TypeVar

from filiform.errors import CareError, unknown

T = TypeVar("T")
W = TypeVar("W", bound=str)
Reader = Callable[[object, str], T]


def mapping(value: object, where: str) -> Mapping[str, object]:
    """Return a mapping of texts to values.

    Raises:
        CareError: it is something else.
    """
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise _wrong(value, where, "an object of named values")
    return value


def known_keys(given: Mapping[str, object], admissible: frozenset[str], where: str) -> None:
    """Refuse keys that no record has.

    Raises:
        CareError: a key is not admissible; the nearest one is named.
    """
    for key in given:
        if key not in admissible:
            raise CareError(unknown(f"field of {where}", key, admissible))


def text(value: object, where: str) -> str:
    """Return a text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise _wrong(value, where, "a text that is not blank")
    return value


def any_text(value: object, where: str) -> str:
    """Return a text, which may be empty."""
    if not isinstance(value, str):
        raise _wrong(value, where, "a text")
    return value


def truth(value: object, where: str) -> bool:
    """Return yes or no."""
    if not isinstance(value, bool):
        raise _wrong(value, where, "true or false")
    return value


def whole(value: object, where: str) -> int:
    """Return a whole number of zero or more."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(value, where, "a whole number of 0 or more")
    return value


def number(low: float, high: float, unit: str) -> Reader[float]:
    """Return a reader of numbers from low to high."""

    def read(value: object, where: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(value, where, f"a number from {low:g} to {high:g} {unit}")
        if not math.isfinite(value) or not low <= value <= high:
            raise _wrong(value, where, f"a number from {low:g} to {high:g} {unit}")
        return float(value)

    return read


def word(kind: str, admissible: tuple[W, ...]) -> Reader[W]:
    """Return a reader of one of the admissible words."""

    def read(value: object, where: str) -> W:
        for each in admissible:
            if value == each:
                return each
        raise CareError(f"{where}: {unknown(kind, value, admissible)}")

    return read


def day(value: object, where: str) -> dt.date:
    """Return a day, given as such or as YYYY-MM-DD."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(any_text(value, where))
    except ValueError:
        raise _wrong(value, where, "a day as YYYY-MM-DD") from None


def moment(value: object, where: str) -> dt.datetime:
    """Return a moment with its zone, given as such or as ISO 8601."""
    found = value
    if isinstance(value, str):
        try:
            found = dt.datetime.fromisoformat(value)
        except ValueError:
            found = None
    if not isinstance(found, dt.datetime) or found.tzinfo is None:
        raise _wrong(value, where, "a moment with its zone, as 2026-11-21T10:00:00+00:00")
    return found


def optional(reader: Reader[T]) -> Reader[T | None]:
    """Return a reader that takes None, which is *not reported*, beside what the reader takes."""

    def read(value: object, where: str) -> T | None:
        return None if value is None else reader(value, where)

    return read


def several(reader: Reader[T]) -> Reader[tuple[T, ...]]:
    """Return a reader of lists."""

    def read(value: object, where: str) -> tuple[T, ...]:
        if not isinstance(value, list | tuple):
            raise _wrong(value, where, "a list")
        return tuple(reader(each, f"{where}.{n}") for n, each in enumerate(value))

    return read


def by_name(reader: Reader[T]) -> Reader[Mapping[str, T]]:
    """Return a reader of named values, each read by the same reader."""

    def read(value: object, where: str) -> Mapping[str, T]:
        return {key: reader(each, f"{where}.{key}") for key, each in mapping(value, where).items()}

    return read


def _wrong(value: object, where: str, admissible: str) -> CareError:
    shown = repr(value)
    shown = shown if len(shown) <= _LONGEST_ECHO else shown[:_LONGEST_ECHO] + "…"
    return CareError(f"{where} is {shown}, admissible is {admissible}: mend the record")


_LONGEST_ECHO = 80


class Fields:
    """The fields of one record as they are read, each by its own reader."""

    def __init__(self, given: object, admissible: tuple[str, ...], where: str) -> None:
        """Take a mapping and refuse the keys that the record does not have."""
        self._given = mapping(given, where)
        self._where = where
        known_keys(self._given, frozenset(admissible), where)

    def take(self, key: str, reader: Reader[T]) -> T:
        """Return a field that must be given.

        Raises:
            CareError: it is missing, or not what the reader admits.
        """
        if key not in self._given:
            raise CareError(f"{self._where} has no {key}: add it")
        return reader(self._given[key], f"{self._where}.{key}")

    def get(self, key: str, reader: Reader[T], default: T) -> T:
        """Return a field, or what stands for one that was left out."""
        return self.take(key, reader) if key in self._given else default

    def maybe(self, key: str, reader: Reader[T]) -> T | None:
        """Return a field, or None where it was left out or is None: not reported."""
        return self.get(key, optional(reader), None)
