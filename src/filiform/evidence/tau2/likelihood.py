"""Maximum likelihood (ML) and restricted maximum likelihood (REML), from one start.

The scores, with the sums of `_model`:

    REML: 2 dl/dτ² = y'PPy − tr P        expected information tr PP / 2
    ML:   2 dl/dτ² = y'PPy − Σw          expected information Σw² / 2

A peak is bracketed and approached by Newton's steps, with the observed information where it is
positive and the expected one (Fisher scoring) elsewhere. Any model that gives these sums will do;
`peaks` looks for all peaks where a model can be looked at on a grid.

*Source: Viechtbauer 2005, Journal of Educational and Behavioral Statistics 30:261,
doi:10.3102/10769986030003261.*
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from filiform.evidence.tau2._estimate import Tau2

if TYPE_CHECKING:
    from filiform.evidence._model import LikelihoodModel, Sums

# Newton's steps in a bracket need about five; halving alone would need this many.
_MOST_STEPS = 200
# Newton squares the error: after a step of this size relative to τ² what is left is about 1e-16,
# and even where the score is curved a thousand times more, 1e-13.
_SMALL_STEP = 1e-8
# Steps by the expected information or by halving do not square it.
_SMALL_SLOW_STEP = 1e-12
# Relative to a typical sampling variance: what rounding in the score is worth near τ² = 0.
_ROUNDING = 4e-16
# Where to look for a peak inside when the likelihood falls at 0, as multiples of a moment estimate.
_SCAN = (1.0, 2.0, 0.5, 4.0, 0.25, 0.1, 0.03, 0.01)


def reml(model: LikelihoodModel) -> Tau2:
    """Return a restricted maximum likelihood estimate of τ²."""
    return _maximise(model, restricted=True)


def ml(model: LikelihoodModel) -> Tau2:
    """Return a maximum likelihood estimate of τ²."""
    return _maximise(model, restricted=False)


def likelihood_standard_error(model: LikelihoodModel, tau2: float, *, restricted: bool) -> float:
    """Return the standard error of τ² from the expected information."""
    return math.sqrt(2.0 / _information(model.sums_at(tau2), restricted=restricted))


def _maximise(model: LikelihoodModel, *, restricted: bool) -> Tau2:
    if score_at(model, 0.0, restricted=restricted) > 0.0:
        value, steps, converged = climb(model, 0.0, math.inf, restricted=restricted)
    else:
        value, steps, converged = _peak_inside(model, restricted=restricted)
    error = likelihood_standard_error(model, value, restricted=restricted)
    return Tau2(value, error, steps, converged)


def _peak_inside(model: LikelihoodModel, *, restricted: bool) -> tuple[float, int, bool]:
    """Return the higher of the boundary and a peak inside, if there is one."""
    moment = _moment(model)
    if moment <= 0.0:
        return 0.0, 1, True
    for factor in _SCAN:
        low = factor * moment
        if score_at(model, low, restricted=restricted) > 0.0:
            peak = climb(model, low, math.inf, restricted=restricted)
            inside = model.log_likelihood(peak[0], restricted=restricted)
            higher = inside > model.log_likelihood(0.0, restricted=restricted)
            return peak if higher else (0.0, peak[1], True)
    return 0.0, len(_SCAN), True


def climb(
    model: LikelihoodModel, lower: float, upper: float, *, restricted: bool
) -> tuple[float, int, bool]:
    """Close in on the root of a score that is positive at `lower` and not at `upper`."""
    tau2 = _start(model, lower, upper)
    for step in range(1, _MOST_STEPS + 1):
        sums = model.sums_at(tau2)
        score = _score(sums, restricted=restricted)
        if score == 0.0:
            return tau2, step, True
        if score > 0.0:
            lower = tau2
        else:
            upper = tau2
        curvature, small = _curvature(sums, restricted=restricted), _SMALL_STEP
        if curvature <= 0.0:
            curvature, small = _information(sums, restricted=restricted), _SMALL_SLOW_STEP
        following = tau2 + score / curvature
        if not lower < following < upper:
            following = 0.5 * (lower + upper) if upper < math.inf else 4.0 * tau2
            small = _SMALL_SLOW_STEP
        if abs(following - tau2) <= small * following + _ROUNDING * model.k / sums.sum_w:
            return following, step, True
        tau2 = following
    return tau2, _MOST_STEPS, False


def _start(model: LikelihoodModel, lower: float, upper: float) -> float:
    if upper < math.inf:
        return math.sqrt(lower * upper) if lower > 0.0 else 0.5 * upper
    moment = _moment(model)
    return moment if moment > lower else 2.0 * lower or model.k / model.sums_at(0.0).sum_w


def _moment(model: LikelihoodModel) -> float:
    rss, tr_pv = model.unweighted()
    return (rss - tr_pv) / (model.k - model.p)


def score_at(model: LikelihoodModel, tau2: float, *, restricted: bool) -> float:
    """Return twice the score of the (restricted) likelihood at τ²."""
    return _score(model.sums_at(tau2), restricted=restricted)


def _score(sums: Sums, *, restricted: bool) -> float:
    return sums.ypp - (sums.tr_p if restricted else sums.sum_w)


def _information(sums: Sums, *, restricted: bool) -> float:
    return sums.tr_pp if restricted else sums.sum_w2


def _curvature(sums: Sums, *, restricted: bool) -> float:
    return 2.0 * sums.yppp - _information(sums, restricted=restricted)
