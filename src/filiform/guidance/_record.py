"""Records of the aid: frozen dataclasses that write themselves as JSON."""

from __future__ import annotations

from dataclasses import fields


class Record:
    """A frozen dataclass whose fields, by name, are its JSON."""

    __slots__ = ()

    def to_dict(self) -> dict[str, object]:
        """Return the fields by name, ready for JSON."""
        names = (field.name for field in fields(self))  # type: ignore[arg-type]  # see the class
        return {name: _plain(getattr(self, name)) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value
