"""The person as the latest screening asked them: what may and may not be needled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care.against import against
from filiform.care.approvals import approved_rows, sources_disagree
from filiform.care.course import stops
from filiform.guidance.person import Person
from filiform.knowledge import library
from filiform.site.practice.models import Plan, Screening

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from filiform.care.needles import SessionRecord
    from filiform.care.refusal import Problem
    from filiform.site.practice.models import Course


@dataclass(frozen=True, slots=True)
class ScreenedPerson:
    """The answers of a screening.

    Attributes:
        after_the_doctor: whether a doctor has decided after it; a decision about signs that were
            taken back is none on the answers that stand.
        at: when they were asked.
        approved: rows on which sources disagree and that a doctor has approved in the plan.
    """

    person: Person
    after_the_doctor: bool
    at: dt.datetime
    approved: frozenset[str] = frozenset()


def screened_person(course: Course, until: dt.datetime | None = None) -> ScreenedPerson | None:
    """Return the person of the latest screening; None where the warning signs were never asked.

    Args:
        course: the course.
        until: the last moment that counts; None is now.

    Raises:
        GuidanceError: the answers cannot be read.
    """
    asked = Screening.objects.filter(course=course)
    if until is not None:
        asked = asked.filter(created_at__lte=until)
    screening = asked.order_by("-created_at").first()
    if screening is None:
        return None
    answers = {key: value for key, value in screening.answers.items() if value is not None}
    person = Person.from_mapping(answers, library())
    approved = _approved_in_plan(course) if sources_disagree(person) else frozenset[str]()
    red = stops(screening.urgency, screening.needling)
    after = red and screening.decision == "go_on"
    return ScreenedPerson(person, after, screening.created_at, approved)


def _approved_in_plan(course: Course) -> frozenset[str]:
    plan = Plan.objects.filter(course=course).order_by("-number").first()
    return frozenset(plan.prescription.get(APPROVALS, {})) if plan else frozenset()


APPROVALS = "approvals"
"""Under this a plan keeps the doctors' approvals, by row."""


def against_person(asked: ScreenedPerson | None, record: SessionRecord) -> tuple[Problem, ...]:
    """Return what the answers speak against in a session; nothing where none were asked."""
    if asked is None:
        return ()
    return against(
        asked.person,
        record.needles,
        therapy=record.therapy,
        library=library(),
        after_the_doctor=asked.after_the_doctor,
        approved=asked.approved | approved_rows(record.confirmations),
    )


def plan_is_older(course: Course) -> bool:
    """Say whether the plan was made before the latest screening."""
    plan = Plan.objects.filter(course=course).order_by("-number").first()
    return is_older(plan, course.screenings.order_by("-created_at")[:1])


def is_older(plan: Plan | None, screenings: Iterable[Screening]) -> bool:
    """Say whether a plan was made before one of these screenings."""
    return plan is not None and any(each.created_at > plan.created_at for each in screenings)
