"""What the pages of a session show: the table, the chart, what is asked, what was typed before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care.closing import checklist
from filiform.care.lots import LotKey, repeat_last
from filiform.care.stricta import STRICTA_ITEMS, Background, reported, stricta
from filiform.knowledge import library
from filiform.site.practice import stock
from filiform.site.practice.forms.session import regions
from filiform.site.practice.models import Draft, Needle, Plan, Session
from filiform.site.practice.screened_person import plan_is_older, screened_person
from filiform.site.practice.session_approvals import approvals_shown
from filiform.site.practice.session_asks import asks_of, lenient_needle, warned
from filiform.site.practice.session_chart import Spot, drawn
from filiform.site.practice.session_records import (
    care_lot,
    care_session,
    effective_record,
    lot_of_key,
)
from filiform.site.practice.session_typed import (
    Typed,
    confirmed,
    depths_of,
    row_of,
    typed_of_draft,
    typed_of_session,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from filiform.care.needles import Needle as CareNeedle
    from filiform.site.practice.models import Course, Lot, Member, Practice
    from filiform.site.practice.session_keeping import Sheet


@dataclass(frozen=True, slots=True)
class RegionCount:
    """One line of the count."""

    region: str
    name: str
    recorded: int


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a form opens with.

    Attributes:
        typed: what stands in it.
        draft: the draft it comes from; None where it is what is kept.
        other: someone else's draft that is not shown.
    """

    typed: Typed
    draft: Draft | None
    other: Draft | None


def opening(session: Session, member: Member, *, take: bool) -> Recovered:
    """Return what the form of an open session opens with: one's own draft before what is kept.

    Args:
        session: the open session.
        member: who opens it.
        take: whether someone else's draft is to be taken over.
    """
    draft = Draft.objects.filter(session=session).select_related("by").first()
    if draft is not None and (draft.by_id == member.pk or take or _proposed(draft)):
        return Recovered(typed_of_draft(draft.typed), draft, None)
    kept = typed_of_session(session, session.needles.order_by("order"))
    return Recovered(kept, None, draft)


def _proposed(draft: Draft) -> bool:
    """Say whether a draft is nobody's typing but a proposal of the system's."""
    return bool(draft.typed.get("origin"))


def shown(sheet: Sheet, session: Session) -> dict[str, object]:
    """Return what the page of an open session shows of what is typed."""
    typed = sheet.typed
    asked = screened_person(session.course)
    asks = asks_of(typed, session, asked)
    return {
        "sheet": sheet,
        "typed": typed,
        "views": drawn(_spots(typed)),
        "asks": asks,
        "approvals": approvals_shown(
            (each.row for each in asks if each.lifted_by == "doctor"), typed.rest
        ),
        "warned": warned(typed, session, asked),
        "plan_is_older": plan_is_older(session.course),
        "counts": counts_of(typed),
        "checklist": checklist_of(),
        "last_depths": last_depths(session),
        "names": names_of(typed),
        "inside": _inside(typed),
        "outside": sum(bool(row.get("removed_at")) for row in typed.rows),
    }


def _inside(typed: Typed) -> int:
    """Return how many needles are in now."""
    return sum(bool(row.get("inserted_at")) and not row.get("removed_at") for row in typed.rows)


def names_of(typed: Typed) -> list[str]:
    """Return the site of each row in words."""
    return [site_name(row.get("site_kind", ""), row.get("site", "")) for row in typed.rows]


def site_name(kind: str, site: str) -> str:
    """Return a site in the field's words."""
    if kind == "point" and site in library().points:
        return f"{site} {library().points[site].pinyin}"
    return site.replace("_", " ")


def _spots(typed: Typed) -> list[Spot]:
    names = names_of(typed)
    return [
        Spot(n + 1, row.get("region", ""), row.get("side", ""), f"{names[n]}, {row.get('side')}")
        for n, row in enumerate(typed.rows)
        if lenient_needle(row) is not None
    ]


def spots_of(needles: Iterable[Needle]) -> list[Spot]:
    """Return the kept needles as the chart shows them."""
    return [
        Spot(
            needle.order + 1,
            needle.region,
            needle.side,
            f"{site_name(needle.site_kind, needle.site)}, {needle.side}",
        )
        for needle in needles
    ]


def counts_of(typed: Typed) -> list[RegionCount]:
    """Return the regions to count, with the needles in the table."""
    names = dict(regions())
    return [
        RegionCount(region, names[region], typed.count_in(region))
        for region in typed.regions
        if region in names
    ]


def checklist_of() -> dict[str, list[tuple[str, str]]]:
    """Return the items of the clean-needle checklist, before and after."""
    found: dict[str, list[tuple[str, str]]] = {"before": [], "after": []}
    for item, when, text, _ in checklist():
        found[when].append((item, text))
    return found


def last_session(course: Course, before: int | None = None) -> Session | None:
    """Return the last closed session of a course, before one of a number where it is told."""
    found = Session.objects.filter(course=course, closed_at__isnull=False)
    if before is not None:
        found = found.filter(number__lt=before)
    return found.order_by("-number").first()


def last_depths(session: Session) -> Mapping[tuple[str, str], str]:
    """Return how deep the needles of the last session went, by site and side."""
    last = last_session(session.course, session.number)
    if last is None:
        return {}
    return depths_of(effective_record(last, session.course.therapy).needles)


def repeated(course: Course, practice: Practice, on: dt.date) -> Typed | None:
    """Return the needles of the last session as a proposal for a new one, each from a fresh lot."""
    last = last_session(course)
    if last is None:
        return None
    lots = stock.choices(practice, on)
    record = repeat_last(
        effective_record(last, course.therapy), lots=[care_lot(lot) for lot in lots], on=on
    )
    rows = tuple(_fresh(needle, lots) for needle in record.needles)
    minutes = {"needles_planned_minutes": str(last.needles_planned_minutes or "")}
    along = {"co_treatments": "\n".join(record.co_treatments), **approved_before(last)}
    return Typed(rows, {**minutes, **along}, "repeat", version=1)


def approved_before(last: Session) -> dict[str, str]:
    """Return the doctors' approvals of a session as the form has them."""
    told = confirmed(last.confirmations)
    return {name: text for name, text in told.items() if name.startswith(("doctor-", "day-"))}


def _fresh(needle: CareNeedle, lots: Sequence[Lot]) -> dict[str, str]:
    if needle.lot is None:
        return row_of(needle, None)
    key = LotKey(needle.maker or "", needle.lot, needle.length_mm, needle.diameter_mm)
    return row_of(needle, lot_of_key(lots, key))


def held_by_lot(needles: Iterable[Needle]) -> Mapping[UUID, int]:
    """Return how many needles of each lot a session has kept."""
    return Counter(needle.lot_id for needle in needles)


def stricta_of(
    session: Session, needles: Sequence[Needle], plan: Plan | None
) -> tuple[list[tuple[str, str, str]], tuple[int, int]]:
    """Return each item of STRICTA with its words and what the session tells, and how many are."""
    background = Background(
        style=session.course.therapy.replace("_", " "),
        sessions=plan.sessions if plan else None,
        frequency=f"{plan.sessions} sessions in {plan.weeks} weeks" if plan else None,
        practitioner=str(session.practitioner),
    )
    filled = stricta(care_session(session, session.course.therapy, needles), background)
    return [(item, STRICTA_ITEMS[item], text) for item, text in filled.items()], reported(filled)
