"""`python -m filiform.site demo`: a year of invented care, for `./serve --demo`."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from filiform.site import data
from filiform.site.practice.demo.fill import PASSWORD, STAFF, fill
from filiform.site.practice.demo.visits import ZONE, DemoError
from filiform.site.practice.models import Practice

PEOPLE = 60
_YEAR = dt.timedelta(days=365)


class Command(BaseCommand):
    """Fills an empty database with a practice of invented people; leaves a demo as it is."""

    help = "Fill an empty database with a year of invented care."

    def handle(self, *_args: object, **_options: object) -> None:
        """Fill, and say how to sign in."""
        try:
            if not Practice.objects.filter(demo=True).exists():
                self.stdout.write("Inventing a year of care; this takes half a minute.")
                now = timezone.now()
                today = now.astimezone(ZoneInfo(ZONE)).date()
                fill(people=PEOPLE, start=today - _YEAR, today=today, now=now)
        except DemoError as error:
            raise CommandError(str(error)) from None
        if Practice.objects.filter(demo=False).exists():
            raise CommandError("this database also holds a practice of real people: it is no demo")
        data.mark_demo()
        accounts = ", ".join(f"{email} ({role})" for email, _, role, *_ in STAFF)
        self.stdout.write(f"DEMO. Sign in at /practice/ as {accounts}; password: {PASSWORD}")
