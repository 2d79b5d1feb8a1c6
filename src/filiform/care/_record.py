"""Records of care: frozen dataclasses that write themselves as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields, is_dataclass


class Record:
    """A frozen dataclass whose fields, by name, are its JSON; days and times are ISO 8601."""

    __slots__ = ()

    def to_dict(self) -> dict[str, object]:
        """Return the fields by name, ready for JSON."""
        return _fields_of(self)


def _fields_of(record: object) -> dict[str, object]:
    if not is_dataclass(record):
        raise TypeError(f"{type(record).__name__} is no dataclass, so it has no fields to write")
    return {field.name: _plain(getattr(record, field.name)) for field in fields(record)}


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return _fields_of(value) if is_dataclass(value) else value
