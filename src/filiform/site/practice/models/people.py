"""The people cared for, the links that are sent to them, and what they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from filiform.site.practice.models.base import Record

if TYPE_CHECKING:
    from collections.abc import Mapping


class Person(Record):
    """A person cared for. Clinical answers stand in Intake and Screening, not here."""

    number = models.PositiveIntegerField()  # counts up within the practice; shown to staff
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    born_on = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=10, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    insurer = models.CharField(max_length=200, blank=True)
    member_number = models.CharField(max_length=60, blank=True)
    doctor_name = models.CharField(max_length=200, blank=True)
    doctor_address = models.TextField(blank=True)
    may_contact = models.BooleanField(null=True)  # None: not asked
    registry_consent = models.BooleanField(null=True)  # None: not asked

    class Meta:
        """Found by number and by name."""

        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="person_number_once"),
        ]
        indexes = [models.Index(fields=["practice", "family_name", "given_name"])]

    def __str__(self) -> str:
        """Return the name."""
        return f"{self.given_name} {self.family_name}"


class LinkKind(models.TextChoices):
    """What a link opens."""

    INTAKE = "intake", "Questions before the first visit"
    OUTCOME = "outcome", "How it is going"


class Link(Record):
    """An address that one person may open without an account; only the token's digest is kept."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links")
    course = models.ForeignKey("practice.Course", on_delete=models.PROTECT, null=True, blank=True)
    kind = models.CharField(max_length=20, choices=LinkKind)
    week = models.PositiveSmallIntegerField(null=True, blank=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    urgency = models.CharField(max_length=20, blank=True)  # of scores that got worse, once sent

    ADDED_LATER: ClassVar[Mapping[str, object]] = {"taken_back_at": None, "urgency": ""}

    class Meta:
        """Those whose answers call for somebody are found by their day."""

        indexes = [
            models.Index(fields=["practice", "urgency", "used_at"], name="link_urgent"),
        ]

    def __str__(self) -> str:
        """Return what it opens."""
        return self.get_kind_display()

    def history_name(self) -> str:
        """Return the person, by number and not by name, and that a link was used."""
        return f"person {self.person.number}, by link"


class Intake(Record):
    """What a person answered before a visit: kept page by page, so that it can be resumed.

    `answers` is the mapping that guidance.Person.from_mapping reads; `drawing` has a body area's
    id and the pain there from 0 to 10; `measures` the answers to the outcome measures; `form` what
    the pages need to be resumed: where "none of these" stood, and what was said on contact.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="intakes")
    link = models.OneToOneField(Link, on_delete=models.PROTECT, null=True, blank=True)
    answers = models.JSONField(default=dict)
    drawing = models.JSONField(default=dict)
    measures = models.JSONField(default=dict)
    form = models.JSONField(default=dict)
    history_text = models.TextField(blank=True)
    medicines_text = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    urgency = models.CharField(max_length=20, blank=True)  # of screening the answers, once sent

    class Meta:
        """Found by the day on which it came."""

        indexes = [models.Index(fields=["practice", "sent_at"])]

    def __str__(self) -> str:
        """Return whether it was sent."""
        return "sent" if self.sent_at else "begun"
