"""Invented people for the tests of progress, and the published expected courses."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from filiform.care._instruments import outcome_rules
from filiform.care._progress_rules import progress_rules
from filiform.care._series import MeasureModel, Series, model_of
from filiform.care.progress import (
    Prior,
    ProgressReview,
    ScorePoint,
    expected_courses,
    review_progress,
)
from filiform.knowledge import library
from filiform.review import published

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIB = library()


@cache
def priors() -> Mapping[str, Prior]:
    return expected_courses(therapy=None, library=LIB, review=published())


@cache
def model(instrument: str) -> MeasureModel:
    found = model_of(outcome_rules().find(instrument), priors(), progress_rules(), LIB)
    assert isinstance(found, MeasureModel)
    return found


def series(instrument: str, scores: Mapping[float, float]) -> Series:
    weeks = tuple(sorted(scores))
    rules = outcome_rules().find(instrument)
    return Series(rules, weeks, tuple(scores[week] for week in weeks))


def points(instrument: str, scores: Mapping[float, float]) -> list[ScorePoint]:
    return [ScorePoint(week, instrument, score) for week, score in scores.items()]


def reviewed(
    *measures: tuple[str, Mapping[float, float]],
    end: float | None = 12,
    sessions: int | None = None,
    signs: Sequence[str] = (),
) -> ProgressReview:
    scores = [point for name, by_week in measures for point in points(name, by_week)]
    return review_progress(
        scores,
        planned_end_week=end,
        sessions_done=sessions,
        prior=priors(),
        library=LIB,
        warning_signs=signs,
    )
