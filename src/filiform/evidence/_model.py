"""The sums that every estimator of τ² is made of, for a model without moderators.

With w = 1/(v + τ²), μ = Σwy/Σw and P = W − W1(1'W1)⁻¹1'W:

    q     y'Py   = Σw(y − μ)²           tr_p   tr P  = Σw − Σw²/Σw
    ypp   y'PPy  = Σw²(y − μ)²          tr_pp  tr PP = Σw² − 2Σw³/Σw + (Σw²/Σw)²
    yppp  y'PPPy = Σw³(y − μ)² − (Σw²(y − μ))²/Σw

*Source: Viechtbauer 2005, Journal of Educational and Behavioral Statistics 30:261,
doi:10.3102/10769986030003261.*
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOG_2PI = math.log(2.0 * math.pi)

# Below this many studies a loop over Python floats is faster than numpy's calls (measured).
_SMALL = 24


class Sums(NamedTuple):
    """What the likelihood and its derivatives are made of at one τ²; the names are above."""

    sum_w: float
    sum_w2: float
    tr_p: float
    tr_pp: float
    q: float
    ypp: float
    yppp: float


class LikelihoodModel(Protocol):
    """What the likelihood of τ² needs of a model."""

    @property
    def k(self) -> int:
        """The number of effects."""

    @property
    def p(self) -> int:
        """The number of coefficients."""

    def sums_at(self, tau2: float) -> Sums:
        """Return all sums."""

    def log_likelihood(self, tau2: float, *, restricted: bool) -> float:
        """Return the (restricted) log-likelihood."""

    def unweighted(self) -> tuple[float, float]:
        """Return the residual sum of squares and tr PV of ordinary least squares."""


class Model(LikelihoodModel, Protocol):
    """A weighted regression of independent effects, at any τ²."""

    @property
    def effects(self) -> NDArray[np.float64]:
        """The effects, `(k,)`."""

    @property
    def variances(self) -> NDArray[np.float64]:
        """Their sampling variances, `(k,)`."""

    def q_at(self, tau2: float) -> tuple[float, float]:
        """Return `(y'Py, y'PPy)`."""

    def scores(self, grid: NDArray[np.float64], *, restricted: bool) -> NDArray[np.float64]:
        """Return twice the score of the (restricted) likelihood at each τ² of a grid."""

    def variance_of_quadratic_form(
        self, weights: NDArray[np.float64], tau2: float
    ) -> tuple[float, float]:
        """Return `(tr P, Var(y'Py))` for the P of any fixed weights, at a true τ²."""


class MeanModel:
    """The model whose only coefficient is the mean effect.

    Args:
        effects: `(k,)` finite.
        variances: `(k,)` finite and above 0.
    """

    __slots__ = ("effects", "k", "pairs", "variances")

    p = 1

    def __init__(self, effects: NDArray[np.float64], variances: NDArray[np.float64]) -> None:
        self.effects = effects
        self.variances = variances
        self.k = effects.size
        small = self.k <= _SMALL
        self.pairs = list(zip(effects.tolist(), variances.tolist(), strict=True)) if small else None

    def mean_at(self, tau2: float) -> tuple[float, float]:
        """Return `(μ, Σw)`."""
        w = 1.0 / (self.variances + tau2)
        total = float(np.add.reduce(w))
        return float(w @ self.effects) / total, total

    def q_at(self, tau2: float) -> tuple[float, float]:
        """Return `(y'Py, y'PPy)`."""
        if self.pairs is not None:
            return _small_q(self.pairs, tau2)
        w = 1.0 / (self.variances + tau2)
        r = self.effects - float(w @ self.effects) / float(np.add.reduce(w))
        wr = w * r
        return float(wr @ r), float(wr @ wr)

    def sums_at(self, tau2: float) -> Sums:
        """Return all sums."""
        if self.pairs is not None:
            return _small_sums(self.pairs, tau2)
        w = 1.0 / (self.variances + tau2)
        w1, w2, w3 = float(np.add.reduce(w)), float(w @ w), float((w * w) @ w)
        r = self.effects - float(w @ self.effects) / w1
        wr = w * r
        wwr = w * wr
        before = np.add.accumulate(w)[:-1]
        weights = w1, w2, w3, float(w[1:] @ before)
        squares = float(wr @ r), float(wr @ wr), float(wwr @ wr)
        return _sums(weights, *squares, float(np.add.reduce(wwr)))

    def scores(self, grid: NDArray[np.float64], *, restricted: bool) -> NDArray[np.float64]:
        """Return twice the score of the (restricted) likelihood at each τ² of a grid."""
        w = 1.0 / (self.variances + grid[:, None])
        sum_w = w.sum(axis=1)
        wr = w * (self.effects - ((w @ self.effects) / sum_w)[:, None])
        ypp = np.vecdot(wr, wr)
        return np.asarray(ypp - sum_w + (np.vecdot(w, w) / sum_w if restricted else 0.0))

    def log_likelihood(self, tau2: float, *, restricted: bool) -> float:
        """Return the (restricted) log-likelihood, with metafor's constants."""
        total = self.variances + tau2
        q, _ = self.q_at(tau2)
        k = self.k
        log_det = float(np.add.reduce(np.log(total)))
        if not restricted:
            return -0.5 * (k * LOG_2PI + log_det + q)
        sum_w = float(np.add.reduce(1.0 / total))
        return -0.5 * ((k - 1) * LOG_2PI + log_det + math.log(sum_w) - math.log(k) + q)

    def unweighted(self) -> tuple[float, float]:
        """Return `Σ(y − ȳ)²` and `Σv(1 − 1/k)`."""
        r = self.effects - self.effects.mean()
        return float(r @ r), float(self.variances.sum()) * (1.0 - 1.0 / self.k)

    def variance_of_quadratic_form(
        self, weights: NDArray[np.float64], tau2: float
    ) -> tuple[float, float]:
        """Return `(tr P, 2 tr(PΣPΣ))` with Σ = V + τ²I, for fixed weights a."""
        a, s = weights, self.variances + tau2
        total = float(a.sum())
        a2s = float((a * a) @ s)
        tr_p = total - float(a @ a) / total
        tr = float((a * s) @ (a * s)) - 2.0 * float((a * s * a * s) @ a) / total
        return tr_p, 2.0 * (tr + (a2s / total) ** 2)


def _small_q(pairs: list[tuple[float, float]], tau2: float) -> tuple[float, float]:
    w1 = wy = 0.0
    weights = []
    for y, v in pairs:
        w = 1.0 / (v + tau2)
        weights.append(w)
        w1 += w
        wy += w * y
    mean = wy / w1
    q = ypp = 0.0
    for w, (y, _) in zip(weights, pairs, strict=True):
        r = y - mean
        wr = w * r
        q += wr * r
        ypp += wr * wr
    return q, ypp


def _small_sums(pairs: list[tuple[float, float]], tau2: float) -> Sums:
    w1 = w2 = w3 = wy = pairs_of_weights = 0.0
    weights = []
    for y, v in pairs:
        w = 1.0 / (v + tau2)
        weights.append(w)
        ww = w * w
        pairs_of_weights += w * w1
        w1 += w
        w2 += ww
        w3 += ww * w
        wy += w * y
    mean = wy / w1
    q = ypp = third = cross = 0.0
    for w, (y, _) in zip(weights, pairs, strict=True):
        r = y - mean
        wr = w * r
        q += wr * r
        ypp += wr * wr
        wwr = w * wr
        third += wwr * wr
        cross += wwr
    return _sums((w1, w2, w3, pairs_of_weights), q, ypp, third, cross)


def _sums(
    weights: tuple[float, float, float, float], q: float, ypp: float, third: float, cross: float
) -> Sums:
    # tr P = Σw − Σw²/Σw = 2 Σ_{i<j} w_i w_j/Σw, which one study of all the weight does not cancel.
    w1, w2, w3, pairs = weights
    ratio = w2 / w1
    return Sums(
        w1,
        w2,
        2.0 * pairs / w1,
        w2 - 2.0 * w3 / w1 + ratio * ratio,
        q,
        ypp,
        third - cross * cross / w1,
    )
