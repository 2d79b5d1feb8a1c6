"""Is it working? This person's scores against the expected course, and what to do next.

    from filiform.care.progress import review_progress

The answer rests on a probability (`_trajectory`) and on expert rules (`_advice`, progress.toml).
`filiform.care.progress_file` asks the same for everyone in a table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.care._advice import ADVICE, Advice, Reason
from filiform.care._instruments import outcome_rules
from filiform.care._numbers import BAND, band, raw_scores
from filiform.care._progress_rules import ProgressRules, progress_rules
from filiform.care._record import Record
from filiform.care._reviewing import MeasureReview, Person, ProgressReview, Reviewer
from filiform.care._score_file import LONGEST_WEEKS
from filiform.care._series import MeasureModel, Series, model_of
from filiform.care.expected import (
    ExpectedCourse,
    ExpectedPoint,
    Prior,
    expected_course,
    expected_courses,
)
from filiform.errors import CareError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from filiform.care._instruments import InstrumentRules
    from filiform.care._trajectory import Floats, Trajectory
    from filiform.knowledge import Library

__all__ = [
    "ADVICE",
    "Advice",
    "BandPoint",
    "ExpectedCourse",
    "ExpectedPoint",
    "MeasureReview",
    "Prior",
    "ProgressReview",
    "ProgressRules",
    "Reason",
    "ScorePoint",
    "Trend",
    "expected_course",
    "expected_courses",
    "progress_rules",
    "review_progress",
    "trend",
]


@dataclass(frozen=True, slots=True)
class ScorePoint(Record):
    """One score.

    Attributes:
        week: since the start, 0 for the first score.
        instrument: the measure's name, however it is written.
        score: in the measure's own points.
    """

    week: float
    instrument: str
    score: float


@dataclass(frozen=True, slots=True)
class BandPoint(Record):
    """Scores at one week: the expected one, and the band that holds a share of them."""

    week: float
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trend(Record):
    """The numbers of one measure's chart, in its own points.

    Attributes:
        instrument: the measure's one name.
        low, high: its range.
        level: the share of scores that each band holds.
        scores: this person's.
        expected: with needling, from the first score alone.
        untreated: without, from the first score alone; none where no arm tells it.
        own: with needling, updated by all scores.
        threshold: the highest level that is a meaningful improvement.
        mdc: the measure's error: a smaller change may be none.
        sentence: what the bands rest on.
    """

    instrument: str
    low: float
    high: float
    level: float
    scores: tuple[ScorePoint, ...]
    expected: tuple[BandPoint, ...]
    untreated: tuple[BandPoint, ...]
    own: tuple[BandPoint, ...]
    threshold: float
    mdc: float
    sentence: str


def review_progress(
    scores: Sequence[ScorePoint],
    *,
    planned_end_week: float | None,
    sessions_done: int | None,
    prior: Mapping[str, Prior],
    library: Library,
    rules: ProgressRules | None = None,
    warning_signs: Sequence[str] = (),
    this_week: float | None = None,
    ended: bool = False,
) -> ProgressReview:
    """Return continue, adapt, stop, refer or unknown, with the reasons.

    Warning signs come first. Each measure is judged by itself: worse beyond its error before any
    chance; then the chance of a meaningful improvement by the planned end. Measures are put
    together by a rule (see docs/methods/progress.md).

    Args:
        scores: in any order; the score of week 0 is what others are compared with.
        planned_end_week: above 0; None takes the rules' week.
        sessions_done: so far; None is not told.
        prior: the expected course by outcome, as `expected_courses` returns it.
        library: the facts.
        rules: None takes the published ones.
        warning_signs: found now, in words; any sends to a doctor first.
        this_week: since the start, in which it is asked: after the planned end nothing is foretold,
            and what was reached is told. None is the week of the last score.
        ended: whether the course itself is over.

    Raises:
        CareError: an unknown measure, a score outside its range, or a week that is given twice.

    >>> from filiform.knowledge import library
    >>> from filiform.review import published
    >>> prior = expected_courses(therapy=None, library=library(), review=published())
    >>> scores = [ScorePoint(0, "NPRS", 7), ScorePoint(3, "NPRS", 4), ScorePoint(6, "NPRS", 3)]
    >>> found = review_progress(
    ...     scores, planned_end_week=12, sessions_done=6, prior=prior, library=library()
    ... )
    >>> found.advice, found.threshold
    ('continue', 2.1)
    """
    used = rules or progress_rules()
    end = used.end_week if planned_end_week is None else planned_end_week
    if not 0.0 < end <= LONGEST_WEEKS:
        raise CareError(
            f"the planned end is week {end!r}, admissible is a week above 0 and up to "
            f"{LONGEST_WEEKS:g}"
        )
    if sessions_done is not None and sessions_done < 0:
        raise CareError(f"{sessions_done} sessions were done, admissible is 0 or more")
    person = Person(
        series=series_of(scores),
        faults=(),
        end_week=float(end),
        sessions=sessions_done,
        warning_signs=tuple(warning_signs),
        priors=prior,
        this_week=this_week,
        ended=ended,
    )
    return Reviewer(used, library).review([person])[0]


def trend(
    scores: Sequence[ScorePoint],
    *,
    instrument: str,
    planned_end_week: float,
    prior: Mapping[str, Prior],
    library: Library,
    rules: ProgressRules | None = None,
) -> Trend | None:
    """Return the numbers of a chart: this person's scores, the expected course and the update.

    Args:
        scores: of this person; those of other measures are left out.
        instrument: a name of the measure.
        planned_end_week: the chart goes to it, or to the last score.
        prior: the expected course by outcome.
        library: the facts.
        rules: None takes the published ones.

    Returns:
        None where the measure has no score of week 0, or nothing is expected of it.

    Raises:
        CareError: an unknown measure, a score outside its range, or a week that is given twice.
    """
    known = outcome_rules().find(instrument)
    series = next((s for s in series_of(scores) if s.instrument.id == known.id), None)
    model = model_of(known, prior, rules or progress_rules(), library)
    if series is None or not series.has_first or isinstance(model, str):
        return None
    last = max(planned_end_week, series.weeks[-1])
    weeks = np.array(sorted({*range(math.floor(last) + 1), *series.weeks, last}), dtype=float)
    later = (series.weeks[1:], series.scores[1:])
    none: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    bare = model.untreated
    return Trend(
        instrument=known.id,
        low=known.low,
        high=known.high,
        level=BAND,
        scores=tuple(
            ScorePoint(w, known.id, s) for w, s in zip(series.weeks, series.scores, strict=True)
        ),
        expected=_band(model, model.trajectory, series.first, none, weeks),
        untreated=_band(model, bare, series.first, none, weeks) if bare else (),
        own=_band(model, model.trajectory, series.first, later, weeks),
        threshold=max(known.low, series.first - model.threshold(series.first)),
        mdc=model.mdc,
        sentence=model.prior.sentence,
    )


def _band(
    model: MeasureModel,
    trajectory: Trajectory,
    first: float,
    later: tuple[tuple[float, ...], tuple[float, ...]],
    weeks: Floats,
) -> tuple[BandPoint, ...]:
    low = model.instrument.low
    start = np.array([(first - low) * model.factor])
    points = (np.array([later[1]]) - low) * model.factor
    levels = trajectory.update(start, np.array(later[0]), points, weeks)
    columns = (raw_scores(model, column[0]).tolist() for column in band(levels))
    return tuple(BandPoint(*row) for row in zip(weeks.tolist(), *columns, strict=True))


def series_of(scores: Sequence[ScorePoint]) -> tuple[Series, ...]:
    """Return the scores by measure, each in the order of time.

    Raises:
        CareError: an unknown measure, a score or week that is not admissible, or a week given
            twice.
    """
    found: dict[str, tuple[InstrumentRules, dict[float, float]]] = {}
    for point in scores:
        rules = outcome_rules().find(point.instrument)
        _, by_week = found.setdefault(rules.id, (rules, {}))
        if not 0.0 <= point.week <= LONGEST_WEEKS:
            raise CareError(
                f"{rules.id}: week {point.week!r} is not admissible: give 0 for the first score, "
                f"or a number up to {LONGEST_WEEKS:g}"
            )
        if not rules.low <= point.score <= rules.high:
            raise CareError(
                f"{rules.id}: score {point.score!r} of week {point.week:g}, admissible is "
                f"{rules.span}"
            )
        if point.week in by_week:
            raise CareError(f"{rules.id}: two scores of week {point.week:g}: keep one")
        by_week[float(point.week)] = float(point.score)
    return tuple(
        Series(rules, tuple(sorted(by_week)), tuple(by_week[week] for week in sorted(by_week)))
        for rules, by_week in found.values()
    )
