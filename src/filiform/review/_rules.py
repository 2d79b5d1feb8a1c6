"""Reading rule files: each value is what it must be, or a sentence says where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.errors import ReviewError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Rules:
    """One table of a rule file, and where it stands.

    Args:
        file: The file's name.
        place: The dotted path of the table in it.
        values: The table's keys and values.

    >>> Rules("choices.toml", "flags", {"threshold": 2}).number("threshold")
    2.0
    """

    file: str
    place: str
    values: Mapping[str, object]

    def table(self, key: str) -> Rules:
        """Return the table under a key."""
        value = self.values.get(key)
        if not isinstance(value, dict):
            raise self._refusal(key, "a table")
        return Rules(self.file, self._path(key), value)

    def tables(self, key: str) -> Iterator[Rules]:
        """Yield the tables of an array of tables."""
        value = self.values.get(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._refusal(key, "a list of tables")
        for number, item in enumerate(value, start=1):
            yield Rules(self.file, f"{self._path(key)}, number {number}", item)

    def named_tables(self) -> Iterator[tuple[str, Rules]]:
        """Yield every table below this one with its name."""
        for name in self.values:
            yield name, self.table(name)

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

    def number(self, key: str) -> float:
        """Return a number, zero or more."""
        value = self.values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise self._refusal(key, "a number of at least 0")
        return float(value)

    def flag(self, key: str) -> bool:
        """Return yes or no."""
        value = self.values.get(key)
        if not isinstance(value, bool):
            raise self._refusal(key, "true or false")
        return value

    def has(self, key: str) -> bool:
        """Say whether a key is given."""
        return key in self.values

    def _path(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def _refusal(self, key: str, admissible: str) -> ReviewError:
        given = repr(self.values[key]) if key in self.values else "nothing"
        return ReviewError(
            f"{self.file}, {self._path(key)}: {given} was given, {admissible} is needed"
        )
