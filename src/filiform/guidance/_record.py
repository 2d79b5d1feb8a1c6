"""Records of the aid: frozen dataclasses that write themselves as JSON."""

from __future__ import annotations

from dataclasses import fields
from functools import cache


class Record:
    """A frozen dataclass whose fields, by name, are its JSON."""

    __slots__ = ()

    def to_dict(self) -> dict[str, object]:
        """Return the fields by name, ready for JSON."""
        return {name: _plain(getattr(self, name)) for name in names_of(self)}


def names_of(record: object) -> tuple[str, ...]:
    """Return the names of a dataclass' fields."""
    kind: object = type(record)
    return _names(kind)


@cache
def _names(kind: type) -> tuple[str, ...]:
    """Return them remembered: an aid holds a thousand records."""
    return tuple(field.name for field in fields(kind))


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Record):
        return value.to_dict()
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
