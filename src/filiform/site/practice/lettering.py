"""From the kept records to the library's letters and estimates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from filiform.care import claims, fees, letters
from filiform.care.letter import Letter, Party
from filiform.care.letter_figures import LetterPerson, Request, VisitFacts
from filiform.knowledge import library
from filiform.review import published
from filiform.site.practice import billing, trend_review
from filiform.site.practice.course_log import state_of
from filiform.site.practice.letter_course import figures_of, noted
from filiform.site.practice.models import Credential
from filiform.site.practice.papers.making import sender_lines
from filiform.site.practice.session_effective import effective

if TYPE_CHECKING:
    import datetime as dt

    from filiform.care.refusal import Refusal
    from filiform.site.practice.models import Course, Member, Person, Practice, Session


def _sender(practice: Practice) -> Party:
    return Party(practice.name, sender_lines(practice))


def _about(person: Person) -> LetterPerson:
    return LetterPerson(str(person), person.born_on, person.member_number)


def signer_of(course: Course, pressed: Member) -> str:
    """Return who signs a letter: who treated, with the licence; someone else only for them."""
    last = course.sessions.exclude(closed_at=None).order_by("-number").first()
    treated = last.practitioner if last else course.practitioner
    held = Credential.objects.filter(member=treated, jurisdiction=course.practice.jurisdiction)
    licence = held.order_by("-expires_on").first()
    name = f"{treated.name}, {licence.title} {licence.number}" if licence else treated.name
    return name if pressed.pk == treated.pk else f"{pressed.name}, for {name}"


def summary_of(session: Session, *, on: dt.date) -> Letter:
    """Return what the person takes home after a session."""
    now = effective(session)
    needles = now.needles
    visit = VisitFacts(
        on=session.on,
        therapy=session.course.therapy,
        sites=tuple(dict.fromkeys(each.site for each in needles if each.site_kind != "other")),
        needles=len(needles),
        minutes=billing.minutes_of(session),
        harms=noted(session.harms.order_by("created_at")),
        amended_on=now.amended_on,
        told=tuple(line for line in now.session.told.splitlines() if line.strip()),
    )
    person = session.course.person
    return letters.visit_summary(
        _sender(session.practice), _about(person), visit, library=library(), made_on=on
    )


def doctor_letter_of(course: Course, *, question: str, on: dt.date) -> Letter:
    """Return the letter to the person's doctor."""
    person = course.person
    to = Party(person.doctor_name or "To the doctor", tuple(person.doctor_address.splitlines()))
    return letters.doctor_letter(
        _sender(course.practice),
        to,
        _about(person),
        figures_of(course, on),
        question=question,
        library=library(),
        made_on=on,
    )


def cover_of_course(course: Course, *, on: dt.date) -> claims.CoverNote:
    """Return what is known beforehand of who pays."""
    return claims.cover_note(
        course.person.insurer or None,
        course.practice.jurisdiction,
        course.therapy,
        library(),
        today=on,
    )


def approval_refusal(course: Course) -> Refusal | None:
    """Return why no insurer is asked for this course now; None where one may be."""
    return letters.approval_refusal(state_of(course), now=timezone.now())


def rules_say_stop(course: Course) -> bool:
    """Tell whether the review of all scores so far advises to stop."""
    return course.outcomes.exists() and trend_review.look(course).review.advice == "stop"


def approval_letter_of(
    course: Course,
    *,
    insurer_lines: tuple[str, ...],
    visits: int,
    weeks: int,
    tried: tuple[str, ...],
    reason: str,
    on: dt.date,
) -> Letter:
    """Return the letter that asks an insurer for visits; `approval_refusal` is asked before."""
    plan = course.plans.order_by("-number").first()
    figures = figures_of(course, on)
    request = Request(
        therapy=course.therapy,
        condition=None,
        visits=visits,
        weeks=weeks,
        from_day=on,
        diagnoses=figures.diagnoses or ("not given yet",),
        codes=tuple(f"{line.code} × {line.units}" for line in planned_lines(course, on))
        or ("not given yet",),
        tried=tried,
        reason=reason,
        goals=tuple(line for line in plan.goals.splitlines() if line.strip()) if plan else (),
    )
    return letters.pre_approval_letter(
        _sender(course.practice),
        Party(course.person.insurer or "To the insurer", insurer_lines),
        _about(course.person),
        request,
        course=figures if figures.visits else None,
        cover=cover_of_course(course, on=on),
        review=published(),
        library=library(),
        made_on=on,
    )


def planned_lines(course: Course, on: dt.date) -> tuple[claims.ClaimLine, ...]:
    """Return the lines of a usual visit of the course: of its last one, else of the plan."""
    visit = claims.BillableSession(
        on=on,
        jurisdiction=course.practice.jurisdiction,
        acupuncture=() if course.therapy in billing.DRY else billing.usual_sets(course)[0],
        muscles=_planned_muscles(course) if course.therapy in billing.DRY else (),
        diagnoses=billing.diagnoses_of(course),
        insurance=course.person.insurer or None,
    )
    return claims.claim_of(visit, library=library()).lines


def _planned_muscles(course: Course) -> tuple[claims.NeedledMuscle, ...]:
    last = course.sessions.order_by("-number").first()
    if last is not None:
        return billing.muscles_of(last)
    plan = course.plans.order_by("-number").first()
    sites = plan.prescription.get("chosen", []) if plan else []
    return tuple(
        claims.NeedledMuscle(site["site"], site.get("side") or "midline")
        for site in sites
        if site.get("kind") == "muscle"
    )


def estimate_of(course: Course, *, on: dt.date) -> fees.Estimate | Refusal:
    """Return what the planned course would cost, or what is missing for it.

    Raises:
        CareError: the plan has no visit.
    """
    plan = course.plans.order_by("-number").first()
    lines = planned_lines(course, on)
    count = plan.sessions if plan else 0
    return fees.estimate(
        fees.PlannedVisits(first=lines, further=lines, low=count, high=count),
        billing.schedule(course.practice),
        cover=cover_of_course(course, on=on),
        on=on,
        reckoned=_reckoned(course),
    )


def _reckoned(course: Course) -> str:
    """Return on what an estimate rests, in a sentence."""
    if course.therapy in billing.DRY:
        return "We reckon with the muscles of the last visit or of the plan. More cost more."
    _, rests = billing.usual_sets(course)
    return f"We reckon with {rests}. Longer visits, or needles put in again, cost more."
