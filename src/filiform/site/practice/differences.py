"""What a change changed: the fields whose values differ, down to a single needle's depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from filiform.site.practice.keeping import Values

_UNTOLD = frozenset({"id", "practice_id", "version", "created_at", "changed_at", "session_id"})
_NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field, before and after."""

    field: str
    before: str
    after: str


def differences(before: Values | None, after: Values | None) -> tuple[Difference, ...]:
    """Return the fields that differ, in order; of a new record all that say something.

    >>> differences({"pain": "4.0", "notes": ""}, {"pain": "2.0", "notes": ""})
    (Difference(field='pain', before='4.0', after='2.0'),)
    """
    old, new = dict(_flat(before or {})), dict(_flat(after or {}))
    return tuple(
        Difference(" › ".join(path), _said(old.get(path)), _said(new.get(path)))
        for path in dict.fromkeys([*old, *new])
        if _said(old.get(path)) != _said(new.get(path))
    )


def _flat(values: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], object]]:
    for name, value in values.items():
        if name not in _UNTOLD:
            yield from _leaves((name.removesuffix("_id").replace("_", " "),), value)


def _leaves(path: tuple[str, ...], value: object) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, dict) and value:
        for name, inner in _flat(value):
            yield (*path, *name), inner
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, item in enumerate(value, start=1):
            yield from _leaves((*path, str(number)), item)
    else:
        yield path, value


def _said(value: object) -> str:
    if value is None or value in ("", [], {}):
        return _NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)
