"""Packs that come in: none expired or recalled, and one lot number tells one truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.site.practice import keeping
from filiform.site.practice.models import Lot

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from uuid import UUID

EXPIRED = (
    "These needles expired on {day}: they are not taken in. Send them back, or read the date on "
    "the pack again."
)


class PackError(Exception):
    """What the pack says does not go with the stock; nothing is kept.

    Attributes:
        sentence: what does not go together, and what to do.
        field: of the form, that it is about.
        question: whether it may be so, and somebody has to say that it is.
    """

    def __init__(self, sentence: str, field: str = "lot_number", *, question: bool = False) -> None:
        """Take the sentence."""
        super().__init__(sentence)
        self.sentence, self.field, self.question = sentence, field, question


def receive(act: keeping.Act, pack: Lot, *, today: dt.date, sure: bool) -> Lot:
    """Take a pack in as a lot, or as more of a lot that is in stock; return the lot.

    Args:
        act: the transaction, which holds the practice's lock.
        pack: as it was typed.
        today: where the practice is.
        sure: whether somebody said yes to the question that was asked.

    Raises:
        PackError: it is expired or recalled, or it goes with the stock only after a yes.
    """
    if pack.expires_on < today:
        raise PackError(EXPIRED.format(day=pack.expires_on), "expires_on")
    held = list(_of_number(act, pack.lot_number))
    same = next((each for each in held if _is_same(each, pack)), None)
    if same is not None:
        return _more(act, same, pack, sure=sure)
    other = next((each for each in held if _truth(each) != _truth(pack)), None)
    if other is not None and not sure:
        raise PackError(
            f"Lot {other.lot_number} is in stock as of {other.maker}, use by {other.expires_on}. "
            "Read both packs again. Are both right?",
            question=True,
        )
    act.create(pack)
    return pack


def correct(
    act: keeping.Act, lot_id: UUID, given: Mapping[str, object], *, version: int, reason: str
) -> None:
    """Keep what the pack really says of a lot in stock.

    Args:
        act: the transaction, which holds the practice's lock.
        lot_id: of the practice.
        given: the right values by field.
        version: on which the form was opened.
        reason: why it was wrong.

    Raises:
        PackError: another lot is that one already, or fewer needles came than are gone.
        StaleError: someone else changed the lot.
    """
    lot = Lot.objects.select_for_update().get(pk=lot_id, practice=act.practice)
    before = keeping.values(lot)
    for name, value in given.items():
        setattr(lot, name, value)
    gone = lot.used + lot.discarded
    if lot.quantity < gone:
        raise PackError(f"{gone} needles of it are gone already: no fewer can have come.")
    if any(_is_same(each, lot) for each in _of_number(act, lot.lot_number) if each.pk != lot.pk):
        raise PackError(f"Lot {lot.lot_number} of {lot.maker} is in stock already in this size.")
    act.change(lot, before=before, version=version, reason=reason)


def _of_number(act: keeping.Act, number: str) -> list[Lot]:
    found = Lot.objects.select_for_update().filter(practice=act.practice)
    return list(found.filter(lot_number__iexact=number).order_by("expires_on", "pk"))


def _more(act: keeping.Act, lot: Lot, pack: Lot, *, sure: bool) -> Lot:
    if lot.expires_on != pack.expires_on:
        raise PackError(
            f"Lot {lot.lot_number} of {lot.maker} is in stock with use by {lot.expires_on}: one "
            "lot has one date. Read the pack again; where the stock is wrong, correct it there "
            "first.",
            "expires_on",
        )
    if lot.recalled_on is not None:
        raise PackError(
            f"Lot {lot.lot_number} was recalled from {lot.recalled_on} on: send it back."
        )
    if not sure:
        raise PackError(
            f"{lot.quantity} needles of lot {lot.lot_number} of this size came on "
            f"{lot.received_on}. Did {pack.quantity} more of it come?",
            question=True,
        )
    before = keeping.values(lot)
    lot.quantity += pack.quantity
    act.change(lot, before=before, reason=f"{pack.quantity} more came on {pack.received_on}.")
    return lot


def _is_same(one: Lot, other: Lot) -> bool:
    size = (one.length_mm, one.diameter_mm) == (other.length_mm, other.diameter_mm)
    return size and _maker(one) == _maker(other)


def _truth(lot: Lot) -> tuple[str, dt.date]:
    return _maker(lot), lot.expires_on


def _maker(lot: Lot) -> str:
    return " ".join(lot.maker.split()).casefold()
