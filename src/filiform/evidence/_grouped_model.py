"""The model with one mean per group and one τ² for all of them.

P is block-diagonal, so every sum is the sum over the groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._model import MeanModel, Sums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class GroupedModel:
    """Several groups of studies that share τ².

    Args:
        groups: the studies of each group.
    """

    __slots__ = ("effects", "groups", "k", "p", "variances")

    def __init__(self, groups: Sequence[MeanModel]) -> None:
        self.groups = tuple(groups)
        self.effects = np.concatenate([group.effects for group in groups])
        self.variances = np.concatenate([group.variances for group in groups])
        self.k = self.effects.size
        self.p = len(self.groups)

    def q_at(self, tau2: float) -> tuple[float, float]:
        """Return `(y'Py, y'PPy)`."""
        parts = [group.q_at(tau2) for group in self.groups]
        return sum(q for q, _ in parts), sum(ypp for _, ypp in parts)

    def sums_at(self, tau2: float) -> Sums:
        """Return all sums."""
        parts = [group.sums_at(tau2) for group in self.groups]
        return Sums(*(sum(column) for column in zip(*parts, strict=True)))

    def scores(self, grid: NDArray[np.float64], *, restricted: bool) -> NDArray[np.float64]:
        """Return twice the score of the (restricted) likelihood at each τ² of a grid."""
        parts = [group.scores(grid, restricted=restricted) for group in self.groups]
        return np.asarray(np.sum(parts, axis=0))

    def log_likelihood(self, tau2: float, *, restricted: bool) -> float:
        """Return the (restricted) log-likelihood."""
        return sum(group.log_likelihood(tau2, restricted=restricted) for group in self.groups)

    def unweighted(self) -> tuple[float, float]:
        """Return the residual sum of squares and tr PV of ordinary least squares."""
        parts = [group.unweighted() for group in self.groups]
        return sum(rss for rss, _ in parts), sum(tr for _, tr in parts)

    def variance_of_quadratic_form(
        self, weights: NDArray[np.float64], tau2: float
    ) -> tuple[float, float]:
        """Return `(tr P, Var(y'Py))`."""
        ends = np.cumsum([group.k for group in self.groups])[:-1]
        parts = [
            group.variance_of_quadratic_form(own, tau2)
            for group, own in zip(self.groups, np.split(weights, ends), strict=True)
        ]
        return sum(tr for tr, _ in parts), sum(spread for _, spread in parts)
