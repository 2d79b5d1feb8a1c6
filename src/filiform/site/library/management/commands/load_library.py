"""`python -m filiform.site load_library`."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from filiform.knowledge import DATA_VERSION, TABLES, data_digest, published_rows
from filiform.site.library.load import load


class Command(BaseCommand):
    """Copies the knowledge tables into the database where they changed."""

    help = "Copy the knowledge tables into the database, where they changed since the last time."

    def handle(self, *_args: object, **_options: object) -> None:
        """Load, and say what was done."""
        columns = {name: tuple(table.columns) for name, table in TABLES.items()}
        release = load(columns, published_rows, version=DATA_VERSION, sha256=data_digest())
        self.stdout.write(f"library {release}: loaded" if release else "library: unchanged")
