"""A session: every needle with its site, dose, lot and times; closed once, amended after."""

from __future__ import annotations

from django.db import models

from filiform.site.practice.models.base import Record


class Session(Record):
    """One visit. `number` counts within the course. Closed sessions are amended, not changed."""

    course = models.ForeignKey("practice.Course", on_delete=models.PROTECT, related_name="sessions")
    practitioner = models.ForeignKey("practice.Member", on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    on = models.DateField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    face_to_face_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    needles_planned_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    insertions = models.PositiveSmallIntegerField(default=1)  # sets of needles put in, for billing
    checklist = models.JSONField(default=dict)
    in_counts = models.JSONField(default=dict)
    out_counts = models.JSONField(default=dict)
    confirmations = models.JSONField(default=dict)  # dangerous sites, each confirmed how
    second_look = models.JSONField(default=dict)
    co_treatments = models.JSONField(default=list)
    notes = models.TextField(blank=True)
    told = models.TextField(blank=True)
    pain_before = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    pain_after = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    licence = models.JSONField(default=dict)  # the permission on which it was done

    class Meta:
        """In order, each number once."""

        ordering = ["course", "number"]
        indexes = [
            models.Index(fields=["practice", "on"]),
            # Today asks for the few that are open, the safety page counts all that are closed.
            models.Index(
                fields=["practice", "on"], condition=models.Q(closed_at=None), name="session_open"
            ),
            models.Index(
                fields=["course", "practice", "closed_at", "on", "number"], name="session_closed"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="session_number_once"),
        ]

    def __str__(self) -> str:
        """Return its number and day."""
        return f"session {self.number} on {self.on}"


class ClosedSession(models.Model):
    """A closed session as it was counted; it follows from the sessions alone (session_counts)."""

    session = models.OneToOneField(
        Session, on_delete=models.CASCADE, primary_key=True, related_name="counted"
    )
    practice = models.ForeignKey("practice.Practice", on_delete=models.PROTECT, related_name="+")
    therapy = models.CharField(max_length=40)  # of its course
    number = models.PositiveIntegerField()  # among those of this therapy, from 1
    people = models.PositiveIntegerField()  # how many people had this therapy by then

    class Meta:
        """Each number of a therapy once."""

        constraints = [
            models.UniqueConstraint(
                fields=["practice", "therapy", "number"], name="closed_number_once"
            ),
        ]

    def __str__(self) -> str:
        """Return the number and therapy."""
        return f"{self.number} of {self.therapy}"


class Needle(models.Model):
    """One needle, used once (STRICTA 2a to 2g). It changes only with its session, by keeping."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="needles")
    practice = models.ForeignKey("practice.Practice", on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    site_kind = models.CharField(max_length=10)
    site = models.CharField(max_length=60)
    side = models.CharField(max_length=10)
    region = models.CharField(max_length=40)
    depth_mm = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    angle = models.CharField(max_length=60, blank=True)
    response_sought = models.CharField(max_length=40, blank=True)
    response_got = models.CharField(max_length=40, blank=True)
    stimulation = models.CharField(max_length=20, blank=True)
    hz = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    ma = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    inserted_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    lot = models.ForeignKey("practice.Lot", on_delete=models.PROTECT, related_name="needles")

    class Meta:
        """Each place in the session's table once."""

        ordering = ["session", "order"]
        constraints = [
            models.UniqueConstraint(fields=["session", "order"], name="needle_order_once"),
        ]
        indexes = [models.Index(fields=["practice", "lot"])]

    def __str__(self) -> str:
        """Return the site and side."""
        return f"{self.site} {self.side}"


class Draft(models.Model):
    """What was typed into an open session and not yet sent: kept for a lost connection."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, primary_key=True)
    by = models.ForeignKey("practice.Member", on_delete=models.CASCADE)
    typed = models.JSONField(default=dict)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Return when it was typed."""
        return f"{self.at}"


class Amendment(Record):
    """A correction of a closed session: what it now says, what it said, who and why."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="amendments")
    by = models.ForeignKey("practice.Member", on_delete=models.PROTECT)
    reason = models.TextField()
    changes = models.JSONField()  # field → {"before": …, "after": …}; needles by their order

    def __str__(self) -> str:
        """Return the reason."""
        return self.reason


class Incident(Record):
    """Something that must be looked at: a needle count that did not agree, a recalled lot."""

    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="incidents", null=True
    )
    kind = models.CharField(max_length=40)
    text = models.TextField()
    by = models.ForeignKey("practice.Member", on_delete=models.PROTECT)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.TextField(blank=True)

    def __str__(self) -> str:
        """Return the kind."""
        return self.kind
