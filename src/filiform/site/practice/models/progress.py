"""What became of it: outcomes, reviews of progress, harms."""

from __future__ import annotations

from django.db import models

from filiform.site.practice.models.base import Record


class Questionnaire(Record):
    """A FHIR Questionnaire that the practice loaded, because it holds the right to its wording."""

    instrument = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    resource = models.JSONField()
    rights = models.TextField()  # what the practice said of its right to use the wording

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class Outcome(Record):
    """One measurement: items, raw, percent and scale kept apart (care.outcomes.Score)."""

    course = models.ForeignKey("practice.Course", on_delete=models.PROTECT, related_name="outcomes")
    instrument = models.CharField(max_length=40)
    week = models.PositiveSmallIntegerField()  # since the course's start; 0 is the baseline
    taken_on = models.DateField()
    items = models.JSONField(default=list)
    raw = models.DecimalField(max_digits=7, decimal_places=3)
    out_of = models.DecimalField(max_digits=7, decimal_places=3)
    percent = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    prorated = models.BooleanField(default=False)
    origin = models.CharField(max_length=10)  # link or room

    class Meta:
        """By week; whether one was taken in some days is asked of many courses at once."""

        ordering = ["course", "week", "instrument", "created_at"]
        indexes = [
            models.Index(fields=["course", "instrument", "taken_on"], name="outcome_taken"),
        ]

    def __str__(self) -> str:
        """Return the instrument and week."""
        return f"{self.instrument} in week {self.week}"


class Review(Record):
    """A look at the progress: what the rules said, what the practitioner decided, and why."""

    course = models.ForeignKey("practice.Course", on_delete=models.PROTECT, related_name="reviews")
    by = models.ForeignKey("practice.Member", on_delete=models.PROTECT)
    on = models.DateField()
    result = models.JSONField()  # care.progress.ProgressReview.to_dict()
    advice = models.CharField(max_length=20)
    decision = models.CharField(max_length=20)
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        """Return the decision."""
        return self.decision


class Harm(Record):
    """Something unwanted: what, how bad, whether from the needles, and what became of it."""

    course = models.ForeignKey("practice.Course", on_delete=models.PROTECT, related_name="harms")
    session = models.ForeignKey(
        "practice.Session", on_delete=models.PROTECT, related_name="harms", null=True, blank=True
    )
    by = models.ForeignKey("practice.Member", on_delete=models.PROTECT)
    event = models.CharField(max_length=60)  # an event of harms.csv
    facts = models.JSONField(default=list)  # what followed, as care.safety asks for it
    grade = models.CharField(max_length=10)
    relatedness = models.CharField(max_length=20)
    noticed_on = models.DateField()
    text = models.TextField(blank=True)
    follow_up_on = models.DateField(null=True, blank=True)
    outcome = models.TextField(blank=True)
    resolved_on = models.DateField(null=True, blank=True)
    reported_to = models.TextField(blank=True)

    class Meta:
        """Counted by event."""

        indexes = [models.Index(fields=["practice", "event"])]

    def __str__(self) -> str:
        """Return the event."""
        return self.event
