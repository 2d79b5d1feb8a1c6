"""Kept sessions, needles and lots as the library reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from filiform.care import lots as care_lots
from filiform.care.needles import Needle as CareNeedle
from filiform.care.needles import SessionRecord
from filiform.site.practice.models import Session
from filiform.site.practice.session_effective import effective

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from filiform.care.needles import Side, SiteKind, Stimulation
    from filiform.site.practice.models import Course, Lot, Needle


def care_needle(needle: Needle) -> CareNeedle:
    """Return a needle as the library reads it, with the lot that it came from."""
    return CareNeedle(
        site_kind=cast("SiteKind", needle.site_kind),
        site=needle.site,
        side=cast("Side", needle.side),
        region=needle.region,
        depth_mm=_number(needle.depth_mm),
        angle=needle.angle or None,
        response_sought=needle.response_sought or None,
        response_got=needle.response_got or None,
        stimulation=cast("Stimulation | None", needle.stimulation or None),
        hz=_number(needle.hz),
        ma=_number(needle.ma),
        inserted_at=needle.inserted_at,
        removed_at=needle.removed_at,
        length_mm=float(needle.lot.length_mm),
        diameter_mm=float(needle.lot.diameter_mm),
        maker=needle.lot.maker,
        lot=needle.lot.lot_number,
        lot_expires_on=needle.lot.expires_on,
    )


def care_session(
    session: Session,
    therapy: str,
    needles: Iterable[Needle] | None = None,
    *,
    earlier: tuple[CareNeedle, ...] = (),
) -> SessionRecord:
    """Return a session as the library reads it.

    Args:
        session: the kept session.
        therapy: of its course.
        needles: its needles with their lots; None reads them.
        earlier: `earlier_that_day`, where the rules are asked.
    """
    found = session.needles.select_related("lot") if needles is None else needles
    return SessionRecord(
        therapy=therapy,
        held_on=session.on,
        needles=tuple(care_needle(needle) for needle in found),
        earlier=earlier,
        in_counts=session.in_counts,
        out_counts=session.out_counts,
        checklist=session.checklist,
        confirmations=session.confirmations,
        co_treatments=tuple(str(each) for each in session.co_treatments),
        notes=session.notes,
        told=session.told,
    )


def earlier_that_day(session: Session) -> tuple[CareNeedle, ...]:
    """Return the needles of the person's other sessions of a session's day, of any course."""
    others = (
        Session.objects.filter(
            practice=session.practice_id, course__person=session.course.person_id, on=session.on
        )
        .exclude(pk=session.pk)
        .select_related("practice")
        .prefetch_related("needles__lot", "amendments")
    )
    return tuple(care_needle(needle) for each in others for needle in effective(each).needles)


def closed_sessions(course: Course) -> tuple[SessionRecord, ...]:
    """Return the closed sessions of a course in their order, with their corrections."""
    found = (
        Session.objects.filter(course=course, closed_at__isnull=False)
        .select_related("practice")
        .prefetch_related("needles__lot", "amendments")
        .order_by("number")
    )
    return tuple(effective_record(each, course.therapy) for each in found)


def effective_record(session: Session, therapy: str) -> SessionRecord:
    """Return a closed session as the library reads it, with every correction so far."""
    now = effective(session)
    return care_session(now.session, therapy, now.needles)


def care_lot(lot: Lot, *, beside: int = 0) -> care_lots.Lot:
    """Return a lot as the library reads it.

    Args:
        lot: the kept lot.
        beside: how many of its used needles are those of the session in hand.
    """
    return care_lots.Lot(
        maker=lot.maker,
        lot=lot.lot_number,
        length_mm=float(lot.length_mm),
        diameter_mm=float(lot.diameter_mm),
        expires_on=lot.expires_on,
        received=lot.quantity,
        used=lot.used - beside,
        discarded=lot.discarded,
        recalled_on=lot.recalled_on,
    )


def lot_of_key(lots: Sequence[Lot], key: care_lots.LotKey) -> Lot | None:
    """Return the kept lot that the library names."""
    return next((lot for lot in lots if care_lot(lot).key == key), None)


def _number(value: Decimal | float | None) -> float | None:
    return None if value is None else float(value)
