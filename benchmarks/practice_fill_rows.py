"""Puts rows into a table as fast as the database takes them, from the values of the history."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from django.db.models import Field, Model

# The tables whose indexes are made at the end, when the rows can be sorted once.
_LARGEST = ("practice_historyentry", "practice_needle", "practice_courseevent")
_CACHE_KIB = 512 * 1024


def insert(model: type[Model], rows: Collection[Mapping[str, Any]]) -> None:
    """Insert rows as `keeping.values` has them; a field that they do not name is its default."""
    if not rows:
        return
    named = next(iter(rows))
    fields = [
        field
        for field in model._meta.concrete_fields  # noqa: SLF001  (Django's documented interface)
        if field.attname in named or not field.primary_key
    ]
    takers = [(field.attname, _taker(field), field.get_default()) for field in fields]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608  (our own names)
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [tuple(take(row.get(name, absent)) for name, take, absent in takers) for row in rows],
        )


def _taker(field: Field[Any, Any]) -> Callable[[Any], Any]:
    """Return what makes of a value of the history what the database takes."""
    target = getattr(field, "target_field", field)
    kind = target.get_internal_type()
    if kind == "JSONField":
        return _json
    if connection.vendor == "sqlite" and kind == "UUIDField":
        return _hexadecimal
    if connection.vendor == "sqlite" and kind == "DateTimeField":
        return _moment
    return _same


def _same(value: object) -> object:
    return value


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value)


def _hexadecimal(value: str | None) -> str | None:
    return None if value is None else value.replace("-", "")


def _moment(value: str | None) -> str | None:
    """Return a moment in UTC as Django writes it into SQLite."""
    return None if value is None else value[:26].rstrip("Z").replace("T", " ").partition("+")[0]


@contextmanager
def without_indexes() -> Iterator[None]:
    """Take the indexes of the largest tables away, and make them anew at the end (SQLite only)."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = OFF")
        cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            "AND tbl_name IN (%s, %s, %s)",
            _LARGEST,
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _, statement in indexes:
            cursor.execute(statement)
        cursor.execute("PRAGMA synchronous = FULL")
