"""What a session asks before it can be closed: dangers confirmed, and what stands against it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from filiform.care.closing import SecondLook, breaches, closing_problems
from filiform.care.lots import lot_problems, lots_used
from filiform.care.needles import Needle as CareNeedle
from filiform.care.needles import SessionRecord
from filiform.care.refusal import Problem
from filiform.care.sites import site_of
from filiform.errors import CareError
from filiform.guidance import words
from filiform.knowledge import library
from filiform.site.practice.models import HistoryEntry
from filiform.site.practice.screened_person import against_person, screened_person
from filiform.site.practice.session_approvals import approvals_typed
from filiform.site.practice.session_records import care_lot, care_session, earlier_that_day
from filiform.site.practice.session_typed import AS_SAID, group_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from filiform.care.needles import Side, SiteKind, Stimulation
    from filiform.care.refusal import LiftedBy
    from filiform.care.sites import Site
    from filiform.site.practice.models import Lot, Needle, Session
    from filiform.site.practice.screened_person import ScreenedPerson
    from filiform.site.practice.session_typed import Row, Typed


@dataclass(frozen=True, slots=True)
class Ask:
    """Something to confirm, once for both sides of a site.

    Attributes:
        group: names its fields in the form.
        name: the site in words.
        text: what lies there, or what differs.
        avoid: how the source avoids it; "" where words are asked for.
        ticked, why: what is answered so far.
        sources: ids of the bibliography.
        row: of contraindications.csv; "" where none is behind it.
        lifted_by: what lets the needle in.
    """

    group: str
    name: str
    text: str
    avoid: str
    ticked: bool
    why: str
    sources: tuple[str, ...]
    row: str = ""
    lifted_by: LiftedBy = "reason"

    @property
    def answered(self) -> bool:
        """Whether it is confirmed."""
        return bool(self.why.strip()) or (self.ticked and bool(self.avoid))


def asks_of(typed: Typed, session: Session, asked: ScreenedPerson | None) -> tuple[Ask, ...]:
    """Return what must be confirmed for the needles as they are typed."""
    needles = tuple(each for row in typed.rows if (each := lenient_needle(row)) is not None)
    approved = approvals_typed(typed.rest, session.on)
    record = SessionRecord(
        session.course.therapy,
        session.on,
        needles,
        earlier_that_day(session),
        confirmations=approved,
    )
    found: dict[str, Ask] = {}
    for problem in _to_confirm(record, asked):
        group = group_of(problem.key)
        if group not in found:
            found[group] = _ask(problem, group, needles, typed.rest)
    return tuple(found.values())


def warned(typed: Typed, session: Session, asked: ScreenedPerson | None) -> dict[int, list[str]]:
    """Return what the last screening speaks against, by the number of the row."""
    readable = {n: each for n, row in enumerate(typed.rows) if (each := lenient_needle(row))}
    approved = approvals_typed(typed.rest, session.on)
    record = SessionRecord(
        session.course.therapy, session.on, tuple(readable.values()), confirmations=approved
    )
    found: dict[int, list[str]] = {}
    for problem in against_person(asked, record):
        number = tuple(readable)[int(problem.where.split(".")[1])]
        found.setdefault(number, []).append(problem.sentence)
    return found


def _to_confirm(record: SessionRecord, asked: ScreenedPerson | None) -> list[Problem]:
    every = closing_problems(record, second_look=None, further=against_person(asked, record))
    return [problem for problem in every if problem.answered_by == "confirmation"]


def _ask(
    problem: Problem, group: str, needles: Sequence[CareNeedle], rest: Mapping[str, str]
) -> Ask:
    site = _site_of(problem, needles) if problem.code == "dangerous_site" else None
    return Ask(
        group=group,
        name=site.name if site else "",
        text=site.danger if site else problem.sentence,
        avoid=site.avoid if site else "",
        ticked=bool(rest.get(f"as-{group}")),
        why=rest.get(f"why-{group}", ""),
        sources=problem.sources,
        row=problem.row,
        lifted_by=problem.lifted_by,
    )


def _site_of(problem: Problem, needles: Sequence[CareNeedle]) -> Site:
    number = int(problem.where.split(".")[1])
    return site_of(needles[number], library())


def lenient_needle(row: Row) -> CareNeedle | None:
    """Return a needle as far as its row can be read; None where its place cannot be."""
    needle = CareNeedle(
        site_kind=cast("SiteKind", row.get("site_kind", "")),
        site=row.get("site", ""),
        side=cast("Side", row.get("side", "")),
        region=row.get("region", ""),
        depth_mm=_number(row.get("depth_mm", "")),
        stimulation=cast("Stimulation | None", row.get("stimulation") or None),
    )
    try:
        site_of(needle, library())
    except CareError:
        return None
    return needle


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def confirmations_of(
    record: SessionRecord, rest: Mapping[str, str], asked: ScreenedPerson | None
) -> dict[str, str]:
    """Return what the form confirmed, under the key of each problem that asks for it.

    Args:
        record: its needles; its confirmations are the doctors' approvals.
        rest: the fields of the form.
        asked: the person of the latest screening.
    """
    found = dict(record.confirmations)
    for problem in _to_confirm(record, asked):
        group = group_of(problem.key)
        why = rest.get(f"why-{group}", "").strip()
        if not why and rest.get(f"as-{group}") and problem.code == "dangerous_site":
            why = AS_SAID + _site_of(problem, record.needles).avoid
        if why:
            found[problem.key] = why
    return found


def against_closing(session: Session, needles: Sequence[Needle]) -> tuple[Problem, ...]:
    """Return everything that stands against closing a session as it is kept."""
    earlier = earlier_that_day(session)
    record = care_session(session, session.course.therapy, needles, earlier=earlier)
    look = second_look(session)
    further = (
        *against_person(screened_person(session.course), record),
        *taken_from_table(session, needles, look),
    )
    stock = [care_lot(lot, beside=beside) for lot, beside in _lots(needles)]
    return (
        *closing_problems(record, second_look=look, further=further),
        *lot_problems(stock, lots_used(record.needles), on=session.on),
    )


REFUSED = "refused_needle"


def breaches_of(session: Session, needles: Sequence[Needle]) -> tuple[tuple[str, str], ...]:
    """Return the incident of each needle that is in though no reason lets it in: kind, words."""
    earlier = earlier_that_day(session)
    record = care_session(session, session.course.therapy, needles, earlier=earlier)
    found = breaches(record, further=against_person(screened_person(session.course), record))
    told = session.confirmations
    return tuple((REFUSED, f"{each.sentence} {told.get(each.key, '')}".strip()) for each in found)


def taken_from_table(
    session: Session, needles: Sequence[Needle], look: SecondLook | None
) -> tuple[Problem, ...]:
    """Return what stands against closing where needles that had gone in are no longer recorded.

    The history knows how many were in at once. A needle that was recorded by mistake is taken away
    with a second look and its reason; it makes an incident, as any count that does not agree.
    """
    return taken_away(once_in(session) - len(needles), look)


def taken_away(missing: int, look: SecondLook | None) -> tuple[Problem, ...]:
    """Return what stands against needles that had gone in and are no longer recorded.

    Args:
        missing: how many.
        look: the second look; with a reason it lifts the problem.
    """
    if missing <= 0 or (look is not None and look.reason.strip()):
        return ()
    sentence = (
        f"{words.counted(missing, 'needle', 'needles')} that had gone in "
        f"{'is' if missing == 1 else 'are'} no longer in the table: look for "
        f"{'it' if missing == 1 else 'them'}, and say what explains it."
    )
    key = "taken_from_table"
    return (Problem(key, sentence, key, where="counts", answered_by="second_look"),)


def once_in(session: Session) -> int:
    """Return the most needles of a session that were recorded as put in at any save."""
    kept = HistoryEntry.objects.filter(
        practice=session.practice_id, object_id=str(session.pk), after__isnull=False
    ).values_list("after", flat=True)
    each = ((after or {}).get("needle") or () for after in kept)
    return max((sum(bool(row["inserted_at"]) for row in rows) for rows in each), default=0)


def _lots(needles: Iterable[Needle]) -> list[tuple[Lot, int]]:
    found: dict[object, tuple[Lot, int]] = {}
    for needle in needles:
        lot, count = found.get(needle.lot_id, (needle.lot, 0))
        found[needle.lot_id] = (lot, count + 1)
    return list(found.values())


def second_look(session: Session) -> SecondLook | None:
    """Return the second count, where there was one."""
    kept = session.second_look
    if not kept:
        return None
    return SecondLook(
        by=str(kept["by"]),
        at=dt.datetime.fromisoformat(str(kept["at"])),
        reason=str(kept["reason"]),
        out_counts=dict(kept["out_counts"]),
    )


_MANY = {
    "not_removed": "{n} needles have no time out: are they still in?",
    "checklist": "{n} things of the clean-needle checklist are not ticked.",
    "dangerous_site": "{n} needles are at dangerous sites that are not confirmed.",
    "no_lot": "{n} needles have no lot.",
}


def grouped(problems: Sequence[Problem]) -> list[tuple[str, str, list[str]]]:
    """Return problems as a list tells them: a sentence, its place on the page, and each in words.

    What holds for many needles alike is one line.
    """
    together: dict[str, list[Problem]] = {}
    for problem in problems:
        name = problem.code if problem.code in _MANY else problem.key
        together.setdefault(name, []).append(problem)
    found = []
    for first, *rest in together.values():
        many = _MANY.get(first.code, "") if rest else ""
        summary = many.format(n=len(rest) + 1) or first.sentence
        found.append((summary, anchor(first), [each.sentence for each in (first, *rest)]))
    return found


def anchor(problem: Problem) -> str:
    """Return where on the page a problem is mended."""
    place = problem.where.split(".")
    if problem.answered_by == "second_look":
        return "second"
    if problem.answered_by == "confirmation":
        return "dangers"
    if place[0] == "needles":
        return f"needle-{int(place[1]) + 1}"
    return {"counts": "count", "checklist": "clean"}.get(place[0], "add")
