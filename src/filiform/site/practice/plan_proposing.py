"""What is proposed for a course: from its screening, the pain drawing, its sessions and reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care.prescription import Prescription, propose
from filiform.knowledge import library
from filiform.review import published
from filiform.site.practice.models import Intake, Review
from filiform.site.practice.session_records import closed_sessions

if TYPE_CHECKING:
    from filiform.site.practice.models import Course
    from filiform.site.practice.screened_person import ScreenedPerson


@dataclass(frozen=True, slots=True)
class _Advice:
    """The word of the last review."""

    advice: str


def proposal(course: Course, asked: ScreenedPerson | None) -> Prescription | None:
    """Return the proposed prescription; None where the warning signs were never asked.

    Args:
        course: the course.
        asked: the person of its latest screening, with the doctors' approvals.

    Raises:
        CareError, GuidanceError: the answers or the drawing cannot be read.
    """
    if asked is None:
        return None
    drawing = _drawing(course)
    review = Review.objects.filter(course=course).order_by("-created_at").first()
    return propose(
        asked.person,
        therapy=course.therapy,
        library=library(),
        review=published(),
        pain_areas=drawing or None,
        previous=closed_sessions(course),
        progress=_Advice(review.advice) if review else None,
        after_the_doctor=asked.after_the_doctor,
        approved=asked.approved,
    )


def _drawing(course: Course) -> dict[str, object]:
    found = Intake.objects.filter(person=course.person_id, sent_at__isnull=False)
    last = found.order_by("-sent_at").first()
    return dict(last.drawing) if last else {}
