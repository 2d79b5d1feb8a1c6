"""Variance inflation: what moderators that go together cost in precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class VarianceInflation:
    """How much larger a variance is than if the other moderators were unrelated.

    Attributes:
        name: of the coefficient, or the names of those of one term.
        coefficients: how many they are.
        factor: the (generalised) variance inflation factor, 1 or above.
        scaled: `factor` to the power 1/(2 coefficients), by which standard errors are inflated.
    """

    name: str
    coefficients: int
    factor: float
    scaled: float


def variance_inflation(
    names: Sequence[str], terms: Sequence[int], covariance: Array
) -> tuple[VarianceInflation, ...]:
    """Return the inflation of groups of coefficients.

    det R₁₁ det R₂₂ / det R, with R the correlations of the coefficients but the intercept, 1 those
    of the group and 2 the others.

    Args:
        names: `(p,)` of the coefficients.
        terms: `(p,)` the group of each; below 0 for the intercept.
        covariance: `(p, p)` of the coefficients.

    Raises:
        EvidenceError: for no more than one coefficient besides the intercept.

    *Source: Fox and Monette 1992, Journal of the American Statistical Association 87:178,
    doi:10.1080/01621459.1992.10475190.*

    >>> found = variance_inflation(["intercept", "dose", "year"], [-1, 0, 1],
    ...                            np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.6], [0.0, 0.6, 1.0]]))
    >>> [(one.name, round(one.factor, 4)) for one in found]
    [('dose', 1.5625), ('year', 1.5625)]
    """
    kept = [j for j, term in enumerate(terms) if term >= 0]
    groups = dict.fromkeys(terms[j] for j in kept)
    if len(groups) < 2:
        raise EvidenceError(
            f"{len(kept)} coefficients of {len(groups)} moderators besides the intercept, at least "
            "2 moderators are needed: nothing can inflate the variance of one"
        )
    size = np.sqrt(np.diagonal(covariance))
    R = (covariance / np.outer(size, size))[np.ix_(kept, kept)]
    found = []
    for group in groups:
        inside = np.array([terms[j] == group for j in kept])
        factor = _det(R[np.ix_(inside, inside)]) * _det(R[np.ix_(~inside, ~inside)]) / _det(R)
        m = int(inside.sum())
        name = ", ".join(names[j] for j in kept if terms[j] == group)
        found.append(VarianceInflation(name, m, factor, factor ** (1.0 / (2.0 * m))))
    return tuple(found)


def _det(matrix: Array) -> float:
    return float(np.linalg.det(matrix))
