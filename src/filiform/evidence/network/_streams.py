"""Evidence as a flow: a row of the hat matrix sends one unit from one treatment to the other.

A path of l comparisons that carries a flow of f gives f/l to each of them. Summing over all paths
needs no list of them: 1/l = ∫₀¹ x^(l−1) dx, and with every step multiplied by x the paths between
two treatments sum to (I − xP)⁻¹. Paths are shorter than t, so the integrand is a polynomial that
Gauss and Legendre's rule with t/2 points integrates exactly.

*Source: Papakonstantinou et al. 2018, F1000Research 7:610, doi:10.12688/f1000research.14770.3;
Davies et al. 2022, Statistics in Medicine 41:2091, doi:10.1002/sim.9346. The integral is ours.*
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

# Relative to the unit that flows: what is below is rounding of the hat matrix.
NO_FLOW = 1e-12
# A path count is kept when above this times the largest: netmeta's pseudoinverse cuts singular
# values at the square root of the rounding of doubles, the counts are their squares.
_RANK = 1e-13


class Graph(NamedTuple):
    """The direct comparisons as edges between treatments.

    Attributes:
        first, second: `(c,)` the treatments of each.
        size: how many treatments there are.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    size: int


def random_walk(
    hat: NDArray[np.float64], graph: Graph, source: NDArray[np.intp], sink: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the contributions when a walker leaves each treatment in proportion to the flow.

    Args:
        hat: `(r, c)` rows of the hat matrix.
        graph: the comparisons.
        source: `(r,)` the first treatment of each row.
        sink: `(r,)` the second.
    """
    step = _steps(hat, graph)
    rows = np.arange(hat.shape[0])
    step[rows, sink] = 0.0
    tail, head = _ends(hat, graph)
    found = np.zeros_like(hat)
    chance = step[rows[:, None], tail, head]
    for x, weight in _quadrature(graph.size):
        paths = np.linalg.inv(np.eye(graph.size) - x * step)
        before = paths[rows, source][rows[:, None], tail]
        after = paths[rows, :, sink][rows[:, None], head]
        # The step itself is multiplied by x too, which cancels with the x of x^(l−1).
        found += weight * before * chance * after
    return np.where(np.abs(hat) > NO_FLOW, found, 0.0)


def pseudoinverse(
    hat: NDArray[np.float64], graph: Graph, source: NDArray[np.intp], sink: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the contributions when the flows of the paths have the least sum of squares.

    With Z the paths' incidence of comparisons, the flows are φ = h Z⁺ = h (Z'Z)⁺ Z', and Z'Z counts
    the paths through each two comparisons.
    """
    found = np.zeros_like(hat)
    for row, (flow, s, e) in enumerate(zip(hat, source.tolist(), sink.tolist(), strict=True)):
        used = np.flatnonzero(np.abs(flow) > NO_FLOW)
        forward = flow[used] > 0.0
        tail = np.where(forward, graph.first[used], graph.second[used])
        head = np.where(forward, graph.second[used], graph.first[used])
        path = _Path(tail, head, graph.size, s, e)
        together = _together(path, 1.0)
        inverse = np.linalg.pinv(together, rcond=_RANK, hermitian=True)
        potential = inverse @ np.abs(flow[used])
        for x, weight in _quadrature(graph.size):
            through = _together(path, x)
            found[row, used] += weight / x * (through @ potential)
    return found


def shortest_paths(
    hat: NDArray[np.float64], graph: Graph, source: NDArray[np.intp], sink: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the contributions when the shortest path takes all the flow it can, then the next.

    Of several shortest paths that is taken which a breadth-first search meets first; treatments are
    numbered in the order in which the directed comparisons name them, as igraph does for netmeta.
    """
    found = np.zeros_like(hat)
    first, second = graph.first.tolist(), graph.second.tolist()
    for row, (s, e) in enumerate(zip(source.tolist(), sink.tolist(), strict=True)):
        _empty(hat[row].tolist(), (first, second), s, e, found[row])
    return found


def _empty(
    flow: list[float],
    ends: tuple[list[int], list[int]],
    source: int,
    sink: int,
    found: NDArray[np.float64],
) -> None:
    """Take streams out of one flow until no path is left."""
    number: dict[int, int] = {}
    leaving: dict[int, list[tuple[int, int, int]]] = {}
    left = {}
    for edge, (h, i, j) in enumerate(zip(flow, *ends, strict=True)):
        a, b = (i, j) if h > 0.0 else (j, i)
        number.setdefault(a, len(number))
        number.setdefault(b, len(number))
        if abs(h) > NO_FLOW:
            leaving.setdefault(a, []).append((b, edge, 0))
            left[edge] = abs(h)
    ordered = {
        node: sorted((number[b], b, edge) for b, edge, _ in out) for node, out in leaving.items()
    }
    while (path := _breadth_first(ordered, left, source, sink)) is not None:
        stream = min(left[edge] for edge in path)
        for edge in path:
            found[edge] += stream / len(path)
            left[edge] -= stream
            if left[edge] <= NO_FLOW:
                del left[edge]


def _breadth_first(
    leaving: dict[int, list[tuple[int, int, int]]], left: dict[int, float], source: int, sink: int
) -> list[int] | None:
    """Return the edges of a shortest path, None if there is none."""
    came: dict[int, tuple[int, int]] = {source: (-1, -1)}
    queue = [source]
    for node in queue:
        for _, following, edge in leaving.get(node, ()):
            if following not in came and edge in left:
                came[following] = (node, edge)
                if following == sink:
                    return _walk_back(came, sink)
                queue.append(following)
    return None


def _walk_back(came: dict[int, tuple[int, int]], sink: int) -> list[int]:
    path = []
    node, edge = came[sink]
    while edge >= 0:
        path.append(edge)
        node, edge = came[node]
    return path


def _steps(hat: NDArray[np.float64], graph: Graph) -> NDArray[np.float64]:
    """Return `(r, t, t)` the chance to go from one treatment to the next."""
    flow = np.zeros((hat.shape[0], graph.size, graph.size))
    kept = np.where(np.abs(hat) > NO_FLOW, hat, 0.0)
    flow[:, graph.first, graph.second] = np.maximum(kept, 0.0)
    flow[:, graph.second, graph.first] = np.maximum(-kept, 0.0)
    out = flow.sum(axis=2, keepdims=True)
    np.divide(flow, out, out=flow, where=out > 0.0)
    return flow


def _ends(hat: NDArray[np.float64], graph: Graph) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return `(r, c)` where each comparison's flow comes from and goes to."""
    forward = hat > 0.0
    return np.where(forward, graph.first, graph.second), np.where(
        forward, graph.second, graph.first
    )


class _Path(NamedTuple):
    """The directed comparisons that carry flow from a source to a sink."""

    tail: NDArray[np.intp]
    head: NDArray[np.intp]
    size: int
    source: int
    sink: int


def _together(path: _Path, x: float) -> NDArray[np.float64]:
    """Return `(c, c)` the sum, over the paths through both comparisons, of x to their length."""
    tail, head = path.tail, path.head
    step = np.zeros((path.size, path.size))
    step[tail, head] = x
    paths = np.linalg.inv(np.eye(path.size) - step)
    before, after = paths[path.source, tail] * x, x * paths[head, path.sink]
    in_order = before[:, None] * paths[head][:, tail] * after
    found: NDArray[np.float64] = in_order + in_order.T
    np.fill_diagonal(found, before * after / x)
    return found


def _quadrature(count: int) -> Iterator[tuple[float, float]]:
    """Yield points and weights that integrate polynomials of degree below `count` over 0 to 1."""
    points, weights = np.polynomial.legendre.leggauss(max(1, (count + 1) // 2))
    yield from zip((0.5 * (points + 1.0)).tolist(), (0.5 * weights).tolist(), strict=True)
