"""A practice's day and time are its own, not those of Greenwich."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from tests.site.practice import cared

from filiform.site.practice import clock
from filiform.site.practice.models import Practice

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Member, Person

FARTHEST = ("Pacific/Kiritimati", "Etc/GMT+12")  # 26 hours apart: never the same day


@pytest.mark.parametrize("zone", FARTHEST)
@pytest.mark.parametrize("page", ["", "money/fees/"])
def test_today_is_the_practices_day(
    client_of: Callable[[str], Client], practice: Practice, zone: str, page: str
) -> None:
    client = client_of("owner")
    Practice.objects.filter(pk=practice.pk).update(timezone=zone)
    shown = client.get(f"/practice/{page}").content.decode()
    today = dt.datetime.now(tz=ZoneInfo(zone)).date()
    form = f'value="{today.day}"' in shown and f'value="{today.month}"' in shown
    assert today.isoformat() in shown or form


@pytest.mark.parametrize("zone", FARTHEST)
def test_what_was_sent_stands_in_the_practices_time_with_its_zone(
    client_of: Callable[[str], Client],
    member: Callable[[str], Member],
    practice: Practice,
    a_person: Person,
    zone: str,
) -> None:
    intake = cared.sent(member("owner"), a_person, cared.benign())
    client = client_of("owner")
    Practice.objects.filter(pk=practice.pk).update(timezone=zone)
    practice.refresh_from_db()
    shown = client.get(f"/practice/intakes/{intake.pk}/").content.decode()
    assert intake.sent_at is not None
    assert clock.moment_of(practice, intake.sent_at) in shown


def test_a_moment_is_told_with_the_name_of_its_zone() -> None:
    practice = Practice(timezone="America/Phoenix")
    at = dt.datetime(2026, 10, 22, 3, 45, tzinfo=dt.UTC)
    assert clock.moment_of(practice, at) == "2026-10-21 20:45 MST"
    assert clock.day_of(practice, at) == dt.date(2026, 10, 21)
