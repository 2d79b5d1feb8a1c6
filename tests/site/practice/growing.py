"""A practice that has more of everything: each record with some like it beside it."""

from __future__ import annotations

import copy
import uuid
from typing import TYPE_CHECKING, Any

from django.db.models import JSONField, OneToOneField, UUIDField

from filiform.site.copies.rows import models
from filiform.site.copies.selection import of_practice
from filiform.site.practice.models import (
    Amendment,
    ClosedSession,
    ConsentText,
    CourseEvent,
    HistoryEntry,
    Member,
    Practice,
)

if TYPE_CHECKING:
    from django.db.models import Model

# A course stands where its events say, a session is what its corrections say: more of them would
# be another state, and not more of the same.
_AS_IT_IS = {Amendment, ClosedSession, ConsentText, CourseEvent, HistoryEntry, Member, Practice}
_COUNTED = ("number", "order")
MORE = 4


def grow(practice: Practice) -> None:
    """Put some rows beside each row of a practice, of the same parent."""
    rows = of_practice(practice.pk)
    for model in models():
        if model in _AS_IT_IS or model not in rows or model._meta.app_label != "practice":
            continue
        kept = list(rows[model])
        made = [_like(row, n) for row in kept for n in range(1, MORE + 1)]
        model._default_manager.bulk_create(made)


def _like(row: Model, n: int) -> Model:
    """Return a row like another, other only where no two may be the same."""
    made: Any = copy.copy(row)
    made.pk = uuid.uuid4() if isinstance(row._meta.pk, UUIDField) else None
    made._state = copy.copy(row._state)
    made._state.adding = True
    for field in row._meta.concrete_fields:
        name, value = field.attname, getattr(row, field.attname)
        if field.name in _COUNTED and isinstance(value, int):
            setattr(made, name, value + 1_000 * n)
        elif isinstance(field, OneToOneField):
            setattr(made, name, None)
        elif field.name == "token_sha256":
            setattr(made, name, uuid.uuid4().hex)
        elif field.name in {"lot_number", "code"}:
            setattr(made, name, f"{value}-{n}")
        elif isinstance(field, JSONField):
            setattr(made, name, copy.deepcopy(value))
    return made  # type: ignore[no-any-return]
