"""The knowledge tables, copied as they are into plain tables named library_….

Pages and the guide read the package's own tables; these are for people who ask in SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from filiform.site.library.models import LibraryRelease

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    Rows = Iterable[Mapping[str, str]]

PREFIX = "library_"


def load(
    columns: Mapping[str, Collection[str]],
    rows: Callable[[str], Rows],
    *,
    version: str,
    sha256: str,
) -> LibraryRelease | None:
    """Copy every table where the data differ from those of the last release, all or nothing.

    Args:
        columns: The columns of each table by its name.
        rows: Gives the rows of a table as they were published, each a cell by its column.
        version: The version of the data.
        sha256: The digest of all the data.

    Returns:
        The new release, or nothing where the data are those already loaded.
    """
    with transaction.atomic():
        last = LibraryRelease.objects.order_by("id").last()
        if last and (last.sha256, last.version) == (sha256, version):
            return None
        _drop_all()
        for name, names in columns.items():
            _copy(PREFIX + name, names, rows(name))
        return LibraryRelease.objects.create(
            version=version, sha256=sha256, loaded_at=timezone.now()
        )


def _drop_all() -> None:
    """Drop every copied table, those too that the knowledge no longer has."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(PREFIX):
                cursor.execute(f"DROP TABLE {quote(table)}")


def _copy(table: str, columns: Collection[str], rows: Rows) -> None:
    """Make one table of text and fill it; an empty cell stays empty: not reported."""
    quote = connection.ops.quote_name
    declared = ", ".join(f"{quote(column)} text NOT NULL" for column in columns)
    places = ", ".join(["%s"] * len(columns))
    # The names are quoted by the database's own rule, and the values are parameters.
    insert = f"INSERT INTO {quote(table)} VALUES ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {quote(table)} ({declared})")
        cursor.executemany(insert, [[row[column] for column in columns] for row in rows])
