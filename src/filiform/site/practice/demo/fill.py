"""Fills a practice with invented care, in the order of its days, through the same keeping."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from filiform.site.accounts.models import User
from filiform.site.practice import keeping, stock
from filiform.site.practice.demo import scenes
from filiform.site.practice.demo.courses import JURISDICTION, Story
from filiform.site.practice.demo.invented import invent
from filiform.site.practice.demo.visits import ZONE, DemoError
from filiform.site.practice.models import Credential, Fee, Lot, Practice
from filiform.site.practice.opening import join, open_practice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from filiform.site.practice.demo.courses import Do
    from filiform.site.practice.models import Member

PASSWORD = "demo needles demo"  # noqa: S105  (said to every visitor; it opens invented people only)
STAFF = (
    ("owner@demo.example", "Olive Owner", "owner", "acupuncturist", "Licensed acupuncturist", 2400),
    ("pt@demo.example", "Piet Therapist", "practitioner", "physical_therapist", "PT", 80),
    ("desk@demo.example", "Dora Desk", "front_desk", "", "", 0),
    ("reader@demo.example", "Rita Reader", "reader", "", "", 0),
)
FEES = {
    "97810": ("Needles, the first 15 minutes", 85),
    "97811": ("Needles, each 15 minutes more", 65),
    "97813": ("Needles with current, the first 15 minutes", 95),
    "97814": ("Needles with current, each 15 minutes more", 70),
    "20560": ("Dry needling of one or two muscles", 60),
    "20561": ("Dry needling of three or more muscles", 80),
}
SETTINGS = {
    "timezone": ZONE,
    "address": "100 Example Street\nTucson, AZ 85701",
    "phone": "520 555 0100",
    "email": "hello@demo.example",
    "tax_id": "00-0000000",
    "npi": "1234567893",
}
_LOT_SIZE = 1_000
_RECALLED = 200


def fill(
    *, people: int, start: dt.date, today: dt.date, now: dt.datetime | None = None, seed: int = 1
) -> Practice:
    """Open a demo practice and give it its past.

    Args:
        people: how many come, evenly from `start` on; some more show what is rare.
        start: the first day.
        today: the last day; a course that has not ended by then is under way.
        now: the moment of that day up to which things happen; None is the evening.
        seed: the same seed makes the same people.

    Raises:
        DemoError: the database holds a practice that is no demo.
    """
    if Practice.objects.filter(demo=False).exists():
        raise DemoError(
            "this database holds a practice of real people, so no demo is put in: choose an empty "
            "data directory (--data DIR)"
        )
    random = Random(seed)  # noqa: S311  (invented people, no secret)
    until = now or _moment(today, 18)
    with transaction.atomic():
        staff = _staff(start, today)
        recalled = _stock(staff[0], people, start, today)
        acts = sorted(_acts(random, people, start, until, staff), key=lambda each: each[:2])
        for when, _, by, do in acts:
            with keeping.acting(by, when) as act:
                do(act)
        with keeping.acting(staff[0], until) as act:
            stock.recall(act, recalled.pk, today, "The maker found open packs.", staff[0])
    return staff[0].practice


def _acts(
    random: Random, people: int, start: dt.date, until: dt.datetime, staff: list[Member]
) -> Iterator[tuple[dt.datetime, int, Member, Do]]:
    """Yield everything that has happened until now: when, in which order, by whom, and what."""
    numbers, order, today = count(1), count(), until.astimezone(ZoneInfo(ZONE)).date()
    told: list[Story] = []
    for n in range(people):
        day = start + (today - start) * n / people
        invented = invent(random, day)
        by = staff[1] if invented.kind.therapy == "dry_needling" else staff[0]
        at = _moment(day, 8) + dt.timedelta(minutes=5 * random.randrange(100))
        told.append(Story(next(numbers), invented, random, by, at))
    told += scenes.stories(random, numbers, staff, until)
    for story in told:
        for when, do in story.acts():
            if when <= until:
                yield when, next(order), story.staff, do
    for when, do in scenes.arrivals(random, numbers, staff[0], until):
        yield when, next(order), staff[0], do


def _moment(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), ZoneInfo(ZONE))


def _staff(start: dt.date, today: dt.date) -> list[Member]:
    members: list[Member] = []
    for email, name, role, *_ in STAFF:
        user = User.objects.create_user(email, PASSWORD)
        if members:
            member = join(members[0].practice, user, name=name, role=role)
        else:
            member = open_practice(
                user, name="Saguaro Needle Care", jurisdiction=JURISDICTION, owner=name, demo=True
            )
        members.append(member)
        _license(members, start, today)
    with keeping.acting(members[0], _moment(start, 6)) as act:
        act.change_practice(SETTINGS, opened=keeping.fingerprint(act.practice))
        for code, (name, amount) in FEES.items():
            act.create(Fee(code=code, name=name, amount=Decimal(amount), since=start))
    for member in members:
        member.practice.refresh_from_db()
    return members


def _license(members: list[Member], start: dt.date, today: dt.date) -> None:
    """Keep the licence of who joined last; the owner's holds longer than the next one's."""
    *_, profession, title, hours = STAFF[len(members) - 1]
    if not profession:
        return
    with keeping.acting(members[0], _moment(start, 6)) as act:
        act.create(
            Credential(
                member=members[-1],
                profession=profession,
                title=title,
                number=f"AZ-{len(members):04}",
                jurisdiction=JURISDICTION,
                expires_on=today + dt.timedelta(days=400 - 180 * len(members)),
                training_hours=hours,
            )
        )


def _stock(owner: Member, people: int, start: dt.date, today: dt.date) -> Lot:
    """Take in enough needles for everyone, one lot that has expired, and one to be recalled."""
    far = today + dt.timedelta(days=300)
    kept = [("D00000", start, _LOT_SIZE), ("R00001", today + dt.timedelta(days=20), _RECALLED)]
    kept += [
        (f"D{n:05}", far + dt.timedelta(days=n), _LOT_SIZE)
        for n in range(1, 3 + (people + 10) * 120 // _LOT_SIZE)
    ]
    lots = []
    with keeping.acting(owner, _moment(start, 7)) as act:
        for number, expires_on, quantity in kept:
            lot = Lot(
                maker="Invented Needles",
                product="Steel handle",
                lot_number=number,
                length_mm=Decimal(40),
                diameter_mm=Decimal("0.25"),
                received_on=start,
                expires_on=expires_on,
                quantity=quantity,
            )
            act.create(lot)
            lots.append(lot)
    return lots[1]
