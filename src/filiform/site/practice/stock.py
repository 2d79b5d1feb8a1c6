"""The needles in stock: what is left of each lot, who uses it, and where it went."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from filiform.site.practice import keeping
from filiform.site.practice.models import Amendment, Incident, Lot, Needle, Session
from filiform.site.practice.session_effective import effective

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from uuid import UUID

    from filiform.site.practice.models import Member, Practice


class StockError(Exception):
    """More needles of a lot would be gone than came; nothing of the act is kept.

    Attributes:
        sentence: what was asked, what there is, and what to do.
    """

    def __init__(self, lot: Lot, asked: int) -> None:
        """Say it of a lot."""
        self.sentence = (
            f"{asked} more needles of lot {lot.lot_number} are asked for and {left_in(lot)} are "
            "left: each is used once, so choose another lot or correct the count."
        )
        super().__init__(self.sentence)


def left_in(lot: Lot) -> int:
    """Return how many needles are left of a lot."""
    return lot.quantity - lot.used - lot.discarded


def with_needles_left(practice: Practice) -> QuerySet[Lot]:
    """Return the lots of which needles are left, the first to expire first."""
    return Lot.objects.filter(practice=practice, quantity__gt=F("used") + F("discarded"))


def choices(practice: Practice, on: dt.date, also: Iterable[UUID] = ()) -> list[Lot]:
    """Return the lots that a session may take from: in date, not recalled, with needles left.

    Of very many those that expire first are offered (MOST_OFFERED): they are to be used first.

    Args:
        practice: whose stock.
        on: the day of the session.
        also: lots that are in the session already, whatever became of them.
    """
    usable = Q(quantity__gt=F("used") + F("discarded"), expires_on__gte=on)
    recalled = Q(recalled_on__isnull=True) | Q(recalled_on__gt=on)
    own = Lot.objects.filter(practice=practice).order_by("expires_on", "maker", "lot_number")
    found = {lot.pk: lot for lot in own.filter(usable, recalled)[:MOST_OFFERED]}
    missing = [pk for pk in also if pk not in found]
    found |= own.in_bulk(missing) if missing else {}
    return sorted(found.values(), key=lambda lot: (lot.expires_on, lot.maker, lot.lot_number))


MOST_OFFERED = 100
"""Open lots beside each needle of a session: more than a practice has, few enough for a page."""


def count_used(act: keeping.Act, before: Iterable[UUID], after: Iterable[UUID]) -> None:
    """Count the needles of a session out of their lots, and those that it gave up back in.

    Args:
        act: the transaction in which the session's needles are kept; it holds the practice's
            lock, and the lot's own row is locked beside it.
        before: the lot of each needle that was kept.
        after: the lot of each needle from now on.

    Raises:
        StockError: a lot has fewer left than are asked for.
    """
    change = Counter(after)
    change.subtract(Counter(before))
    moved = {lot: count for lot, count in change.items() if count}
    held = Lot.objects.select_for_update().filter(practice=act.practice).in_bulk(list(moved))
    for lot_id in sorted(moved):
        lot, count = held[lot_id], moved[lot_id]
        if count > left_in(lot):
            raise StockError(lot, count)
        kept = keeping.values(lot)
        lot.used += count
        act.change(lot, before=kept)


def discard(act: keeping.Act, lot_id: UUID, count: int, reason: str) -> None:
    """Count needles of a lot as thrown away unused.

    Raises:
        StockError: fewer are left.
    """
    lot = Lot.objects.select_for_update().get(pk=lot_id, practice=act.practice)
    if count > left_in(lot):
        raise StockError(lot, count)
    before = keeping.values(lot)
    lot.discarded += count
    act.change(lot, before=before, reason=reason)


def recall(act: keeping.Act, lot_id: UUID, on: dt.date, note: str, by: Member) -> None:
    """Bar a lot from a day on; one that was used already is an incident to look into."""
    lot = Lot.objects.select_for_update().get(pk=lot_id, practice=act.practice)
    before, first = keeping.values(lot), lot.recalled_on is None
    lot.recalled_on, lot.recall_note = on, note
    act.change(lot, before=before, reason=note)
    if first and lot.used:
        act.create(Incident(kind="recalled_lot", text=_reached(lot), by=by))


def _reached(lot: Lot) -> str:
    kept = used_in(lot).order_by().values_list("session", flat=True).distinct()
    sessions = {*kept, *(needle.session_id for needle in added_in(lot))}
    return (
        f"Lot {lot.lot_number} of {lot.maker} was recalled from {lot.recalled_on} on, after "
        f"{lot.used} of its needles were used in {len(sessions)} sessions: its page lists them. "
        f"{lot.recall_note}"
    )


def used_in(lot: Lot) -> QuerySet[Needle]:
    """Return each kept needle of a lot, as corrected, with its session and person.

    It takes as many queries for many needles as for few. Those that an amendment recorded late are
    in `added_in`.
    """
    others, corrected = _corrected(lot)
    return (
        Needle.objects.filter(Q(lot=lot) | Q(pk__in=corrected), practice=lot.practice_id)
        .exclude(pk__in=others)
        .select_related("session__course__person", "session__practitioner")
        .order_by("-session__on", "session", "order")
    )


def added_in(lot: Lot) -> list[Needle]:
    """Return the needles of a lot that amendments recorded late, with their session and person."""
    found = [
        needle
        for session in _naming(lot).select_related("course__person", "practitioner")
        for needle in effective(session).needles
        if needle._state.adding and needle.lot_id == lot.pk
    ]
    return sorted(found, key=lambda needle: (needle.session.on, needle.order), reverse=True)


def _corrected(lot: Lot) -> tuple[set[int], set[int]]:
    """Return, of the sessions whose corrections name a lot, other needles and its needles."""
    sessions = list(_naming(lot))
    kept = {needle.pk for each in sessions for needle in each.needles.all()}
    now = {needle.pk: needle.lot_id for each in sessions for needle in effective(each).needles}
    own = {pk for pk, held in now.items() if held == lot.pk} & kept
    return kept - own, own


def _naming(lot: Lot) -> QuerySet[Session]:
    """Return the sessions of which a correction names a lot, or takes a needle of it away."""
    amended = Amendment.objects.filter(practice=lot.practice_id).annotate(
        text=Cast("changes", TextField())
    )
    naming = Q(text__contains=str(lot.pk))
    removing = Q(text__contains=".remove", session__needles__lot=lot)
    return (
        Session.objects.filter(amendments__in=amended.filter(naming | removing))
        .distinct()
        .select_related("practice")
        .prefetch_related("needles__lot", "amendments")
    )
