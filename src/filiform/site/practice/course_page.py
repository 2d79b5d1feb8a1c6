"""What the page of a course shows: where it stands, what is needed next, all that happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from filiform.care.course import may, stops
from filiform.care.plain_names import plain_name
from filiform.care.taken_back import held_since
from filiform.knowledge import library
from filiform.site.practice import course_screening, intake, outcome_taking
from filiform.site.practice.course_log import story_of
from filiform.site.practice.models import Consent, Harm, Intake
from filiform.site.practice.screened_person import is_older

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from filiform.care.course import CourseState, Halt
    from filiform.care.due import Due, Missing
    from filiform.site.practice.models import (
        Course,
        CourseEvent,
        Outcome,
        Plan,
        Review,
        Screening,
        Session,
    )

_NEEDS: Mapping[str, tuple[str, str]] = {
    "screening": ("Ask for warning signs", "practice:screening"),
    "consent": ("Read and sign the consent", "practice:consent-sign"),
    "plan": ("Make the plan", "practice:new-plan"),
    "session": ("Open a session", "practice:new-session"),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One event in words."""

    number: int
    at: dt.datetime
    by: str
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done next, and where; no address where there is no page for it."""

    name: str
    words: str
    address: str


@dataclass(frozen=True, slots=True)
class CoursePage:
    """All that the page shows of one course.

    Attributes:
        plan_is_older: whether it was made before the latest screening.
        refusal: why no session may be opened now, in the words of the rules; "" where one may.
        answers: sent by link after the latest screening, the newest first, with whether they stop
            the needles.
        explained: by screening, the signs that were taken back in it, with the reasons.
        elsewhere: what halts the person's other courses, and so this one, with the course.
        withdrawn_elsewhere: consents taken back in another course, and not given again since.
        harms_elsewhere: serious harms of the other courses.
    """

    course: Course
    state: CourseState
    refusal: str
    next: tuple[Step, ...]
    events: tuple[Happened, ...]
    consents: Sequence[Consent]
    screenings: Sequence[Screening]
    plan: Plan | None
    plan_is_older: bool
    sessions: Sequence[Session]
    outcomes: Sequence[Outcome]
    harms: Sequence[tuple[Harm, str]]
    reviews: Sequence[Review]
    due: tuple[Due, ...]
    missing: tuple[Missing, ...]
    answers: Sequence[tuple[Intake, bool]]
    explained: Mapping[str, Sequence[tuple[str, str]]]
    elsewhere: tuple[tuple[Halt, Course], ...]
    withdrawn_elsewhere: Sequence[Consent]
    harms_elsewhere: Sequence[tuple[Harm, str]]


def page_of(course: Course, today: dt.date) -> CoursePage:
    """Return the page of a course, in a number of queries that does not grow with it."""
    story = story_of(course)
    state = story.state
    outcomes = list(course.outcomes.order_by("taken_on", "created_at", "instrument"))
    consents = list(
        Consent.objects.filter(course__person=course.person_id)
        .select_related("text", "course")
        .order_by("-signed_at")
    )
    harms = [
        (harm, harm_name(harm.event))
        for harm in Harm.objects.filter(course__person=course.person_id)
        .select_related("session")
        .order_by("-noticed_on", "-created_at")
    ]
    screenings = list(course.screenings.select_related("decided_by").order_by("-created_at"))
    plan = course.plans.order_by("-number").first()
    refusal = None if state.open_session else may(state, "open_session", now=timezone.now())
    return CoursePage(
        course=course,
        state=state,
        refusal=refusal.sentence if refusal else "",
        next=() if state.ended else _next(course, state, refusal.code if refusal else ""),
        events=tuple(_happened(row) for row in story.rows),
        consents=[each for each in consents if each.course_id == course.pk],
        screenings=screenings,
        plan=plan,
        plan_is_older=is_older(plan, screenings),
        sessions=list(course.sessions.select_related("practitioner").order_by("-number")),
        outcomes=outcomes,
        harms=[(harm, name) for harm, name in harms if harm.course_id == course.pk],
        reviews=list(course.reviews.select_related("by").order_by("-created_at")),
        due=outcome_taking.due_now(course, outcomes, today),
        missing=outcome_taking.missing_of(course, outcomes, today),
        answers=_answers(course, screenings[0] if screenings else None),
        explained={
            str(each.pk): [
                (course_screening.told(sign["finding"]), sign["reason"])
                for sign in each.result.get(course_screening.TAKEN_BACK, ())
            ]
            for each in screenings
        },
        elsewhere=story.elsewhere,
        withdrawn_elsewhere=[each for each in _withdrawn(consents) if each.course_id != course.pk],
        harms_elsewhere=[
            (harm, name)
            for harm, name in harms
            if harm.course_id != course.pk and harm.grade == "serious"
        ],
    )


def _answers(course: Course, screened: Screening | None) -> list[tuple[Intake, bool]]:
    """Return the answers by link that no screening of the course has gone through yet."""
    since = held_since(timezone.now())
    sent = Intake.objects.filter(person=course.person_id, sent_at__gte=since).order_by("-sent_at")
    return [
        (each, _is_red(each))
        for each in sent
        if screened is None or (each.sent_at and each.sent_at > screened.created_at)
    ]


def _is_red(answers: Intake) -> bool:
    result = intake.screening_of(answers)
    return stops(result.urgency, result.needling)


def _withdrawn(consents: Sequence[Consent]) -> list[Consent]:
    """Return the consents that were taken back, and not given again to the same therapy since."""
    return [
        each
        for each in consents
        if each.withdrawn_at is not None
        and not any(
            other.withdrawn_at is None
            and other.text.therapy == each.text.therapy
            and other.signed_at > each.withdrawn_at
            for other in consents
        )
    ]


def _next(course: Course, state: CourseState, refused: str) -> tuple[Step, ...]:
    """Return what is needed before the next session; where nothing is, the session."""
    here = _NEEDS if not state.elsewhere else ("screening",)
    wanted = [name for name in state.needs if name in here]
    if refused == "screening_old":
        wanted = ["screening", *wanted]
    elif not state.needs and not refused:
        wanted = ["session"]
    return tuple(
        Step(name, _NEEDS[name][0], address_if(_NEEDS[name][1], course.pk)) for name in wanted
    )


def address_if(name: str, *args: object) -> str:
    """Return the address of a page; "" where this release has none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def harm_name(event: str) -> str:
    """Return a harm in words."""
    return plain_name(event, library())


def _happened(row: CourseEvent) -> Happened:
    return Happened(
        row.number, row.at, row.by.partition(" <")[0], _words(row.kind, row.data), _reason(row.data)
    )


def _reason(data: Mapping[str, object]) -> str:
    return str(data.get("reason") or "")


def _words(kind: str, data: Mapping[str, object]) -> str:
    told = {name: _plain(value) for name, value in data.items()}
    gone = data.get("taken_back")
    back = f"; taken back: {len(gone)}" if isinstance(gone, list) and gone else ""
    return _SENTENCES[kind].format_map(told) + back


def _plain(value: object) -> str:
    return plain_name(str(value), library()) if value is not None else "all needles"


_SENTENCES: Mapping[str, str] = {
    "Screened": "Warning signs asked: {urgency}; needles: {needling}",
    "Consented": "Consent to {therapy} signed, text {text_version}",
    "ConsentWithdrawn": "Consent to {therapy} withdrawn",
    "Planned": "Planned: {sessions} sessions of {therapy} in {weeks} weeks",
    "SessionOpened": "Session opened",
    "SessionClosed": "Session closed",
    "OutcomeTaken": "{instrument} taken, week {week}",
    "HarmNoted": "Harm noted: {event}, {grade}",
    "WarningSignFound": "Warning sign found: {finding}",
    "WarningDecided": "Decided: {decision}",
    "Reviewed": "Progress reviewed: the rules say {advice}, decided {decision}",
    "Ended": "Course ended",
}
