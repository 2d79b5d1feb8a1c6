"""What counts follow, given their linear predictor: the cumulant function and its derivatives.

    log f(y | η) = y η − a(η) + c

    binomial            a = n ln(1 + e^η)                                       canonical logit
    poisson             a = e^η                                                 canonical log
    hypergeometric      a = ln Σ_u C(n₁, u) C(n₂, m − u) e^{uη}                 η the log odds ratio

*Source: Stijnen, Hamza and Özdemir 2010, Statistics in Medicine 29:3046, doi:10.1002/sim.4040.*
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# Newton's steps to the top of one count's likelihood; it is concave and needs about six.
_MOST_STEPS = 200
_SMALL_STEP = 1e-12


class Cumulants(NamedTuple):
    """a(η), its first and its second derivative, in the shape of η."""

    value: Array
    mean: Array
    variance: Array


class Family(Protocol):
    """A one-parameter exponential family for each study and arm."""

    def cumulants(self, eta: Array) -> Cumulants:
        """Return a(η) with derivatives; η is `(k, arms, nodes)`."""

    def highest(self, y: Array) -> Array:
        """Return the highest y η − a(η) of each count, its limit where η is infinite."""


@dataclass(frozen=True, slots=True, eq=False)
class Binomial:
    """Events among n people; `n` is `(k, arms)`."""

    n: Array

    def cumulants(self, eta: Array) -> Cumulants:
        """Return a(η) with derivatives."""
        n = self.n[:, :, None]
        p = 0.5 * (1.0 + np.tanh(0.5 * eta))
        return Cumulants(n * np.logaddexp(0.0, eta), n * p, n * p * (1.0 - p))

    def highest(self, y: Array) -> Array:
        """Return y ln p + (n − y) ln(1 − p) at p = y/n."""
        return _xlogy(y, y / self.n) + _xlogy(self.n - y, 1.0 - y / self.n)


@dataclass(frozen=True, slots=True)
class Poisson:
    """Events in a person-time that stands in the linear predictor."""

    def cumulants(self, eta: Array) -> Cumulants:
        """Return a(η) with derivatives."""
        rate = np.exp(np.minimum(eta, 700.0))
        return Cumulants(rate, rate, rate)

    def highest(self, y: Array) -> Array:
        """Return y ln y − y."""
        return _xlogy(y, y) - y


@dataclass(frozen=True, slots=True, eq=False)
class Hypergeometric:
    """Events of the first group, given those of both.

    Attributes:
        support: for each study, the counts that are possible.
        log_weights: for each study, ln C(n₁, u) C(n₂, m − u) on them.
    """

    support: tuple[Array, ...]
    log_weights: tuple[Array, ...]

    def cumulants(self, eta: Array) -> Cumulants:
        """Return a(η) with derivatives."""
        found = np.empty((3, *eta.shape))
        for i, (u, weights) in enumerate(zip(self.support, self.log_weights, strict=True)):
            terms = eta[i][..., None] * u + weights
            top = terms.max(axis=-1, keepdims=True)
            p = np.exp(terms - top)
            total = p.sum(axis=-1)
            mean = (p @ u) / total
            spread = (p * (u - mean[..., None]) ** 2).sum(axis=-1) / total
            found[:, i] = np.log(total) + top[..., 0], mean, spread
        return Cumulants(found[0], found[1], found[2])

    def highest(self, y: Array) -> Array:
        """Return y η − a(η) where the mean is y; the weight of y where y is an end."""
        found = np.empty_like(y)
        for i, (u, weights) in enumerate(zip(self.support, self.log_weights, strict=True)):
            if y[i, 0] in (u[0], u[-1]):
                found[i, 0] = -weights[int(y[i, 0] - u[0])]
            else:
                found[i, 0] = _inside(float(y[i, 0]), Hypergeometric((u,), (weights,)))
        return found


def _inside(y: float, one: Hypergeometric) -> float:
    eta = 0.0
    for _ in range(_MOST_STEPS):
        a = one.cumulants(np.full((1, 1, 1), eta))
        step = (y - float(a.mean[0, 0, 0])) / float(a.variance[0, 0, 0])
        eta += max(-1.0, min(1.0, step))
        if abs(step) < _SMALL_STEP:
            break
    return y * eta - float(one.cumulants(np.full((1, 1, 1), eta)).value[0, 0, 0])


def _xlogy(x: Array, y: Array) -> Array:
    """Return x ln y, 0 where x is 0."""
    return np.asarray(x * np.log(np.where(x > 0.0, y, 1.0)))
