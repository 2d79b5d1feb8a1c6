"""The profile likelihood interval for τ², from ML or REML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.evidence._distributions import chi2_upper_quantile
from filiform.evidence.tau2._bracket import rising_root

if TYPE_CHECKING:
    from filiform.evidence._model import Model


def profile_likelihood_interval(
    model: Model, estimate: float, level: float, *, restricted: bool
) -> tuple[float, float]:
    """Return the τ² at which twice the (restricted) log-likelihood has fallen by χ²(1).

    The lower bound is 0 where the likelihood has not fallen so far at τ² = 0.

    Args:
        model: the studies.
        estimate: the τ² that maximises the same likelihood.
        level: of confidence, between 0 and 1.
        restricted: REML where true, ML else.

    *Source: Hardy and Thompson 1996, Statistics in Medicine 15:619; Viechtbauer 2007, Statistics in
    Medicine 26:37, section 3.4, doi:10.1002/sim.2514.*
    """
    allowed = 0.5 * chi2_upper_quantile(1.0 - level, 1.0)
    top = model.log_likelihood(estimate, restricted=restricted)

    def fall(tau2: float) -> float:
        return top - model.log_likelihood(tau2, restricted=restricted) - allowed

    scale = estimate or model.k / model.sums_at(0.0).sum_w
    high = estimate + rising_root(lambda more: fall(estimate + more), scale)
    if estimate == 0.0 or fall(0.0) <= 0.0:
        return 0.0, high
    low = estimate - rising_root(lambda less: fall(max(0.0, estimate - less)), 0.5 * estimate)
    return max(0.0, low), high
