"""`python -m filiform.site prepare`: all that the database needs, in one process."""

from __future__ import annotations

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Brings the database to this version and the library into it; safe to repeat."""

    help = "Bring the database to this version and load the library."

    def handle(self, *_args: object, **_options: object) -> None:
        """Migrate, then load."""
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("clearsessions", verbosity=0)
        call_command("load_library", stdout=self.stdout)
