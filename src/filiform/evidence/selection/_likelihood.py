"""The likelihood of effects that were selected by their p-values.

    f(y) = w(p(y)) N(y; μ, v + τ²) / A,   A = ∫ w(p(x)) N(x; μ, v + τ²) dx

A is exact for steps; else by Gauss-Legendre panels over ±9 standard deviations. Gradients are by
complex steps, exact to the last digits, Hessians by central differences of them.

*Source: Hedges and Vevea 1996, Journal of Educational and Behavioral Statistics 21:299,
doi:10.3102/10769986021004299; Squire and Trapp 1998, SIAM Review 40:110
(complex steps), doi:10.1137/S003614459631241X.*
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.multilevel._likelihood import Derivatives
from filiform.evidence.selection._weights import NEAREST, Smooth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.regression._model import RegressionModel

    Array = NDArray[np.float64]
    Complex = NDArray[np.complex128]
    Index = NDArray[np.intp]

_TINY = 1e-30
_DIFFERENCE = 1e-5
_REACH, _PANELS, _NODES = 9.0, 18, 12
# Two-sided p-values near 1 make a cusp at 0, of the kind |z|^δ: panels shrink towards it.
_CUSP = (1e-4, 1e-3, 1e-2, 0.1)
_ROOT_2 = math.sqrt(2.0)


@dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """Studies and a selection function; θ = (γ, τ², δ), γ the coefficients of orthogonal columns.

    Attributes:
        plain: the regression without selection, effects turned so that large ones are favoured.
        steps: upper ends of the intervals but the last (1); none for a smooth function.
        smooth: the smooth function, or None.
        two_sided: whether p-values are two-sided.
    """

    plain: RegressionModel
    steps: tuple[float, ...]
    smooth: Smooth | None
    two_sided: bool

    @property
    def y(self) -> Array:
        """The effects, `(k,)`."""
        return self.plain.effects

    @property
    def v(self) -> Array:
        """Their sampling variances, `(k,)`."""
        return self.plain.variances

    @property
    def p(self) -> int:
        """The number of coefficients."""
        return self.plain.p

    @property
    def transform(self) -> Array:
        """What γ is multiplied with to give the coefficients of the design, `(p, p)`."""
        return self.plain.inverse * math.sqrt(self.plain.k)

    def start(self, tau2: float) -> Array:
        """Return γ without selection."""
        beta = self.plain.fit(tau2).coefficients
        return np.asarray(np.linalg.solve(self.transform, beta))

    def p_values(self, y: Array) -> Array:
        """Return the p-values of effects `(k, …)`."""
        from scipy.special import ndtr  # noqa: PLC0415 - start-up: see `_distributions`

        sd = np.sqrt(self.v).reshape(-1, *([1] * (y.ndim - 1)))
        z = y / sd
        return np.asarray(2.0 * ndtr(-np.abs(z)) if self.two_sided else ndtr(-z))

    def intervals(self) -> Index:
        """Return the interval of each study's p-value, `(k,)`."""
        return np.searchsorted(self.steps, self.p_values(self.y), side="left")

    def value(self, theta: Array) -> float:
        """Return the log-likelihood."""
        return float(self._log_likelihood(theta.astype(np.complex128)).real)

    def gradient(self, theta: Array) -> Array:
        """Return its gradient."""
        found = np.empty(theta.size)
        for i in range(theta.size):
            turned = theta.astype(np.complex128)
            turned[i] += 1j * _TINY
            found[i] = self._log_likelihood(turned).imag / _TINY
        return found

    def derivatives(self, theta: Array) -> Derivatives:
        """Return the log-likelihood with gradient and Hessian."""
        hessian = np.empty((theta.size, theta.size))
        for i in range(theta.size):
            step = np.zeros(theta.size)
            step[i] = _DIFFERENCE * max(1.0, abs(float(theta[i])))
            rise = self.gradient(theta + step) - self.gradient(theta - step)
            hessian[i] = rise / (2.0 * step[i])
        return Derivatives(self.value(theta), self.gradient(theta), 0.5 * (hessian + hessian.T))

    def _log_likelihood(self, theta: Complex) -> np.complex128:
        p = self.p
        mean = self.plain.basis @ theta[:p] * math.sqrt(self.plain.k)
        total, delta = self.v + theta[p], theta[p + 1 :]
        sd = np.sqrt(total)
        density = -0.5 * (np.log(2.0 * np.pi * total) + (self.y - mean) ** 2 / total)
        if self.smooth is None:
            weights = np.concatenate([[1.0 + 0j], delta])
            log_w = np.log(weights)[self.intervals()]
            seen = self._step_share(mean, sd, weights)
        else:
            log_w = self.smooth.log_weight(self.p_values(self.y), delta)
            seen = self._smooth_share(self.smooth, mean, total, delta)
        return np.complex128((density + log_w - np.log(seen)).sum())

    def _step_share(self, mean: Complex, sd: Complex, weights: Complex) -> Complex:
        """Return A for steps: weights times the probabilities of the intervals."""
        from scipy.special import ndtri  # noqa: PLC0415 - start-up: see `_distributions`

        tails = np.array(self.steps) / (2.0 if self.two_sided else 1.0)
        cut = -ndtri(tails)[None, :] * np.sqrt(self.v)[:, None]
        beyond = _upper((cut - mean[:, None]) / sd[:, None])
        if self.two_sided:
            beyond = beyond + _upper((cut + mean[:, None]) / sd[:, None])
        ends = np.zeros((self.v.size, 1)), np.ones((self.v.size, 1))
        return np.asarray(np.diff(np.hstack([ends[0], beyond, ends[1]]), axis=1) @ weights)

    def _smooth_share(
        self, smooth: Smooth, mean: Complex, total: Complex, delta: Complex
    ) -> Complex:
        x, half_weights = self._nodes(mean.real, np.sqrt(total.real))
        log_density = -0.5 * (
            np.log(2.0 * np.pi * total)[:, None] + (x - mean[:, None]) ** 2 / total[:, None]
        )
        values = np.exp(log_density + smooth.log_weight(self.p_values(x), delta))
        return np.asarray((values * half_weights).sum(axis=1))

    def _nodes(self, mean: Array, sd: Array) -> tuple[Array, Array]:
        """Return nodes and weights, `(k, nodes)`; the clipped p-values are edges of panels."""
        from scipy.special import ndtri  # noqa: PLC0415 - start-up: see `_distributions`

        grid = mean[:, None] + np.linspace(-_REACH, _REACH, _PANELS + 1)[None, :] * sd[:, None]
        far: tuple[float, ...] = (-ndtri(NEAREST),)
        if self.two_sided:
            far = (-ndtri(NEAREST / 2.0), -ndtri(0.5 - NEAREST / 2.0), *_CUSP)
        bends = np.array([0.0, *far, *(-z for z in far)])[None, :] * np.sqrt(self.v)[:, None]
        bends = np.clip(bends, grid[:, :1], grid[:, -1:])
        edges = np.sort(np.hstack([grid, bends]), axis=1)
        x, w = np.polynomial.legendre.leggauss(_NODES)
        half = 0.5 * np.diff(edges, axis=1)[:, :, None]
        middle = 0.5 * (edges[:, 1:] + edges[:, :-1])[:, :, None]
        k = self.v.size
        return (middle + half * x).reshape(k, -1), (half * w).reshape(k, -1)


def _upper(z: Complex) -> Complex:
    """Return P(Z > z), also for a complex step."""
    from scipy.special import erfc  # noqa: PLC0415 - start-up: see `_distributions`

    real = z.real
    slope = np.exp(-0.5 * real * real) / math.sqrt(2.0 * math.pi)
    return np.asarray(0.5 * erfc(real / _ROOT_2) - 1j * z.imag * slope)
