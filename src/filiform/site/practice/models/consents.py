"""Consent: the exact text that was read, and who signed it."""

from __future__ import annotations

from django.db import models

from filiform.site.practice.models.base import Record


class ConsentText(models.Model):
    """A text as it was shown, kept by its digest so that it can be reprinted to the letter."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    therapy = models.CharField(max_length=40)
    jurisdiction = models.CharField(max_length=10)
    text_version = models.CharField(max_length=20)
    body = models.TextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return what it is for."""
        return f"{self.therapy} {self.jurisdiction} {self.text_version}"


class Consent(Record):
    """One signature under one text. It is never deleted; withdrawing it is kept beside it."""

    course = models.ForeignKey("practice.Course", on_delete=models.PROTECT, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT)
    choices = models.JSONField(default=dict)
    signed_name = models.CharField(max_length=200)
    signer_note = models.TextField(blank=True)  # who signed, where it is not the person
    strokes = models.JSONField(default=list)  # a drawn signature: lists of x, y from 0 to 1
    signed_at = models.DateTimeField()
    witnessed_by = models.ForeignKey("practice.Member", on_delete=models.PROTECT, null=True)
    signature_sha256 = models.CharField(max_length=64)  # over text, choices, name, strokes, time
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    def __str__(self) -> str:
        """Return who signed."""
        return self.signed_name
