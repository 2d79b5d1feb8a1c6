"""One invented visit: opened, needles in, needles out and counted, closed by the rules, billed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from filiform.care import claims
from filiform.care.closing import checklist, closing_problems
from filiform.care.refusal import Refusal
from filiform.errors import FiliformError
from filiform.knowledge import library
from filiform.site.practice import billing, keeping, session_keeping, session_licence, stock
from filiform.site.practice.demo.invented import proposal
from filiform.site.practice.models import Needle, Payment
from filiform.site.practice.session_records import care_session

if TYPE_CHECKING:
    from random import Random

    from filiform.care.prescribed import ProposedSite
    from filiform.site.practice.models import Course, Lot, Member, Session

ZONE = "America/Phoenix"
_IN_AFTER, _OUT_AFTER = dt.timedelta(minutes=6), dt.timedelta(minutes=28)
_RESPONSES = {"point": ("deqi", "deqi", "none"), "muscle": ("twitch", "twitch", "none")}
_UNPAID = 0.1  # made up, so that bills with something left to pay are seen
_AVOIDED = "Shallow and at an angle, with the muscle lifted between two fingers."
_LOST = "One needle had fallen into the towel; found and thrown away. The person was looked over."


class DemoError(FiliformError):
    """A place in which no demo may be made, or care that the rules would not let happen."""


def day_of(at: dt.datetime) -> dt.date:
    """Return the day in the practice's zone."""
    return at.astimezone(ZoneInfo(ZONE)).date()


@dataclass(slots=True)
class Visit:
    """A session from its opening to its bill.

    Attributes:
        kind: the name of the kind of neck pain, by which the sites are proposed.
        lost: whether a needle is missing at the first count.
    """

    course: Course
    kind: str
    random: Random
    session: Session
    lost: bool = False

    @classmethod
    def opened(
        cls, act: keeping.Act, course: Course, *, by: Member, kind: str, random: Random
    ) -> Visit:
        """Open a session."""
        on = day_of(act.now)
        law = session_licence.kept(session_licence.permission_of(by, course.therapy, on), "")
        session = session_keeping.open_session(act, course, by, on=on, licence=law, typed=None)
        return cls(course, kind, random, session)

    def needle(self, act: keeping.Act, *, began: dt.datetime, pain: Decimal) -> None:
        """Put the needles in, each from a lot in date, and count them."""
        session, before = self.session, keeping.values(self.session)
        needles = self._needles(act, began + _IN_AFTER)
        session.started_at, session.pain_before = began + _IN_AFTER, pain
        session.in_counts = counted(needles)
        session.checklist = {item: True for item, when, *_ in checklist() if when == "before"}
        act.change(session, before=before, children=needles)
        stock.count_used(act, [], [needle.lot_id for needle in needles])

    def close(self, act: keeping.Act, *, began: dt.datetime, pain: Decimal) -> None:
        """Take the needles out, count them, and close the session.

        Raises:
            DemoError: something stands against closing it.
        """
        session, before = self.session, keeping.values(self.session)
        needles = list(session.needles.select_related("lot").order_by("order"))
        for needle in needles:
            needle.removed_at = began + _OUT_AFTER
        session.ended_at, session.pain_after = began + _OUT_AFTER, pain
        session.checklist = {item: True for item, *_ in checklist()}
        session.out_counts = dict(session.in_counts)
        session.face_to_face_minutes = self.random.choice((16, 20, 31))
        session.needles_planned_minutes = 20
        session.co_treatments = ["Neck exercises, shown and tried", "Heat pack before the needles"]
        session.told = "Drink something, move as usual. Call us if anything worries you."
        if self.lost:
            self._lose_one(act)
        session.confirmations = _confirmed(session, needles)
        act.change(session, before=before, children=needles)
        if not session_keeping.close(act, session):
            raise DemoError(f"session {session.number} of {self.course} cannot be closed")

    def bill(self, act: keeping.Act) -> None:
        """Bill the session, and take what is paid at once."""
        minutes = self.session.face_to_face_minutes or 15
        current = billing.had_current(self.session)
        visit = billing.billable(self.session, (claims.NeedleSet(minutes, current),))
        claim = claims.claim_of(visit, library=library())
        if not claim.lines or claim.refused:
            return
        bill = billing.keep_bill(act, self.session, claim, billing.schedule(act.practice))
        if isinstance(bill, Refusal) or self.random.random() < _UNPAID:
            return
        amount = billing.left_of(bill)
        act.create(Payment(invoice=bill, on=self.session.on, amount=amount, method="card"))

    def _needles(self, act: keeping.Act, at: dt.datetime) -> list[Needle]:
        places = [(site, side) for site in proposal(self.kind).sites for side in self._sides(site)]
        lot = self._lot(len(places))
        needles = [self._needle(site, side, at) for site, side in places]
        for order, needle in enumerate(needles):
            needle.session, needle.practice = self.session, act.practice
            needle.order, needle.lot = order, lot
        return needles

    def _sides(self, site: ProposedSite) -> tuple[str, ...]:
        """Take both sides of a point, and of a muscle one side a session, in turn (dn-04)."""
        if site.side:
            return (site.side,)
        if site.kind == "muscle":
            return (("left", "right")[self.session.number % 2],)
        return "left", "right"

    def _lot(self, count: int) -> Lot:
        found = stock.choices(self.session.practice, self.session.on)
        return next(lot for lot in found if stock.left_in(lot) >= count)

    def _needle(self, site: ProposedSite, side: str, at: dt.datetime) -> Needle:
        low = site.depth_mm_low or 10.0
        depth = low + self.random.random() * ((site.depth_mm_high or low + 5) - low)
        electrical = self.course.therapy == "electroacupuncture" and site.electrical
        return Needle(
            site_kind=site.kind,
            site=site.site,
            side=side,
            region=site.region,
            depth_mm=Decimal(f"{depth:.0f}"),
            angle=(site.angle or "")[:60],
            response_sought=_RESPONSES[site.kind][0],
            response_got=self.random.choice(_RESPONSES[site.kind]),
            stimulation="electrical" if electrical else "manual",
            hz=Decimal(2) if electrical else None,
            ma=Decimal("1.5") if electrical else None,
            inserted_at=at,
        )

    def _lose_one(self, act: keeping.Act) -> None:
        """Count one needle too few, look again, and find it."""
        session = self.session
        region = next(iter(session.out_counts))
        right = dict(session.out_counts)
        session.out_counts = {**right, region: right[region] - 1}
        session.second_look = {
            "by": act.by,
            "at": act.now.isoformat(),
            "reason": _LOST,
            "out_counts": right,
        }


def counted(needles: list[Needle]) -> dict[str, int]:
    """Return how many needles there are in each region."""
    found: dict[str, int] = {}
    for needle in needles:
        found[needle.region] = found.get(needle.region, 0) + 1
    return found


def _confirmed(session: Session, needles: list[Needle]) -> dict[str, str]:
    record = care_session(session, session.course.therapy, needles)
    asked = closing_problems(record, second_look=None)
    return {each.key: _AVOIDED for each in asked if each.answered_by == "confirmation"}
