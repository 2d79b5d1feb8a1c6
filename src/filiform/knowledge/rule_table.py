"""Reading rule files: each value is what it must be, or a sentence says where it is not."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filiform.errors import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from filiform.errors import FiliformError


@dataclass(frozen=True, slots=True)
class RuleTable:
    """One table of a rule file, and where it stands.

    Attributes:
        file: the file's name.
        place: the dotted path of the table in it.
        values: the table's keys and values.
        error: what is raised where a value is not what it must be, with the sentence.

    >>> from filiform.errors import CareError
    >>> RuleTable("progress.toml", "stop", {"below": 0.1}, CareError).number("below", 0, 1)
    0.1
    """

    file: str
    place: str
    values: Mapping[str, object]
    error: type[FiliformError]

    def table(self, key: str) -> RuleTable:
        """Return the table under a key."""
        value = self.values.get(key)
        if not isinstance(value, dict):
            raise self._refusal(key, "a table")
        return replace(self, place=self._path(key), values=value)

    def tables(self, key: str) -> Iterator[RuleTable]:
        """Yield the tables of an array of tables."""
        value = self.values.get(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._refusal(key, "a list of tables")
        for number, item in enumerate(value, start=1):
            yield replace(self, place=f"{self._path(key)}, number {number}", values=item)

    def named(self) -> dict[str, RuleTable]:
        """Return every table below this one by its name."""
        return {name: self.table(name) for name in self.values}

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        value = self.values.get(key)
        if not isinstance(value, str) or not value:
            raise self._refusal(key, "a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.values.get(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._refusal(key, "a list of texts")
        return tuple(value)

    def number(self, key: str, low: float = 0.0, high: float = math.inf) -> float:
        """Return a number from low to high."""
        value = self.values.get(key)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not low <= float(str(value)) <= high:
            limits = f"from {low:g} to {high:g}" if high < math.inf else f"of at least {low:g}"
            raise self._refusal(key, f"a number {limits}")
        return float(str(value))

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return a list of numbers that rises."""
        value = self.values.get(key)
        if not isinstance(value, list) or not all(isinstance(x, int | float) for x in value):
            raise self._refusal(key, "a list of numbers")
        if sorted(set(value)) != value:
            raise self._refusal(key, "a list of numbers that rises")
        return tuple(float(x) for x in value)

    def whole(self, key: str, low: int = 0) -> int:
        """Return a whole number of at least `low`."""
        value = self.values.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < low:
            raise self._refusal(key, f"a whole number of {low} or more")
        return value

    def flag(self, key: str) -> bool:
        """Return yes or no."""
        value = self.values.get(key)
        if not isinstance(value, bool):
            raise self._refusal(key, "true or false")
        return value

    def has(self, key: str) -> bool:
        """Say whether a key is given."""
        return key in self.values

    def only(self, *admissible: str) -> None:
        """Refuse keys that no one reads.

        Raises:
            FiliformError: a key is not among the admissible ones.
        """
        for key in self.values:
            if key not in admissible:
                kind = f"key of {self.file}, {self.place or 'top'}"
                raise self.error(unknown(kind, key, admissible))

    def _path(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def _refusal(self, key: str, admissible: str) -> FiliformError:
        given = repr(self.values[key]) if key in self.values else "nothing"
        return self.error(
            f"{self.file}, {self._path(key)}: {given} was given, {admissible} is needed: "
            "mend the rule file"
        )
