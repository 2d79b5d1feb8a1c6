"""The highest peak of the (restricted) likelihood.

Where the sampling variances differ much, the likelihood of few studies has more than one peak in up
to one fit of twenty; iterations from one start then end on any of them. So the score is first
looked at on a grid, every peak is closed in on, and the highest is taken.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.tau2._estimate import Tau2
from filiform.evidence.tau2.likelihood import climb, likelihood_standard_error, score_at

if TYPE_CHECKING:
    from filiform.evidence._model import Model

# Up to this ratio of the largest to the smallest sampling variance no second peak was found among
# 40,000 simulated likelihoods of 2 to 30 studies; beyond it up to 7 % have one.
_ALIKE = 3.0
# Points of the grid; many studies make the likelihood smooth.
_GRID_OF_FEW, _GRID_OF_MANY, _FEW = 24, 8, 100
# How far below the smallest sampling variance the grid begins.
_FINEST = 1e-3


def highest_reml(model: Model) -> Tau2:
    """Return the restricted maximum likelihood estimate of τ²."""
    return _highest(model, restricted=True)


def highest_ml(model: Model) -> Tau2:
    """Return the maximum likelihood estimate of τ²."""
    return _highest(model, restricted=False)


def _highest(model: Model, *, restricted: bool) -> Tau2:
    value, steps, converged = _highest_peak(model, restricted=restricted)
    error = likelihood_standard_error(model, value, restricted=restricted)
    return Tau2(value, error, steps, converged)


def _highest_peak(model: Model, *, restricted: bool) -> tuple[float, int, bool]:
    smallest = float(np.minimum.reduce(model.variances))
    alike = float(np.maximum.reduce(model.variances)) <= _ALIKE * smallest
    # Beyond the squared range of the effects every term of ML's score is negative; twice that makes
    # up for the coefficients in REML's.
    top = 2.0 * float(np.maximum.reduce(model.effects) - np.minimum.reduce(model.effects)) ** 2
    low = _FINEST * smallest
    if alike or top <= low:
        if score_at(model, 0.0, restricted=restricted) <= 0.0:
            return 0.0, 1, True
        return climb(model, 0.0, math.inf, restricted=restricted)
    grid = _grid(low, top, _GRID_OF_FEW if model.k <= _FEW else _GRID_OF_MANY)
    rises = (model.scores(np.array(grid), restricted=restricted) > 0.0).tolist()
    found = [] if rises[0] else [(0.0, 1, True)]
    ends = [*grid[1:], math.inf]
    for here, there, start, end in zip(rises, [*rises[1:], False], grid, ends, strict=True):
        if here and not there:
            found.append(climb(model, start, end, restricted=restricted))
    if len(found) == 1:
        return found[0]
    return max(found, key=lambda peak: model.log_likelihood(peak[0], restricted=restricted))


def _grid(low: float, high: float, points: int) -> list[float]:
    """Return 0 and points in geometric progression."""
    ratio = (high / low) ** (1.0 / (points - 1))
    return [0.0, *(low * ratio**i for i in range(points))]
