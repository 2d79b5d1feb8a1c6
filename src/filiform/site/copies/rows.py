"""Rows as JSON lines and back, field for field, parents before their children."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from decimal import Decimal
from graphlib import TopologicalSorter
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson
from django.apps import apps
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import ExpressionWrapper, F, JSONField, TextField
from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.apps.registry import Apps
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Field, Model, QuerySet

# Sessions and the counts of failed sign-ins end with the machine; the library is loaded anew.
KEPT_APPS = ("accounts", "account", "mfa", "practice")
_AT_A_TIME = 2_000


def models(of: Apps = apps) -> tuple[type[Model], ...]:
    """Return every model whose rows are kept, each after those that it refers to.

    Args:
        of: the models as they are now, or as they were at a change of the database.
    """
    labels = [label for label in KEPT_APPS if label in of.app_configs]
    ours = [model for label in labels for model in of.get_app_config(label).get_models()]
    order: TopologicalSorter[type[Model]] = TopologicalSorter()
    for model in ours:
        parents = {
            field.related_model
            for field in model._meta.concrete_fields
            if field.related_model in ours and field.related_model is not model
        }
        order.add(model, *parents)
    return tuple(order.static_order())


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything as it was at one moment, while others go on writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # Django's own transactions would take the writers' lock; a plain BEGIN reads a snapshot.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def names(model: type[Model]) -> list[str]:
    """Return the names of a model's fields, as the rows have them."""
    return [field.attname for field in model._meta.concrete_fields]


def values(
    chosen: QuerySet[Model], instead: Mapping[str, object] | None = None
) -> Iterator[list[object]]:
    """Yield each row's values, in the order of `names`.

    Args:
        chosen: the rows, which come in the order of their keys.
        instead: values that are given in the place of the kept ones.
    """
    fields = chosen.model._meta.concrete_fields
    # Django reads JSON with the standard library, which takes half the time of a copy.
    written = [n for n, field in enumerate(fields) if isinstance(field, JSONField)]
    columns = [
        ExpressionWrapper(F(field.attname), TextField()) if n in written else field.attname
        for n, field in enumerate(fields)
    ]
    fixed = [
        (n, instead[field.attname])
        for n, field in enumerate(fields)
        if instead and field.attname in instead
    ]
    for found in chosen.order_by("pk").values_list(*columns).iterator(chunk_size=_AT_A_TIME):
        row = list(found)
        for n in written:
            row[n] = row[n] and orjson.loads(row[n])
        for n, value in fixed:
            row[n] = value
        yield row


def lines(
    chosen: QuerySet[Model], instead: Mapping[str, object] | None = None
) -> Iterator[tuple[int, bytes]]:
    """Yield some thousand rows at a time: how many, and a line of JSON each.

    A line is an object with the database's field names in the order of the alphabet: the same row
    is the same line, whichever database kept it.

    Args:
        chosen: the rows, which come in the order of their keys.
        instead: values that are written in the place of the kept ones.
    """
    found, rows = names(chosen.model), values(chosen, instead)
    while batch := list(islice(rows, _AT_A_TIME)):
        written = (_line(dict(zip(found, row, strict=True))) for row in batch)
        yield len(batch), b"".join(written)


def _line(row: Mapping[str, object]) -> bytes:
    return orjson.dumps(row, default=_text, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _text(value: object) -> str:
    """Return a decimal as the text that gives it back; all else orjson writes as it is."""
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a {type(value).__name__} has no form in JSON")


def insert(model: type[Model], written: Iterable[bytes]) -> tuple[int, str]:
    """Put rows into the table as they were written; return how many, and the SHA-256 of the lines.

    Raises:
        ValueError: a line has other fields than the model, or a value that its field refuses.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    statement = _insertion(model)
    digest, count, given = hashlib.sha256(), 0, iter(written)
    database = connections[DEFAULT_DB_ALIAS]  # `connection` looks it up anew for each value
    with database.cursor() as cursor:
        while batch := list(islice(given, _AT_A_TIME)):
            digest.update(b"".join(batch))
            cursor.executemany(statement, [_row(fields, line, database) for line in batch])
            count += len(batch)
    return count, digest.hexdigest()


def _insertion(model: type[Model]) -> str:
    quote = connection.ops.quote_name
    columns = [quote(field.column or "") for field in model._meta.concrete_fields]
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  (names of our own models)


def _row(
    fields: Mapping[str, Field[object, object]], line: bytes, database: BaseDatabaseWrapper
) -> list[Any]:
    found = orjson.loads(line)
    if not isinstance(found, dict) or found.keys() != fields.keys():
        raise ValueError("a row has other fields than its model")
    return [
        None if (value := found[name]) is None else _kept(field, value, database)
        for name, field in fields.items()
    ]


def _kept(field: Field[object, object], value: object, database: BaseDatabaseWrapper) -> Any:
    """Return a value as the database takes it; JSON is written as fast as it was read."""
    if not isinstance(field, JSONField):
        return field.get_db_prep_save(field.to_python(value), database)
    if database.vendor == "postgresql":
        return Jsonb(value, dumps=orjson.dumps)
    return orjson.dumps(value).decode()


def set_counters(of: Apps = apps) -> None:
    """Let the database go on counting after the highest number that was put in."""
    statements = connection.ops.sequence_reset_sql(no_style(), list(models(of)))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
