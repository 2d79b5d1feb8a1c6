"""All meta-analyses that lack one study of a set, without a copy of the set for each.

The weights differ from deletion to deletion, but hardly: the sums of all studies at the τ² of many
deletions are one power series, from which the deleted study's own term is taken. The work grows
with the number of studies, not with its square.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.many._batch import BatchSums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.many._batch import Array

# A series reaches so far from its middle, in units of the largest weight; what it leaves out is
# below 1e-17 of it.
_RADIUS, _LOG_LEFT_OUT = 0.2, math.log(1e-20)
# Weights of their own are cheaper for so few deletions, and for so few deletions times studies.
_FEW, _LITTLE = 8, 1 << 16
# A study with more than this share of a sum is left out of it, not taken off: subtraction would
# cost digits.
_HEAVY = 0.5


class Series:
    """Sums over all studies at many τ² near each other, as power series about one of them.

    With w = 1/(v + t) and the largest weight W, for |u| = |δ|W up to the radius,

        Σ c^p/(v + t + δ)^j = Σ_n (−u)^n C(n + j − 1, n) Σ c^p w^j (w/W)^n

    Args:
        variances: `(k,)` above 0.
        powers: `(3, k)` 1, c and c².
        first: the smallest τ².
        last: the largest, at most `reach` of the smallest.
        highest: of the powers j.
    """

    __slots__ = ("_coefficients", "_tau2", "_top")

    def __init__(
        self, variances: Array, powers: Array, first: float, last: float, highest: int
    ) -> None:
        self._tau2 = 0.5 * (first + last)
        self._top = 1.0 / (float(variances.min()) + self._tau2)
        radius = 0.5 * (last - first) * self._top
        terms = 1 if radius == 0.0 else 2 + math.ceil(_LOG_LEFT_OUT / math.log(radius))
        w = 1.0 / (variances + self._tau2)
        shares = np.empty((terms, variances.size))
        shares[0], shares[1:] = 1.0, w / self._top
        np.multiply.accumulate(shares, out=shares)
        n = np.arange(terms)
        binomial = 1.0 - 2.0 * (n % 2)
        found = []
        for j in range(1, highest + 1):
            powers = powers * w
            found.append((powers @ shares.T) * binomial)
            binomial = binomial * (n + j) / j
        self._coefficients = np.stack(found)

    def at(self, tau2: Array) -> Array:
        """Return the sums, `(highest, 3, m)`, at τ² from `first` to `last`."""
        rising = np.empty((self._coefficients.shape[2], tau2.size))
        rising[0], rising[1:] = 1.0, (tau2 - self._tau2) * self._top
        np.multiply.accumulate(rising, out=rising)
        return np.asarray(self._coefficients @ rising)


def reach(variances: Array, first: float) -> float:
    """Return the largest τ² that one series has with a smallest one."""
    least = float(variances.min())
    return first + 2.0 * _RADIUS * (first + least) / (1.0 - _RADIUS)


class Deletions:
    """The meta-analyses left when single studies are deleted.

    Args:
        effects: `(k,)` of the whole set, k of 2 or more.
        variances: `(k,)` above 0.
        deleted: `(m,)` which study each meta-analysis lacks.
    """

    __slots__ = ("centre", "deleted", "effects", "k", "most", "powers", "variances")

    def __init__(self, effects: Array, variances: Array, deleted: NDArray[np.intp]) -> None:
        self.effects = effects
        self.variances = variances
        self.deleted = deleted
        self.most = effects.size - 1
        self.k = np.full(deleted.size, float(self.most))
        self.centre = float((effects / variances).sum() / (1.0 / variances).sum())
        c = effects - self.centre
        self.powers = np.stack([np.ones_like(c), c, c * c])

    def take(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Deletions:
        """Return some of the deletions."""
        return Deletions(self.effects, self.variances, self.deleted[which])

    def mean_and_q(self, tau2: Array) -> tuple[Array, Array, Array]:
        """Return `(μ, Σw, y'Py)`."""
        (first,) = self._sums(tau2, 1)
        mean = first[1] / first[0]
        return self.centre + mean, first[0], first[2] - mean * first[1]

    def extremes(self) -> tuple[Array, Array, Array]:
        """Return the smallest and the largest variance and the range of the effects."""
        low_v, high_v = self._least(self.variances), -self._least(-self.variances)
        return low_v, high_v, -self._least(-self.effects) - self._least(self.effects)

    def q_at(self, tau2: Array) -> tuple[Array, Array]:
        """Return `(y'Py, y'PPy)`."""
        first, second = self._sums(tau2, 2)
        mean = first[1] / first[0]
        return first[2] - mean * first[1], _about(second, mean)

    def scores(self, tau2: Array, *, restricted: bool) -> Array:
        """Return twice the score of the (restricted) likelihood."""
        first, second = self._sums(tau2, 2)
        ypp = _about(second, first[1] / first[0])
        return np.asarray(ypp - first[0] + (second[0] / first[0] if restricted else 0.0))

    def sums_at(self, tau2: Array) -> BatchSums:
        """Return all sums."""
        first, second, third = self._sums(tau2, 3)
        w1, w2, w3 = first[0], second[0], third[0]
        mean = first[1] / w1
        ratio = w2 / w1
        cross = second[1] - mean * w2
        return BatchSums(
            w1,
            w2,
            w1 - ratio,
            w2 - 2.0 * w3 / w1 + ratio * ratio,
            first[2] - mean * first[1],
            _about(second, mean),
            _about(third, mean) - cross * cross / w1,
        )

    def log_likelihood(self, tau2: Array, *, restricted: bool) -> Array:
        """Return the (restricted) log-likelihood up to a constant."""
        _, sum_w, q = self.mean_and_q(tau2)
        logs = np.array(
            [
                np.log(self.variances + t).sum() - np.log(self.variances[j] + t)
                for t, j in zip(tau2, self.deleted, strict=True)
            ]
        )
        return np.asarray(-0.5 * (logs + q + (np.log(sum_w) if restricted else 0.0)))

    def trace(self) -> Array:
        """Return `tr P` at τ² = 0, from the pairs of weights before and after the deleted one."""
        w = 1.0 / self.variances
        before, pairs_before = _before(w)
        after, pairs_after = (part[::-1] for part in _before(w[::-1]))
        pairs = pairs_before + pairs_after + before * after
        return np.asarray((2.0 * pairs / (before + after))[self.deleted])

    def unweighted_variance(self) -> Array:
        """Return `Σ(y − ȳ)²/k`."""
        totals = self.powers.sum(axis=1)[:, None] - self.powers[:, self.deleted]
        return np.asarray(totals[2] / self.k - (totals[1] / self.k) ** 2)

    def unweighted_moment(self) -> Array:
        """Return Hedges' estimate of τ² before it is cut at 0."""
        v = self.variances.sum() - self.variances[self.deleted]
        return np.asarray(self.unweighted_variance() * self.k / (self.k - 1.0) - v / self.k)

    def _sums(self, tau2: Array, highest: int) -> list[Array]:
        """Return Σw^j, Σw^j c and Σw^j c² for j up to `highest`, `(3, m)` each."""
        if tau2.size * self.effects.size <= _LITTLE:
            return list(self._one_by_one(tau2, np.arange(tau2.size), highest))
        found = np.empty((highest, 3, tau2.size))
        order = np.argsort(tau2, kind="stable")
        ranked, start = tau2[order], 0
        while start < tau2.size:
            first = float(ranked[start])
            end = int(np.searchsorted(ranked, reach(self.variances, first), side="right"))
            which, last = order[start:end], float(ranked[end - 1])
            if end - start <= _FEW and last > first:
                found[:, :, which] = self._one_by_one(tau2[which], which, highest)
            else:
                near = Series(self.variances, self.powers, first, last, highest)
                found[:, :, which] = self._less_own(near.at(tau2[which]), tau2, which)
            start = end
        return list(found)

    def _less_own(self, totals: Array, tau2: Array, which: NDArray[np.intp]) -> Array:
        """Take the deleted studies' terms off sums of all studies."""
        highest, own = totals.shape[0], self.deleted[which]
        w = 1.0 / (self.variances[own] + tau2[which])
        terms = w ** np.arange(1, highest + 1)[:, None, None] * self.powers[:, own]
        heavy = (terms[:, ::2] > _HEAVY * totals[:, ::2]).any(axis=(0, 1))
        totals -= terms
        if heavy.any():
            alone = which[heavy]
            totals[:, :, heavy] = self._one_by_one(tau2[alone], alone, highest)
        return totals

    def _one_by_one(self, tau2: Array, which: NDArray[np.intp], highest: int) -> Array:
        """Return the sums from weights of their own, `(highest, 3, m)`."""
        w = 1.0 / (self.variances + tau2[:, None])
        w[np.arange(tau2.size), self.deleted[which]] = 0.0
        return np.stack([self.powers @ (w**j).T for j in range(1, highest + 1)])

    def _least(self, values: Array) -> Array:
        """Return the smallest value that each deletion leaves."""
        order = np.argsort(values, kind="stable")
        least = np.where(self.deleted == order[0], values[order[1]], values[order[0]])
        return np.asarray(least, dtype=np.float64)


def _before(w: Array) -> tuple[Array, Array]:
    """Return the sum of the weights before each, and the sum of their products in pairs."""
    before = np.concatenate([[0.0], np.add.accumulate(w)[:-1]])
    return before, np.concatenate([[0.0], np.add.accumulate(w * before)[:-1]])


def _about(sums: Array, mean: Array) -> Array:
    """Return Σw^j (c − mean)² from the sums about the centre."""
    return np.asarray(sums[2] - 2.0 * mean * sums[1] + mean * mean * sums[0])
