"""A practice, who works in it, and what they are licensed for."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models

from filiform.site.practice.models.base import Record

if TYPE_CHECKING:
    from collections.abc import Mapping


class Role(models.TextChoices):
    """What a member may do; access.py has the table of acts."""

    OWNER = "owner", "Owner"
    PRACTITIONER = "practitioner", "Practitioner"
    FRONT_DESK = "front_desk", "Front desk"
    READER = "reader", "Reader"


class Practice(models.Model):
    """A practice. Its history is one chain, of which this row holds the last link."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    jurisdiction = models.CharField(max_length=10)  # an id of jurisdictions.csv
    address = models.TextField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    tax_id = models.CharField(max_length=40, blank=True)
    npi = models.CharField(max_length=10, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    timezone = models.CharField(max_length=64, default="UTC")
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    history_number = models.PositiveBigIntegerField(default=0)
    history_hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Member(Record):
    """A person who works in a practice."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="member"
    )
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=Role)
    active = models.BooleanField(default=True)
    seen: tuple[models.Model, ...] = ()  # whose records one request's page shows (access.saw)

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    def history_name(self) -> str:
        """Return the name and the account."""
        return f"{self.name} <{self.user}>"


class Credential(Record):
    """A licence: who may needle is read from it and from the row of law."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="credentials")
    profession = models.CharField(max_length=40)  # a profession of scope_of_practice.csv
    title = models.CharField(max_length=100)
    number = models.CharField(max_length=60)
    jurisdiction = models.CharField(max_length=10)
    expires_on = models.DateField()
    training_hours = models.PositiveIntegerField(null=True, blank=True)
    holds = models.JSONField(default=list, blank=True)  # practices of the law, trained and proven
    npi = models.CharField(max_length=10, blank=True)

    ADDED_LATER: ClassVar[Mapping[str, object]] = {"holds": []}

    def __str__(self) -> str:
        """Return the title and where it holds."""
        return f"{self.title} ({self.jurisdiction})"


class Invitation(Record):
    """An address at which someone may join; the token itself is never kept, only its digest."""

    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role)
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """Return who is invited."""
        return self.email
