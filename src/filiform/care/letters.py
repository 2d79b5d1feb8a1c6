"""The letters of a course: to the insurer before it, to the doctor, to the person after a visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care._record import Record
from filiform.care.letter import Letter, LetterTable, Paragraph, Party, citations
from filiform.care.outcomes import shown
from filiform.care.safety import delayed_advice
from filiform.errors import CareError, unknown
from filiform.guidance import words
from filiform.guidance.harms import harms_of, ranges_of
from filiform.guidance.texts import texts_by_id

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from filiform.care.claims import CoverNote
    from filiform.guidance.effects import Effect
    from filiform.knowledge import Library
    from filiform.review import Review

__all__ = [
    "CourseFigures",
    "LetterPerson",
    "NotedHarm",
    "OutcomeFigures",
    "Request",
    "VisitFacts",
    "doctor_letter",
    "pre_approval_letter",
    "visit_summary",
]


@dataclass(frozen=True, slots=True)
class LetterPerson(Record):
    """Whom a letter is about; an empty text is *not given*."""

    name: str
    born_on: dt.date | None = None
    member_id: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeFigures(Record):
    """One instrument over the course.

    Attributes:
        out_of: the top of its scale.
        measurement_error: the smallest change beyond it; None where our tables have none.
    """

    instrument: str
    out_of: float
    first: float
    first_on: dt.date
    latest: float
    latest_on: dt.date
    measurement_error: float | None = None


@dataclass(frozen=True, slots=True)
class NotedHarm(Record):
    """A harm that was noted in the course, in words."""

    name: str
    on: dt.date
    grade: str
    related: str = ""


@dataclass(frozen=True, slots=True)
class CourseFigures(Record):
    """What a course came to so far.

    Attributes:
        diagnoses: codes with their words.
        probability_meaningful: of a meaningful improvement by the planned end, 0 to 1.
        advice: continue, adapt, stop or refer, with its reasons.
    """

    therapy: str
    begun_on: dt.date
    visits: int
    diagnoses: tuple[str, ...]
    sites: tuple[str, ...] = ()
    co_treatments: tuple[str, ...] = ()
    outcomes: tuple[OutcomeFigures, ...] = ()
    harms: tuple[NotedHarm, ...] = ()
    warning_signs: tuple[str, ...] = ()
    probability_meaningful: float | None = None
    planned_end_week: int | None = None
    advice: str = ""
    reasons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a probability that is none."""
        chance = self.probability_meaningful
        if chance is not None and not 0 <= chance <= 1:
            raise CareError(f"a probability of {chance}, admissible is 0 to 1: mend the figures")


@dataclass(frozen=True, slots=True)
class Request(Record):
    """What an insurer is asked to approve.

    Attributes:
        codes: with their units a visit.
        tried: what was done before, with what came of it.
    """

    therapy: str
    condition: str | None
    visits: int
    weeks: int
    from_day: dt.date
    diagnoses: tuple[str, ...]
    codes: tuple[str, ...]
    tried: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitFacts(Record):
    """What a person takes home after one visit.

    Attributes:
        sites: codes of points.csv and ids of muscles.csv that were needled.
        told: what the practitioner said, in their words.
        amended_on: the days on which the record was corrected.
    """

    on: dt.date
    therapy: str
    sites: tuple[str, ...]
    needles: int
    minutes: int | None = None
    harms: tuple[NotedHarm, ...] = ()
    told: tuple[str, ...] = ()
    next_visit: str = ""
    amended_on: tuple[dt.date, ...] = ()


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

    Every main comparison is told, those that speak against it and those without a trial too.

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

    name = _therapy(request.therapy, library)
    effects = _main(effects_of(review, request.therapy, request.condition))
    paragraphs = (
        _request(about, request, name),
        *_tried(request),
        *_rule(cover),
        _evidence(effects, name),
        _harms(request.therapy, name, library),
        *_so_far(course, library),
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
        subject=f"Request for approval: {name}, {_person(about)}",
        paragraphs=paragraphs,
        tables=(_evidence_table(effects), *_outcome_tables(course)),
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
    """Return a letter to the person's doctor: warning signs first, then the course.

    Args:
        sender: the practice.
        recipient: the doctor.
        about: the person.
        course: what was done and what came of it.
        question: what the doctor is asked; empty where nothing is.
        library: the facts.
        made_on: the day of the letter.
    """
    found: list[Paragraph] = []
    if course.warning_signs:
        found.append(Paragraph("Warning signs", course.warning_signs))
    if question:
        found.append(Paragraph("What we ask you", (question,)))
    found += _so_far(course, library)
    if course.co_treatments:
        found.append(Paragraph("Beside the needles", course.co_treatments))
    paragraphs = tuple(found)
    return Letter(
        kind="doctor",
        made_on=made_on,
        sender=sender,
        recipient=recipient,
        subject=f"{_person(about)}: {_therapy(course.therapy, library)} since {course.begun_on}",
        paragraphs=paragraphs,
        tables=_outcome_tables(course),
        citations=citations(paragraphs, library),
    )


_AFTER_NEEDLES = ("emergency-after-needles", "emergency-after-needles-nerves")


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
    name = _therapy(visit.therapy, library)
    needles = words.counted(visit.needles, "needle", "needles")
    time = f" They stayed in for {visit.minutes} minutes." if visit.minutes else ""
    days = words.joined([str(day) for day in visit.amended_on])
    amended = (f"The record of this visit was amended on {days}.",) if days else ()
    done = (f"On {visit.on} you had {name} with {needles}.{time}", *amended)
    paragraphs = [Paragraph("What was done", done)]
    paragraphs += [
        Paragraph("Look out for this", advice.sentences, advice.sources)
        for advice in delayed_advice(visit.sites, library)
    ]
    help_texts = texts_by_id(library, _AFTER_NEEDLES)
    paragraphs.append(
        Paragraph(
            "When to get help",
            tuple(text.text for text in help_texts),
            tuple(dict.fromkeys(id_ for text in help_texts for id_ in text.sources)),
        )
    )
    noted = tuple(f"{words.sentence(harm.name)} ({harm.grade})." for harm in visit.harms)
    if noted:
        paragraphs.append(Paragraph("What we noted", noted))
    if visit.told:
        paragraphs.append(Paragraph("What we told you", visit.told))
    if visit.next_visit:
        paragraphs.append(Paragraph("Next visit", (visit.next_visit,)))
    parts = tuple(paragraphs)
    return Letter(
        kind="visit",
        made_on=made_on,
        sender=sender,
        recipient=Party(about.name),
        subject=f"Your visit on {visit.on}",
        paragraphs=parts,
        tables=(),
        citations=citations(parts, library),
    )


def _therapy(id_: str, library: Library) -> str:
    if id_ not in library.therapies:
        raise CareError(unknown("therapy", id_, library.therapies))
    return library.therapies[id_].name


def _person(about: LetterPerson) -> str:
    born = f", born {about.born_on}" if about.born_on else ""
    member = f", member number {about.member_id}" if about.member_id else ""
    return f"{about.name}{born}{member}"


def _request(about: LetterPerson, request: Request, name: str) -> Paragraph:
    visits = words.counted(request.visits, "visit", "visits")
    weeks = words.counted(request.weeks, "week", "weeks")
    asked = f"{visits} of {name} over {weeks} from {request.from_day}"
    sentences = [
        f"We ask you to approve {asked} for {_person(about)}.",
        f"Diagnosis: {'; '.join(request.diagnoses)}.",
        f"Codes a visit: {'; '.join(request.codes)}.",
    ]
    if request.goals:
        sentences.append(f"Goals: {'; '.join(request.goals)}.")
    return Paragraph("Request", tuple(sentences))


def _tried(request: Request) -> tuple[Paragraph, ...]:
    return (Paragraph("Done before", request.tried),) if request.tried else ()


def _rule(cover: CoverNote) -> tuple[Paragraph, ...]:
    own = tuple(f"{row.name}: {row.text}." for row in cover.rows if row.yours)
    if not own:
        return ()
    return (Paragraph("Your rule, as we read it", own, cover.sources),)


def _main(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    from filiform.guidance.effects import (  # noqa: PLC0415 - only it needs the review
        MAIN_COMPARATORS,
        MAIN_OUTCOMES,
    )

    return tuple(
        effect
        for effect in effects
        if effect.against in MAIN_COMPARATORS and effect.outcome in MAIN_OUTCOMES
    )


def _evidence(effects: tuple[Effect, ...], name: str) -> Paragraph:
    lead = (
        f"This is what the trials of {name} in neck pain found, as our living review pools them: "
        "every main comparison is here, those without a trial too."
    )
    cited = tuple(dict.fromkeys(id_ for effect in effects for id_ in effect.sources))
    told = tuple(effect.sentence for effect in effects)
    return Paragraph("What the trials say", (lead, *told), cited)


def _evidence_table(effects: tuple[Effect, ...]) -> LetterTable:
    columns = ("Against", "Outcome", "When", "Difference (95 %)", "Trials", "People", "Certainty")
    rows = tuple(
        (
            effect.against_name,
            words.OUTCOME_WORDS[effect.outcome],
            effect.weeks_text,
            _difference(effect),
            str(effect.trials),
            str(effect.participants or "not told") if effect.trials else "0",
            effect.certainty.replace("_", " "),
        )
        for effect in effects
    )
    return LetterTable(
        "Differences in points of 100; below zero favours the needles", columns, rows
    )


def _difference(effect: Effect) -> str:
    if effect.estimate is None:
        return effect.withheld or "no usable trial"
    ends = f" ({effect.ci[0]:.1f} to {effect.ci[1]:.1f})" if effect.ci else ""
    return f"{effect.estimate:.1f}{ends}"


def _harms(therapy: str, name: str, library: Library) -> Paragraph:
    harms = harms_of(library, therapy)
    told = [row for row in ranges_of(harms) if row.told_first and row.severity == "major"]
    cited = tuple(dict.fromkeys(id_ for harm in harms for id_ in harm.sources))
    sentences = tuple(f"{words.sentence(row.name)}: {row.text.removesuffix('.')}." for row in told)
    if not sentences:
        sentences = (f"No study of ours counts serious harms of {name}.",)
    return Paragraph("Serious harms", sentences, cited)


def _so_far(course: CourseFigures | None, library: Library) -> tuple[Paragraph, ...]:
    if course is None:
        return (Paragraph("So far", ("No visit has been given yet.",)),)
    visits = words.counted(course.visits, "visit", "visits")
    sentences = [f"{visits} of {_therapy(course.therapy, library)} since {course.begun_on}."]
    if course.diagnoses:
        sentences.append(f"Diagnosis: {'; '.join(course.diagnoses)}.")
    if course.sites:
        sentences.append(f"Needled: {', '.join(course.sites)}.")
    if not course.outcomes:
        sentences.append("No outcome has been measured yet.")
    sentences += _chance(course)
    if course.advice:
        sentences.append(f"Our review says: {course.advice}. {' '.join(course.reasons)}".strip())
    return (Paragraph("So far", tuple(sentences)), _noted(course.harms))


def _chance(course: CourseFigures) -> list[str]:
    if course.probability_meaningful is None:
        return []
    end = f" by week {course.planned_end_week}" if course.planned_end_week else ""
    share = f"{course.probability_meaningful:.0%}".replace("%", " %")
    return [f"The probability of a meaningful improvement{end} is {share}, by our calculation."]


def _noted(harms: tuple[NotedHarm, ...]) -> Paragraph:
    if not harms:
        return Paragraph("Harms", ("No harm has been noted.",))
    return Paragraph("Harms", tuple(_noted_one(harm) for harm in harms))


def _noted_one(harm: NotedHarm) -> str:
    by_needles = harm.related.replace("_", " ")
    relation = f"; that the needles did it: {by_needles}" if by_needles else ""
    return f"{harm.on}: {harm.name}, {harm.grade}{relation}."


def _outcome_tables(course: CourseFigures | None) -> tuple[LetterTable, ...]:
    if course is None or not course.outcomes:
        return ()
    columns = ("Measure", "Out of", "First", "Latest", "Change", "Beyond measurement error")
    rows = tuple(
        (
            each.instrument,
            shown(each.out_of),
            f"{shown(each.first)} ({each.first_on})",
            f"{shown(each.latest)} ({each.latest_on})",
            _change(each.latest - each.first),
            _beyond(each),
        )
        for each in course.outcomes
    )
    return (LetterTable("Measured", columns, rows),)


def _change(points: float) -> str:
    return f"{'+' if round(points, 1) > 0 else ''}{shown(points)}"


def _beyond(each: OutcomeFigures) -> str:
    if each.measurement_error is None:
        return "not known"
    return "yes" if abs(each.latest - each.first) >= each.measurement_error else "no"
