"""The history and the events of a course can be added to, and never changed or deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

TABLES = ("practice_historyentry", "practice_courseevent")
_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE FUNCTION filiform_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH ROW EXECUTE FUNCTION filiform_append_only()
"""


def add(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place."""
    sqlite = editor.connection.vendor == "sqlite"
    if not sqlite:
        editor.execute(_POSTGRESQL_FUNCTION, params=None)
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            text = _SQLITE if sqlite else _POSTGRESQL
            editor.execute(text.format(table=table, verb=verb), params=None)


def remove(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away, before the tables themselves go."""
    sqlite = editor.connection.vendor == "sqlite"
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            on = "" if sqlite else f" ON {table}"
            editor.execute(f"DROP TRIGGER {table}_no_{verb}{on}")
    if not sqlite:
        editor.execute("DROP FUNCTION filiform_append_only()")


class Migration(migrations.Migration):
    dependencies = [("practice", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
