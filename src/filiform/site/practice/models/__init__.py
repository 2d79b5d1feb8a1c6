"""The records, one family a file. All are kept through keeping.keep, never with save() alone."""

from __future__ import annotations

from filiform.site.practice.models.base import Record
from filiform.site.practice.models.consents import Consent, ConsentText
from filiform.site.practice.models.courses import Course, CourseEvent, Plan, Screening
from filiform.site.practice.models.history import HistoryEntry, Submission
from filiform.site.practice.models.money import Fee, Invoice, InvoiceLine, Payment
from filiform.site.practice.models.people import Intake, Link, Person
from filiform.site.practice.models.practices import Credential, Invitation, Member, Practice
from filiform.site.practice.models.progress import Harm, Outcome, Questionnaire, Review
from filiform.site.practice.models.sessions import (
    Amendment,
    ClosedSession,
    Draft,
    Incident,
    Needle,
    Session,
)
from filiform.site.practice.models.stock import Lot

__all__ = [
    "Amendment",
    "ClosedSession",
    "Consent",
    "ConsentText",
    "Course",
    "CourseEvent",
    "Credential",
    "Draft",
    "Fee",
    "Harm",
    "HistoryEntry",
    "Incident",
    "Intake",
    "Invitation",
    "Invoice",
    "InvoiceLine",
    "Link",
    "Lot",
    "Member",
    "Needle",
    "Outcome",
    "Payment",
    "Person",
    "Plan",
    "Practice",
    "Questionnaire",
    "Record",
    "Review",
    "Screening",
    "Session",
    "Submission",
]
