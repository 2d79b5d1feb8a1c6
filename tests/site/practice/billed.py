"""A course with a plan and a closed session, ready to be billed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from filiform.site.practice import keeping
from filiform.site.practice.models import Fee, Lot, Needle, Plan, Session

if TYPE_CHECKING:
    from filiform.site.practice.models import Course, Member

VISIT = dt.date(2026, 10, 5)


def make_plan(by: Member, course: Course, *diagnoses: str) -> Plan:
    """Keep a plan of six sessions."""
    plan = Plan(
        course=course, number=1, by=by, sessions=6, weeks=3, diagnoses=list(diagnoses or ["M54.2"])
    )
    with keeping.acting(by) as act:
        act.create(plan)
    return plan


def make_session(by: Member, course: Course, *, muscles: tuple[str, ...] = ()) -> Session:
    """Keep a closed session with two needles at points, or one in each muscle."""
    at = dt.datetime(2026, 10, 5, 10, tzinfo=dt.UTC)
    session = Session(
        course=course,
        practitioner=by,
        number=1,
        on=VISIT,
        face_to_face_minutes=32,
        started_at=at,
        ended_at=at + dt.timedelta(minutes=35),
        closed_at=at + dt.timedelta(minutes=40),
        told="Rest today.",
    )
    lot = Lot(
        maker="Maker",
        lot_number="L1",
        length_mm=Decimal(30),
        diameter_mm=Decimal("0.25"),
        expires_on=dt.date(2027, 1, 1),
        received_on=dt.date(2026, 1, 1),
        quantity=100,
    )
    sites = [("muscle", name, "upper_shoulder") for name in muscles] or [
        ("point", "GB20", "suboccipital"),
        ("point", "GB21", "upper_shoulder"),
    ]
    with keeping.acting(by) as act:
        act.create(lot)
        needles = [
            Needle(
                session=session,
                practice=act.practice,
                order=n,
                site_kind=kind,
                site=site,
                side="left",
                region=region,
                lot=lot,
            )
            for n, (kind, site, region) in enumerate(sites)
        ]
        act.create(session, children=needles)
    return session


def set_fees(by: Member, **amounts: str) -> None:
    """Set prices from the beginning of 2026 on, by code with a letter before: `c97810="80"`."""
    with keeping.acting(by) as act:
        for code, amount in amounts.items():
            act.create(
                Fee(
                    code=code.removeprefix("c"),
                    name="in our words",
                    amount=Decimal(amount),
                    since=dt.date(2026, 1, 1),
                )
            )
