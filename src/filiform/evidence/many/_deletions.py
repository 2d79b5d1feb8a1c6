"""All meta-analyses that lack one study of a set, without a copy of the set for each.

The weights differ from deletion to deletion, the effects do not: with the effects centred, each sum
is one product of the powers of the effects with the weights, less the deleted study's own term.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.many._batch import BatchSums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.many._batch import Array

# Weights that are held together: a megabyte stays in the cache.
_CHUNK = 1 << 17


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
        if tau2.size and (tau2 == tau2[0]).all():
            return self._shared_sums(float(tau2[0]), highest)
        step = max(1, _CHUNK // self.effects.size)
        parts = [
            self._chunk(tau2[i : i + step], self.deleted[i : i + step], highest)
            for i in range(0, tau2.size, step)
        ]
        return [np.concatenate(part, axis=1) for part in zip(*parts, strict=True)]

    def _chunk(self, tau2: Array, deleted: NDArray[np.intp], highest: int) -> list[Array]:
        w = 1.0 / (self.variances + tau2[:, None])
        w[np.arange(tau2.size), deleted] = 0.0
        power, found = w, [self.powers @ w.T]
        for _ in range(highest - 1):
            power = power * w
            found.append(self.powers @ power.T)
        return found

    def _shared_sums(self, tau2: float, highest: int) -> list[Array]:
        w = 1.0 / (self.variances + tau2)
        found = []
        for j in range(1, highest + 1):
            terms = self.powers * w**j
            found.append(terms.sum(axis=1)[:, None] - terms[:, self.deleted])
        return found

    def _least(self, values: Array) -> Array:
        """Return the smallest value that each deletion leaves."""
        order = np.argsort(values, kind="stable")
        least = np.where(self.deleted == order[0], values[order[1]], values[order[0]])
        return np.asarray(least, dtype=np.float64)


def _about(sums: Array, mean: Array) -> Array:
    """Return Σw^j (c − mean)² from the sums about the centre."""
    return np.asarray(sums[2] - 2.0 * mean * sums[1] + mean * mean * sums[0])
