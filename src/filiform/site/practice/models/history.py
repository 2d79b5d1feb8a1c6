"""The history: every reading and every change, in one chain a practice."""

from __future__ import annotations

from django.db import models


class HistoryEntry(models.Model):
    """One link of the chain. The database refuses to change or delete it (migration 0002).

    `sha256` is over the entry's content and the digest of the one before.
    """

    practice = models.ForeignKey("practice.Practice", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=300)  # name and account, as they were
    act = models.CharField(max_length=10)  # create, change, read, print, export
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    person_id = models.UUIDField(null=True, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    previous = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        """In order, each number once; found by person and by object."""

        ordering = ["practice", "number"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="history_number_once"),
        ]
        indexes = [
            models.Index(fields=["practice", "person_id", "number"]),
            models.Index(fields=["practice", "object_id", "number"]),
        ]

    def __str__(self) -> str:
        """Return its number and act."""
        return f"{self.number}: {self.act} {self.kind}"


class Submission(models.Model):
    """A form that was sent, by the token that it carried and what was typed: it acts once."""

    token = models.UUIDField()
    sha256 = models.CharField(max_length=64)  # of the fields that were sent (sending.digest)
    practice = models.ForeignKey("practice.Practice", on_delete=models.CASCADE, related_name="+")
    location = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        """Each content once a token."""

        constraints = [
            models.UniqueConstraint(fields=["token", "sha256"], name="submission_once"),
        ]

    def __str__(self) -> str:
        """Return where it led."""
        return self.location
