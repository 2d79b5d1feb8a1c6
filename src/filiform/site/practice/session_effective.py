"""A closed session with its corrections: what bills, papers, proposals and repeats read."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from filiform.site.practice.models import Lot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from filiform.site.practice.models import Amendment, Needle, Session

_NUMBERS = frozenset({"depth_mm", "hz", "ma", "pain_before", "pain_after"})
_CLOCKS = frozenset({"inserted_at", "removed_at"})
CONFIRMED = "confirmations"


@dataclass(frozen=True, slots=True)
class Effective:
    """A session as it is after its corrections; nothing of it is to be saved.

    Attributes:
        session: a copy with its fields corrected.
        needles: its needles in their order, corrected, with their lots.
        amended_on: the days of the corrections, the first first.
    """

    session: Session
    needles: tuple[Needle, ...]
    amended_on: tuple[dt.date, ...]


def effective(session: Session) -> Effective:
    """Return a session with every correction so far.

    Args:
        session: as it is kept; `needles__lot` and `amendments` may be fetched before.
    """
    found = copy.copy(session)
    needles = [copy.copy(each) for each in session.needles.all()]
    needles.sort(key=lambda needle: needle.order)
    amendments = sorted(session.amendments.all(), key=lambda each: (each.created_at, each.pk))
    if not amendments:
        return Effective(found, tuple(needles), ())
    reader = _Reader(session.on, ZoneInfo(session.practice.timezone), _lots(amendments))
    for amendment in amendments:
        for name, change in amendment.changes.items():
            _apply(found, needles, name, change["after"], reader)
    if any(name.endswith("_at") for each in amendments for name in each.changes):
        into = [needle.inserted_at for needle in needles if needle.inserted_at]
        out = [needle.removed_at for needle in needles if needle.removed_at]
        found.started_at, found.ended_at = min(into, default=None), max(out, default=None)
    days = tuple(
        dict.fromkeys(each.created_at.astimezone(reader.zone).date() for each in amendments)
    )
    return Effective(found, tuple(needles), tuple(days))


def _apply(
    session: Session, needles: Sequence[Needle], name: str, text: str, reader: _Reader
) -> None:
    """Correct one field of the copies."""
    head, _, rest = name.partition(".")
    if head == CONFIRMED:
        session.confirmations = {**session.confirmations, rest: text}
    elif head == "needles":
        number, _, field = rest.partition(".")
        setattr(needles[int(number)], field, reader.value(field, text))
    else:
        setattr(session, name, reader.value(name, text))


def _lots(amendments: Iterable[Amendment]) -> Mapping[str, Lot]:
    wanted = {
        change["after"]
        for each in amendments
        for name, change in each.changes.items()
        if name.endswith(".lot")
    }
    return {str(pk): lot for pk, lot in Lot.objects.in_bulk(wanted).items()} if wanted else {}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what a correction says as its form read it."""

    on: dt.date
    zone: dt.tzinfo
    lots: Mapping[str, Lot]

    def value(self, field: str, text: str) -> object:
        """Return the value of a field; nothing written is nothing told."""
        if field == "lot":
            return self.lots[text]
        if field in _NUMBERS:
            return Decimal(text) if text.strip() else None
        if field == "face_to_face_minutes":
            return int(text) if text.strip() else None
        if field == "co_treatments":
            return [line.strip() for line in text.splitlines() if line.strip()]
        return self._moment(text) if field in _CLOCKS else text

    def _moment(self, text: str) -> dt.datetime | None:
        if not text.strip():
            return None
        return dt.datetime.combine(self.on, dt.time.fromisoformat(text.strip()), tzinfo=self.zone)
