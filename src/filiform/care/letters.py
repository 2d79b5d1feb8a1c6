"""The letters of a course: to the insurer before it, to the doctor, to the person after a visit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from filiform.care import _letter_course as of_course
from filiform.care import _letter_evidence as of_therapy
from filiform.care.course import may
from filiform.care.letter import Letter, Paragraph, Party, citations, closed, written
from filiform.care.safety import delayed_advice
from filiform.guidance import words
from filiform.guidance.texts import sources, texts_by_id

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from filiform.care.claims import CoverNote
    from filiform.care.course import CourseState
    from filiform.care.letter_figures import CourseFigures, LetterPerson, Request, VisitFacts
    from filiform.care.refusal import Refusal
    from filiform.knowledge import Library
    from filiform.review import Review

__all__ = ["approval_refusal", "doctor_letter", "pre_approval_letter", "visit_summary"]


def approval_refusal(
    state: CourseState, *, now: dt.datetime, others: Sequence[CourseState] = ()
) -> Refusal | None:
    """Return why no insurer is asked for more needles: the course is halted, stopped or ended.

    What halts another course of the person counts as well, also one that has ended.

    Args:
        state: where the course stands.
        now: the moment, with its zone.
        others: where the other courses of the person stand.

    >>> import datetime as dt
    >>> from filiform.care.course import CourseState
    >>> approval_refusal(CourseState.of([]), now=dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
    """
    halted = next((each for each in others if each.halted_by), None)
    if halted is not None:
        return may(replace(halted, ended=None), "plan", now=now)
    if state.stage not in {"halted", "stopped", "ended"}:
        return None
    # A screening that is merely old is no reason here: one is due before the next session anyway.
    return may(state, "plan", now=state.screened.at if state.screened else now)


def pre_approval_letter(
    sender: Party,
    recipient: Party,
    about: LetterPerson,
    request: Request,
    *,
    course: CourseFigures | None,
    cover: CoverNote,
    review: Review,
    library: Library,
    made_on: dt.date,
) -> Letter:
    """Return a letter that asks an insurer for visits, with the evidence as the review has it.

    Every main comparison is told, those that speak against it and those without a trial too; a
    serious harm in the course stands right below what is asked. Whether it may be asked at all,
    `approval_refusal` says.

    Args:
        sender: the practice.
        recipient: the insurer.
        about: the person.
        request: what is asked for.
        course: what came of the course so far; None before the first visit.
        cover: the insurer's rule as far as we know it.
        review: the living review.
        library: the facts.
        made_on: the day of the letter.
    """
    from filiform.guidance.effects import effects_of  # noqa: PLC0415 - only it needs the review

    name = of_course.therapy_name(request.therapy, library)
    effects = of_therapy.main(effects_of(review, request.therapy, request.condition))
    paragraphs = (
        _request(request, name),
        *of_course.serious(course),
        *_tried(request),
        *_rule(cover),
        *of_course.so_far(course, library),
        of_therapy.evidence(effects, name),
        of_therapy.serious_harms(request.therapy, library),
        Paragraph(
            "How we decide",
            (
                "We measure pain and daily life at set times.",
                "We stop when the person does not improve.",
                "We send the person to a doctor when a warning sign appears.",
            ),
        ),
    )
    return Letter(
        kind="pre_approval",
        made_on=made_on,
        sender=sender,
        recipient=recipient,
        subject=f"Request for approval: {name} for {about.name}",
        facts=_facts(about, member=True),
        paragraphs=paragraphs,
        tables=(*of_course.outcome_tables(course), of_therapy.evidence_table(effects)),
        citations=citations(paragraphs, library),
    )


def doctor_letter(
    sender: Party,
    recipient: Party,
    about: LetterPerson,
    course: CourseFigures,
    *,
    question: str,
    library: Library,
    made_on: dt.date,
) -> Letter:
    """Return a letter to the person's doctor: what is urgent first, then the course.

    Warning signs that are open, the last screening, medicines and history, the question, a
    serious harm, and then what was done and what came of it.

    Args:
        sender: the practice.
        recipient: the doctor.
        about: the person.
        course: what was done and what came of it.
        question: what the doctor is asked; empty where nothing is.
        library: the facts.
        made_on: the day of the letter.
    """
    name = of_course.therapy_name(course.therapy, library)
    open_signs = (Paragraph("Open warnings", course.warning_signs),) if course.warning_signs else ()
    asked = (Paragraph("What we ask you", (question,)),) if question else ()
    beside = (
        (Paragraph("Beside the needles", tuple(closed(each) for each in course.co_treatments)),)
        if course.co_treatments
        else ()
    )
    paragraphs = (
        *open_signs,
        of_course.screening(course.screening),
        *of_course.told(course.told),
        *asked,
        *of_course.serious(course),
        *of_course.so_far(course, library),
        *beside,
    )
    return Letter(
        kind="doctor",
        made_on=made_on,
        sender=sender,
        recipient=recipient,
        subject=f"{about.name}: {name} since {written(course.begun_on)}",
        facts=_facts(about, member=False),
        paragraphs=paragraphs,
        tables=of_course.outcome_tables(course),
        citations=citations(paragraphs, library),
    )


_AFTER_NEEDLES = ("emergency-after-needles", "emergency-after-needles-nerves")
_SIGNS_AFTER_NEEDLES = ("w068", "w069")
"""Rows of warning_signs.csv behind these two sentences."""


def visit_summary(
    sender: Party, about: LetterPerson, visit: VisitFacts, *, library: Library, made_on: dt.date
) -> Letter:
    """Return what the person takes home: what was done, what to look out for, when to get help.

    Args:
        sender: the practice.
        about: the person.
        visit: what was done.
        library: the facts.
        made_on: the day of the letter.

    Raises:
        CareError: a therapy or a site that is not known.
    """
    noted = tuple(f"{words.sentence(harm.name)} ({harm.grade})." for harm in visit.harms)
    parts = (
        Paragraph("What was done", _done(visit, library)),
        *_look_out(visit, library),
        _help(library),
        *((Paragraph("What we noted", noted),) if noted else ()),
        *((Paragraph("What we told you", visit.told),) if visit.told else ()),
        *((Paragraph("Next visit", (visit.next_visit,)),) if visit.next_visit else ()),
    )
    return Letter(
        kind="visit",
        made_on=made_on,
        sender=sender,
        recipient=Party(about.name),
        subject=f"Your visit on {written(visit.on)}",
        paragraphs=parts,
        tables=(),
        citations=citations(parts, library),
    )


def _done(visit: VisitFacts, library: Library) -> tuple[str, ...]:
    name = of_course.therapy_name(visit.therapy, library)
    needles = words.counted(visit.needles, "needle", "needles")
    minutes = words.counted(visit.minutes or 0, "minute", "minutes")
    stayed = "It" if visit.needles == 1 else "They"
    time = f" {stayed} stayed in for {minutes}." if visit.minutes else ""
    days = words.joined([written(day) for day in visit.amended_on])
    amended = (f"The record of this visit was amended on {days}.",) if days else ()
    return (f"On {written(visit.on)} you had {name} with {needles}.{time}", *amended)


def _look_out(visit: VisitFacts, library: Library) -> tuple[Paragraph, ...]:
    """Return what is said of organs that lie near, with the rows that say it."""
    return tuple(
        Paragraph(
            "Look out for this",
            advice.sentences,
            sources(library, *(library.contraindications[row].source for row in advice.rows)),
        )
        for advice in delayed_advice(visit.sites, library)
    )


def _help(library: Library) -> Paragraph:
    told = texts_by_id(library, _AFTER_NEEDLES)
    rows = (library.warning_signs[id_].source for id_ in _SIGNS_AFTER_NEEDLES)
    return Paragraph("When to get help", tuple(each.text for each in told), sources(library, *rows))


def _facts(about: LetterPerson, *, member: bool) -> tuple[tuple[str, str], ...]:
    """Return whom a letter is about; the number with the insurer is the insurer's alone."""
    born = (("Born", written(about.born_on)),) if about.born_on else ()
    number = (("Member number", about.member_id),) if member and about.member_id else ()
    return (("Person", about.name), *born, *number)


def _request(request: Request, name: str) -> Paragraph:
    visits = words.counted(request.visits, "visit", "visits")
    weeks = words.counted(request.weeks, "week", "weeks")
    start = written(request.from_day)
    sentences = [
        f"We ask you to approve {visits} of {name} over {weeks} from {start}.",
        closed(f"Diagnosis: {'; '.join(request.diagnoses)}"),
        closed(f"Codes a visit: {'; '.join(request.codes)}"),
    ]
    if request.goals:
        goals = (each.strip().removesuffix(".") for each in request.goals)
        sentences.append(closed(f"Goals: {'; '.join(goals)}"))
    if request.reason:
        sentences.append(closed(f"Our rules advise to stop. We ask all the same: {request.reason}"))
    return Paragraph("Request", tuple(sentences))


def _tried(request: Request) -> tuple[Paragraph, ...]:
    tried = tuple(closed(each) for each in request.tried)
    return (Paragraph("Done before", tried),) if tried else ()


def _rule(cover: CoverNote) -> tuple[Paragraph, ...]:
    own = tuple(closed(f"{row.name}: {row.text}") for row in cover.rows if row.yours)
    return (Paragraph("Your rule, as we read it", own, cover.sources),) if own else ()
