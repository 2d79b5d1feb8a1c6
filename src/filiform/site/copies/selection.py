"""Which rows belong to a practice, or to one person, with all that they refer to."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import ForeignKey, OneToOneField, Q

from filiform.site.accounts.models import User
from filiform.site.copies.rows import models as all_models
from filiform.site.practice.models import (
    ClosedSession,
    Person,
    Practice,
    Submission,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.db.models import Model, QuerySet

    Selection = dict[type[Model], QuerySet[Model]]

# Passwords and second factors stay where they were made, and so do the tokens of sent forms.
# Closed sessions are counted anew where they are put in.
_NEVER = (Submission, ClosedSession)


def exported_models() -> tuple[type[Model], ...]:
    """Return the models whose rows an export may hold, parents before children."""
    return tuple(
        model
        for model in all_models()
        if model not in _NEVER and (model is User or model._meta.app_label == "practice")
    )


def of_practice(practice_id: UUID) -> Selection:
    """Return all rows of a practice, children before parents."""
    return _leading_to(Practice, practice_id)


def of_person(person_id: UUID) -> Selection:
    """Return one person's rows and those that they refer to, children before parents.

    The history is not among them: a part of a chain proves nothing (export.py tells it apart).
    """
    return _leading_to(Person, person_id)


def _leading_to(root: type[Model], key: UUID) -> Selection:
    """Select the root, every row that leads to it, and every row that one of these refers to."""
    chosen: Selection = {}
    for model in reversed(exported_models()):
        path = "pk" if model is root else _path(model, root)
        if path:
            chosen[model] = model._default_manager.filter(**{path: key})
            continue
        referring = [
            Q(pk__in=rows.values(f"{name}_id"))
            for child, rows in chosen.items()
            for name, parent in _parents(child)
            if parent is model
        ]
        if referring:
            chosen[model] = model._default_manager.filter(reduce(or_, referring))
    return chosen


def _path(model: type[Model], root: type[Model]) -> str:
    """Return the shortest way by foreign keys from a model to the root: `session__course__person`.

    Staff and their accounts belong to a practice; a practice's own records do not lead to a person.
    """
    queue: list[tuple[type[Model], str]] = [(model, "")]
    seen = {model}
    while queue:
        here, way = queue.pop(0)
        for name, parent in _parents(here):
            step = f"{way}__{name}" if way else name
            if parent is root:
                return step
            if parent not in seen:
                seen.add(parent)
                queue.append((parent, step))
    return ""


def _parents(model: type[Model]) -> Iterator[tuple[str, type[Model]]]:
    for field in model._meta.concrete_fields:
        if isinstance(field, (ForeignKey, OneToOneField)):
            parent = field.related_model
            if isinstance(parent, type):
                yield field.name, parent
