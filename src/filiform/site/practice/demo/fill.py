"""Fills a practice with invented care, in the order of its days, through the same keeping."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from django.db import transaction

from filiform.errors import FiliformError
from filiform.site.accounts.models import User
from filiform.site.practice import keeping
from filiform.site.practice.demo.courses import JURISDICTION, Story
from filiform.site.practice.demo.invented import invent
from filiform.site.practice.models import Credential, Fee, Lot, Practice
from filiform.site.practice.opening import join, open_practice

if TYPE_CHECKING:
    from collections.abc import Callable

    from filiform.site.practice.models import Member

PASSWORD = "demo needles demo"  # noqa: S105  (said to every visitor; it opens invented people only)
STAFF = (
    ("owner@demo.example", "Olive Owner", "owner", "acupuncturist", "Licensed acupuncturist", 2400),
    ("pt@demo.example", "Piet Therapist", "practitioner", "physical_therapist", "PT", 80),
    ("desk@demo.example", "Dora Desk", "front_desk", "", "", 0),
    ("reader@demo.example", "Rita Reader", "reader", "", "", 0),
)
FEES = {"97810": 85, "97811": 65, "97813": 95, "97814": 70, "20560": 60, "20561": 80}
_LOT_SIZE = 1_000


class DemoError(FiliformError):
    """A place in which no demo may be made."""


def fill(*, people: int, start: dt.date, today: dt.date, seed: int = 1) -> Practice:
    """Open a demo practice and give it its past.

    Args:
        people: how many come, evenly from `start` on.
        start: the first day.
        today: the last day; a course that has not ended by then is under way.
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
    with transaction.atomic():
        staff = _staff(start, today)
        lots = _stock(staff[0], people, start, today)
        acts: list[tuple[dt.datetime, int, Member, Callable[[keeping.Act], None]]] = []
        now = _moment(today, 18)
        for number in range(1, people + 1):
            day = start + (today - start) * (number - 1) / people
            invented = invent(random, day)
            by = staff[1] if invented.kind.therapy == "dry_needling" else staff[0]
            at = _moment(day, 8) + dt.timedelta(minutes=5 * random.randrange(100))
            story = Story(number, invented, random, by, lots, at, now)
            acts += [
                (when, len(acts) + n, by, do)
                for n, (when, do) in enumerate(story.acts())
                if when <= now
            ]
        for when, _, by, do in sorted(acts, key=lambda each: each[:2]):
            with keeping.acting(by, when) as act:
                do(act)
    return staff[0].practice


def _moment(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), dt.UTC)


def _staff(start: dt.date, today: dt.date) -> list[Member]:
    members: list[Member] = []
    for email, name, role, profession, title, hours in STAFF:
        user = User.objects.create_user(email, PASSWORD)
        if members:
            member = join(members[0].practice, user, name=name, role=role)
        else:
            member = open_practice(
                user, name="Saguaro Needle Care", jurisdiction=JURISDICTION, owner=name, demo=True
            )
        members.append(member)
        if profession:
            with keeping.acting(members[0], _moment(start, 6)) as act:
                act.create(
                    Credential(
                        member=member,
                        profession=profession,
                        title=title,
                        number=f"AZ-{len(members):04}",
                        jurisdiction=JURISDICTION,
                        expires_on=today + dt.timedelta(days=200),
                        training_hours=hours,
                    )
                )
    with keeping.acting(members[0], _moment(start, 6)) as act:
        for code, amount in FEES.items():
            act.create(Fee(code=code, name="Needles", amount=Decimal(amount), since=start))
    return members


def _stock(owner: Member, people: int, start: dt.date, today: dt.date) -> list[Lot]:
    """Take in enough needles for everyone, and one lot that has expired."""
    count = 2 + people * 120 // _LOT_SIZE
    lots = []
    with keeping.acting(owner, _moment(start, 7)) as act:
        for n in range(count):
            lot = Lot(
                maker="Invented Needles",
                product="Steel handle",
                lot_number=f"D{n:05}",
                length_mm=Decimal(30),
                diameter_mm=Decimal("0.25"),
                received_on=start,
                expires_on=today + dt.timedelta(days=30 + n) if n else start,
                quantity=_LOT_SIZE,
            )
            act.create(lot)
            lots.append(lot)
    return lots
