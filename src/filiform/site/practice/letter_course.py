"""What the letters tell of a course: its screening, history, scores, harms, and where it stands."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from filiform.care.course_events import WarningDecided
from filiform.care.letter import closed, written
from filiform.care.letter_figures import (
    CourseFigures,
    NotedHarm,
    OutcomeFigures,
    ReviewFigures,
    ScreenedFor,
    ScreeningFigures,
    Told,
)
from filiform.care.outcomes import measurement_error
from filiform.care.plain_names import plain_name
from filiform.guidance.person import answer_name, history_ids
from filiform.knowledge import library
from filiform.site.practice import billing, trend_review
from filiform.site.practice.clock import day_of
from filiform.site.practice.course_log import events_of, state_of
from filiform.site.practice.course_screening import latest_intake
from filiform.site.practice.session_effective import effective

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from filiform.care.course import CourseState, Halt
    from filiform.site.practice.models import Course, Harm, Outcome, Practice, Screening

_DECIDED = {"go_on": "go on", "refer": "send to a doctor", "wait": "wait"}
_ADVISED = {
    "refer": "refer to a doctor",
    "stop": "stop",
    "adapt": "adapt the plan",
    "looked": "no more is needed",
}
_FOUND = {
    "screening": "The screening of {on} said: {about}",
    "warning_sign": "A warning sign was found on {on}: {about}",
    "harm": "A serious harm was noted on {on}: {about}",
}
_ASKED = {
    "age": "aged {:g} years",
    "duration_days": "pain for {:g} days",
    "pain_0_10": "pain of {:g} out of 10",
}
"""Answers that are numbers, in words."""


def figures_of(course: Course, on: dt.date) -> CourseFigures:
    """Return what a course came to until a day."""
    plan = course.plans.order_by("-number").first()
    codes = {row.code: row.description for row in library().billing if row.system == "ICD-10-CM"}
    state = state_of(course)
    return CourseFigures(
        therapy=course.therapy,
        begun_on=course.started_on,
        ended_on=course.ended_on,
        visits=course.sessions.exclude(closed_at=None).count(),
        diagnoses=tuple(
            f"{code} {codes.get(code, '')}".strip() for code in billing.diagnoses_of(course)
        ),
        sites=_sites(course),
        co_treatments=tuple(each["text"] for each in plan.co_treatments) if plan else (),
        outcomes=_outcomes(course),
        harms=_harms(course),
        warning_signs=_open_warnings(course, state),
        screening=_screening(course, state),
        told=_told(course),
        review=_review(course, on),
    )


def noted(
    harms: Iterable[Harm], decided: Mapping[str, WarningDecided] | None = None
) -> tuple[NotedHarm, ...]:
    """Return harms in words, with what was decided after them, by whom and why."""
    after = decided or {}
    return tuple(
        NotedHarm(
            plain_name(harm.event, library()),
            harm.noticed_on,
            harm.grade,
            harm.relatedness,
            _decided(after[str(harm.pk)], harm.practice) if str(harm.pk) in after else "",
        )
        for harm in harms
    )


def _harms(course: Course) -> tuple[NotedHarm, ...]:
    """Return the harms of a course, after the serious ones of the person's other courses."""
    others = (
        replace(harm, name=f"{harm.name} (in a course of {_therapy(other)})")
        for other in other_courses(course)
        for harm in noted(other.harms.filter(grade="serious"), _decisions(other))
    )
    return (*others, *noted(course.harms.order_by("created_at"), _decisions(course)))


def other_courses(course: Course) -> QuerySet[Course]:
    """Return the person's other courses, the first first."""
    found = course.person.courses.exclude(pk=course.pk)
    return found.select_related("practice").order_by("started_on", "created_at")


def _therapy(course: Course) -> str:
    return library().therapies[course.therapy].name


def _open_warnings(course: Course, state: CourseState) -> tuple[str, ...]:
    """Return what halts this course, and what halts others of the person, also ended ones."""
    return (
        *(_open(halt, course.practice) for halt in state.halted_by),
        *(
            f"In a course of {_therapy(other)}: {_open(halt, course.practice)}"
            for other in other_courses(course)
            for halt in state_of(other).halted_by
        ),
    )


def _decisions(course: Course) -> dict[str, WarningDecided]:
    """Return the last decision on each warning, by what it is about."""
    return {each.about: each for each in events_of(course) if isinstance(each, WarningDecided)}


def _decided(event: WarningDecided, practice: Practice) -> str:
    on, by = written(day_of(practice, event.at)), event.by.partition(" <")[0]
    return closed(f"{by} decided on {on}: {_DECIDED[event.decision]}. {event.reason}")


def _open(halt: Halt, practice: Practice) -> str:
    on = written(day_of(practice, halt.since))
    said = closed(_FOUND[halt.cause].format(on=on, about=plain_name(halt.about, library())))
    if halt.decision is None:
        return f"{said} Nobody has decided yet; no needles until then."
    return closed(
        f"{said} Decided: {_DECIDED[halt.decision]}; no needles until then. {halt.reason}"
    )


def _screening(course: Course, state: CourseState) -> ScreeningFigures | None:
    kept = course.screenings.select_related("decided_by").order_by("-created_at").first()
    if kept is None:
        return None
    return ScreeningFigures(
        on=day_of(course.practice, kept.created_at),
        urgency=kept.urgency,
        needling=kept.needling,
        reasons=tuple(
            ScreenedFor(
                each["suspected"],
                each["urgency"],
                tuple(_answer(name, kept.answers) for name in each["findings"]),
                tuple(each["sources"]),
            )
            for each in kept.result["reasons"]
        ),
        not_asked=len(state.screened.core_not_asked) if state.screened else 0,
        decided=_decided_on(kept, course.practice),
        by_link=_by_link(course),
    )


def _by_link(course: Course) -> tuple[dt.date, str] | None:
    intake = latest_intake(course.person)
    if intake is None or intake.sent_at is None or not intake.urgency:
        return None
    return day_of(course.practice, intake.sent_at), intake.urgency


def _answer(name: str, answers: Mapping[str, object]) -> str:
    if name in _ASKED and answers.get(name) is not None:
        return _ASKED[name].format(answers[name])
    return answer_name(name, library())


def _decided_on(kept: Screening, practice: Practice) -> str:
    if not kept.decision or kept.decided_at is None:
        return ""
    on = written(day_of(practice, kept.decided_at))
    return f"{kept.decided_by} decided on {on}: {_DECIDED[kept.decision]}. {kept.reason}"


def _told(course: Course) -> Told | None:
    """Return what the last screening was told; None where nobody was asked."""
    kept = course.screenings.order_by("-created_at").first()
    if kept is None:
        return None
    intake = latest_intake(course.person)
    answers, own = kept.answers, set(history_ids(library()))
    told = dict.fromkeys([*(answers.get("history") or []), *(answers.get("findings") or [])])
    taken = [each for each in told if _is_medicine(each)]
    wrote = (intake.history_text, intake.medicines_text) if intake else ()
    return Told(
        history=_in_words(each for each in told if each in own and each not in taken),
        medicines=(*(answers.get("medicines") or []), *_in_words(taken)),
        signs=_in_words(each for each in told if each not in own),
        own_words=tuple(text.strip() for text in wrote if text.strip()),
    )


def _is_medicine(answer: str) -> bool:
    findings = library().findings
    return answer in findings and findings[answer].group == "medicine"


def _in_words(answers: Iterable[str]) -> tuple[str, ...]:
    return tuple(answer_name(each, library()) for each in answers)


def _review(course: Course, on: dt.date) -> ReviewFigures | None:
    """Return what the rules say with all scores, as the page of the progress does."""
    if not course.outcomes.exists():
        return None
    found = trend_review.look(course).review
    return ReviewFigures(
        on=on,
        advice=found.advice,
        over=found.over,
        reasons=tuple(each.text for each in found.reasons),
        sources=found.sources,
        decided=_last_decision(course),
    )


def _last_decision(course: Course) -> str:
    kept = course.reviews.select_related("by").order_by("-created_at").first()
    if kept is None:
        return ""
    advised = _ADVISED.get(kept.decision, "go on")
    reason = f" {kept.reason}" if kept.reason else ""
    return closed(f"{kept.by} decided on {written(kept.on)}: {advised}.{reason}")


def _sites(course: Course) -> tuple[str, ...]:
    last = course.sessions.order_by("-number").first()
    if last is None:
        return ()
    return tuple(
        dict.fromkeys(plain_name(each.site, library()) for each in effective(last).needles)
    )


def _outcomes(course: Course) -> tuple[OutcomeFigures, ...]:
    kept = course.outcomes.order_by("instrument", "taken_on", "created_at")
    found = []
    for instrument, rows in groupby(kept, key=lambda row: row.instrument):
        taken = list(rows)
        if len(taken) > 1:
            found.append(_figures(instrument, taken[0], taken[-1]))
    return tuple(found)


def _figures(instrument: str, first: Outcome, latest: Outcome) -> OutcomeFigures:
    error = measurement_error(instrument, library=library())
    return OutcomeFigures(
        instrument=instrument,
        first=float(first.raw),
        first_on=first.taken_on,
        latest=float(latest.raw),
        latest_on=latest.taken_on,
        measurement_error=error.mdc if error else None,
    )
