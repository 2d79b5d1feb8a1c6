"""The numbers of many people at once: those with the same weeks share one update."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from filiform.care._series import MeasureModel, Series
    from filiform.care._trajectory import Levels

    Floats = NDArray[np.float64]

BAND = 0.8
"""The share of scores that a band is to hold."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the model says of one person at the planned end, scores in the measure's own points.

    Attributes:
        week: that the numbers are for.
        better: probability that the true level is lower than the first score by the threshold.
        seen: probability that the score taken then shows it.
        worse: probability that the true level is above the first score by the MDC.
        expected, low, high: the score then, and the band of 80 %.
    """

    week: float
    better: float
    seen: float
    worse: float
    expected: float
    low: float
    high: float


def numbers_of(
    series: Sequence[Series], ends: Sequence[float], models: Sequence[MeasureModel]
) -> list[Numbers]:
    """Return the numbers of each series.

    Args:
        series: each with a first score.
        ends: `(n,)` planned last weeks; a later score moves the end to itself.
        models: `(n,)` one each, the same object where measure and prior are the same.
    """
    groups: dict[tuple[int, tuple[float, ...], float], list[int]] = defaultdict(list)
    for place, (each, end, model) in enumerate(zip(series, ends, models, strict=True)):
        groups[id(model), each.weeks, max(end, each.weeks[-1])].append(place)
    found: list[Numbers | None] = [None] * len(series)
    for (_, weeks, end), places in groups.items():
        model = models[places[0]]
        scores = np.array([series[place].scores for place in places], dtype=np.float64)
        for place, numbers in zip(places, _group(model, weeks, scores, end), strict=True):
            found[place] = numbers
    return [numbers for numbers in found if numbers is not None]


def _group(
    model: MeasureModel, weeks: tuple[float, ...], scores: Floats, end: float
) -> list[Numbers]:
    points = (scores - model.instrument.low) * model.factor
    level = model.trajectory.update(
        points[:, 0], np.array(weeks[1:]), points[:, 1:], np.array([end])
    )
    mean, sd, score_sd = level.mean[:, 0], level.sd[:, 0], level.score_sd[:, 0]
    first = scores[:, 0]
    limit = points[:, 0] - model.factor * model.thresholds(first)
    aim_points = (model.aims(scores) - model.instrument.low) * model.factor
    columns = (
        ndtr((limit - mean) / sd),
        ndtr((aim_points - mean) / score_sd),
        ndtr((mean - points[:, 0] - model.factor * model.mdc) / sd),
        *(raw_scores(model, column[:, 0]) for column in band(level)),
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [Numbers(end, *row) for row in rows]


def band(level: Levels, share: float = BAND) -> tuple[Floats, Floats, Floats]:
    """Return the mean of scores and the limits that hold a share of them, in points."""
    reach = float(ndtri(0.5 + share / 2)) * level.score_sd
    return level.mean, level.mean - reach, level.mean + reach


def raw_scores(model: MeasureModel, points: Floats) -> Floats:
    """Return points as scores of the measure, inside its range."""
    rules = model.instrument
    return np.clip(rules.low + points / model.factor, rules.low, rules.high)
