"""How indirect a network effect is: mean path length, minimal parallelism, share of the direct."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._options import choose
from filiform.evidence._result import Result
from filiform.evidence._text import shown, table
from filiform.evidence.network._designs import designs_of, laplacians_of
from filiform.evidence.network._direct import comparisons_of, direct_evidence
from filiform.evidence.network._multi_arm import pairs
from filiform.evidence.network._references import cite
from filiform.evidence.network._tally import tally
from filiform.evidence.network._weights import weights
from filiform.evidence.network.fit_network import MODELS
from filiform.evidence.network.hat_matrix import names, places

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from filiform.evidence.network._designs import SameArms
    from filiform.evidence.network.data import NetworkData
    from filiform.evidence.network.fit_network import Network


@dataclass(frozen=True, slots=True, eq=False)
class FlowMeasures(Result):
    """Measures of every pair of treatments, `(t(t−1)/2,)` each.

    Attributes:
        comparisons: names, the treatments joined by ":".
        proportion_direct: of the effect that is direct evidence.
        mean_path: how many comparisons the evidence passes on average; above 2 is a caution.
        min_parallel: over how many designs in parallel it is spread at least.
        min_parallel_studies: the same over trials.
        model: "common" or "random".
        papers: the papers of exactly what was run.
    """

    comparisons: tuple[str, ...]
    proportion_direct: NDArray[np.float64]
    mean_path: NDArray[np.float64]
    min_parallel: NDArray[np.float64]
    min_parallel_studies: NDArray[np.float64]
    model: str
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return one line a comparison."""
        rows = zip(
            self.comparisons,
            self.proportion_direct.tolist(),
            self.mean_path.tolist(),
            self.min_parallel.tolist(),
            strict=True,
        )
        return table(
            ["comparison", "direct", "mean path", "minimal parallelism"],
            [[name, shown(a, 3), shown(b, 3), shown(c, 3)] for name, a, b, c in rows],
        )

    def to_dict(self) -> dict[str, object]:
        """Return all fields as plain numbers, texts and lists, ready for JSON."""
        return {
            "comparisons": list(self.comparisons),
            "proportion_direct": self.proportion_direct.tolist(),
            "mean_path": self.mean_path.tolist(),
            "min_parallel": self.min_parallel.tolist(),
            "min_parallel_studies": self.min_parallel_studies.tolist(),
            "model": self.model,
            "references": list(self.papers),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a comparison."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        fields = ("proportion_direct", "mean_path", "min_parallel", "min_parallel_studies")
        return pandas.DataFrame(
            {"comparison": self.comparisons, **{name: getattr(self, name) for name in fields}}
        )


def flow_measures(net: Network, *, model: str = "random") -> FlowMeasures:
    """Measure how the evidence for each pair of treatments flows through the network.

    The flow of a pair through a design is half the sum of what enters and leaves its treatments,
    ½Σ|L_d G x|. The mean path length is the sum of the flows over designs, the minimal parallelism
    one over the largest of them.

    Args:
        net: a fitted network.
        model: "common" or "random".

    Raises:
        EvidenceError: for an unknown word.

    *Source: König, Krahn and Binder 2013, Statistics in Medicine 32:5414, sections 3.4.1 to 3.4.4,
    doi:10.1002/sim.6001.*
    """
    which = choose("model", model, MODELS)
    effects, data = net.effects(which), net.data
    w = weights(data, effects.tau2)
    i, j = pairs(len(net.treatments))
    total, largest, in_studies = _flows(data, effects.covariance, w, (i, j))
    comparisons = comparisons_of(data)
    share = np.zeros(i.size)
    share[places(len(net.treatments), comparisons)] = direct_evidence(
        data, comparisons, effects
    ).proportion
    return FlowMeasures(
        names(net, i, j),
        share,
        total,
        1.0 / largest,
        1.0 / in_studies,
        which,
        cite(("measures",)),
    )


# How many pairs are worked on at once: enough to be fast, few enough to stay small.
_CHUNK = 512


def _flows(
    data: NetworkData,
    g: NDArray[np.float64],
    w: NDArray[np.float64],
    pair: tuple[NDArray[np.intp], NDArray[np.intp]],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return, for each pair, the sum and largest flow over designs, and the largest over trials."""
    i, j = pair
    total, largest, in_studies = np.zeros(i.size), np.zeros(i.size), np.zeros(i.size)
    for group in designs_of(data).groups:
        nodes = group.nodes
        pull = laplacians_of(group, w) @ g[nodes]
        if nodes.shape[1] == 2:
            # What enters one arm of two leaves the other: half of it tells all.
            pull = pull[:, :1]
            trials, share = pull, _largest_share(group, w)
        else:
            trials, share = _by_trial(data, group, w, g), None
        for start in range(0, i.size, _CHUNK):
            some = slice(start, start + _CHUNK)
            flow = _through(pull, i[some], j[some])
            total[some] += flow.sum(axis=0)
            largest[some] = np.maximum(largest[some], flow.max(axis=0))
            own = _through(trials, i[some], j[some]) if share is None else flow * share[:, None]
            in_studies[some] = np.maximum(in_studies[some], own.max(axis=0))
    return total, largest, in_studies


def _through(
    pull: NDArray[np.float64], i: NDArray[np.intp], j: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return `(n, pairs)` the flow of each pair through each of n blocks."""
    flow = np.abs(pull[:, :, i] - pull[:, :, j])
    return flow[:, 0] if pull.shape[1] == 1 else 0.5 * flow.sum(axis=1)


def _largest_share(group: SameArms, w: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `(n,)` the largest share of a trial in each design of two arms."""
    own = w[group.edges]
    largest = np.zeros(len(group.nodes))
    np.maximum.at(largest, group.row, own)
    return largest / tally(group.row, own, largest.size)


def _by_trial(
    data: NetworkData, group: SameArms, w: NDArray[np.float64], g: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return `(trials, a, t)` the pull of each trial on the values of the treatments."""
    trials, row = np.unique(data.study[group.edges], return_inverse=True)
    nodes = np.empty((trials.size, group.nodes.shape[1]), dtype=np.intp)
    nodes[row] = group.nodes[group.row]
    return laplacians_of(group._replace(nodes=nodes, row=row), w) @ g[nodes]
