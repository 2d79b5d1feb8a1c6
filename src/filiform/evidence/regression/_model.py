"""The sums of `evidence._model` for a regression on moderators.

The columns are made orthonormal once, X = BR, so that years beside an intercept cost no digits:
tr P and the quadratic forms do not depend on the basis. With A_j = B'WʲB and G = A₁⁻¹:

    tr P   Σw − tr GA₂                     y'PPy    Σw²r²          r = y − BGB'Wy
    tr PP  Σw² − 2 tr GA₃ + tr (GA₂)²      y'PPPy   Σw³r² − h'Gh   h = B'W²r
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._model import LOG_2PI, Sums

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.float64]

# A column whose part outside the others is smaller than this, relative to itself, is one of them.
_COLLINEAR = 1e-10


class Fit(NamedTuple):
    """Coefficients `(p,)`, their covariance `(p, p)` and residuals `(k,)` at one τ²."""

    coefficients: Array
    covariance: Array
    residuals: Array
    q: float


class RegressionModel:
    """A weighted regression of effects on the columns of a design.

    Args:
        effects: `(k,)` finite.
        variances: `(k,)` above 0.
        matrix: `(k, p)` the columns.
        names: `(p,)` their names, for messages.

    Raises:
        EvidenceError: for fewer studies than coefficients, or columns that depend on one another.
    """

    __slots__ = ("basis", "effects", "inverse", "k", "p", "variances")

    def __init__(
        self, effects: Array, variances: Array, matrix: Array, names: tuple[str, ...]
    ) -> None:
        self.effects = effects
        self.variances = variances
        self.k: int = matrix.shape[0]
        self.p: int = matrix.shape[1]
        if self.k <= self.p:
            raise EvidenceError(
                f"{self.k} studies and {self.p} coefficients leave {self.k - self.p} residual "
                "degrees of freedom, at least 1 is needed: drop a moderator"
            )
        self.basis, triangle = np.linalg.qr(matrix)
        lengths = np.sqrt((matrix * matrix).sum(axis=0))
        dependent = np.abs(np.diag(triangle)) <= _COLLINEAR * lengths
        if dependent.any():
            name = names[int(np.flatnonzero(dependent)[0])]
            raise EvidenceError(
                f"{name} is a combination of the moderators before it: drop one of them"
            )
        self.inverse = np.linalg.inv(triangle)

    def fit(self, tau2: float) -> Fit:
        """Return coefficients, their model covariance, and the residuals."""
        w = 1.0 / (self.variances + tau2)
        g = self._g(w)
        gamma = g @ (self.basis.T @ (w * self.effects))
        residuals = self.effects - self.basis @ gamma
        covariance = self.inverse @ g @ self.inverse.T
        return Fit(self.inverse @ gamma, covariance, residuals, float(w @ (residuals * residuals)))

    def hat(self, tau2: float) -> Array:
        """Return the diagonal of the hat matrix, `(k,)`."""
        w = 1.0 / (self.variances + tau2)
        return np.asarray(w * np.einsum("kp,pq,kq->k", self.basis, self._g(w), self.basis))

    def q_at(self, tau2: float) -> tuple[float, float]:
        """Return `(y'Py, y'PPy)`."""
        w = 1.0 / (self.variances + tau2)
        r = self._residuals(w, self._g(w))
        wr = w * r
        return float(wr @ r), float(wr @ wr)

    def sums_at(self, tau2: float) -> Sums:
        """Return all sums."""
        w = 1.0 / (self.variances + tau2)
        ww = w * w
        g = self._g(w)
        ga2 = g @ self._gram(ww)
        a3 = self._gram(ww * w)
        r = self._residuals(w, g)
        wr = w * r
        wwr = w * wr
        h = self.basis.T @ wwr
        total, total2 = float(w.sum()), float(ww.sum())
        return Sums(
            total,
            total2,
            total - float(np.trace(ga2)),
            total2 - 2.0 * float((g * a3).sum()) + float((ga2 * ga2.T).sum()),
            float(wr @ r),
            float(wr @ wr),
            float(wwr @ wr) - float(h @ g @ h),
        )

    def scores(self, grid: Array, *, restricted: bool) -> Array:
        """Return twice the score of the (restricted) likelihood at each τ² of a grid."""
        w = 1.0 / (self.variances + grid[:, None])
        basis = self.basis
        gram = np.einsum("gk,kp,kq->gpq", w, basis, basis, optimize=True)
        right = (w * self.effects) @ basis
        gamma = np.linalg.solve(gram, right[:, :, None])[:, :, 0]
        wr = w * (self.effects - gamma @ basis.T)
        score = (wr * wr).sum(axis=1) - w.sum(axis=1)
        if restricted:
            gram2 = np.einsum("gk,kp,kq->gpq", w * w, basis, basis, optimize=True)
            score += np.trace(np.linalg.solve(gram, gram2), axis1=1, axis2=2)
        return np.asarray(score)

    def log_likelihood(self, tau2: float, *, restricted: bool) -> float:
        """Return the (restricted) log-likelihood, with metafor's constants."""
        total = self.variances + tau2
        w = 1.0 / total
        gram = self._gram(w)
        r = self._residuals(w, self._g(w))
        value: float = float(np.log(total).sum()) + float(w @ (r * r))
        if not restricted:
            return -0.5 * (self.k * LOG_2PI + value)
        log_det = float(np.linalg.slogdet(gram).logabsdet)
        return -0.5 * ((self.k - self.p) * LOG_2PI + value + log_det)

    def unweighted(self) -> tuple[float, float]:
        """Return the residual sum of squares and tr PV of ordinary least squares."""
        r = self.effects - self.basis @ (self.basis.T @ self.effects)
        leverage = (self.basis * self.basis).sum(axis=1)
        return float(r @ r), float(self.variances @ (1.0 - leverage))

    def variance_of_quadratic_form(self, weights: Array, tau2: float) -> tuple[float, float]:
        """Return `(tr P, 2 tr(PΣPΣ))` with Σ = V + τ²I, for fixed weights a."""
        a, s = weights, self.variances + tau2
        g = self._g(a)
        tr_p = float(a.sum()) - float((g * self._gram(a * a)).sum())
        inner = g @ self._gram(a * a * s)
        tr = float(((a * s) ** 2).sum()) - 2.0 * float((g * self._gram(a * (a * s) ** 2)).sum())
        return tr_p, 2.0 * (tr + float((inner * inner.T).sum()))

    def _gram(self, w: Array) -> Array:
        return np.asarray((self.basis.T * w) @ self.basis)

    def _g(self, w: Array) -> Array:
        return np.asarray(np.linalg.inv(self._gram(w)), dtype=np.float64)

    def _residuals(self, w: Array, g: Array) -> Array:
        return np.asarray(self.effects - self.basis @ (g @ (self.basis.T @ (w * self.effects))))
