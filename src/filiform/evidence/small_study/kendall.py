"""Kendall's rank correlation, exact where there are no ties."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.evidence._distributions import two_sided_p

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Beyond this many the normal approximation is as good and the exact sum slow.
_EXACT = 150


class Kendall(NamedTuple):
    """The rank correlation τ, its score with standard error, and p-values.

    Attributes:
        tau: τ-b, corrected for ties.
        score: concordant less discordant pairs.
        score_error: its standard error if there is no correlation.
        p_value: exact where there are no ties and few studies, else of the normal.
        normal_p: of score / score_error.
    """

    tau: float
    score: float
    score_error: float
    p_value: float
    normal_p: float


def kendall(x: NDArray[np.float64], y: NDArray[np.float64]) -> Kendall:
    """Return the rank correlation of two rows of numbers, `(k,)` each, not all the same.

    *Source: Kendall and Gibbons 1990, Rank Correlation Methods, 5th edition, chapters 1 to 5.*

    >>> import numpy as np
    >>> found = kendall(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 4.0]))
    >>> round(found.tau, 4), round(found.p_value, 4)
    (0.6667, 0.3333)
    """
    k = x.size
    above = np.tril_indices(k, -1)
    signs_x = np.sign(np.subtract.outer(x, x))[above]
    signs_y = np.sign(np.subtract.outer(y, y))[above]
    score = float(signs_x @ signs_y)
    tau = score / math.sqrt(float((signs_x**2).sum()) * float((signs_y**2).sum()))
    error = math.sqrt(_score_variance(x, y))
    normal = two_sided_p(score / error, math.inf)
    tied = (signs_x == 0.0).any() or (signs_y == 0.0).any()
    exact = normal if tied or k > _EXACT else _exact_p(score, k)
    return Kendall(tau, score, error, exact, normal)


def _score_variance(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    n = x.size
    t = np.unique(x, return_counts=True)[1].astype(np.float64)
    u = np.unique(y, return_counts=True)[1].astype(np.float64)
    total = n * (n - 1.0) * (2.0 * n + 5.0)
    total -= float((t * (t - 1.0) * (2.0 * t + 5.0)).sum())
    total -= float((u * (u - 1.0) * (2.0 * u + 5.0)).sum())
    value = total / 18.0
    triples = float((t * (t - 1.0) * (t - 2.0)).sum()) * float((u * (u - 1.0) * (u - 2.0)).sum())
    pairs = float((t * (t - 1.0)).sum()) * float((u * (u - 1.0)).sum())
    if n > 2:
        value += triples / (9.0 * n * (n - 1.0) * (n - 2.0))
    return value + pairs / (2.0 * n * (n - 1.0))


def _exact_p(score: float, k: int) -> float:
    """Return twice the smaller tail of the number of concordant pairs, at most 1."""
    share = np.ones(1)
    for n in range(2, k + 1):
        share = np.convolve(share, np.full(n, 1.0 / n))
    pairs = k * (k - 1) // 2
    concordant = round((score + pairs) / 2.0)
    upper, lower = float(share[concordant:].sum()), float(share[: concordant + 1].sum())
    return min(1.0, 2.0 * min(upper, lower))
