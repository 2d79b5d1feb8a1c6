"""The contribution of each direct comparison, or of each trial, to each network effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.evidence._options import choose
from filiform.evidence.network._direct import comparisons_of
from filiform.evidence.network._multi_arm import pairs
from filiform.evidence.network._references import cite
from filiform.evidence.network._streams import Graph, pseudoinverse, random_walk, shortest_paths
from filiform.evidence.network._weights import weights
from filiform.evidence.network.fit_network import MODELS
from filiform.evidence.network.hat_matrix import NetworkMatrix, comparison_hat, names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from filiform.evidence.network._direct import Comparisons
    from filiform.evidence.network.fit_network import Network

METHODS: Final[Mapping[str, str]] = {
    "shortest_path": "shortest_path",
    "shortestpath": "shortest_path",
    "streams": "shortest_path",
    "random_walk": "random_walk",
    "randomwalk": "random_walk",
    "pseudoinverse": "pseudoinverse",
}
BY: Final[Mapping[str, str]] = {"comparison": "comparison", "study": "study", "trial": "study"}


def contributions(
    net: Network,
    *,
    method: str = "shortest_path",
    model: str = "random",
    by: str = "comparison",
) -> NetworkMatrix:
    """Return the share of each direct comparison or trial in each network effect.

    A row of the hat matrix is a flow of evidence of one unit; it is taken apart into paths, and a
    path gives each of its comparisons the same part of its flow. Rows sum to 1.

    Args:
        net: a fitted network.
        method: "shortest_path" (streams, as CINeMA does), "random_walk" or "pseudoinverse" (which
            may give shares below 0).
        model: "common" or "random".
        by: "comparison", or "study", which shares a comparison among its trials by their weights.

    Raises:
        EvidenceError: for an unknown word.

    *Source: Papakonstantinou et al. 2018, F1000Research 7:610, doi:10.12688/f1000research.14770.3;
    Davies et al. 2022, Statistics in Medicine 41:2091, doi:10.1002/sim.9346.*
    """
    chosen, which = choose("method", method, METHODS), choose("model", model, MODELS)
    effects = net.effects(which)
    direct = comparisons_of(net.data)
    w = weights(net.data, effects.tau2)
    i, j = pairs(len(net.treatments))
    hat = comparison_hat(effects.covariance, direct, w, i, j)
    graph = Graph(direct.first, direct.second, len(net.treatments))
    if chosen == "shortest_path":
        values = shortest_paths(hat, graph, i, j)
    elif chosen == "random_walk":
        values = random_walk(hat, graph, i, j)
    else:
        values = pseudoinverse(hat, graph, i, j)
    papers = cite(("shortest_path" if chosen == "shortest_path" else "random_walk",))
    rows = names(net, i, j)
    if choose("by", by, BY) == "study":
        shares = _shares(net, direct, w)
        return NetworkMatrix(rows, net.data.studies, values @ shares, which, chosen, papers)
    columns = names(net, direct.first, direct.second)
    return NetworkMatrix(rows, columns, values, which, chosen, papers)


def _shares(net: Network, direct: Comparisons, w: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `(c, k)` the share of each trial in each direct comparison."""
    count = direct.first.size
    share = np.zeros((count, len(net.data.studies)))
    total = np.bincount(direct.of_edge, w, count)
    share[direct.of_edge, net.data.study] = w / total[direct.of_edge]
    return share
