"""What letters say of a course: the screening, what was told, done, measured, noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.care.letter import LetterTable, Paragraph, closed, written
from filiform.care.outcomes import measure_of, shown
from filiform.errors import CareError, unknown
from filiform.guidance import words

if TYPE_CHECKING:
    from filiform.care.letter_figures import (
        CourseFigures,
        NotedHarm,
        OutcomeFigures,
        ReviewFigures,
        ScreenedFor,
        ScreeningFigures,
        Told,
    )
    from filiform.knowledge import Library

_DOCTOR = {
    "emergency": "emergency care at once",
    "same_day": "a doctor on the same day",
    "within_days": "a doctor within days",
    "within_weeks": "a doctor within weeks",
    "routine": "no doctor soon",
}
_NEEDLES = {
    "not_before_a_doctor": "Needles: not before a doctor has looked at it.",
    "with_precautions": "Needles: only with precautions.",
    "may_be_considered": "Needles: no rule was against them.",
}
_ADVICE = {
    "refer": "refer to a doctor",
    "stop": "stop the needles",
    "adapt": "adapt the plan",
    "continue": "go on as planned",
    "unknown": "too little is known to tell",
}
_REACHED = {
    "refer": "refer to a doctor",
    "stop": "no meaningful improvement was reached",
    "adapt": "one measure improved, another did not",
    "continue": "a meaningful improvement was reached",
    "unknown": "what was reached is not known",
}
_SERIOUS = "serious"
_ESTIMATES = "The chances are our own estimates from published trials; no trial has tested them."


def therapy_name(id_: str, library: Library) -> str:
    """Return the name of a therapy.

    Raises:
        CareError: it is not known.
    """
    if id_ not in library.therapies:
        raise CareError(unknown("therapy", id_, library.therapies))
    return library.therapies[id_].name


def screening(found: ScreeningFigures | None) -> Paragraph:
    """Return how soon the last screening asked for a doctor, why, and what was decided then."""
    heading = "The last screening for warning signs"
    if found is None:
        return Paragraph(heading, ("We have not asked about warning signs yet.",))
    unasked = words.counted(found.not_asked, "main warning sign was", "main warning signs were")
    sentences = [
        f"On {written(found.on)} the answers called for {_doctor(found.urgency)}.",
        *_by_link(found),
        *(_reason(each) for each in found.reasons),
        *((f"{unasked} not asked.",) if found.not_asked else ()),
        _NEEDLES.get(found.needling, closed(f"Needles: {_plain(found.needling)}")),
        *((closed(found.decided),) if found.decided else ()),
        "These are expert rules, each graded by its source; they are not a tested exam.",
    ]
    cited = dict.fromkeys(id_ for each in found.reasons for id_ in each.sources)
    return Paragraph(heading, tuple(sentences), tuple(cited))


def _by_link(found: ScreeningFigures) -> tuple[str, ...]:
    """Return what the person's own answers called for, where it was something else."""
    if found.by_link is None or found.by_link[1] == found.urgency:
        return ()
    on, urgency = found.by_link
    return (f"Their own answers of {written(on)} had called for {_doctor(urgency)}.",)


def _reason(reason: ScreenedFor) -> str:
    return closed(
        f"{words.sentence(reason.suspected)} ({_doctor(reason.urgency)}): "
        f"{'; '.join(reason.because)}"
    )


def _doctor(urgency: str) -> str:
    return _DOCTOR.get(urgency, _plain(urgency))


def _plain(word: str) -> str:
    return word.replace("_", " ")


def told(found: Told | None) -> tuple[Paragraph, ...]:
    """Return medicines and history as they were told; none where nobody was asked."""
    if found is None:
        return ()
    sentences = [_listed("Medicines", found.medicines), _listed("History", found.history)]
    if found.signs:
        sentences.append(_listed("Also told", found.signs))
    sentences += [closed(f"In their words: {each}") for each in found.own_words]
    return (Paragraph("Medicines and history", tuple(sentences)),)


def _listed(name: str, found: tuple[str, ...]) -> str:
    return closed(f"{name}: {'; '.join(found) or 'none were told'}")


def so_far(course: CourseFigures | None, library: Library) -> tuple[Paragraph, ...]:
    """Return what was done, whether it works, and what harm was noted."""
    if course is None:
        return (Paragraph("So far", ("No visit has been given yet.",)),)
    visits = words.counted(course.visits, "visit", "visits")
    until = f" until {written(course.ended_on)}, when the course ended" if course.ended_on else ""
    name = therapy_name(course.therapy, library)
    sentences = [f"{visits} of {name} since {written(course.begun_on)}{until}."]
    if course.diagnoses:
        sentences.append(closed(f"Diagnosis: {'; '.join(course.diagnoses)}"))
    if course.sites:
        sentences.append(closed(f"Needled at the last visit: {', '.join(course.sites)}"))
    if not course.outcomes:
        sentences.append("No outcome has been measured twice yet.")
    working = (_working(course.review),) if course.review else ()
    return (Paragraph("So far", tuple(sentences)), *working, _noted(course.harms))


def _working(review: ReviewFigures) -> Paragraph:
    advice = (_REACHED if review.over else _ADVICE)[review.advice]
    sentences = [
        f"By our rules, with all scores until {written(review.on)}: {advice}.",
        *review.reasons,
        *((closed(review.decided),) if review.decided else ()),
    ]
    if any("chance" in each for each in review.reasons):
        sentences.append(_ESTIMATES)
    return Paragraph("Is it working?", tuple(sentences), review.sources)


def serious(course: CourseFigures | None) -> tuple[Paragraph, ...]:
    """Return the serious harms, which stand above all that is asked."""
    harms = () if course is None else tuple(h for h in course.harms if h.grade == _SERIOUS)
    if not harms:
        return ()
    return (Paragraph("Serious harm noted here", tuple(_noted_one(h) for h in harms)),)


def _noted(harms: tuple[NotedHarm, ...]) -> Paragraph:
    """Return the harms that `serious` does not tell."""
    told = tuple(_noted_one(harm) for harm in harms if harm.grade != _SERIOUS)
    none = "No other harm has been noted." if harms else "No harm has been noted."
    return Paragraph("Harms", told or (none,))


def _noted_one(harm: NotedHarm) -> str:
    relation = f"; that the needles did it: {_plain(harm.related)}" if harm.related else ""
    after = f" {closed(harm.decided)}" if harm.decided else ""
    return f"{written(harm.on)}: {harm.name}, {harm.grade}{relation}.{after}"


def outcome_tables(course: CourseFigures | None) -> tuple[LetterTable, ...]:
    """Return the first and the latest score of each measure."""
    if course is None or not course.outcomes:
        return ()
    columns = ("Measure", "First", "Latest", "Change", "Beyond measurement error")
    rows = tuple(
        (
            f"{measure_of(each.instrument).name} ({each.instrument})",
            f"{shown(each.first)}, {written(each.first_on)}",
            f"{shown(each.latest)}, {written(each.latest_on)}",
            _change(each),
            _beyond(each),
        )
        for each in course.outcomes
    )
    return (LetterTable("Measured", columns, rows),)


def _change(each: OutcomeFigures) -> str:
    points = round(each.latest - each.first, 1)
    if not points:
        return "none"
    better = (points < 0) == measure_of(each.instrument).lower_is_better
    sign = "+" if points > 0 else "−"
    return f"{sign}{shown(abs(points))} ({'better' if better else 'worse'})"


def _beyond(each: OutcomeFigures) -> str:
    if each.measurement_error is None:
        return "not known"
    error = f"(error {shown(each.measurement_error)})"
    beyond = abs(each.latest - each.first) >= each.measurement_error
    return f"{'yes' if beyond else 'no'} {error}"
