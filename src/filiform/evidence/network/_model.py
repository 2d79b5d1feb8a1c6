"""A weighted regression of comparisons at any τ², in the sums that the estimators of τ² read.

Written with arms, the between-study covariance is S = I/2, so with r the residuals, G = (X'WX)⁻
and M2, M3 the information made of the weights w2 and w3 (see `_weights`):

    tr WS    = Σw                     y'PSPy   = Σ w2 r²/2
    tr PS    = Σw − tr(G M2)/2        y'PSPSPy = (Σ w3 r² − h'Gh)/4,  h = X'(w2 r)
    tr WSWS  = Σ w2/2                 tr PSPS  = Σ w2/2 − tr(G M3)/2 + tr(G M2 G M2)/4

*Source: Jackson, White and Riley 2012, Statistics in Medicine 31:3805, doi:10.1002/sim.5453;
Rücker 2012, Research Synthesis Methods 3:312, doi:10.1002/jrsm.1058.*
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._model import LOG_2PI, Sums
from filiform.evidence.network._design import NearlySingularError
from filiform.evidence.network._weights import cubes, log_determinant, squares, weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.network._design import Design
    from filiform.evidence.network.data import NetworkData


class Fit(NamedTuple):
    """Coefficients at one τ².

    Attributes:
        beta: `(p,)`.
        covariance: `(p, p)` of the coefficients.
        q: weighted sum of squared residuals.
        weights: `(m,)` of the comparisons.
    """

    beta: NDArray[np.float64]
    covariance: NDArray[np.float64]
    q: float
    weights: NDArray[np.float64]


class NetworkModel:
    """Comparisons of a network and what they depend on."""

    __slots__ = ("data", "design", "k", "p")

    def __init__(self, data: NetworkData, design: Design) -> None:
        self.data = data
        self.design = design
        self.k = data.contrasts
        self.p = design.rank

    @property
    def df(self) -> int:
        """Residual degrees of freedom."""
        return self.k - self.p

    def fit(self, tau2: float) -> Fit:
        """Return the weighted least squares fit at τ²."""
        return self._solve(weights(self.data, tau2))

    def dersimonian_laird(self, at_zero: Fit) -> float:
        """Return the generalised DerSimonian-Laird estimate, (Q − df)/tr PS cut at 0."""
        w2 = squares(self.data, at_zero.weights)
        m2 = self.design.information(w2)
        slope = float(at_zero.weights.sum()) - 0.5 * float(np.vdot(at_zero.covariance, m2))
        return max(0.0, (at_zero.q - self.df) / slope)

    def sums_at(self, tau2: float) -> Sums:
        """Return the sums of the module's docstring at τ²."""
        design = self.design
        beta, g, q, w = self.fit(tau2)
        w2, w3 = squares(self.data, w), cubes(self.data, w)
        r = self.data.effects - design.fitted(beta)
        gm2 = g @ design.information(w2)
        gm3 = float(np.vdot(g, design.information(w3)))
        w2r = w2 * r
        h = design.projected(w2r)
        half_w2 = 0.5 * float(w2.sum())
        total = float(w.sum())
        return Sums(
            total,
            half_w2,
            total - 0.5 * float(np.trace(gm2)),
            half_w2 - 0.5 * gm3 + 0.25 * float(np.vdot(gm2, gm2.T)),
            q,
            0.5 * float(w2r @ r),
            0.25 * (float((w3 * r) @ r) - float(h @ g @ h)),
        )

    def log_likelihood(self, tau2: float, *, restricted: bool) -> float:
        """Return the (restricted) log-likelihood, without what τ² does not move."""
        _, g, q, _ = self.fit(tau2)
        value = -0.5 * (self.k * LOG_2PI + q - log_determinant(self.data, tau2))
        if not restricted:
            return value
        eigenvalues = np.linalg.eigvalsh(g)
        return value + 0.5 * float(np.log(eigenvalues[eigenvalues.size - self.p :]).sum())

    def unweighted(self) -> tuple[float, float]:
        """Return a moment estimate of τ² as a numerator above k − p, and 0."""
        return self.dersimonian_laird(self.fit(0.0)) * self.df, 0.0

    def _solve(self, w: NDArray[np.float64]) -> Fit:
        y, design = self.data.effects, self.design
        try:
            covariance = design.inverse(design.information(w))
        except NearlySingularError as error:
            raise _named(error, self.data) from None
        beta = covariance @ design.projected(w * y)
        r = y - design.fitted(beta)
        # Once more for the residuals: what cancels in the first step is put right.
        beta = beta + covariance @ design.projected(w * r)
        r = y - design.fitted(beta)
        return Fit(beta, covariance, float((w * r) @ r), w)


def _named(error: NearlySingularError, data: NetworkData) -> EvidenceError:
    """Return the error with the trials whose precision differs most."""
    low, high = int(data.variances.argmin()), int(data.variances.argmax())
    least, most = (
        f"{math.sqrt(data.variances[n]):.3g} in study {data.studies[data.study[n]]!r}"
        for n in (low, high)
    )
    return EvidenceError(
        f"{error}: standard errors run from {least} to {most}: check these, or leave one out"
    )


def i_squared_interval(q: float, df: int, z: float) -> tuple[float, float | None, float | None]:
    """Return I² in percent and its interval, from Q.

    *Source: Higgins and Thompson 2002, Statistics in Medicine 21:1539, doi:10.1002/sim.1186.*
    """
    h = max(1.0, math.sqrt(q / df))
    i2 = 100.0 * (1.0 - 1.0 / (h * h))
    if q > df + 1:
        error = (
            0.5 * (math.log(q) - math.log(df)) / (math.sqrt(2.0 * q) - math.sqrt(2.0 * df - 1.0))
        )
    elif df > 1:
        error = math.sqrt((1.0 - 1.0 / (3.0 * (df - 1) ** 2)) / (2.0 * (df - 1)))
    else:
        return i2, None, None
    low, high = (max(1.0, h * math.exp(sign * z * error)) for sign in (-1.0, 1.0))
    return i2, 100.0 * (1.0 - 1.0 / low**2), 100.0 * (1.0 - 1.0 / high**2)
