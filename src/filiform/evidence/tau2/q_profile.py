"""The Q-profile interval for τ²."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.evidence._distributions import chi2_upper_quantile
from filiform.evidence.tau2.q_equation import solve_q

if TYPE_CHECKING:
    from filiform.evidence._model import Model


def q_profile_interval(model: Model, level: float) -> tuple[float, float]:
    """Return the τ² at which Q(τ²) leaves the central quantiles of its chi-square distribution.

    A bound is 0 where already Q(0) lies below the quantile.

    Args:
        model: at least one residual degree of freedom.
        level: of confidence, between 0 and 1.

    *Source: Viechtbauer 2007, Statistics in Medicine 26:37, doi:10.1002/sim.2514.*
    """
    df = float(model.k - model.p)
    tail = 0.5 - level / 2.0
    low, _ = solve_q(model, chi2_upper_quantile(tail, df))
    high, _ = solve_q(model, chi2_upper_quantile(1.0 - tail, df), low or 0.0)
    return low or 0.0, high or 0.0
