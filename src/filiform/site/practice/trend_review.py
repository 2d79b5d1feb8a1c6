"""Is it working? The kept scores of a course as the library reviews them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from filiform.care.outcomes import measure_of
from filiform.care.plain_names import plain_name
from filiform.care.progress import (
    ProgressReview,
    ScorePoint,
    expected_courses,
    progress_rules,
    review_progress,
    trend,
)
from filiform.guidance.effects import effect_of
from filiform.knowledge import library
from filiform.review import Question, published
from filiform.site.practice.course_log import state_of
from filiform.site.practice.outcome_taking import today_of, week_of
from filiform.site.practice.trend_chart import TrendChart, chart_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from filiform.care.progress import Prior
    from filiform.site.practice.models import Course, Outcome


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The answer of the rules, with a chart of each measure that has one.

    Attributes:
        end_week: planned; where there is no plan, the rules' own week.
        planned: whether there is a plan.
        ended: whether the course itself is over.
    """

    review: ProgressReview
    charts: tuple[TrendChart, ...]
    end_week: float
    planned: bool
    ended: bool


@cache
def prior_of(therapy: str) -> Mapping[str, Prior]:
    """Return the expected courses of a therapy, made once; of any needling where it has none."""
    row = library().therapies[therapy]
    needles = therapy if row.kind == "needle" and row.offered else None
    return expected_courses(therapy=needles, library=library(), review=published())


@cache
def compared_in(therapy: str, outcome: str) -> tuple[str, ...]:
    """Return what the review found in the weeks of a course against a sham and against nothing.

    Two single arms tell no effect: these sentences stand beside the lines that are drawn of them.

    Args:
        therapy: an id of therapies.csv; one without needles has no sentence here.
        outcome: as the review names it.
    """
    row = library().therapies[therapy]
    if row.kind != "needle" or not row.offered:
        return ()
    found = (
        effect_of(published(), Question(therapy, against, outcome, "short"))
        for against in ("sham", "no_treatment")
    )
    return tuple(each.sentence for each in found if each.estimate is not None)


def points_of(outcomes: Iterable[Outcome]) -> tuple[ScorePoint, ...]:
    """Return one score a week and measure: the last one of the week."""
    found = {(each.instrument, each.week): float(each.raw) for each in outcomes}
    return tuple(ScorePoint(week, name, raw) for (name, week), raw in found.items())


def look(course: Course) -> Reviewed:
    """Return what the rules say of a course now."""
    prior = prior_of(course.therapy)
    outcomes = list(course.outcomes.order_by("taken_on", "created_at"))
    points = points_of(outcomes)
    expected = [each for each in points if measure_of(each.instrument).outcome in prior]
    plan = course.plans.order_by("-number").first()
    end = float(plan.weeks) if plan else None
    state = state_of(course)
    review = review_progress(
        points,
        planned_end_week=end,
        sessions_done=course.sessions.exclude(closed_at=None).count(),
        prior=prior,
        library=library(),
        warning_signs=tuple(plain_name(halt.about, library()) for halt in state.halts),
        this_week=week_of(course, today_of(course)),
        ended=state.ended is not None,
    )
    end_week = end or progress_rules().end_week
    trends = (
        trend(expected, instrument=name, planned_end_week=end_week, prior=prior, library=library())
        for name in dict.fromkeys(each.instrument for each in expected)
    )
    return Reviewed(
        review=review,
        charts=tuple(
            chart_of(
                each,
                end_week=end_week,
                over=review.over,
                compared=compared_in(course.therapy, measure_of(each.instrument).outcome),
            )
            for each in trends
            if each is not None
        ),
        end_week=end_week,
        planned=plan is not None,
        ended=state.ended is not None,
    )
