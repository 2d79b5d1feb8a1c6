"""The sums that every estimator of τ² is made of, for a model without moderators.

With w = 1/(v + τ²), μ = Σwy/Σw and P = W − W1(1'W1)⁻¹1'W:

    q     y'Py   = Σw(y − μ)²           tr_p   tr P  = Σw − Σw²/Σw
    ypp   y'PPy  = Σw²(y − μ)²          tr_pp  tr PP = Σᵢⱼ Pᵢⱼ²
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
        w1, w2 = float(np.add.reduce(w)), float(w @ w)
        r = self.effects - float(w @ self.effects) / w1
        wr = w * r
        wwr = w * wr
        cross = float(np.add.reduce(wwr))
        tr_p = 2.0 * _pairs(w) / w1
        tr_pp = _squares_of_p(w, w1, np.ones_like(w))
        yppp = float(wwr @ wr) - cross * cross / w1
        return Sums(w1, w2, tr_p, tr_pp, float(wr @ r), float(wr @ wr), yppp)

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
        a, total = weights, float(weights.sum())
        spread = _squares_of_p(a, total, self.variances + tau2)
        return 2.0 * _pairs(a) / total, 2.0 * spread


def _pairs(a: NDArray[np.float64]) -> float:
    """Return Σ aᵢaⱼ over i < j."""
    return float(a[1:] @ np.add.accumulate(a)[:-1])


def _squares_of_p(a: NDArray[np.float64], total: float, s: NDArray[np.float64]) -> float:
    """Return Σᵢⱼ Pᵢⱼ² sᵢsⱼ of the P of weights a.

    P has aᵢ(A − aᵢ)/A on its diagonal, −aᵢaⱼ/A beside it: sums of squares, so no digit is lost
    where one study has all the weight.
    """
    rest = total - a
    first = int(a.argmax())
    if a[first] > 0.5 * total:
        rest[first] = np.add.reduce(a[:first]) + np.add.reduce(a[first + 1 :])
    diagonal = a * rest / total * s
    return float(diagonal @ diagonal) + 2.0 * _pairs(a * a / total * s)


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
    w1 = wy = pairs_of_weights = 0.0
    weights = []
    for y, v in pairs:
        w = 1.0 / (v + tau2)
        weights.append(w)
        pairs_of_weights += w * w1
        w1 += w
        wy += w * y
    top = max(weights)
    mean = wy / w1
    w2 = q = ypp = third = cross = tr_pp = before = 0.0
    for w, (y, _) in zip(weights, pairs, strict=True):
        ww = w * w
        rest = w1 - w if w != top else _rest(weights, w1)
        share = ww / w1
        tr_pp += (w * rest / w1) ** 2 + 2.0 * share * before
        before += share
        w2 += ww
        r = y - mean
        wr = w * r
        q += wr * r
        ypp += wr * wr
        wwr = w * wr
        third += wwr * wr
        cross += wwr
    # tr P = Σw − Σw²/Σw = 2 Σ_{i<j} w_i w_j/Σw, which one study of all the weight does not cancel.
    return Sums(w1, w2, 2.0 * pairs_of_weights / w1, tr_pp, q, ypp, third - cross * cross / w1)


def _rest(weights: list[float], total: float) -> float:
    """Return the weights without the largest, of which nothing may cancel."""
    top = max(weights)
    if top <= 0.5 * total:
        return total - top
    first = weights.index(top)
    return sum(weights[:first]) + sum(weights[first + 1 :])
