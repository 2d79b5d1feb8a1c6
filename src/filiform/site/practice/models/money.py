"""Fees, what was charged for a session, and what was paid."""

from __future__ import annotations

from django.db import models

from filiform.site.practice.models.base import Record


class Fee(Record):
    """What the practice asks for a code or an item of its own; in its own words."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    since = models.DateField()

    class Meta:
        """A price a day; older prices stay."""

        constraints = [
            models.UniqueConstraint(fields=["practice", "code", "since"], name="fee_once"),
        ]

    def __str__(self) -> str:
        """Return the code and amount."""
        return f"{self.code} {self.amount}"


class Invoice(Record):
    """The bill of one session: a superbill prints it. It is void, never deleted."""

    number = models.PositiveIntegerField()
    person = models.ForeignKey("practice.Person", on_delete=models.PROTECT, related_name="invoices")
    session = models.ForeignKey(
        "practice.Session", on_delete=models.PROTECT, related_name="invoices"
    )
    on = models.DateField()
    currency = models.CharField(max_length=3)
    diagnoses = models.JSONField(default=list)
    notes = models.JSONField(default=list)  # rules and contradictions said on the paper
    void_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(blank=True)

    class Meta:
        """Each number once."""

        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="invoice_number_once"),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return f"{self.number}"


class InvoiceLine(models.Model):
    """A line: code, units, amount."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    modifier = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=200)
    muscles = models.JSONField(default=list)  # those that the code asks to be named
    units = models.PositiveSmallIntegerField()
    unit_amount = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        """In order."""

        ordering = ["invoice", "order"]

    def __str__(self) -> str:
        """Return the code and units."""
        return f"{self.code} × {self.units}"


class Payment(Record):
    """Money received (or given back, below zero) for a bill."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    on = models.DateField()
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    method = models.CharField(max_length=40)

    def __str__(self) -> str:
        """Return the amount."""
        return f"{self.amount}"
