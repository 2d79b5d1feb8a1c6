"""Maximum likelihood (ML) and restricted maximum likelihood (REML).

The scores, with the sums of `_model`:

    REML: 2 dl/dτ² = y'PPy − tr P        expected information tr PP / 2
    ML:   2 dl/dτ² = y'PPy − Σw          expected information Σw² / 2

A root is bracketed and closed in on by Newton's steps, with the observed information where it is
positive and the expected one (Fisher scoring) elsewhere. Where the likelihood falls at τ² = 0 and
still has a peak inside, the higher of the two is taken.

*Source: Viechtbauer 2005, Journal of Educational and Behavioral Statistics 30:261, equations 12
and 13, doi:10.3102/10769986030003261.*
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from filiform.evidence.tau2._estimate import Tau2

if TYPE_CHECKING:
    from filiform.evidence._model import Model, Sums

# Newton's steps in a bracket need about five; halving alone would need this many.
_MOST_STEPS = 200
# Newton squares the error, so a step this small relative to τ² leaves none that a double can hold.
_SMALL_STEP = 1e-12
# Relative to a typical sampling variance: what rounding in the score is worth near τ² = 0.
_ROUNDING = 4e-16
# Where to look for a peak inside when the likelihood falls at 0, as multiples of a moment estimate.
_SCAN = (1.0, 2.0, 0.5, 4.0, 0.25, 0.1, 0.03, 0.01)


def reml(model: Model) -> Tau2:
    """Return the restricted maximum likelihood estimate of τ²."""
    return _maximise(model, restricted=True)


def ml(model: Model) -> Tau2:
    """Return the maximum likelihood estimate of τ²."""
    return _maximise(model, restricted=False)


def likelihood_standard_error(model: Model, tau2: float, *, restricted: bool) -> float:
    """Return the standard error of τ² from the expected information."""
    return math.sqrt(2.0 / _information(model.sums_at(tau2), restricted=restricted))


def _maximise(model: Model, *, restricted: bool) -> Tau2:
    at_zero = model.sums_at(0.0)
    rises = _score(at_zero, restricted=restricted) > 0.0
    rss, tr_pv = model.unweighted()
    moment = max(0.0, (rss - tr_pv) / (model.k - model.p))
    if rises:
        start = moment or model.k / at_zero.sum_w
        value, steps, converged = _climb(model, start, None, restricted=restricted)
    else:
        value, steps, converged = _peak_inside(model, moment, restricted=restricted)
    final = model.sums_at(value)
    return Tau2(
        value, math.sqrt(2.0 / _information(final, restricted=restricted)), steps, converged
    )


def _peak_inside(model: Model, moment: float, *, restricted: bool) -> tuple[float, int, bool]:
    """Return the higher of the boundary and a peak inside, if there is one."""
    if moment == 0.0:
        return 0.0, 1, True
    for steps, factor in enumerate(_SCAN, start=2):
        low = factor * moment
        if _score(model.sums_at(low), restricted=restricted) > 0.0:
            value, more, converged = _climb(model, low, low, restricted=restricted)
            inside = model.log_likelihood(value, restricted=restricted)
            if inside > model.log_likelihood(0.0, restricted=restricted):
                return value, steps + more, converged
            return 0.0, steps + more, True
    return 0.0, len(_SCAN) + 1, True


def _climb(
    model: Model, start: float, low: float | None, *, restricted: bool
) -> tuple[float, int, bool]:
    """Close in on a root of the score from `start`; it rises at `low` (at 0 where None)."""
    lower, upper, tau2 = low or 0.0, math.inf, start
    for step in range(1, _MOST_STEPS + 1):
        sums = model.sums_at(tau2)
        score = _score(sums, restricted=restricted)
        if score == 0.0:
            return tau2, step, True
        if score > 0.0:
            lower = tau2
        else:
            upper = tau2
        curvature = _curvature(sums, restricted=restricted)
        if curvature <= 0.0:
            curvature = _information(sums, restricted=restricted)
        following = tau2 + score / curvature
        if not lower < following < upper:
            following = 0.5 * (lower + upper) if upper < math.inf else 4.0 * tau2
        if abs(following - tau2) <= _SMALL_STEP * following + _ROUNDING * model.k / sums.sum_w:
            return following, step, True
        tau2 = following
    return tau2, _MOST_STEPS, False


def _score(sums: Sums, *, restricted: bool) -> float:
    return sums.ypp - (sums.tr_p if restricted else sums.sum_w)


def _information(sums: Sums, *, restricted: bool) -> float:
    return sums.tr_pp if restricted else sums.sum_w2


def _curvature(sums: Sums, *, restricted: bool) -> float:
    return 2.0 * sums.yppp - _information(sums, restricted=restricted)
