"""The designs of a network: which sets of treatments its trials compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.evidence.network._tally import tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.network.data import NetworkData


class SameArms(NamedTuple):
    """The designs with the same number of arms.

    Attributes:
        designs: `(n,)` which designs they are.
        nodes: `(n, a)` their treatments, the first is the baseline.
        edges: `(e,)` their comparisons.
        row: `(e,)` the design of each comparison, as a row of `nodes`.
        first, second: `(e,)` its treatments, as columns of `nodes`.
    """

    designs: NDArray[np.intp]
    nodes: NDArray[np.intp]
    edges: NDArray[np.intp]
    row: NDArray[np.intp]
    first: NDArray[np.intp]
    second: NDArray[np.intp]


class Designs(NamedTuple):
    """The designs of a network.

    Attributes:
        treatments: `(d,)` the treatments of each, as positions; the smaller designs first.
        of_study: `(k,)` the design of each trial.
        of_edge: `(m,)` the design of each comparison.
        groups: the designs by their number of arms.
    """

    treatments: tuple[tuple[int, ...], ...]
    of_study: NDArray[np.intp]
    of_edge: NDArray[np.intp]
    groups: tuple[SameArms, ...]

    @property
    def contrasts(self) -> int:
        """The number of independent comparisons, Σ(arms − 1)."""
        return sum(len(arms) - 1 for arms in self.treatments)


def designs_of(data: NetworkData) -> Designs:
    """Return the designs in the order of their treatments."""
    arms: list[set[int]] = [set() for _ in data.studies]
    for s, i, j in zip(data.study.tolist(), data.first.tolist(), data.second.tolist(), strict=True):
        arms[s].add(i)
        arms[s].add(j)
    keys = [tuple(sorted(own)) for own in arms]
    found = sorted(set(keys), key=lambda key: (len(key), key))
    number = {key: n for n, key in enumerate(found)}
    of_study = np.array([number[key] for key in keys], dtype=np.intp)
    of_edge = of_study[data.study]
    return Designs(tuple(found), of_study, of_edge, tuple(_groups(data, found, of_edge)))


def _groups(
    data: NetworkData, designs: list[tuple[int, ...]], of_edge: NDArray[np.intp]
) -> list[SameArms]:
    sizes = np.array([len(own) for own in designs])
    groups = []
    for a in sorted(set(sizes.tolist())):
        own = np.flatnonzero(sizes == a)
        nodes = np.array([designs[d] for d in own.tolist()], dtype=np.intp)
        edges = np.flatnonzero(sizes[of_edge] == a)
        row = np.searchsorted(own, of_edge[edges])
        first = (nodes[row] == data.first[edges, None]).argmax(axis=1)
        second = (nodes[row] == data.second[edges, None]).argmax(axis=1)
        groups.append(SameArms(own, nodes, edges, row, first, second))
    return groups


def laplacians_of(group: SameArms, w: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `(n, a, a)` the Laplacians of the designs of a group, from `(m,)` weights."""
    n, a = group.nodes.shape
    cell = (group.row * a + group.first) * a + group.second
    half = tally(cell, w[group.edges], n * a * a).reshape(n, a, a)
    found = -(half + half.transpose(0, 2, 1))
    diagonal = np.arange(a)
    found[:, diagonal, diagonal] = -found.sum(axis=2)
    return found
