"""Corrections of a closed session: kept beside it, each with what stood there before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from filiform.site.practice import keeping, stock
from filiform.site.practice.models import Amendment, Lot, Session
from filiform.site.practice.session_effective import CONFIRMED
from filiform.site.practice.session_typed import Typed, typed_of_session

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from filiform.site.practice.models import Member

OF_NEEDLE = {
    "site": "site",
    "lot": "lot",
    "side": "side",
    "region": "region",
    "depth_mm": "depth in mm",
    "angle": "angle",
    "response_sought": "response sought",
    "response_got": "response",
    "stimulation": "stimulation",
    "hz": "Hz",
    "ma": "mA",
    "inserted_at": "in at",
    "removed_at": "out at",
}
OF_REST = {
    "notes": "notes",
    "told": "what the person was told",
    "co_treatments": "what else was done",
    "pain_before": "pain before",
    "pain_after": "pain after",
    "face_to_face_minutes": "minutes face to face",
}


@dataclass(frozen=True, slots=True)
class Correction:
    """One field that was corrected, in words."""

    field: str
    before: str
    after: str


def as_amended(session: Session) -> Typed:
    """Return a closed session as its form shows it, with every correction so far."""
    needles = session.needles.order_by("order")
    typed = typed_of_session(session, needles)
    amendments = list(session.amendments.order_by("created_at", "pk"))
    for amendment in amendments:
        typed = _applied(typed, amendment.changes)
    return replace(typed, version=len(amendments))


def _applied(typed: Typed, changes: Mapping[str, Mapping[str, str]]) -> Typed:
    rows, rest = [dict(row) for row in typed.rows], dict(typed.rest)
    for name, change in changes.items():
        place = name.split(".")
        if place[0] == "needles":
            rows[int(place[1])][place[2]] = change["after"]
        elif place[0] != CONFIRMED:
            rest[name] = change["after"]
    return replace(typed, rows=tuple(rows), rest=rest)


def changes_of(now: Typed, sent: Typed) -> dict[str, dict[str, str]]:
    """Return what differs, by field: what it says now and what it is to say."""
    pairs = [
        (f"needles.{n}.{field}", row.get(field, ""), new.get(field, ""))
        for n, (row, new) in enumerate(zip(now.rows, sent.rows, strict=False))
        for field in OF_NEEDLE
    ]
    pairs += [(field, now.rest.get(field, ""), sent.rest.get(field, "")) for field in OF_REST]
    return {
        name: {"before": before, "after": after}
        for name, before, after in pairs
        if _same(before) != _same(after)
    }


def _same(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def amend(
    act: keeping.Act,
    session: Session,
    by: Member,
    sent: Typed,
    reason: str,
    *,
    confirmed: Mapping[str, str],
) -> bool:
    """Keep a correction; say whether there was anything to correct.

    Args:
        act: the transaction.
        session: closed.
        by: who corrects it.
        sent: the form, already held against the rules.
        reason: why.
        confirmed: the reason under the key of each problem that the rules ask to confirm.

    Raises:
        StaleError: someone else has corrected the session since the form was opened.
    """
    now = as_amended(session)
    changes = changes_of(now, sent)
    if now.version != sent.version:
        theirs: keeping.Values = {"version": now.version, **_words(now)}
        raise keeping.StaleError(theirs, dict(_words(sent)))
    if not changes:
        return False
    changes |= {
        f"{CONFIRMED}.{key}": {"before": "", "after": why} for key, why in confirmed.items()
    }
    stock.count_used(act, _lots_of(now), _lots_of(sent))
    act.create(Amendment(session=session, by=by, reason=reason, changes=changes), reason=reason)
    return True


def _lots_of(typed: Typed) -> list[UUID]:
    return [UUID(row["lot"]) for row in typed.rows if row.get("lot")]


def _words(typed: Typed) -> Mapping[str, object]:
    needles = {
        f"needle {n + 1}": {OF_NEEDLE[field]: row.get(field, "") for field in OF_NEEDLE}
        for n, row in enumerate(typed.rows)
    }
    return {**needles, **{OF_REST[field]: typed.rest.get(field, "") for field in OF_REST}}


def corrections(amendment: Amendment) -> tuple[Correction, ...]:
    """Return what an amendment corrected, in words."""
    changes = amendment.changes
    moved = [set(change.values()) for name, change in changes.items() if name.endswith(".lot")]
    lots = {
        str(pk): lot.lot_number
        for pk, lot in (Lot.objects.in_bulk(set().union(*moved)) if moved else {}).items()
    }
    return tuple(
        Correction(_field(name), _said(change["before"], lots), _said(change["after"], lots))
        for name, change in changes.items()
    )


def _field(name: str) -> str:
    """Return the words of a corrected field."""
    head, _, rest = name.partition(".")
    if head == "needles":
        number, _, field = rest.partition(".")
        return f"needle {int(number) + 1}: {OF_NEEDLE[field]}"
    return f"confirmed: {rest}" if head == CONFIRMED else OF_REST[name]


def _said(text: str, lots: Mapping[str, str]) -> str:
    return lots.get(text, text) or "nothing"


def all_corrections(
    amendments: Iterable[Amendment],
) -> list[tuple[Amendment, tuple[Correction, ...]]]:
    """Return each amendment with its corrections."""
    return [(each, corrections(each)) for each in amendments]
