"""The needles in stock, by lot."""

from __future__ import annotations

from django.db import models

from filiform.site.practice.models.base import Record


class Lot(Record):
    """One lot of sterile single-use needles. `used` follows from the needles of sessions."""

    maker = models.CharField(max_length=100)
    product = models.CharField(max_length=100, blank=True)
    lot_number = models.CharField(max_length=60)
    length_mm = models.DecimalField(max_digits=5, decimal_places=1)
    diameter_mm = models.DecimalField(max_digits=4, decimal_places=2)
    expires_on = models.DateField()
    received_on = models.DateField()
    quantity = models.PositiveIntegerField()
    discarded = models.PositiveIntegerField(default=0)
    used = models.PositiveIntegerField(default=0)  # counted by keeping with each session's needles
    recalled_on = models.DateField(null=True, blank=True)
    recall_note = models.TextField(blank=True)

    class Meta:
        """First expired, first out."""

        ordering = ["expires_on", "lot_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "maker", "lot_number", "length_mm", "diameter_mm"],
                name="lot_once",
            ),
        ]

    def __str__(self) -> str:
        """Return maker and lot."""
        return f"{self.maker} {self.lot_number}"
