"""The profile likelihood interval for τ², from ML or REML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.evidence._distributions import chi2_upper_quantile
from filiform.evidence.tau2._bracket import rising_root

if TYPE_CHECKING:
    from collections.abc import Callable


def profile_likelihood_interval(
    log_likelihood: Callable[[float], float], estimate: float, level: float, scale: float
) -> tuple[float, float]:
    """Return the τ² at which twice the (restricted) log-likelihood has fallen by χ²(1).

    The lower bound is 0 where the likelihood has not fallen so far at τ² = 0.

    Args:
        log_likelihood: the (restricted) log-likelihood as a function of τ².
        estimate: the τ² that the interval is about.
        level: of confidence, between 0 and 1.
        scale: a typical sampling variance, above 0.

    *Source: Hardy and Thompson 1996, Statistics in Medicine 15:619; Viechtbauer 2007, Statistics in
    Medicine 26:37, doi:10.1002/sim.2514.*
    """
    allowed = 0.5 * chi2_upper_quantile(1.0 - level, 1.0)
    top = log_likelihood(estimate)

    def fall(tau2: float) -> float:
        return top - log_likelihood(tau2) - allowed

    high = estimate + rising_root(lambda more: fall(estimate + more), estimate or scale)
    if estimate == 0.0 or fall(0.0) <= 0.0:
        return 0.0, high
    low = estimate - rising_root(lambda less: fall(max(0.0, estimate - less)), 0.5 * estimate)
    return max(0.0, low), high
