"""The knowledge tables, copied into the database."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection

from filiform.site.library.load import load
from filiform.site.library.models import LibraryRelease

pytestmark = pytest.mark.django_db

COLUMNS = {"trials": ("id", "weeks"), "order": ("id", "group")}
ROWS = {
    "trials": [{"id": "irnich-2001", "weeks": "3"}, {"id": "white-2004", "weeks": ""}],
    "order": [{"id": "1", "group": "a 'quoted' \"one\""}],
}


def cells(table: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  (a test's own name)
        return [tuple(row) for row in cursor.fetchall()]


def tables() -> set[str]:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return {name for name in names if name.startswith("library_")}


def test_a_table_is_copied_cell_for_cell() -> None:
    release = load(COLUMNS, ROWS.__getitem__, version="1", sha256="a" * 64)
    assert release is not None
    assert cells("library_trials") == [("irnich-2001", "3"), ("white-2004", "")]
    assert cells("library_order") == [("1", "a 'quoted' \"one\"")]
    assert str(release) == "1 (aaaaaaaaaaaa)"


def test_the_same_data_are_not_copied_again() -> None:
    load(COLUMNS, ROWS.__getitem__, version="1", sha256="a" * 64)
    assert load(COLUMNS, ROWS.__getitem__, version="1", sha256="a" * 64) is None
    assert LibraryRelease.objects.count() == 1


def test_a_table_that_is_gone_from_the_knowledge_goes() -> None:
    load(COLUMNS, ROWS.__getitem__, version="1", sha256="a" * 64)
    load({"trials": ("id",)}, ROWS.__getitem__, version="2", sha256="b" * 64)
    assert tables() == {"library_trials"}
    assert cells("library_trials") == [("irnich-2001",), ("white-2004",)]
    assert LibraryRelease.objects.count() == 2


def test_a_copy_that_fails_leaves_the_last_one() -> None:
    load(COLUMNS, ROWS.__getitem__, version="1", sha256="a" * 64)
    with pytest.raises(DatabaseError):
        load({"trials": ("id", "id")}, ROWS.__getitem__, version="2", sha256="b" * 64)
    assert tables() == {"library_trials", "library_order"}
    assert LibraryRelease.objects.count() == 1
