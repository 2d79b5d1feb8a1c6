"""Rows as JSON lines and back, field for field, parents before their children."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import datetime
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from django.apps import apps
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.apps.registry import Apps
    from django.db.models import Model, QuerySet

# Sessions and the counts of failed sign-ins end with the machine; the library is loaded anew.
KEPT_APPS = ("accounts", "account", "mfa", "practice")
_AT_A_TIME = 2_000


class _Whole(DjangoJSONEncoder):
    """Writes moments whole: Django's encoder cuts microseconds, on which digests rest."""

    def default(self, o: object) -> object:
        """Return what JSON has for a value that it does not know."""
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


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


def lines(rows: QuerySet[Model], instead: Mapping[str, object] | None = None) -> Iterator[str]:
    """Yield each row as one line of JSON: an object with the database's field names.

    Args:
        rows: the rows, which come in the order of their keys.
        instead: values that are written in the place of the kept ones.
    """
    found, other = names(rows.model), instead or {}
    encode = _Whole(ensure_ascii=False, separators=(",", ":")).encode
    for values in rows.order_by("pk").values_list(*found).iterator(chunk_size=_AT_A_TIME):
        yield encode({**dict(zip(found, values, strict=True)), **other})


def insert(model: type[Model], written: Iterable[str]) -> int:
    """Put rows into the table as they were written; return how many.

    Raises:
        ValueError: a line has other fields than the model, or a value that its field refuses.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    count, batch = 0, []
    for line in written:
        values = json.loads(line)
        if not isinstance(values, dict) or values.keys() != fields.keys():
            raise ValueError(f"row {count + 1} of {model._meta.label} has other fields")
        row = {name: fields[name].to_python(value) for name, value in values.items()}
        batch.append(model(**row))
        count += 1
        if len(batch) == _AT_A_TIME:
            model._default_manager.bulk_create(batch)
            batch = []
    model._default_manager.bulk_create(batch)
    return count


def set_counters(of: Apps = apps) -> None:
    """Let the database go on counting after the highest number that was put in."""
    statements = connection.ops.sequence_reset_sql(no_style(), list(models(of)))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
