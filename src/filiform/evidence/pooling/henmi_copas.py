"""Henmi and Copas' interval: common-effect weights, less swayed by small biased studies."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._options import confidence
from filiform.evidence._quadrature import gauss_legendre
from filiform.evidence.pooling.pool import pool
from filiform.evidence.references import cite
from filiform.evidence.tau2._bracket import rising_root

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.pooling.pooled import Pooled

# A standard normal beyond 12 standard deviations holds less than the last digit of a double.
_FAR = 12.0
_NODES = 160


class _Moments(NamedTuple):
    """Σw, and Σw^j/Σw for j from 2 to 4, the number of studies and τ²."""

    w1: float
    w2: float
    w3: float
    w4: float
    k: int
    tau2: float


def henmi_copas(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> Pooled:
    """Pool with common-effect weights and an interval that allows for heterogeneity.

    The estimate is Σwy/Σw with w = 1/v, its variance (1 + τ² Σw²/Σw)/Σw with DerSimonian and
    Laird's τ²; the quantile comes from the joint distribution of the estimate and Q, the
    conditional distribution of Q being approximated by a gamma distribution.

    Args:
        estimates: `(k,)` effects.
        variances: `(k,)` their sampling variances, above 0.
        level: of the interval, between 0 and 1.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for fewer than two studies or numbers that cannot be pooled.

    *Source: Henmi and Copas 2010, Statistics in Medicine 29:2969,
    doi:10.1002/sim.4029.*

    >>> fit = henmi_copas([-0.8893, -1.5854, -1.3481, -1.4416], [0.3256, 0.1946, 0.4154, 0.0200])
    >>> round(fit.estimate, 3), round(fit.ci_low, 3)
    (-1.422, -1.649)
    """
    level = confidence(level)
    y, v, names = _check.studies(estimates, variances, labels)
    if y.size == 1:
        raise EvidenceError("one study has no Henmi-Copas interval: pool at least two")
    base = pool(y, v, tau2="DL", interval="normal", level=level, labels=names, prediction="none")
    w = 1.0 / v
    w1 = float(w.sum())
    w2, w3, w4 = (float((w**j).sum()) / w1 for j in (2, 3, 4))
    moments = _Moments(w1, w2, w3, w4, y.size, base.tau2 or 0.0)
    spread = 1.0 + moments.tau2 * moments.w2
    estimate, error = float(w @ y) / w1, math.sqrt(spread / w1)
    tail = 0.5 * (1.0 - level)
    quantile = rising_root(lambda x: tail - _tail_probability(x, moments), 1.0)
    half = math.sqrt(spread) * quantile * error
    return replace(
        base,
        estimate=estimate,
        standard_error=error,
        ci_low=estimate - half,
        ci_high=estimate + half,
        statistic=estimate / error,
        p_value=_p_value(estimate, error, moments),
        weights=tuple((100.0 * w / w1).tolist()),
        method="Henmi-Copas: common-effect weights, interval for random effects",
        interval="henmi_copas",
        papers=cite(("henmi_copas", "DL", "heterogeneity", "q_profile")),
    )


def _tail_probability(x: float, moments: _Moments) -> float:
    """Return P(R/√Var R > r, …) beyond the quantile `x`, by Gauss-Legendre quadrature."""
    from scipy.special import gammainc  # noqa: PLC0415 - slow to import, see _distributions

    if x == 0.0:
        return 0.5
    nodes, weights = gauss_legendre(_NODES)
    r = x + 0.5 * _FAR * (nodes + 1.0)
    spread = 1.0 + moments.tau2 * moments.w2
    mean, variance = _conditional_q(r * math.sqrt(spread), moments)
    reach = (moments.w1 / moments.w2 - 1.0) * ((r / x) ** 2 - 1.0) + (moments.k - 1)
    below = gammainc(mean**2 / variance, reach * mean / variance)
    density = np.exp(-0.5 * r * r) / math.sqrt(2.0 * math.pi)
    return 0.5 * _FAR * float(weights @ (below * density))


def _conditional_q(
    r: NDArray[np.float64], moments: _Moments
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean and variance of Q given the standardised estimate r, `(n,)` each."""
    w1, w2, w3, w4, k, t = moments
    spread = 1.0 + t * w2
    shift = r**2 / spread**2 - 1.0 / spread
    third, fourth = w3 - w2**2, w4 - 2.0 * w2 * w3 + w2**3
    mean = (k - 1) + t * (w1 - w2) + t**2 * shift * third
    variance = (
        2.0 * (k - 1)
        + 4.0 * t * (w1 - w2)
        + 2.0 * t**2 * (w1 * w2 - 2.0 * w3 + w2**2)
        + 4.0 * t**2 * shift * third
        + 4.0 * t**3 * shift * fourth
        + 2.0 * t**4 * (1.0 / spread**2 - 2.0 * r**2 / spread**3) * third**2
    )
    return mean, variance


def _p_value(estimate: float, error: float, moments: _Moments) -> float:
    """Return the level at which the interval just touches no effect, as a p-value."""
    spread = math.sqrt(1.0 + moments.tau2 * moments.w2)
    return min(1.0, 2.0 * _tail_probability(abs(estimate) / (error * spread), moments))
