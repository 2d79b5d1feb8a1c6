"""The one way in which records are written and read: with the history, in one transaction.

    with keeping.acting(request.member) as act:      # or keeping.acting(link) for a person's link
        act.create(course)
        act.change(session, version=form_version, reason="…")
        act.read(person)

Either all of it is kept, with its links of the chain, or nothing. The chain's last link is locked
first, so that two who write at once follow each other; what the clock says decides no order.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TypeGuard

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from filiform.site.practice import befores, session_counts, turns
from filiform.site.practice.models import (
    Amendment,
    HistoryEntry,
    Invoice,
    Outcome,
    Plan,
    Practice,
    Questionnaire,
    Record,
    Review,
    Screening,
    Session,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from uuid import UUID

Values = dict[str, object]


class Actor(Protocol):
    """Who acts: a member of staff, or a person through a link that was sent."""

    @property
    def practice_id(self) -> UUID:
        """The practice in which it happens."""

    def history_name(self) -> str:
        """Return the name that the history keeps."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Someone who is invited and not a member yet."""

    practice_id: UUID
    name: str

    def history_name(self) -> str:
        """Return the name and address."""
        return self.name


class StaleError(Exception):
    """Someone else changed the record since this form was opened.

    Attributes:
        theirs: the record's values as they are now kept.
        ours: the values that were sent.
    """

    def __init__(self, theirs: Values, ours: Values) -> None:
        """Keep both, so that the page can show the difference."""
        super().__init__("The record was changed by someone else since this form was opened.")
        self.theirs, self.ours = theirs, ours


def values(record: models.Model, children: Sequence[models.Model] | None = None) -> Values:
    """Return a record's fields as JSON has them; a session's with its needles, a bill's lines.

    Args:
        record: any row of the practice.
        children: its needles or lines in order where they were read already.
    """
    found = _fields(record)
    if type(record) in CHILDREN and record.pk:
        rows = _children(record)
        name = rows.model._meta.model_name or ""
        found[name] = [_fields(child) for child in (rows if children is None else children)]
    return json.loads(json.dumps(found, cls=DjangoJSONEncoder, sort_keys=True))  # type: ignore[no-any-return]


def _fields(record: models.Model) -> Values:
    found: Values = {
        field.attname: _as_kept(field, getattr(record, field.attname))
        for field in record._meta.concrete_fields
        if field.attname not in _HEAD
    }
    if isinstance(record, Record):
        for name, before in record.ADDED_LATER.items():
            if found[name] == before:
                del found[name]
    return found


_HEAD = frozenset({"history_number", "history_hash"})  # of the chain itself, not of a record


def _as_kept(field: models.Field[object, object], value: object) -> object:
    """Return a value as the database will give it back: its decimals, and its time in UTC."""
    if value is None:
        return None
    found = field.to_python(value)
    if isinstance(field, models.DecimalField):
        return f"{found:.{field.decimal_places}f}"
    if isinstance(found, datetime):
        return found.astimezone(UTC)
    return found


# Which of these came after which, in one course, session or practice, is told by when they were
# created: the latest screening is asked, the latest correction holds.
_IN_ORDER: tuple[tuple[str, tuple[type[Record], ...]], ...] = (
    ("course", (Screening, Plan, Review)),
    ("course", (Outcome,)),
    ("session", (Amendment, Invoice)),
    ("practice", (Questionnaire,)),
)
_MOMENT = timedelta(microseconds=1)


CHILDREN: dict[type[models.Model], str] = {Session: "needles", Invoice: "lines"}


def _children(record: models.Model) -> models.QuerySet[models.Model]:
    """Return the needles of a session or the lines of a bill, in their order."""
    related: models.Manager[models.Model] = getattr(record, CHILDREN[type(record)])
    return related.order_by("order")


def _keep_children(children: Sequence[models.Model]) -> None:
    if children:
        type(children[0])._default_manager.bulk_create(children)


def _is_closed(record: models.Model) -> TypeGuard[Session]:
    return isinstance(record, Session) and record.closed_at is not None


def _replace_children(
    record: models.Model, children: Sequence[models.Model], before: Values
) -> None:
    """Put rows in the place of the kept ones; each takes the id of the one in whose place it is."""
    rows = _children(record)
    rows.delete()
    held = before.get(rows.model._meta.model_name or "")
    for row, was in zip(children, held if isinstance(held, list) else (), strict=False):
        row.pk = was["id"]
    _keep_children(children)


@dataclass(slots=True)
class Act:
    """What one actor does within one transaction."""

    practice: Practice
    by: str
    now: datetime

    def create(
        self, record: Record, *, children: Sequence[models.Model] = (), reason: str = ""
    ) -> None:
        """Keep a new record, with its needles or lines where it has such."""
        record.practice = self.practice
        record.created_at = record.changed_at = self._after_its_like(record)
        record.version = 1
        record.save(force_insert=True)
        _keep_children(children)
        if _is_closed(record):
            session_counts.count_in(record)
        self._link("create", record, None, values(record, children), reason)

    def change(
        self,
        record: Record,
        *,
        before: Values,
        version: int | None = None,
        children: Sequence[models.Model] | None = None,
        reason: str = "",
    ) -> None:
        """Keep a changed record.

        Args:
            record: the record with its new values.
            before: `values(record)` from before the change was made to it.
            version: the version that the form was opened on; None for a change without a form.
            children: its needles or lines from now on, in their order, in the place of the kept
                ones; None leaves them as they are.
            reason: why, in the person's words.

        Raises:
            StaleError: the record has another version by now.
        """
        opened = record.version if version is None else version
        manager = type(record)._default_manager
        held = manager.select_for_update().get(pk=record.pk)
        if held.version != opened:
            raise StaleError(values(held), values(record))
        record.version, record.changed_at = opened + 1, self.now
        record.save(force_update=True)
        if children is not None:
            _replace_children(record, children, before)
        if _is_closed(record) and not _is_closed(held):
            session_counts.count_in(record)
        self._link("change", record, before, values(record, children), reason)

    def _after_its_like(self, record: Record) -> datetime:
        """Return now; where the clock went back, the moment after the newest of its like."""
        found = [self.now]
        for of, kinds in _IN_ORDER:
            if not isinstance(record, kinds):
                continue
            for kind in kinds:
                rows = kind._default_manager.filter(**{of: getattr(record, f"{of}_id")})
                newest = rows.aggregate(newest=models.Max("created_at"))["newest"]
                found += [newest + _MOMENT] if newest else []
        return max(found)

    def change_practice(self, given: Mapping[str, object], *, opened: str) -> None:
        """Keep changed settings of the practice itself.

        Args:
            given: the new values by field.
            opened: `fingerprint(practice)` when the form was opened.

        Raises:
            StaleError: the settings are others by now.
        """
        before, stale = values(self.practice), fingerprint(self.practice) != opened
        for name, value in given.items():
            setattr(self.practice, name, value)
        after = values(self.practice)
        if stale:
            raise StaleError(before, after)
        self.practice.save(update_fields=list(given))
        self._link("change", self.practice, before, after, "")

    def add(self, row: models.Model) -> None:
        """Keep a row that is never changed again, such as an event of a course."""
        row.save(force_insert=True)
        self._link("create", row, None, values(row), "")

    def bring_in(self, record: models.Model) -> None:
        """Note that a record came from another system, as it is here."""
        self._link("import", record, None, values(record), "")

    def read(self, record: models.Model, *, act: str = "read") -> None:
        """Note that a clinical record was read, printed or exported."""
        self._link(act, record, None, None, "")

    def read_list(self, name: str) -> None:
        """Note that a list in which people are named was read.

        Args:
            name: what is listed, as its address is named.
        """
        self._link("read", self.practice, None, None, "", kind=f"{name} list")

    def _link(
        self,
        act: str,
        record: models.Model,
        before: Values | None,
        after: Values | None,
        reason: str,
        *,
        kind: str = "",
    ) -> None:
        entry = HistoryEntry(
            practice=self.practice,
            number=self.practice.history_number + 1,
            at=self.now,
            by=self.by,
            act=act,
            kind=kind or record._meta.model_name or "",
            object_id=str(record.pk),
            person_id=person_of(record),
            before=before if before is None or after is None else befores.changed(before, after),
            after=after,
            reason=reason,
            previous=self.practice.history_hash,
        )
        entry.sha256 = digest(entry)
        entry.save(force_insert=True)
        self.practice.history_number, self.practice.history_hash = entry.number, entry.sha256


@contextmanager
def acting(actor: Actor, now: datetime | None = None) -> Iterator[Act]:
    """Begin a transaction in which an actor reads and changes records.

    Args:
        actor: who acts.
        now: the moment, for invented people of the past; None asks the clock.
    """
    with turns.turn(turns.place()), transaction.atomic():
        practice = Practice.objects.select_for_update().get(pk=actor.practice_id)
        opened = practice.history_number
        yield Act(practice, actor.history_name(), now or timezone.now())
        if practice.history_number != opened:
            practice.save(update_fields=["history_number", "history_hash"])


def fingerprint(record: models.Model) -> str:
    """Return a short mark of a record's values, for a record that counts no versions."""
    text = json.dumps(values(record), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def person_of(record: models.Model) -> UUID | None:
    """Return the person whom a record is about, or None for the practice's own records."""
    if record._meta.model_name == "person":
        return record.pk  # type: ignore[no-any-return]
    for step in ("person", "course", "session", "invoice"):
        if hasattr(record, f"{step}_id"):
            found: UUID | None = getattr(record, f"{step}_id")
            if step == "person" or found is None:
                return found
            return person_of(getattr(record, step))
    return None


def digest(entry: HistoryEntry) -> str:
    """Return the SHA-256 of an entry's content and of the link before it, in hexadecimal."""
    content: Mapping[str, object] = {
        "practice": str(entry.practice_id),
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": entry.by,
        "act": entry.act,
        "kind": entry.kind,
        "object": entry.object_id,
        "person": str(entry.person_id) if entry.person_id else None,
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
        "previous": entry.previous,
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
