"""The practice's own clock: its pages, papers and days are in its zone, its records in UTC.

The door of every page (access.py, intake_links.py) opens it for the request, so that Django's own
`timezone.localdate()` and `timezone.localtime()` are the practice's day and time behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone

if TYPE_CHECKING:
    import datetime as dt
    from contextlib import AbstractContextManager

    from filiform.site.practice.models import Practice


def zone_of(practice: Practice) -> ZoneInfo:
    """Return the zone in which a practice reads its clock."""
    return ZoneInfo(practice.timezone)


def day_of(practice: Practice, at: dt.datetime) -> dt.date:
    """Return the day on which a moment was in a practice."""
    return at.astimezone(zone_of(practice)).date()


def moment_of(practice: Practice, at: dt.datetime) -> str:
    """Return a moment as a practice's clock showed it, to the minute, with its zone's name."""
    return f"{at.astimezone(zone_of(practice)):%Y-%m-%d %H:%M %Z}"


def by_the_clock_of(practice: Practice) -> AbstractContextManager[None]:
    """Make a practice's zone the current one."""
    return timezone.override(zone_of(practice))
