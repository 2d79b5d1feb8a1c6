"""Compares the database with what was acknowledged; prints every difference, as JSON.

python -m tests.reliability.comparing < LEDGERS     (a list of ledgers, as JSON)
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from collections.abc import Iterator

    from filiform.site.practice.models import Session

# Django is made ready first, and what needs it is imported after.
# ruff: noqa: PLC0415
Ledger = dict[str, Any]


def lost(ledgers: list[Ledger]) -> Iterator[str]:
    """Yield what was acknowledged and is not there as it was."""
    from filiform.site.practice.models import Invoice, Lot, Outcome, Payment, Session

    kept = {
        str(each.pk): each for each in Session.objects.prefetch_related("needles", "amendments")
    }
    bills = {str(pk) for pk in Invoice.objects.values_list("pk", flat=True)}
    payments = {each.method: str(each.amount) for each in Payment.objects.all()}
    lots = dict(Lot.objects.values_list("lot_number", "quantity"))
    for ledger in ledgers:
        for pk, seen in ledger["sessions"].items():
            found = seen_of(kept[pk]) if pk in kept else None
            if found not in (seen, ledger["coming"].get(pk)):
                yield f"session {pk}: {found} and not {seen}"
        yield from (f"bill {pk}" for pk in ledger["bills"] if pk not in bills)
        for name, given, there in (
            ("payment", ledger["payments"], payments),
            ("lot", ledger["lots"], lots),
        ):
            yield from (f"{name} {key}" for key in given if there.get(key) != given[key])
    scores, told = (
        Outcome.objects.filter(origin="link").count(),
        sum(each["scores"] for each in ledgers),
    )
    if scores < told:
        yield f"{told} scores were acknowledged, {scores} are there"


def seen_of(session: Session) -> Ledger:
    """Return a session as a ledger has it."""
    needles = sorted(session.needles.all(), key=lambda needle: needle.order)
    return {
        "needles": [[each.site, each.side, f"{each.depth_mm}"] for each in needles],
        "into": sum(each.inserted_at is not None for each in needles),
        "out": sum(each.removed_at is not None for each in needles),
        "counted": [[name, count] for name, count in sorted(session.out_counts.items())],
        "closed": session.closed_at is not None,
        "told": [each.reason for each in session.amendments.all()],
    }


def doubled() -> Iterator[str]:
    """Yield what stands twice, or leaves a gap in what is counted."""
    from filiform.site.practice.models import CourseEvent, Invoice, Link, Outcome, Payment, Session

    numbers: dict[str, list[int]] = {
        "bills": list(Invoice.objects.values_list("number", flat=True))
    }
    for name, model in (("events", CourseEvent), ("sessions", Session)):
        for course, number in model.objects.values_list("course", "number"):
            numbers.setdefault(f"{name} of {course}", []).append(number)
    for name, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            yield f"{name}: {sorted(found)}"
    marks = Counter(Payment.objects.values_list("method", flat=True))
    yield from (f"payment {mark}" for mark, times in marks.items() if times > 1)
    by_link = Outcome.objects.filter(origin="link").count()
    used = Link.objects.filter(used_at__isnull=False).count()
    if by_link != used:
        yield f"{used} links were used, {by_link} scores came by link"


def miscounted() -> Iterator[str]:
    """Yield each lot of which more or fewer are used than its needles, or more than there were."""
    from filiform.site.practice.models import Lot, Needle

    used = Counter(Needle.objects.values_list("lot", flat=True))
    for lot in Lot.objects.all():
        if lot.used != used[lot.pk] or lot.used + lot.discarded > lot.quantity:
            yield f"lot {lot.pk}: {lot.used} used, {used[lot.pk]} needles, {lot.quantity} came"


def damaged() -> Iterator[str]:
    """Yield what the database itself finds."""
    from django.db import connection

    if connection.vendor == "sqlite":
        for pragma in ("integrity_check", "foreign_key_check"):
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA {pragma}")
                yield from (str(row) for row in cursor.fetchall() if row != ("ok",))


def main() -> None:
    """Compare."""
    django.setup()
    from filiform.site.practice.models import HistoryEntry
    from filiform.site.practice.verifying import verify

    ledgers: list[Ledger] = json.load(sys.stdin)
    told = {
        "damaged": list(damaged()),
        "lost": list(lost(ledgers)),
        "doubled": [*doubled(), *miscounted()],
        "history": [fault.sentence for fault in verify()],
        "entries": HistoryEntry.objects.count(),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
