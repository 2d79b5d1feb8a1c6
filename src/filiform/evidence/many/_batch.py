"""The sums of `_model` for many meta-analyses at once.

Studies run down the first axis, meta-analyses along the second, so that sums over studies add whole
rows. A study that a meta-analysis lacks has an infinite variance, hence no weight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.float64]


class BatchSums(NamedTuple):
    """What `_model.Sums` holds, `(m,)` each."""

    sum_w: Array
    sum_w2: Array
    tr_p: Array
    tr_pp: Array
    q: Array
    ypp: Array
    yppp: Array


def _dot(a: Array, b: Array) -> Array:
    return np.asarray(np.einsum("km,km->m", a, b))


class ManyModels(Protocol):
    """What the estimators need of many meta-analyses at once."""

    @property
    def k(self) -> Array:
        """Numbers of studies, `(m,)`."""

    @property
    def most(self) -> int:
        """The largest number of studies."""

    def take(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> ManyModels:
        """Return some of the meta-analyses."""

    def mean_and_q(self, tau2: Array) -> tuple[Array, Array, Array]:
        """Return `(μ, Σw, y'Py)`."""

    def extremes(self) -> tuple[Array, Array, Array]:
        """Return the smallest and the largest variance and the range of the effects."""

    def q_at(self, tau2: Array) -> tuple[Array, Array]:
        """Return `(y'Py, y'PPy)`."""

    def scores(self, tau2: Array, *, restricted: bool) -> Array:
        """Return twice the score of the (restricted) likelihood."""

    def sums_at(self, tau2: Array) -> BatchSums:
        """Return all sums."""

    def log_likelihood(self, tau2: Array, *, restricted: bool) -> Array:
        """Return the (restricted) log-likelihood up to a constant."""

    def trace(self) -> Array:
        """Return `tr P` at τ² = 0."""

    def unweighted_variance(self) -> Array:
        """Return `Σ(y − ȳ)²/k`."""

    def unweighted_moment(self) -> Array:
        """Return Hedges' estimate of τ² before it is cut at 0."""


class Batch:
    """Many meta-analyses.

    Args:
        effects: `(k, m)`; any finite number where a study is missing.
        variances: `(k, m)` above 0; infinite where a study is missing.
    """

    __slots__ = ("effects", "k", "most", "present", "variances")

    def __init__(self, effects: Array, variances: Array) -> None:
        self.effects = effects
        self.variances = variances
        self.present = np.isfinite(variances)
        self.k = self.present.sum(axis=0).astype(np.float64)
        self.most = effects.shape[0]

    def take(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Batch:
        """Return some of the meta-analyses."""
        return Batch(
            np.ascontiguousarray(self.effects[:, which]),
            np.ascontiguousarray(self.variances[:, which]),
        )

    def mean_at(self, tau2: Array) -> tuple[Array, Array, Array]:
        """Return `(w, μ, Σw)`; w is `(k, m)`."""
        w = 1.0 / (self.variances + tau2)
        sum_w = w.sum(axis=0)
        return w, _dot(w, self.effects) / sum_w, sum_w

    def mean_and_q(self, tau2: Array) -> tuple[Array, Array, Array]:
        """Return `(μ, Σw, y'Py)`."""
        w, mean, sum_w = self.mean_at(tau2)
        r = self.effects - mean
        return mean, sum_w, np.asarray(np.einsum("km,km,km->m", w, r, r))

    def extremes(self) -> tuple[Array, Array, Array]:
        """Return the smallest and the largest variance and the range of the effects."""
        largest = np.where(self.present, self.variances, 0.0).max(axis=0)
        low = np.where(self.present, self.effects, np.inf).min(axis=0)
        high = np.where(self.present, self.effects, -np.inf).max(axis=0)
        return self.variances.min(axis=0), largest, high - low

    def q_at(self, tau2: Array) -> tuple[Array, Array]:
        """Return `(y'Py, y'PPy)`."""
        w, mean, _ = self.mean_at(tau2)
        r = self.effects - mean
        w *= r
        return _dot(w, r), _dot(w, w)

    def scores(self, tau2: Array, *, restricted: bool) -> Array:
        """Return twice the score of the (restricted) likelihood."""
        w, mean, sum_w = self.mean_at(tau2)
        sum_w2 = _dot(w, w) if restricted else None
        w *= self.effects - mean
        ypp = _dot(w, w)
        return ypp - sum_w if sum_w2 is None else ypp - sum_w + sum_w2 / sum_w

    def sums_at(self, tau2: Array) -> BatchSums:
        """Return all sums."""
        w, mean, w1 = self.mean_at(tau2)
        ww = w * w
        w2, w3 = ww.sum(axis=0), _dot(ww, w)
        r = self.effects - mean
        wr = w * r
        ww *= r
        q, ypp, third, cross = _dot(wr, r), _dot(wr, wr), _dot(ww, wr), ww.sum(axis=0)
        ratio = w2 / w1
        return BatchSums(
            w1,
            w2,
            w1 - ratio,
            w2 - 2.0 * w3 / w1 + ratio * ratio,
            q,
            ypp,
            third - cross * cross / w1,
        )

    def log_likelihood(self, tau2: Array, *, restricted: bool) -> Array:
        """Return the (restricted) log-likelihood up to a constant."""
        total = np.where(self.present, self.variances + tau2, 1.0)
        q, _ = self.q_at(tau2)
        value = np.log(total).sum(axis=0) + q
        if restricted:
            value += np.log((1.0 / (self.variances + tau2)).sum(axis=0))
        return np.asarray(-0.5 * value)

    def trace(self) -> Array:
        """Return `tr P` at τ² = 0, as `_model._sums` has it."""
        w = 1.0 / self.variances
        sums = np.add.accumulate(w, axis=0)
        return np.asarray(2.0 * _dot(w[1:], sums[:-1]) / sums[-1])

    def unweighted_variance(self) -> Array:
        """Return `Σ(y − ȳ)²/k`."""
        mean = np.where(self.present, self.effects, 0.0).sum(axis=0) / self.k
        r = np.where(self.present, self.effects - mean, 0.0)
        return np.asarray(_dot(r, r) / self.k)

    def unweighted_moment(self) -> Array:
        """Return Hedges' estimate of τ² before it is cut at 0."""
        v = np.where(self.present, self.variances, 0.0).sum(axis=0)
        return np.asarray(self.unweighted_variance() * self.k / (self.k - 1.0) - v / self.k)
