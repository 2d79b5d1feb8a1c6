"""The studies cut into independent blocks; blocks of one size are stacked and worked on at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from filiform.evidence.multilevel._terms import Term

    Array = NDArray[np.float64]
    Index = NDArray[np.intp]


class Pairs(NamedTuple):
    """For one term and stack: the inner levels of each pair, and who shares a group."""

    a: Index
    b: Index
    same: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """`(b, n)` studies in b blocks of n.

    Attributes:
        rows: `(b, n)` which studies.
        y: `(b, n)` effects.
        X: `(b, n, p)` design.
        V: `(b, n, n)` sampling covariances.
        pairs: one a term.
    """

    rows: Index
    y: Array
    X: Array
    V: Array
    pairs: tuple[Pairs, ...]


def stacks(y: Array, X: Array, V: Array, terms: Sequence[Term]) -> tuple[Stack, ...]:
    """Return the blocks of a model, V being `(k,)` variances or a `(k, k)` matrix."""
    found: dict[int, list[Index]] = {}
    for rows in independent_blocks(V, [term.outer for term in terms]):
        found.setdefault(rows.size, []).append(rows)
    return tuple(_stack(np.array(rows), y, X, V, terms) for rows in found.values())


def independent_blocks(V: Array, groupings: Sequence[Index]) -> list[Index]:
    """Return the rows of each set of studies that nothing ties to the others."""
    k = V.shape[0]
    parent = list(range(k))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, j in _ties(V, groupings):
        parent[root(j)] = root(i)
    blocks: dict[int, list[int]] = {}
    for i in range(k):
        blocks.setdefault(root(i), []).append(i)
    return [np.array(rows, dtype=np.intp) for rows in blocks.values()]


def _ties(V: Array, groupings: Sequence[Index]) -> list[tuple[int, int]]:
    ties: list[tuple[int, int]] = []
    if V.ndim == 2:
        ties += zip(*(index.tolist() for index in np.nonzero(np.triu(V, 1))), strict=True)
    for grouping in groupings:
        first: dict[int, int] = {}
        ties += [(first.setdefault(group, i), i) for i, group in enumerate(grouping.tolist())]
    return ties


def _stack(rows: Index, y: Array, X: Array, V: Array, terms: Sequence[Term]) -> Stack:
    if V.ndim == 2:
        v = V[rows[:, :, None], rows[:, None, :]]
    else:
        v = V[rows][:, :, None] * np.eye(rows.shape[1])
    pairs = tuple(
        Pairs(
            term.inner[rows][:, :, None],
            term.inner[rows][:, None, :],
            term.outer[rows][:, :, None] == term.outer[rows][:, None, :],
        )
        for term in terms
    )
    return Stack(rows, y[rows], X[rows], v, pairs)
