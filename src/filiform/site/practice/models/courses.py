"""A course: its screening, its plan, and the sequence of its events."""

from __future__ import annotations

from django.db import models

from filiform.site.practice.models.base import Record


class Course(Record):
    """One course of care. What stage it is in follows from its events (care.course.CourseState)."""

    person = models.ForeignKey("practice.Person", on_delete=models.PROTECT, related_name="courses")
    practitioner = models.ForeignKey(
        "practice.Member", on_delete=models.PROTECT, related_name="courses"
    )
    therapy = models.CharField(max_length=40)  # an id of therapies.csv
    started_on = models.DateField()
    stage = models.CharField(max_length=20)  # CourseState.stage, kept for lists
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        """Listed by stage, and by the day on which they began."""

        indexes = [
            models.Index(fields=["practice", "stage", "started_on"]),
            models.Index(fields=["practice", "started_on"], name="course_begun"),
        ]

    def __str__(self) -> str:
        """Return the therapy and the day."""
        return f"{self.therapy} from {self.started_on}"


class CourseEvent(models.Model):
    """One event, kept for ever. The order is the number, whatever the clock said."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)  # a class name of care.course
    data = models.JSONField(default=dict)

    class Meta:
        """In order, each number once."""

        ordering = ["course", "number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="event_number_once"),
        ]

    def __str__(self) -> str:
        """Return the number and what happened."""
        return f"{self.number}: {self.kind}"


class Screening(Record):
    """Warning signs asked and judged: the answers, the result as it was, who decided what."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="screenings")
    answers = models.JSONField()
    result = models.JSONField()  # guidance.Screening.to_dict()
    urgency = models.CharField(max_length=20)
    needling = models.CharField(max_length=30)
    decision = models.CharField(max_length=20, blank=True)  # go_on, refer, wait
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey("practice.Member", on_delete=models.PROTECT, null=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """Return the urgency."""
        return self.urgency


class Plan(Record):
    """A version of the plan; the newest counts, the older ones stay.

    `prescription` has what was proposed, what was chosen, and the reason of each change.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveIntegerField()
    by = models.ForeignKey("practice.Member", on_delete=models.PROTECT)
    diagnoses = models.JSONField(default=list)  # ICD-10-CM codes of billing.csv
    goals = models.TextField(blank=True)
    sessions = models.PositiveSmallIntegerField()
    weeks = models.PositiveSmallIntegerField()
    co_treatments = models.JSONField(default=list)  # kind, text, prescribed_by
    prescription = models.JSONField(default=dict)
    reason = models.TextField(blank=True)

    class Meta:
        """The newest last."""

        ordering = ["course", "number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="plan_number_once"),
        ]

    def __str__(self) -> str:
        """Return sessions and weeks."""
        return f"{self.sessions} sessions in {self.weeks} weeks"
