"""Keeping a session: opened, saved as it was typed, closed once, amended after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max

from filiform.care import closing
from filiform.care.course_events import SessionClosed, SessionOpened
from filiform.care.needles import SessionRecord
from filiform.care.refusal import open_problems
from filiform.site.practice import keeping, stock
from filiform.site.practice.clock import zone_of
from filiform.site.practice.course_log import log
from filiform.site.practice.forms.session import NeedleRow, RestForm, moment, ticked, valid
from filiform.site.practice.models import Draft, Incident, Needle, Session
from filiform.site.practice.screened_person import screened_person
from filiform.site.practice.session_approvals import approvals_typed
from filiform.site.practice.session_asks import (
    against_closing,
    breaches_of,
    confirmations_of,
    second_look,
    taken_from_table,
)
from filiform.site.practice.session_putting_in import came_in, licence_after
from filiform.site.practice.session_records import care_needle, care_session, earlier_that_day
from filiform.site.practice.session_refused import refuse

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from filiform.care.closing import Incident as CareIncident
    from filiform.site.practice.models import Course, Lot, Member
    from filiform.site.practice.screened_person import ScreenedPerson
    from filiform.site.practice.session_typed import Typed


@dataclass(slots=True)
class Sheet:
    """The forms of what was typed.

    Attributes:
        typed: the text.
        lots: what may be taken from.
        rows: a form a needle.
        rest: the form of everything else.
    """

    typed: Typed
    lots: Sequence[Lot]
    rows: list[NeedleRow]
    rest: RestForm

    @classmethod
    def of(cls, typed: Typed, lots: Sequence[Lot]) -> Sheet:
        """Bind the forms."""
        rows = [NeedleRow(row, number=n, lots=lots) for n, row in enumerate(typed.rows)]
        return cls(typed, lots, rows, RestForm(typed))

    def is_valid(self) -> bool:
        """Say whether all of it can be kept."""
        return valid([*self.rows, self.rest])


def open_session(
    act: keeping.Act,
    course: Course,
    by: Member,
    *,
    on: dt.date,
    licence: Mapping[str, object],
    typed: Typed | None,
) -> Session:
    """Open a session; what it proposes is a draft until it is saved.

    Raises:
        RefusedError: the course takes no session now.
    """
    last = Session.objects.filter(course=course).aggregate(Max("number"))["number__max"]
    session = Session(
        course=course, practitioner=by, number=(last or 0) + 1, on=on, licence=dict(licence)
    )
    act.create(session)
    log(act, course, SessionOpened(at=act.now, by=act.by, session_id=str(session.pk)))
    if typed is not None:
        Draft.objects.create(session=session, by=by, typed=typed.to_json(), at=act.now)
    return session


def save(act: keeping.Act, session: Session, by: Member, sheet: Sheet, *, version: int) -> None:
    """Keep a session as it was typed, with its needles, and count them out of their lots.

    Args:
        act: the transaction.
        session: as it was read.
        by: who saves it, and puts in the needles that are new.
        sheet: what was typed, and valid.
        version: of the session on which it was typed.

    Raises:
        StaleError: someone else has kept another version by now, or closed it.
        StockError: a lot has fewer needles left.
        RefusedError: needles went in that may not, whatever the reason, or not by this member.
    """
    before = keeping.values(session)
    was_open = Session.objects.filter(pk=session.pk, closed_at=None).exists()
    kept = list(Needle.objects.filter(session=session).select_related("lot"))
    needles, asked = needles_of(session, sheet), screened_person(session.course)
    came = came_in(kept, needles)
    ours = was_open and version == session.version
    if came and ours:
        kinds = {needle.site_kind for needle in needles}
        session.licence = licence_after(
            session, by, came, kinds=kinds, rest=sheet.typed.rest, now=act.now
        )
    _take_over(act, session, sheet, needles, asked)
    if ours:
        refuse(session, kept, needles, asked)
    try:
        act.change(session, before=before, version=version if was_open else -1, children=needles)
    except keeping.StaleError as stale:
        raise _readable(stale, needles, sheet.lots) from stale
    stock.count_used(act, [needle.lot_id for needle in kept], [needle.lot_id for needle in needles])


def needles_of(session: Session, sheet: Sheet) -> list[Needle]:
    """Return the needles of a valid sheet, none of them kept; not those that are taken away."""
    zone, lots = zone_of(session.practice), {str(lot.pk): lot for lot in sheet.lots}
    found = []
    for order, row in enumerate(sheet.rows):
        if sheet.typed.rows[order].get("remove"):
            continue
        given = dict(row.cleaned_data)
        for name in ("inserted_at", "removed_at"):
            given[name] = moment(session.on, given[name], zone)
        given["lot"] = lots[given["lot"]]
        found.append(Needle(session=session, practice=session.practice, order=order, **given))
    return found


def _take_over(
    act: keeping.Act,
    session: Session,
    sheet: Sheet,
    needles: list[Needle],
    asked: ScreenedPerson | None,
) -> None:
    """Set the fields of the session to what was typed."""
    given, rest = sheet.rest.cleaned_data, sheet.typed.rest
    for name in ("notes", "told", "pain_before", "pain_after", "face_to_face_minutes"):
        setattr(session, name, given[name])
    session.needles_planned_minutes = given["needles_planned_minutes"]
    session.insertions = given["insertions"] or 1
    lines = str(given["co_treatments"]).splitlines()
    session.co_treatments = [line.strip() for line in lines if line.strip()]
    session.checklist = ticked(rest)
    session.in_counts, session.out_counts = sheet.rest.counts("in"), sheet.rest.counts("out")
    record = SessionRecord(
        session.course.therapy,
        session.on,
        tuple(care_needle(needle) for needle in needles),
        earlier_that_day(session),
        confirmations=approvals_typed(rest, session.on),
    )
    session.confirmations = confirmations_of(record, rest, asked)
    session.second_look = _second_look(act, sheet, session.second_look)
    into = [needle.inserted_at for needle in needles if needle.inserted_at]
    out = [needle.removed_at for needle in needles if needle.removed_at]
    session.started_at = min(into, default=None)
    session.ended_at = max(out, default=None)


def _second_look(act: keeping.Act, sheet: Sheet, before: Mapping[str, object]) -> dict[str, object]:
    reason, counts = sheet.rest.cleaned_data["second_reason"], sheet.rest.counts("second")
    if not reason.strip() and not counts:
        return {}
    if (before.get("reason"), before.get("out_counts")) == (reason, counts):
        return dict(before)
    return {"by": act.by, "at": act.now.isoformat(), "reason": reason, "out_counts": counts}


def _readable(
    stale: keeping.StaleError, needles: Sequence[Needle], lots: Sequence[Lot]
) -> keeping.StaleError:
    """Return both versions with their needles, and lots by their number instead of their id."""
    names = {str(lot.pk): lot.lot_number for lot in lots}
    ours = {**stale.ours, "needle": [keeping.values(needle) for needle in needles]}
    for version in (stale.theirs, ours):
        rows = version.get("needle")
        for row in rows if isinstance(rows, list) else []:
            row["lot_id"] = names.get(str(row["lot_id"]), row["lot_id"])
    return keeping.StaleError(stale.theirs, ours)


def close(act: keeping.Act, session: Session) -> bool:
    """Close a session where nothing stands against it; say whether it is closed.

    Raises:
        RefusedError: the course has no such session open.
    """
    needles = list(session.needles.select_related("lot"))
    taken = taken_from_table(session, needles, None)
    if open_problems(against_closing(session, needles)):
        return False
    before = keeping.values(session)
    session.closed_at = act.now
    act.change(session, before=before)
    for found in _incidents(session, needles):
        act.create(
            Incident(
                session=session,
                kind=found.kind,
                text=f"{found.sentence} {found.reason}",
                by=session.practitioner,
            )
        )
    for kind, text in (
        *((each.code, f"{each.sentence} {session.second_look['reason']}") for each in taken),
        *breaches_of(session, needles),
    ):
        act.create(Incident(session=session, kind=kind, text=text, by=session.practitioner))
    log(act, session.course, SessionClosed(at=act.now, by=act.by, session_id=str(session.pk)))
    Draft.objects.filter(session=session).delete()
    return True


def _incidents(session: Session, needles: Sequence[Needle]) -> tuple[CareIncident, ...]:
    record = care_session(session, session.course.therapy, needles)
    return closing.incidents(record, second_look=second_look(session))


def forget_draft(session_id: UUID, *members: UUID) -> None:
    """Delete what these members typed into a session and did not save."""
    Draft.objects.filter(session=session_id, by__in=members).delete()
