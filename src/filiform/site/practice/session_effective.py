"""A closed session with its corrections: what bills, papers, proposals and repeats read."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from filiform.site.practice.models import Lot, Needle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from filiform.site.practice.models import Amendment, Session

_NUMBERS = frozenset({"depth_mm", "hz", "ma", "pain_before", "pain_after"})
_CLOCKS = frozenset({"inserted_at", "removed_at"})
_OF_REGION = {"in": "in_counts", "out": "out_counts"}
CONFIRMED, LICENCE, REMOVED = "confirmations", "licence", "remove"
SECOND = ("second_reason", "second-")
"""Fields of a second look: each belongs to its own correction."""


@dataclass(frozen=True, slots=True)
class Effective:
    """A session as it is after its corrections; nothing of it is to be saved.

    Attributes:
        session: a copy with its fields corrected.
        needles: its needles in their order, corrected, with their lots: without those that were
            recorded wrongly, with those that were recorded late (which have no key of their own).
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
    kept = sorted(session.needles.all(), key=lambda needle: needle.order)
    amendments = in_order(session.amendments.all())
    zone = ZoneInfo(session.practice.timezone)
    made = _Made(
        copy.copy(session),
        {needle.order: copy.copy(needle) for needle in kept},
        _Reader(session.on, zone, _lots(amendments)),
    )
    for amendment in amendments:
        for name, change in amendment.changes.items():
            made.apply(name, change["after"])
    days = dict.fromkeys(each.created_at.astimezone(zone).date() for each in amendments)
    return Effective(made.session, made.finish(), tuple(days))


def in_order(amendments: Iterable[Amendment]) -> list[Amendment]:
    """Return corrections as they were made, the first first."""
    return sorted(amendments, key=lambda each: (each.created_at, each.pk))


@dataclass(slots=True)
class _Made:
    """The copies, while corrections are applied to them.

    Attributes:
        needles: by their place in the table, those that were recorded late behind the others.
    """

    session: Session
    needles: dict[int, Needle]
    reader: _Reader
    removed: frozenset[int] = frozenset()
    timed: bool = False

    def apply(self, name: str, text: str) -> None:
        """Correct one field."""
        head, _, rest = name.partition(".")
        counted, _, region = name.partition("-")
        if head == CONFIRMED:
            self.session.confirmations = {**self.session.confirmations, rest: text}
        elif head == "needles":
            number, _, field = rest.partition(".")
            self._needle(int(number), field, text)
        elif counted in _OF_REGION:
            self._count(_OF_REGION[counted], region, text)
        elif counted == "done":
            self.session.checklist = {**self.session.checklist, region: bool(text)}
        elif name != LICENCE and not name.startswith(SECOND):
            setattr(self.session, name, self.reader.value(name, text))

    def _needle(self, number: int, field: str, text: str) -> None:
        self.timed = True
        if field == REMOVED:
            self.removed = self.removed | {number} if text else self.removed - {number}
            return
        if number not in self.needles:
            held = self.session
            self.needles[number] = Needle(session=held, practice_id=held.practice_id, order=number)
        setattr(self.needles[number], field, self.reader.value(field, text))

    def _count(self, field: str, region: str, text: str) -> None:
        counts = {**getattr(self.session, field)}
        counts.pop(region, None)
        if text.strip():
            counts[region] = int(text)
        setattr(self.session, field, counts)

    def finish(self) -> tuple[Needle, ...]:
        """Return the needles; the times of the session follow them."""
        found = tuple(needle for n, needle in sorted(self.needles.items()) if n not in self.removed)
        if self.timed:
            into = [needle.inserted_at for needle in found if needle.inserted_at]
            out = [needle.removed_at for needle in found if needle.removed_at]
            self.session.started_at = min(into, default=None)
            self.session.ended_at = max(out, default=None)
        return found


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
