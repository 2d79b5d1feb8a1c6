"""Fills the data directory named by FILIFORM_DATA with a small practice of invented people."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal

import django

from filiform.site import data


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filiform.site.settings")
    data.ensure()
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    fill()


def fill() -> None:
    from filiform.site.accounts.models import User  # noqa: PLC0415
    from filiform.site.practice import joining, keeping, models  # noqa: PLC0415
    from filiform.site.practice.opening import open_practice  # noqa: PLC0415

    user = User.objects.create_user("a@example.org", "a long enough password")
    name = "Praxis Größe “9” ☯"
    owner = open_practice(user, name=name, jurisdiction="US-NY", owner="Ada Invented")
    practice = owner.practice
    with keeping.acting(owner) as act:
        joining.invite(act, email="b@example.org", role="reader")
        person = models.Person(number=1, given_name="Zoë", family_name="O'Neil\nJr.")
        act.create(person)
        lot = models.Lot(
            maker="Maker",
            lot_number="L1",
            length_mm=Decimal("30.0"),
            diameter_mm=Decimal("0.25"),
            expires_on=dt.date(2027, 1, 31),
            received_on=dt.date(2026, 1, 1),
            quantity=100,
        )
        act.create(lot)
        course = models.Course(
            person=person,
            practitioner=owner,
            therapy="acupuncture",
            started_on=dt.date(2026, 9, 1),
            stage="under_care",
        )
        act.create(course)
        session = models.Session(
            course=course, practitioner=owner, number=1, on=dt.date(2026, 9, 2), practice=practice
        )
        session.id = models.Session().id
        act.create(session)
        before = keeping.values(session)
        for order in range(3):
            models.Needle.objects.create(
                session=session,
                practice=practice,
                order=order,
                site_kind="point",
                site="GB20",
                side="left",
                region="suboccipital",
                depth_mm=Decimal("13.5"),
                lot=lot,
            )
        session.in_counts, session.closed_at = {"suboccipital": 3}, act.now
        act.change(session, before=before, reason="needles")
        act.read(person)


if __name__ == "__main__":
    main()
