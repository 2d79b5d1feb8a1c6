"""Verifies a practice's history: the chain, its numbers and head, and the records it tells of."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Prefetch

from filiform.care.consent import digest
from filiform.site.copies.rows import one_moment
from filiform.site.practice import keeping, session_counts
from filiform.site.practice.models import (
    Consent,
    ConsentText,
    CourseEvent,
    HistoryEntry,
    Practice,
    Record,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import Model

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not agree, without a word of what the record says."""

    practice: str
    where: str
    sentence: str


@dataclass(slots=True)
class _Chain:
    """Where the reading of a chain stands, and each record's last "after" as a digest."""

    number: int = 0
    sha256: str = ""
    last: dict[tuple[str, str], bytes] = field(default_factory=dict)


def verify() -> Iterator[Fault]:
    """Yield every fault of every practice's history, as all is at one moment; none: all agrees."""
    with one_moment():
        for practice in Practice.objects.order_by("created_at", "pk"):
            yield from verify_practice(practice)


def verify_practice(practice: Practice) -> Iterator[Fault]:
    """Yield every fault of one practice."""
    chain, name = _Chain(), str(practice.pk)
    entries = HistoryEntry.objects.filter(practice=practice).order_by("number")
    for entry in entries.iterator(_CHUNK):
        yield from _link(chain, entry, name)
    if (chain.number, chain.sha256) != (practice.history_number, practice.history_hash):
        counts = f"the practice counts {practice.history_number}, the chain has {chain.number}"
        yield Fault(name, "head", f"The chain does not end where the practice says: {counts}.")
    yield from _records(chain, practice)
    yield from _texts(practice)
    for therapy in session_counts.miscounted(practice.pk):
        yield Fault(name, f"closed sessions of {therapy}", "They are not counted as they are.")


def _texts(practice: Practice) -> Iterator[Fault]:
    """Yield each consent text that is not, to the letter, what was signed."""
    signed = Consent.objects.filter(practice=practice).values("text_id")
    for text in ConsentText.objects.filter(pk__in=signed).order_by("pk"):
        if digest(text.text_version, text.body) != text.sha256:
            where = f"consenttext {text.sha256}"
            yield Fault(str(practice.pk), where, "It is not the text that was signed.")


def _link(chain: _Chain, entry: HistoryEntry, practice: str) -> Iterator[Fault]:
    where = f"entry {entry.number}"
    if entry.number != chain.number + 1:
        yield Fault(practice, where, f"Entry {chain.number + 1} is missing.")
    if entry.previous != chain.sha256:
        yield Fault(practice, where, "It does not follow the entry before it.")
    if entry.sha256 != keeping.digest(entry):
        yield Fault(practice, where, "Its content is not what was kept.")
    chain.number, chain.sha256 = entry.number, entry.sha256
    if entry.after is not None:
        chain.last[entry.kind, entry.object_id] = _digest(entry.after)


def _records(chain: _Chain, practice: Practice) -> Iterator[Fault]:
    name = str(practice.pk)
    for record, children in _kept(practice):
        kind = record._meta.model_name or ""
        told, where = chain.last.pop((kind, str(record.pk)), None), f"{kind} {record.pk}"
        if told is None and not isinstance(record, Practice):
            yield Fault(name, where, "The history does not know this record.")
        elif told is not None and told != _digest(keeping.values(record, children)):
            yield Fault(name, where, "It is not what the history says that it became.")
    for kind, key in chain.last:
        yield Fault(name, f"{kind} {key}", "The history knows this record, and it is gone.")


def _kept(practice: Practice) -> Iterator[tuple[Model, Sequence[Model]]]:
    yield practice, ()
    for model in apps.get_app_config("practice").get_models():
        if issubclass(model, Record):
            yield from _rows(model, practice=practice)
    yield from _rows(CourseEvent, course__practice=practice)


def _rows(model: type[Model], **of: Practice) -> Iterator[tuple[Model, Sequence[Model]]]:
    """Yield every row with its needles or lines, some thousands at a time."""
    rows, name = model._default_manager.filter(**of).order_by("pk"), keeping.CHILDREN.get(model)
    if name is None:
        yield from ((row, ()) for row in rows.iterator(_CHUNK))
        return
    child = model._meta.get_field(name).related_model
    read = Prefetch(name, child._default_manager.order_by("order"))  # type: ignore[union-attr]
    for row in rows.prefetch_related(read).iterator(_CHUNK):
        yield row, getattr(row, name).all()


def _digest(values: keeping.Values) -> bytes:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).digest()
