"""What every record has: an id that tells nothing, its practice, and the number of its version."""

from __future__ import annotations

import uuid

from django.db import models


class Record(models.Model):
    """A row of one practice.

    `version` counts its changes: who sends a form on an older version than the kept one is shown
    the difference instead of overwriting it (keeping.StaleError).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey("practice.Practice", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """No table of its own."""

        abstract = True
