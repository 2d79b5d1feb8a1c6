"""What every record has: an id that tells nothing, its practice, and the number of its version."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Mapping


class Record(models.Model):
    """A row of one practice.

    `version` counts its changes: who sends a form on an older version than the kept one is shown
    the difference instead of overwriting it (keeping.StaleError).

    `ADDED_LATER` has the fields that came after the first release, each with what a row from before
    has in it. The history tells such a field only where it has another value, so that a row from
    before and its last entry agree.
    """

    ADDED_LATER: ClassVar[Mapping[str, object]] = {}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey("practice.Practice", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """No table of its own."""

        abstract = True
