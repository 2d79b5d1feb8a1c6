"""The distribution of a generalised Q statistic: a positive quadratic form in normal variables.

Q = Σa(y − μ_a)² with y ~ N(μ, S), S diagonal, has the Laplace transform

    φ(s) = [ Π(1 + 2 s aᵢ Sᵢ) · Σ(aᵢ / (1 + 2 s aᵢ Sᵢ)) / Σaᵢ ]^(−1/2)

(the matrix determinant lemma on det(I + 2sPS)), analytic off the negative real axis. Its
distribution function is the inverse transform of φ(s)/s, taken by the trapezoidal rule along a
parabola s = s₀ + δ(2iu − cu²) through a saddle point s₀ of the integrand of width δ, where all
terms add up and nothing cancels. Above the mean the saddle left of the pole at 0 is taken, which
gives the upper tail.

*Source: Jackson 2013, Research Synthesis Methods 4:220, doi:10.1002/jrsm.1081 (the statistic);
Weideman and Trefethen 2007, Mathematics of Computation 76:1341,
doi:10.1090/S0025-5718-07-01945-X (parabolic contours).*
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The nearest singularity is at least half a unit of u away: the rule's error is exp(−π/step).
_STEP = 0.09
# Where the contour ends, in u; a Gaussian integrand has fallen by exp(−128) there.
_END = 8.0
# What the bend makes of any integrand at the end: a fall by exp(−40).
_FALL = 40.0
# Halvings of the saddle's bracket: it only steers the contour, six digits are plenty.
_HALVINGS = 24


def cdf_of_quadratic_form(
    q: float, weights: NDArray[np.float64], variances: NDArray[np.float64]
) -> float:
    """Return P(Q ≤ q) for Q = Σa(y − μ_a)² and independent normal y with the given variances.

    Args:
        q: 0 or above.
        weights: a, `(k,)`, above 0.
        variances: S, `(k,)`, above 0.

    With equal weights and unit variances Q is a chi-square variable:

    >>> import numpy as np
    >>> round(cdf_of_quadratic_form(3.841458820694124, np.ones(2), np.ones(2)), 10)
    0.95
    """
    if q <= 0.0:
        return 0.0
    spread = 2.0 * weights * variances
    mean = 0.5 * float(spread.sum() - (spread @ weights) / weights.sum())
    saddle = _saddle(q, spread, left=q > mean)
    slope = spread / (1.0 + saddle * spread)
    width = 1.0 / math.sqrt(1.0 / saddle**2 + 0.5 * float(slope @ slope))
    u = np.arange(0.0, _END, _STEP)
    bend = _FALL / (_END * _END * q * width)
    s = saddle + width * (2j * u - bend * u * u)
    factors = 1.0 + s[:, None] * spread
    log_mean = np.log((weights / factors).sum(axis=1) / weights.sum())
    terms = np.exp(s * q - 0.5 * (np.log(factors).sum(axis=1) + log_mean)) / s
    terms = (terms * (1.0 + 1j * bend * u)).real
    integral = 2.0 * width * _STEP / math.pi * (float(terms.sum()) - 0.5 * float(terms[0]))
    return min(1.0, max(0.0, integral + (1.0 if q > mean else 0.0)))


def _saddle(q: float, spread: NDArray[np.float64], *, left: bool) -> float:
    """Return where q = 1/s + ½Σλ/(1 + sλ): between −1/λ and 0 on the left, else above 0."""
    low, high = (-1.0 / float(spread.max()), 0.0) if left else (0.0, (1.0 + spread.size) / q)
    for _ in range(_HALVINGS):
        s = 0.5 * (low + high)
        if q - 1.0 / s - 0.5 * float((spread / (1.0 + s * spread)).sum()) > 0.0:
            high = s
        else:
            low = s
    return 0.5 * (low + high)
