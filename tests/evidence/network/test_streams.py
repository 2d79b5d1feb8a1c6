"""The contributions, against an enumeration of all paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.evidence.network.networks import DATASETS, network_of

from filiform.evidence.network import Network, contributions, hat_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

Path = list[tuple[int, float]]


def all_paths(net: Network, row: NDArray[np.float64], source: int, sink: int) -> list[Path]:
    """Every path of the flow as a list of (comparison, flow)."""
    hat = hat_matrix(net)
    leaving: dict[int, list[tuple[int, int, float]]] = {}
    for edge, (name, flow) in enumerate(zip(hat.columns, row.tolist(), strict=True)):
        i, j = (net.treatments.index(part) for part in name.split(":"))
        if abs(flow) > 1e-12:
            start, end = (i, j) if flow > 0 else (j, i)
            leaving.setdefault(start, []).append((end, edge, abs(flow)))
    found: list[Path] = []

    def walk(node: int, path: Path) -> None:
        if node == sink:
            found.append(path)
            return
        for end, edge, flow in leaving.get(node, []):
            walk(end, [*path, (edge, flow)])

    walk(source, [])
    return found


def rows_of(net: Network) -> list[tuple[NDArray[np.float64], int, int]]:
    hat = hat_matrix(net)
    return [
        (row, *(net.treatments.index(part) for part in name.split(":")))
        for name, row in zip(hat.rows, hat.matrix, strict=True)
    ]


@pytest.mark.parametrize("name", DATASETS)
def test_the_random_walk_is_the_sum_over_all_paths(name: str) -> None:
    net = network_of(name)
    found = contributions(net, method="random_walk").matrix
    for own, (row, source, sink) in zip(found, rows_of(net), strict=True):
        out: dict[int, float] = {}
        paths = all_paths(net, row, source, sink)
        ends = {edge: flow for path in paths for edge, flow in path}
        starts = _starts(net, row)
        for edge, flow in ends.items():
            out[starts[edge]] = out.get(starts[edge], 0.0) + flow
        expected = np.zeros(row.size)
        for path in paths:
            chance = np.prod([flow / out[starts[edge]] for edge, flow in path])
            for edge, _ in path:
                expected[edge] += chance / len(path)
        assert np.allclose(own, expected, atol=1e-10)


@pytest.mark.parametrize("name", DATASETS)
def test_the_pseudoinverse_is_that_of_the_matrix_of_paths(name: str) -> None:
    net = network_of(name)
    found = contributions(net, method="pseudoinverse").matrix
    for own, (row, source, sink) in zip(found, rows_of(net), strict=True):
        paths = all_paths(net, row, source, sink)
        z = np.zeros((len(paths), row.size))
        for n, path in enumerate(paths):
            z[n, [edge for edge, _ in path]] = 1.0
        flows = np.abs(row) @ np.linalg.pinv(z, rcond=1e-9)
        expected = (flows / z.sum(axis=1)) @ z
        assert np.allclose(own, expected, atol=1e-9)


@pytest.mark.parametrize("name", DATASETS)
def test_the_streams_of_shortest_paths_use_up_the_flow(name: str) -> None:
    net = network_of(name)
    found = contributions(net).matrix
    for own, (row, _, _) in zip(found, rows_of(net), strict=True):
        assert (own <= np.abs(row) + 1e-12).all()
        assert (own[np.abs(row) < 1e-12] == 0.0).all()


def test_shares_of_trials_add_up_to_their_comparison() -> None:
    net = network_of("dong2013")
    by_comparison = contributions(net)
    by_study = contributions(net, by="study")
    only = [n for n, arms in enumerate(net.data.arms) if arms == 2]
    assert by_study.columns == net.data.studies
    assert by_study.matrix[:, only].sum() < by_comparison.matrix.sum()
    assert (by_study.matrix >= 0.0).all()


def _starts(net: Network, row: NDArray[np.float64]) -> dict[int, int]:
    starts = {}
    for edge, name in enumerate(hat_matrix(net).columns):
        i, j = (net.treatments.index(part) for part in name.split(":"))
        starts[edge] = i if row[edge] > 0 else j
    return starts
