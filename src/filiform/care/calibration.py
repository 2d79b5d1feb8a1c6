"""Do the predictions hold in this group? Each score is foretold from the person's earlier ones.

A score is a rounded number with a floor and a ceiling: its place in the predicted distribution is
an interval (the probability integral transform of discrete outcomes), and shares of intervals are
counted. *Source: Czado, Gneiting, Held 2009, Biometrics 65:1254,
doi:10.1111/j.1541-0420.2009.01191.x, section 2; Gneiting and Raftery 2007, J Am Stat Assoc
102:359, doi:10.1198/016214506000001437 (the Brier score).*
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from filiform.care._record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from filiform.care._progress_rules import CalibrationRules
    from filiform.care._series import MeasureModel, Series

    Floats = NDArray[np.float64]

__all__ = [
    "Calibration",
    "Coverage",
    "PitBin",
    "ProbabilityBin",
    "ProbabilityCalibration",
    "calibrate",
]

_POINT = 1e-12
"""A narrower interval of the transform is one point: the score was not rounded."""
_TWO_ERRORS = 1.96
_UNIFORM_VARIANCE = 1.0 / 12.0
_FIFTHS = 5


@dataclass(frozen=True, slots=True)
class Coverage(Record):
    """The share of scores inside the predicted band of a level."""

    level: float
    share: float


@dataclass(frozen=True, slots=True)
class PitBin(Record):
    """The share of scores in one part of their predicted distributions; equal where they hold."""

    low: float
    high: float
    expected: float
    share: float


@dataclass(frozen=True, slots=True)
class ProbabilityBin(Record):
    """People whose foretold probability lay in a fifth, and how many of them got there."""

    low: float
    high: float
    people: int
    mean_probability: float
    observed_share: float


@dataclass(frozen=True, slots=True)
class ProbabilityCalibration(Record):
    """The probability of a meaningful improvement against the end score.

    Foretold from the scores before the end score; that is the first at or after the planned end.

    Attributes:
        people: one a person and measure, with an end score and a later score before it.
        brier: mean squared error of the probability; None where there is no one.
        brier_of_share: that of giving everyone the group's own share, known only afterwards.
        mean_probability, observed_share: over all.
        bins: by fifths of the probability.
        enough: whether there are enough people to say anything.
        holds: whether as many got there as foretold; None where there are too few.
    """

    people: int
    brier: float | None
    brier_of_share: float | None
    mean_probability: float | None
    observed_share: float | None
    bins: tuple[ProbabilityBin, ...]
    enough: bool
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Calibration(Record):
    """How the predictions of one outcome held in a group.

    Attributes:
        outcome: pain_intensity, disability, or all.
        scores: predicted, each from the person's earlier scores.
        people: with at least one.
        coverage: of the bands.
        pit: the transform in equal parts.
        mean_error: observed less predicted, in points of 100; above 0 is worse than foretold.
        mean_absolute_error: of the prediction, in points of 100.
        mean_absolute_error_carried: of the last score carried forward, for comparison.
        probability: of a meaningful improvement against what came.
        enough: whether there are enough scores to say anything.
        holds: whether they came as foretold; None where there are too few.
        verdict: in words.
    """

    outcome: str
    scores: int
    people: int
    coverage: tuple[Coverage, ...]
    pit: tuple[PitBin, ...]
    mean_error: float | None
    mean_absolute_error: float | None
    mean_absolute_error_carried: float | None
    probability: ProbabilityCalibration
    enough: bool
    holds: bool | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Watched:
    """A series that is held against its predictions.

    Attributes:
        end_week: planned.
    """

    person: str
    series: Series
    model: MeasureModel
    end_week: float


@dataclass(frozen=True, slots=True)
class _Foretold:
    """Scores and what was foretold of them, all in points; one entry a score.

    Attributes:
        low, high: `(n,)` the interval of each score's transform.
        error: observed less predicted mean.
        carried: observed less the score before.
        probability, reached: `(m,)` of the end scores.
    """

    low: Floats
    high: Floats
    error: Floats
    carried: Floats
    probability: Floats
    reached: Floats


def calibrate(watched: Sequence[Watched], rules: CalibrationRules) -> tuple[Calibration, ...]:
    """Return the calibration of all together, and of each outcome where there are several.

    Args:
        watched: series with a first score.
        rules: levels, bins and how many are enough.
    """
    later = sorted((each for each in watched if len(each.series.weeks) > 1), key=_by_person)
    outcomes = sorted({each.series.instrument.outcome for each in later}, reverse=True)
    found = [_calibration("all", later, rules)]
    if len(outcomes) > 1:
        for outcome in outcomes:
            own = [each for each in later if each.series.instrument.outcome == outcome]
            found.append(_calibration(outcome, own, rules))
    return tuple(found)


def _by_person(watched: Watched) -> tuple[str, str]:
    """Return the order in which sums are taken: the same whatever the order of the rows."""
    return (watched.person, watched.series.instrument.id)


def _calibration(outcome: str, watched: Sequence[Watched], rules: CalibrationRules) -> Calibration:
    foretold = _foretold(watched)
    n = foretold.error.size
    coverage = tuple(
        Coverage(level, _share(foretold, (1 - level) / 2, (1 + level) / 2))
        for level in rules.levels
        if n
    )
    edges = np.linspace(0.0, 1.0, rules.bins + 1).tolist()
    pit = tuple(
        PitBin(low, high, 1 / rules.bins, _share(foretold, low, high))
        for low, high in itertools.pairwise(edges)
        if n
    )
    enough = n >= rules.fewest_scores
    verdict, holds = _verdict(foretold, coverage, rules)
    return Calibration(
        outcome=outcome,
        scores=n,
        people=len({each.person for each in watched}),
        coverage=coverage,
        pit=pit,
        mean_error=float(np.mean(foretold.error)) if n else None,
        mean_absolute_error=float(np.mean(np.abs(foretold.error))) if n else None,
        mean_absolute_error_carried=float(np.mean(np.abs(foretold.carried))) if n else None,
        probability=_probability(foretold, rules),
        enough=enough,
        holds=holds,
        verdict=verdict,
    )


def _foretold(watched: Sequence[Watched]) -> _Foretold:
    groups: dict[tuple[int, tuple[float, ...], float], list[Watched]] = defaultdict(list)
    for each in watched:
        groups[id(each.model), each.series.weeks, each.end_week].append(each)
    parts = [_group(same) for same in groups.values()]

    def joined(columns: Iterable[Floats]) -> Floats:
        return np.concatenate([np.zeros(0), *columns])

    return _Foretold(
        low=joined(part.low for part in parts),
        high=joined(part.high for part in parts),
        error=joined(part.error for part in parts),
        carried=joined(part.carried for part in parts),
        probability=joined(part.probability for part in parts),
        reached=joined(part.reached for part in parts),
    )


def _group(same: Sequence[Watched]) -> _Foretold:
    """Return what was foretold of people with the same measure, weeks and planned end."""
    model, weeks = same[0].model, np.array(same[0].series.weeks[1:])
    rules, factor = model.instrument, model.factor
    scores = np.array([each.series.scores for each in same])
    points = (scores - rules.low) * factor
    ahead = model.trajectory.one_step(points[:, 0], weeks, points[:, 1:])
    half = factor * model.half_steps(scores[:, 1:])
    later = points[:, 1:]
    low = ndtr((later - half - ahead.mean) / ahead.sd)
    high = ndtr((later + half - ahead.mean) / ahead.sd)
    probability, reached = _end(same, scores, ahead.mean, ahead.sd)
    return _Foretold(
        low=np.where(scores[:, 1:] == rules.low, 0.0, low).ravel(),
        high=np.where(scores[:, 1:] == rules.high, 1.0, high).ravel(),
        error=(later - ahead.mean).ravel(),
        carried=(later - points[:, :-1]).ravel(),
        probability=probability,
        reached=reached,
    )


_SLACK = 1e-9


def _end(
    same: Sequence[Watched], scores: Floats, mean: Floats, sd: Floats
) -> tuple[Floats, Floats]:
    """Return the probability of the end score being good enough, and whether it was.

    The end score is the first at or after the planned end; at least one later score is before it.
    """
    model, weeks = same[0].model, same[0].series.weeks[1:]
    place = next((j for j, week in enumerate(weeks) if week >= same[0].end_week), 0)
    first = scores[:, 0]
    possible = model.thresholds(first) <= first - model.instrument.low
    if place == 0:
        return np.zeros(0), np.zeros(0)
    known = scores[possible]
    aim_points = (model.aims(known[:, : place + 1]) - model.instrument.low) * model.factor
    probability = ndtr((aim_points - mean[possible, place]) / sd[possible, place])
    limit = known[:, 0] - model.thresholds(known[:, 0])
    reached = known[:, place + 1] <= limit + _SLACK
    return probability, reached.astype(np.float64)


def _share(foretold: _Foretold, low: float, high: float) -> float:
    """Return the share of scores whose transform lies in a part; intervals count by overlap."""
    width = foretold.high - foretold.low
    overlap = np.minimum(foretold.high, high) - np.maximum(foretold.low, low)
    inside = (foretold.low >= low) & ((foretold.low < high) | (high == 1.0))
    point = width < _POINT
    shares = np.where(point, inside, np.maximum(overlap, 0.0) / np.where(point, 1.0, width))
    return float(np.mean(shares))


def _probability(foretold: _Foretold, rules: CalibrationRules) -> ProbabilityCalibration:
    p, reached = foretold.probability, foretold.reached
    n = p.size
    if n == 0:
        return ProbabilityCalibration(0, None, None, None, None, (), enough=False, holds=None)
    fifth = np.minimum((p * _FIFTHS).astype(int), _FIFTHS - 1)
    bins = tuple(
        ProbabilityBin(
            low=k / _FIFTHS,
            high=(k + 1) / _FIFTHS,
            people=int(np.sum(fifth == k)),
            mean_probability=float(np.mean(p[fifth == k])),
            observed_share=float(np.mean(reached[fifth == k])),
        )
        for k in range(_FIFTHS)
        if np.any(fifth == k)
    )
    share = float(np.mean(reached))
    error = _TWO_ERRORS * math.sqrt(float(np.sum(p * (1 - p)))) / n
    enough = n >= rules.fewest_people
    holds = abs(float(np.mean(p)) - share) <= max(rules.tolerance, error)
    return ProbabilityCalibration(
        people=n,
        brier=float(np.mean((p - reached) ** 2)),
        brier_of_share=share * (1 - share),
        mean_probability=float(np.mean(p)),
        observed_share=share,
        bins=bins,
        enough=enough,
        holds=holds if enough else None,
    )


def _verdict(
    foretold: _Foretold, coverage: Sequence[Coverage], rules: CalibrationRules
) -> tuple[str, bool | None]:
    n = foretold.error.size
    if n < rules.fewest_scores:
        told = f"{n} score{'' if n == 1 else 's'} could be foretold from earlier ones"
        return f"{told}, at least {rules.fewest_scores} are needed: too few to say.", None
    faults = [*_shifted(foretold, rules), *_spread(coverage, n, rules)]
    if not faults:
        return "The scores came as foretold.", True
    return f"The scores did not come as foretold: {'; '.join(faults)}.", False


def _shifted(foretold: _Foretold, rules: CalibrationRules) -> list[str]:
    middle = float(np.mean((foretold.low + foretold.high) / 2))
    error = _TWO_ERRORS * math.sqrt(_UNIFORM_VARIANCE / foretold.error.size)
    if abs(middle - _HALF) <= max(rules.tolerance, error):
        return []
    way = "higher (worse)" if middle > _HALF else "lower (better)"
    points = abs(float(np.mean(foretold.error)))
    return [f"they were {way}, by {points:.1f} points of 100 on average"]


_HALF = 0.5


def _spread(coverage: Sequence[Coverage], n: int, rules: CalibrationRules) -> list[str]:
    for each in coverage:
        error = _TWO_ERRORS * math.sqrt(each.level * (1 - each.level) / n)
        if abs(each.share - each.level) > max(rules.tolerance, error):
            width = "narrow" if each.share < each.level else "wide"
            held = f"{100 * each.share:.0f} % of scores lie in that of {100 * each.level:.0f} %"
            return [f"the bands are too {width} ({held})"]
    return []
