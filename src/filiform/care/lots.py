"""Needles in stock, by lot: each used once, none expired or recalled, the first to expire first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from filiform.care._record import Record
from filiform.care.refusal import Problem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from filiform.care.needles import Needle, SessionRecord

__all__ = ["Lot", "LotKey", "lot_problems", "lots_used", "repeat_last"]


class LotKey(NamedTuple):
    """What names a lot: two sizes of one lot number are two lots."""

    maker: str
    lot: str
    length_mm: float | None
    diameter_mm: float | None


@dataclass(frozen=True, slots=True)
class Lot(Record):
    """A lot of sterile single-use needles.

    Attributes:
        lot: the number on the pack.
        expires_on: the last day on which it may be used.
        received: how many needles came.
        used, discarded: how many are gone before the session in hand.
        recalled_on: from this day none may be used; None is not recalled.
    """

    maker: str
    lot: str
    length_mm: float | None
    diameter_mm: float | None
    expires_on: dt.date
    received: int
    used: int = 0
    discarded: int = 0
    recalled_on: dt.date | None = None

    @property
    def key(self) -> LotKey:
        """What names it."""
        return LotKey(self.maker, self.lot, self.length_mm, self.diameter_mm)

    @property
    def left(self) -> int:
        """How many needles are left."""
        return self.received - self.used - self.discarded

    def usable(self, on: dt.date) -> bool:
        """Tell whether it is in date and not recalled on a day."""
        return on <= self.expires_on and (self.recalled_on is None or on < self.recalled_on)


def lots_used(needles: Iterable[Needle]) -> Mapping[LotKey, int]:
    """Return how many needles of each lot are recorded; those without a lot are left out."""
    return Counter(
        LotKey(needle.maker or "", needle.lot, needle.length_mm, needle.diameter_mm)
        for needle in needles
        if needle.lot is not None
    )


def lot_problems(
    lots: Iterable[Lot], used_by_lot: Mapping[LotKey, int], *, on: dt.date
) -> tuple[Problem, ...]:
    """Return why lots may not be used: unknown, expired, recalled, or more used than there are.

    Args:
        lots: the stock; only the lots that are used are judged.
        used_by_lot: how many needles of each are to be used, beside those already `used`.
        on: the day of the session.

    >>> import datetime as dt
    >>> lot = Lot("Acme", "A1", 40, 0.25, dt.date(2026, 10, 31), received=100)
    >>> [each.code for each in lot_problems([lot], {lot.key: 4}, on=dt.date(2026, 11, 21))]
    ['lot_expired']
    """
    stock = {lot.key: lot for lot in lots}
    found = [
        problem
        for key, used in used_by_lot.items()
        if used > 0
        for problem in _problems(stock.get(key), key, used, on)
    ]
    return tuple(found)


def _problems(lot: Lot | None, key: LotKey, used: int, on: dt.date) -> list[Problem]:
    name = f"lot {key.lot}" + (f" of {key.maker}" if key.maker else "")
    if lot is None:
        return [_problem("lot_unknown", f"{name} is not in stock: receive it first.", key)]
    found = []
    if on > lot.expires_on:
        text = f"{name} expired on {lot.expires_on}: discard it and take another."
        found.append(_problem("lot_expired", text, key))
    if lot.recalled_on is not None and on >= lot.recalled_on:
        text = f"{name} was recalled on {lot.recalled_on}: set it apart and take another."
        found.append(_problem("lot_recalled", text, key))
    if used > lot.left:
        text = (
            f"{used} needles of {name} are recorded and {max(lot.left, 0)} are left: "
            "each is used once, so correct the lot or the count."
        )
        found.append(_problem("lot_overdrawn", text, key))
    return found


def _problem(code: str, text: str, key: LotKey) -> Problem:
    sentence = text[:1].upper() + text[1:]
    named = ":".join(str(part) for part in (code, key.maker, key.lot) if part)
    return Problem(code, sentence, named, sources=("fda-needle",))


def repeat_last(session: SessionRecord, *, lots: Sequence[Lot], on: dt.date) -> SessionRecord:
    """Return a new session with the sites of the last one, and nothing that must be found anew.

    Site, side, region, angle, the response sought and the stimulation are copied, and so is the
    size. Depth, responses that came, times, counts, ticks, confirmations and words are left
    empty. Each needle takes a lot of its size that is in date and has needles left, the first to
    expire first; where there is none, its lot is left empty.

    Args:
        session: the last session.
        lots: the stock, with what was used so far.
        on: the day of the new session.
    """
    left = {lot.key: lot.left for lot in lots}
    fresh = sorted((lot for lot in lots if lot.usable(on)), key=_first_to_expire)
    needles = tuple(_again(needle, fresh, left) for needle in session.needles)
    return type(session)(
        therapy=session.therapy,
        held_on=on,
        needles=needles,
        co_treatments=session.co_treatments,
    )


def _first_to_expire(lot: Lot) -> tuple[dt.date, str, str]:
    return lot.expires_on, lot.maker, lot.lot


def _again(needle: Needle, fresh: Sequence[Lot], left: dict[LotKey, int]) -> Needle:
    lot = next((lot for lot in fresh if _same_size(lot, needle) and left[lot.key] > 0), None)
    if lot is not None:
        left[lot.key] -= 1
    return replace(
        needle,
        depth_mm=None,
        response_got=None,
        minutes=None,
        inserted_at=None,
        removed_at=None,
        maker=lot.maker if lot else None,
        lot=lot.lot if lot else None,
        lot_expires_on=lot.expires_on if lot else None,
    )


def _same_size(lot: Lot, needle: Needle) -> bool:
    return (lot.length_mm, lot.diameter_mm) == (needle.length_mm, needle.diameter_mm)
