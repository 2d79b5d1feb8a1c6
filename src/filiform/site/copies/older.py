"""A copy of an older version: it is put in as that version kept it, and then changed as ever.

Django's migrations know how the tables stood at each of them. An empty database goes back there,
takes the rows, and comes forward again with them, as a database goes that was in use all the time.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from filiform.site.copies import rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.apps.registry import Apps


def changes() -> tuple[str, ...]:
    """Return the names of the changes of the database that were made to the kept tables."""
    made = MigrationRecorder(connection).applied_migrations()
    return tuple(sorted(f"{app}.{name}" for app, name in made if app in rows.KEPT_APPS))


def known(names: Collection[str]) -> bool:
    """Say whether this version knows all these changes."""
    nodes = MigrationExecutor(connection).loader.graph.nodes
    return all(tuple(name.split(".", 1)) in nodes for name in names)


@contextmanager
def standing_at(names: Collection[str]) -> Iterator[Apps]:
    """Let an empty database stand where only these changes were made, and then at the newest.

    Args:
        names: changes that this version knows, such as "practice.0002_append_only".

    Yields:
        The models as they were there.
    """
    if set(names) == set(changes()):
        yield apps
        return
    executor = MigrationExecutor(connection)
    last = _last(executor, names)
    executor.migrate([*last, *((app, None) for app in rows.KEPT_APPS if not _of(app, last))])
    try:
        yield executor.loader.project_state(last).apps
    finally:
        newest = MigrationExecutor(connection)
        newest.migrate(newest.loader.graph.leaf_nodes())


def _last(executor: MigrationExecutor, names: Collection[str]) -> list[tuple[str, str]]:
    """Return those changes after which no other of them came in the same application."""
    graph, found = executor.loader.graph, set[tuple[str, str]]()
    for name in names:
        app, _, change = name.partition(".")
        found.add((app, change))
    return sorted(
        node
        for node in found
        if not any(
            child.key in found and child.key[0] == node[0]
            for child in graph.node_map[node].children
        )
    )


def _of(app: str, nodes: Collection[tuple[str, str]]) -> bool:
    return any(each == app for each, _ in nodes)
