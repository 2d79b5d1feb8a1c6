"""Corrections of a closed session: kept beside it, each with what stood there before."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

from filiform.site.practice import keeping, stock
from filiform.site.practice.forms.session import regions
from filiform.site.practice.models import Amendment, Incident, Lot, Session
from filiform.site.practice.session_effective import (
    CONFIRMED,
    LICENCE,
    REMOVED,
    SECOND,
    in_order,
)
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
    "site_kind": "kind",
    REMOVED: "taken away",
}
OF_REST = {
    "notes": "notes",
    "told": "what the person was told",
    "co_treatments": "what else was done",
    "pain_before": "pain before",
    "pain_after": "pain after",
    "face_to_face_minutes": "minutes face to face",
}


_OWN = (*SECOND, "why-", "as-")
COUNTED = ("in-", "out-", "done-")


@dataclass(frozen=True, slots=True)
class Met:
    """What a correction was asked and answers.

    Attributes:
        kept: reasons, counts of a second look and the licence, as they are kept beside it.
        incidents: the kind and the sentence of each incident that it makes.
    """

    kept: Mapping[str, str] = field(default_factory=dict)
    incidents: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """One field that was corrected, in words."""

    field: str
    before: str
    after: str


def as_amended(session: Session) -> Typed:
    """Return a closed session as its form shows it, with every correction so far.

    A needle that was taken away keeps its row and its number. A second look and the reason of a
    confirmation belong to their own correction: none stands in the form.
    """
    typed = typed_of_session(session, session.needles.order_by("order"))
    rest = {name: text for name, text in typed.rest.items() if not name.startswith(_OWN)}
    typed = replace(typed, rest=rest)
    amendments = in_order(session.amendments.all())
    for amendment in amendments:
        typed = _applied(typed, amendment.changes)
    return replace(typed, version=len(amendments))


def _applied(typed: Typed, changes: Mapping[str, Mapping[str, str]]) -> Typed:
    rows, rest = {n: dict(row) for n, row in enumerate(typed.rows)}, dict(typed.rest)
    for name, change in changes.items():
        head, *place = name.split(".")
        if head == "needles":
            rows.setdefault(int(place[0]), {})[place[1]] = change["after"]
        elif head not in {CONFIRMED, LICENCE} and not head.startswith(SECOND):
            rest[name] = change["after"]
    return replace(typed, rows=tuple(row for _, row in sorted(rows.items())), rest=rest)


def changes_of(now: Typed, sent: Typed) -> dict[str, dict[str, str]]:
    """Return what differs, by field: what it says now and what it is to say."""
    pairs = [
        (f"needles.{n}.{field}", row.get(field, ""), new.get(field, ""))
        for n, (row, new) in enumerate(zip_longest(now.rows, sent.rows, fillvalue=_NO_ROW))
        for field in OF_NEEDLE
    ]
    counted = {n: None for n in (*now.rest, *sent.rest) if n.startswith(COUNTED)}
    names = (*OF_REST, *counted)
    pairs += [(name, now.rest.get(name, ""), sent.rest.get(name, "")) for name in names]
    return {
        name: {"before": before, "after": after}
        for name, before, after in pairs
        if _same(before) != _same(after)
    }


_NO_ROW: Mapping[str, str] = MappingProxyType({})


def _same(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def amend(
    act: keeping.Act, session: Session, by: Member, sent: Typed, reason: str, *, met: Met
) -> bool:
    """Keep a correction; say whether there was anything to correct.

    Args:
        act: the transaction.
        session: closed.
        by: who corrects it.
        sent: the form, already held against the rules.
        reason: why.
        met: what the rules asked for and were given.

    Raises:
        StaleError: someone else has corrected the session since the form was opened.
        StockError: a lot has fewer needles left.
    """
    now = as_amended(session)
    changes = changes_of(now, sent)
    if now.version != sent.version:
        theirs: keeping.Values = {"version": now.version, **_words(now)}
        raise keeping.StaleError(theirs, dict(_words(sent)))
    if not changes:
        return False
    changes |= {name: {"before": "", "after": text} for name, text in met.kept.items()}
    stock.count_used(act, _lots_of(now), _lots_of(sent))
    act.create(Amendment(session=session, by=by, reason=reason, changes=changes), reason=reason)
    for kind, sentence in met.incidents:
        text = f"{sentence} Amended: {reason}"
        act.create(Incident(session=session, kind=kind, text=text, by=by))
    return True


def _lots_of(typed: Typed) -> list[UUID]:
    return [UUID(row["lot"]) for row in typed.rows if row.get("lot") and not row.get(REMOVED)]


def _words(typed: Typed) -> Mapping[str, object]:
    needles = {
        f"needle {n + 1}": {OF_NEEDLE[field]: row.get(field, "") for field in OF_NEEDLE}
        for n, row in enumerate(typed.rows)
    }
    return {**needles, **{OF_REST[field]: typed.rest.get(field, "") for field in OF_REST}}


def corrections(amendment: Amendment) -> tuple[Correction, ...]:
    """Return what an amendment corrected, in words."""
    changes = amendment.changes
    moved = [{*change.values()} - {""} for name, change in changes.items() if _is_lot(name)]
    lots = {
        str(pk): lot.lot_number
        for pk, lot in (Lot.objects.in_bulk(set().union(*moved)) if moved else {}).items()
    }
    return tuple(
        Correction(_field(name), _said(change["before"], lots), _said(change["after"], lots))
        for name, change in changes.items()
    )


def _is_lot(name: str) -> bool:
    return name.endswith(".lot")


def _field(name: str) -> str:
    """Return the words of a corrected field."""
    head, _, rest = name.partition(".")
    if head == "needles":
        number, _, of_needle = rest.partition(".")
        return f"needle {int(number) + 1}: {OF_NEEDLE[of_needle]}"
    what, _, place = name.partition("-")
    if what in _OF_REGION:
        return f"{dict(regions()).get(place, place)}: {_OF_REGION[what]}"
    if what == "done":
        return f"clean needles: {place.replace('_', ' ')}"
    return f"confirmed: {rest}" if head == CONFIRMED else (_OF_ALL | OF_REST)[name]


_OF_REGION = {"in": "counted in", "out": "counted out", "second": "counted out, second look"}
_OF_ALL = {"second_reason": "second look", LICENCE: "licence"}


def _said(text: str, lots: Mapping[str, str]) -> str:
    return lots.get(text, text) or "nothing"


def all_corrections(
    amendments: Iterable[Amendment],
) -> list[tuple[Amendment, tuple[Correction, ...]]]:
    """Return each amendment with its corrections."""
    return [(each, corrections(each)) for each in amendments]
