"""Estimators from a generalised Q statistic with fixed weights (GENQ, GENQM) and its interval.

Q_a = Σa(y − μ_a)² is a weighted sum of chi-square variables, exactly under normality. GENQ equates
it to its expectation, GENQM to its median, and the interval to its outer quantiles.

*Source: DerSimonian and Kacker 2007, Contemporary Clinical Trials 28:105,
doi:10.1016/j.cct.2006.04.004; Jackson 2013, Research Synthesis Methods 4:220,
doi:10.1002/jrsm.1081.*
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from filiform.evidence._quadratic_form import cdf_of_quadratic_form
from filiform.evidence.tau2._bracket import rising_root
from filiform.evidence.tau2._estimate import Tau2

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from filiform.evidence._model import Model


def generalised_q(model: Model, weights: NDArray[np.float64]) -> Tau2:
    """Return τ² = max(0, (Q_a − tr P_a V) / tr P_a) for fixed weights a `(k,)`."""
    q = _q(model, weights)
    value = max(0.0, _moment(model, weights, q))
    tr_p, spread = model.variance_of_quadratic_form(weights, value)
    return Tau2(value, math.sqrt(spread) / tr_p)


def generalised_q_median(model: Model, weights: NDArray[np.float64]) -> Tau2:
    """Return the τ² under which Q_a is the median of its distribution, or 0."""
    value = _quantile_root(model, weights, 0.5)
    tr_p, spread = model.variance_of_quadratic_form(weights, value)
    return Tau2(value, math.sqrt(spread) / tr_p)


def generalised_q_interval(
    model: Model, weights: NDArray[np.float64], level: float
) -> tuple[float, float]:
    """Return the τ² between which Q_a lies within its central quantiles."""
    tail = 0.5 - level / 2.0
    return _quantile_root(model, weights, tail), _quantile_root(model, weights, 1.0 - tail)


def _q(model: Model, weights: NDArray[np.float64]) -> float:
    total = float(weights.sum())
    r = model.effects - float(weights @ model.effects) / total
    return float(weights @ (r * r))


def _moment(model: Model, weights: NDArray[np.float64], q: float) -> float:
    a, v = weights, model.variances
    total = float(a.sum())
    expected = float(a @ v) - float((a * a) @ v) / total
    return (q - expected) / (total - float(a @ a) / total)


def _quantile_root(model: Model, weights: NDArray[np.float64], tail: float) -> float:
    """Return the τ² under which P(Q_a > observed) = tail, or 0 where it is more already."""
    observed = _q(model, weights)

    def excess(tau2: float) -> float:
        below = cdf_of_quadratic_form(observed, weights, model.variances + tau2)
        return (1.0 - below) - tail

    if observed == 0.0 or excess(0.0) >= 0.0:
        return 0.0
    scale = max(_moment(model, weights, observed), 1e-3 * float(model.variances.min()))
    return rising_root(excess, scale)
