"""Degrees of freedom of the coefficients of a multilevel model."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.evidence.multilevel.random import INTERCEPT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from filiform.evidence.multilevel._terms import Term

NORMAL: Final = "normal"
RESIDUAL: Final = "t"
CONTAIN: Final = "t_contain"

INTERVALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        NORMAL: NORMAL,
        "z": NORMAL,
        "wald": NORMAL,
        RESIDUAL: RESIDUAL,
        "residual": RESIDUAL,
        CONTAIN: CONTAIN,
        "contain": CONTAIN,
    }
)


def coefficient_df(kind: str, X: NDArray[np.float64], terms: Sequence[Term]) -> tuple[float, ...]:
    """Return the degrees of freedom of each coefficient.

        normal     infinite
        t          k − p
        t_contain  m − p, m the fewest groups of any grouping within which the column is constant

    Below 1 they are 1.

    Args:
        kind: one of the words above.
        X: `(k, p)` design.
        terms: the random terms.

    *Source: Pinheiro and Bates 2000, Mixed-Effects Models in S and S-PLUS, section 2.4.2,
    doi:10.1007/b98882 (containment).*
    """
    k, p = int(X.shape[0]), int(X.shape[1])
    if kind == NORMAL:
        return (math.inf,) * p
    if kind == RESIDUAL:
        return (float(k - p),) * p
    groupings = [grouping for term in terms for grouping in _groupings(term)]
    return tuple(float(max(1, _fewest(X[:, j], groupings) - p)) for j in range(p))


def group_df(kind: str, k: int, p: int, term: Term) -> float:
    """Return the degrees of freedom of the random effects of a term."""
    if kind == NORMAL:
        return math.inf
    levels = k if kind == RESIDUAL else len(term.groups)
    return float(max(1, levels - p))


def _groupings(term: Term) -> list[NDArray[np.intp]]:
    if term.kind == INTERCEPT:
        return [term.outer]
    return [term.outer, term.outer * len(term.levels) + term.inner]


def _fewest(column: NDArray[np.float64], groupings: list[NDArray[np.intp]]) -> int:
    counts = [
        int(np.unique(grouping).size) for grouping in groupings if _constant(column, grouping)
    ]
    return min(counts, default=column.size)


def _constant(column: NDArray[np.float64], grouping: NDArray[np.intp]) -> bool:
    _, first, back = np.unique(grouping, return_index=True, return_inverse=True)
    return bool((column == column[first][back]).all())
