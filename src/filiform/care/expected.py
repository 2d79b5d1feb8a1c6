"""The course to expect: what the tables say of treated and untreated people, week by week.

Until the review publishes expected courses, this is pooled here from the single arms of
outcomes.csv, and says so: a course before and after, not a comparison.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care._arm_courses import ArmCourses, ExpectedCourse, ExpectedPoint
from filiform.care._progress_rules import ProgressRules, progress_rules
from filiform.care._record import Record
from filiform.errors import CareError, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.knowledge import Library
    from filiform.review import Review

__all__ = ["ExpectedCourse", "ExpectedPoint", "Prior", "expected_course", "expected_courses"]


@dataclass(frozen=True, slots=True)
class Prior(Record):
    """What is expected before this person's own scores, in points of 100.

    Attributes:
        outcome: pain_intensity or disability.
        therapy: that was asked for; "" for any needling.
        treated: the course with needling.
        untreated: the course without; None where no arm tells it.
        change_sd: SD of the observed change between people, in points.
        change_sd_trials: the trials that report it.
        horizon: the last week that any arm tells of.
        certainty: of the course.
        sentence: what it rests on, in words.
    """

    outcome: str
    therapy: str
    treated: ExpectedCourse
    untreated: ExpectedCourse | None
    change_sd: float
    change_sd_trials: tuple[str, ...]
    horizon: float
    certainty: str
    sentence: str


_WITHOUT = "no needling: no treatment or usual care"


def expected_courses(
    *, therapy: str | None, library: Library, review: Review
) -> Mapping[str, Prior]:
    """Return the expected course of every outcome that has one, by outcome."""
    return {
        outcome: expected_course(outcome, therapy=therapy, library=library, review=review)
        for outcome in progress_rules().course.outcomes
    }


def expected_course(
    outcome: str, *, therapy: str | None, library: Library, review: Review
) -> Prior:
    """Return the expected course of an outcome with a therapy, and without needling.

    In each window of time, over the trials: y = ln(m₁/m₀), the later mean over the first one of
    the same arm, with

        v = sd² (1/m₀² + 1/m₁² - 2 r/(m₀ m₁)) / n

    pooled by random effects (REML). Where an arm prints no SD the review's reference SD stands
    in; where it prints no n, an equal part of the trial's.

    Args:
        outcome: pain_intensity or disability.
        therapy: an id of therapies.csv that is done with needles; None for any needling. Where
            fewer trials than the rules ask for tell of it, all needling arms are taken and
            `sentence` says so.
        library: the facts.
        review: the living review: its windows and its reference SD.

    Raises:
        CareError: an unknown outcome or therapy, or one without needles.

    >>> from filiform.knowledge import library
    >>> from filiform.review import published
    >>> prior = expected_course(
    ...     "pain_intensity", therapy=None, library=library(), review=published()
    ... )
    >>> prior.certainty, "zhao-2024" in prior.treated.trials, "zhao-2024" in prior.untreated.trials
    ('very low', True, True)

    *Source: Lajeunesse 2011, Ecology 92:2049, doi:10.1890/11-0423.1 (the log response ratio of
    means that are correlated).*
    """
    rules = progress_rules()
    if outcome not in rules.course.outcomes:
        raise CareError(unknown("outcome with an expected course", outcome, rules.course.outcomes))
    needles = _needles(library)
    if therapy is not None and therapy not in needles:
        raise CareError(unknown("therapy with needles", therapy, needles))
    arms = ArmCourses(outcome, library, review, rules)
    everyone = arms.course("needling, alone or beside other care", needles)
    if everyone is None:
        raise CareError(f"outcomes.csv has no arm with needling for {outcome}: no course is known")
    own = None if therapy is None else arms.course(library.therapies[therapy].name, (therapy,))
    enough = own is not None and _most(own) >= rules.course.fewest_trials
    treated = own if own is not None and enough else everyone
    untreated = arms.course(
        "no needling: no treatment or usual care", rules.course.untreated, only=True
    )
    sd, sd_trials = arms.change_sd()
    return Prior(
        outcome=outcome,
        therapy=therapy or "",
        treated=treated,
        untreated=untreated,
        change_sd=sd,
        change_sd_trials=sd_trials,
        horizon=arms.horizon(treated),
        certainty=rules.course.certainty,
        sentence=_sentence(rules, treated, therapy, own),
    )


def _needles(library: Library) -> tuple[str, ...]:
    return tuple(t.id for t in library.therapies.values() if t.kind == "needle" and t.offered)


def _most(course: ExpectedCourse) -> int:
    return max(len(point.trials) for point in course.points)


def _sentence(
    rules: ProgressRules, treated: ExpectedCourse, therapy: str | None, own: ExpectedCourse | None
) -> str:
    trials = len(treated.trials)
    fewer = ""
    if therapy is not None and treated is not own:
        known = len(own.trials) if own else 0
        some = f"{known or 'no'} trial{'' if known == 1 else 's'}"
        fewer = f" Of {therapy.replace('_', ' ')} alone {some} would tell: too few."
    return (
        f"Expected from {trials} trials' arms with {treated.about}, pooled from the tables; the "
        f"review has no published course yet.{fewer} Certainty {rules.course.certainty}: "
        f"{rules.course.certainty_reason}"
    )
