"""From the kept records to the library's letters and estimates."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from filiform.care import claims, fees, letters
from filiform.care.letter import Letter, Party
from filiform.care.outcomes import measurement_error
from filiform.care.safety import harm_events
from filiform.knowledge import library
from filiform.review import published
from filiform.site.practice import billing
from filiform.site.practice.course_log import state_of
from filiform.site.practice.outcome_taking import today_of, week_of
from filiform.site.practice.papers.making import sender_lines
from filiform.site.practice.session_effective import effective

if TYPE_CHECKING:
    import datetime as dt

    from filiform.care.billable import NeedleSet
    from filiform.care.refusal import Refusal
    from filiform.site.practice.models import Course, Harm, Outcome, Person, Practice, Session

MINUTES_OF_A_VISIT = 15
"""What an estimate counts on where no visit was timed: one set of needles (expert rule)."""


def _sender(practice: Practice) -> Party:
    return Party(practice.name, sender_lines(practice))


def _about(person: Person) -> letters.LetterPerson:
    return letters.LetterPerson(str(person), person.born_on, person.member_number)


def _harms(harms: list[Harm]) -> tuple[letters.NotedHarm, ...]:
    events = harm_events(library()) if harms else {}
    return tuple(
        letters.NotedHarm(
            events[harm.event].name if harm.event in events else harm.event.replace("_", " "),
            harm.noticed_on,
            harm.grade,
            harm.relatedness,
        )
        for harm in harms
    )


def summary_of(session: Session, *, on: dt.date) -> Letter:
    """Return what the person takes home after a session."""
    now = effective(session)
    needles = now.needles
    visit = letters.VisitFacts(
        on=session.on,
        therapy=session.course.therapy,
        sites=tuple(dict.fromkeys(each.site for each in needles if each.site_kind != "other")),
        needles=len(needles),
        minutes=billing.minutes_of(session),
        harms=_harms(list(session.harms.order_by("created_at"))),
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
        figures_of(course),
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


def approval_letter_of(
    course: Course,
    *,
    insurer_lines: tuple[str, ...],
    visits: int,
    weeks: int,
    tried: tuple[str, ...],
    on: dt.date,
) -> Letter:
    """Return the letter that asks an insurer for visits."""
    plan = course.plans.order_by("-number").first()
    figures = figures_of(course)
    request = letters.Request(
        therapy=course.therapy,
        condition=None,
        visits=visits,
        weeks=weeks,
        from_day=on,
        diagnoses=figures.diagnoses or ("not given yet",),
        codes=tuple(f"{line.code} × {line.units}" for line in planned_lines(course, on))
        or ("not given yet",),
        tried=tried,
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
        acupuncture=() if course.therapy in billing.DRY else _planned_sets(course),
        muscles=_planned_muscles(course) if course.therapy in billing.DRY else (),
        diagnoses=billing.diagnoses_of(course),
        insurance=course.person.insurer or None,
    )
    return claims.claim_of(visit, library=library()).lines


def _planned_sets(course: Course) -> tuple[NeedleSet, ...]:
    last = course.sessions.exclude(face_to_face_minutes=None).order_by("-number").first()
    minutes = billing.face_to_face(last) if last else None
    current = course.therapy == "electroacupuncture"
    return (claims.NeedleSet(minutes or MINUTES_OF_A_VISIT, current),)


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
    )


def figures_of(course: Course) -> letters.CourseFigures:
    """Return what a course came to so far."""
    plan = course.plans.order_by("-number").first()
    review = course.reviews.order_by("-created_at").first()
    told = {row.code: row.description for row in library().billing if row.system == "ICD-10-CM"}
    result = review.result if review else {}
    over = course.ended_on is not None or (plan is not None and _week(course) > plan.weeks)
    return letters.CourseFigures(
        therapy=course.therapy,
        begun_on=course.started_on,
        visits=course.sessions.exclude(closed_at=None).count(),
        diagnoses=tuple(
            f"{code} {told.get(code, '')}".strip() for code in billing.diagnoses_of(course)
        ),
        sites=_sites(course),
        co_treatments=tuple(each["text"] for each in plan.co_treatments) if plan else (),
        outcomes=_outcomes(course),
        harms=_harms(list(course.harms.order_by("created_at"))),
        warning_signs=tuple(halt.about.replace("_", " ") for halt in state_of(course).halted_by),
        probability_meaningful=None if over else _probability(result),
        planned_end_week=plan.weeks if plan else None,
        advice=_advice(review.advice, over=bool(result.get("over"))) if review else "",
        reasons=tuple(each["text"] for each in result.get("reasons", [])),
    )


def _week(course: Course) -> int:
    return week_of(course, today_of(course))


def _advice(advice: str, *, over: bool) -> str:
    return "finish as planned" if over and advice == "continue" else advice


def _probability(result: dict[str, object]) -> float | None:
    measures = result.get("measures")
    for each in measures if isinstance(measures, list) else []:
        if each.get("probability_meaningful") is not None:
            return float(each["probability_meaningful"])
    return None


def _sites(course: Course) -> tuple[str, ...]:
    last = course.sessions.order_by("-number").first()
    if last is None:
        return ()
    return tuple(dict.fromkeys(each.site.replace("_", " ") for each in effective(last).needles))


def _outcomes(course: Course) -> tuple[letters.OutcomeFigures, ...]:
    kept = course.outcomes.order_by("instrument", "taken_on", "created_at")
    found = []
    for instrument, rows in groupby(kept, key=lambda row: row.instrument):
        taken = list(rows)
        if len(taken) > 1:
            found.append(_figures(instrument, taken[0], taken[-1]))
    return tuple(found)


def _figures(instrument: str, first: Outcome, latest: Outcome) -> letters.OutcomeFigures:
    error = measurement_error(instrument, library=library())
    return letters.OutcomeFigures(
        instrument=instrument,
        out_of=float(first.out_of),
        first=float(first.raw),
        first_on=first.taken_on,
        latest=float(latest.raw),
        latest_on=latest.taken_on,
        measurement_error=error.mdc if error else None,
    )
