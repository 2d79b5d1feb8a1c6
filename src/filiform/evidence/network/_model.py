"""A weighted regression of comparisons at any τ², in the sums that the estimators of τ² read.

Of the independent rows of `_spectrum` the between-study covariance is S = I/2, so with f their
precisions, z their residuals, G = (X'FX)⁻, e = x'Gx of each row and h = X'F²z:

    tr WS   = Σf/2                   y'PSPy   = Σ f²z²/2
    tr PS   = (Σf − Σf²e)/2          y'PSPSPy = (Σ f³z² − h'Gh)/4
    tr WSWS = Σf²/4                  tr PSPS  = (Σf² − 2Σf³e + tr GM₂GM₂)/4,  M₂ = X'F²X

*Source: Jackson, White and Riley 2012, Statistics in Medicine 31:3805, doi:10.1002/sim.5453.*
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._model import LOG_2PI, Sums
from filiform.evidence.network._design import NearlySingularError
from filiform.evidence.network._spectrum import Spectrum
from filiform.evidence.tau2.likelihood import score_at

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

    __slots__ = ("_fits", "_sums", "data", "design", "k", "p", "rows")

    def __init__(self, data: NetworkData, design: Design) -> None:
        self.data = data
        self.design = design
        self.k = data.contrasts
        self.p = design.rank
        self.rows = Spectrum(data)
        self._fits: dict[float, Fit] = {}
        self._sums: dict[float, Sums] = {}

    @property
    def df(self) -> int:
        """Residual degrees of freedom."""
        return self.k - self.p

    @property
    def variances(self) -> NDArray[np.float64]:
        """The `(k,)` sampling variances of the rows, each beside one τ²."""
        return 2.0 * self.rows.values

    @property
    def effects(self) -> NDArray[np.float64]:
        """The comparisons in both directions: which one is given is convention."""
        return np.concatenate((self.data.effects, -self.data.effects))

    def scores(self, grid: NDArray[np.float64], *, restricted: bool) -> NDArray[np.float64]:
        """Return twice the score of the (restricted) likelihood at each τ² of a grid."""
        return np.array([score_at(self, tau2, restricted=restricted) for tau2 in grid.tolist()])

    def fit(self, tau2: float) -> Fit:
        """Return the weighted least squares fit at τ²."""
        if tau2 not in self._fits:
            self._fits[tau2] = self._solve(self.rows.weights(self.rows.precision(tau2)))
        return self._fits[tau2]

    def dersimonian_laird(self) -> float:
        """Return the generalised DerSimonian-Laird estimate, (Q − df)/tr PS cut at 0."""
        at_zero = self.fit(0.0)
        f, e = self.rows.precision(0.0), self._leverage(at_zero)
        return max(0.0, (at_zero.q - self.df) / (0.5 * float(f.sum() - (f * f) @ e)))

    def sums_at(self, tau2: float) -> Sums:
        """Return the sums of the module's docstring at τ²."""
        if tau2 not in self._sums:
            self._sums[tau2] = self._sums_of(self.fit(tau2), self.rows.precision(tau2))
        return self._sums[tau2]

    def _sums_of(self, fit: Fit, f: NDArray[np.float64]) -> Sums:
        design, g = self.design, fit.covariance
        r = self.data.effects - design.fitted(fit.beta)
        e, z = self._leverage(fit), self.rows.differences(r)
        f2 = f * f
        w2 = self.rows.weights(f2)
        gm2 = g @ design.information(w2)
        h = design.projected(w2 * r)
        total, squares, f2z2 = float(f.sum()), float(f @ f), f2 * z * z
        return Sums(
            0.5 * total,
            0.25 * squares,
            0.5 * (total - float(f2 @ e)),
            0.25 * (squares - 2.0 * float((f2 * f) @ e) + float(np.vdot(gm2, gm2.T))),
            fit.q,
            0.5 * float(f2z2.sum()),
            0.25 * (float(f @ f2z2) - float(h @ g @ h)),
        )

    def _leverage(self, fit: Fit) -> NDArray[np.float64]:
        return self.rows.leverage(self.design.variances(fit.covariance))

    def log_likelihood(self, tau2: float, *, restricted: bool) -> float:
        """Return the (restricted) log-likelihood, without what τ² does not move."""
        _, g, q, _ = self.fit(tau2)
        log_determinant = float(np.log(self.rows.precision(tau2)).sum())
        value = -0.5 * (self.k * LOG_2PI + q - log_determinant)
        if not restricted:
            return value
        eigenvalues = np.linalg.eigvalsh(g)
        return value + 0.5 * float(np.log(eigenvalues[eigenvalues.size - self.p :]).sum())

    def unweighted(self) -> tuple[float, float]:
        """Return a moment estimate of τ² as a numerator above k − p, and 0."""
        return self.dersimonian_laird() * self.df, 0.0

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
