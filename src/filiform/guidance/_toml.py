"""Typed reading of the rule files: what a key holds, or one sentence on what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from filiform.errors import GuidanceError

Table = Mapping[str, object]


def table(value: object, where: str) -> Table:
    """Return a table of a rule file.

    Raises:
        GuidanceError: it is something else.
    """
    if not isinstance(value, Mapping):
        raise GuidanceError(f"{where} is {value!r}, admissible is a table: mend the rule file")
    return value


def tables(value: object, where: str) -> tuple[Table, ...]:
    """Return the tables of an array of tables; none where the key is missing."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise GuidanceError(f"{where} is {value!r}, admissible are tables: mend the rule file")
    return tuple(table(each, where) for each in value)


def text(value: object, where: str) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise GuidanceError(f"{where} is {value!r}, admissible is a text: mend the rule file")
    return value


def texts(value: object, where: str) -> tuple[str, ...]:
    """Return a list of texts; none where the key is missing."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise GuidanceError(f"{where} is {value!r}, admissible is a list: mend the rule file")
    return tuple(text(each, where) for each in value)


def whole(value: object, where: str) -> int:
    """Return a whole number of zero or more."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise GuidanceError(
            f"{where} is {value!r}, admissible is a whole number: mend the rule file"
        )
    return value


def only(given: Table, admissible: frozenset[str], where: str) -> None:
    """Refuse keys that no one reads.

    Raises:
        GuidanceError: a key is not among the admissible ones.
    """
    for key in given:
        if key not in admissible:
            raise GuidanceError(
                f"{where} has the key {key!r}, which no rule reads: "
                f"admissible are {', '.join(sorted(admissible))}"
            )
