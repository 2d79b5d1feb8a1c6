"""Hat matrices: how much each direct comparison moves each network effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.evidence._options import choose
from filiform.evidence._result import Result
from filiform.evidence.network._direct import comparisons_of
from filiform.evidence.network._multi_arm import pairs
from filiform.evidence.network._references import cite
from filiform.evidence.network._weights import weights
from filiform.evidence.network.fit_network import MODELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from filiform.evidence.network._direct import Comparisons
    from filiform.evidence.network.fit_network import Network

KINDS: Final[Mapping[str, str]] = {
    "comparisons": "comparisons",
    "long": "comparisons",
    "full": "full",
    "short": "direct",
    "direct": "direct",
    "trials": "trials",
    "ruecker": "trials",
}


@dataclass(frozen=True, slots=True, eq=False)
class NetworkMatrix(Result):
    """A matrix with the names of its rows and columns.

    Attributes:
        rows: `(r,)` names.
        columns: `(c,)` names.
        matrix: `(r, c)`.
        model: "common" or "random".
        method: what the entries are.
        papers: the papers of exactly what was run.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    matrix: NDArray[np.float64]
    model: str
    method: str
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return the matrix as a table, three digits."""
        from filiform.evidence._text import shown, table  # noqa: PLC0415 - only for reading

        rows = zip(self.rows, self.matrix.tolist(), strict=True)
        return table(
            ["", *self.columns], [[name, *(shown(v, 3) for v in row)] for name, row in rows]
        )

    def to_dict(self) -> dict[str, object]:
        """Return all fields as plain numbers, texts and lists, ready for JSON."""
        return {
            "rows": list(self.rows),
            "columns": list(self.columns),
            "matrix": self.matrix.tolist(),
            "model": self.model,
            "method": self.method,
            "references": list(self.papers),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return the matrix with its names."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        return pandas.DataFrame(self.matrix, index=list(self.rows), columns=list(self.columns))


def hat_matrix(net: Network, *, model: str = "random", kind: str = "comparisons") -> NetworkMatrix:
    """Return how the network's effects depend on the direct ones.

    The direct effects of each comparison are first pooled with the weights that multi-arm trials
    leave them, W; then with G = (B'WB)⁻ the network's effects are H times those, H = X G B'W.

    Args:
        net: a fitted network.
        model: "common" or "random".
        kind: "comparisons" gives a row to every pair of treatments and a column to every direct
            comparison (netmeta's "long"); "full" has a column for every pair, "direct" rows for
            direct comparisons only ("short"); "trials" a row and column for every contrast.

    Raises:
        EvidenceError: for an unknown word.

    *Source: Davies et al. 2022, Statistics in Medicine 41:2091, doi:10.1002/sim.9346; Rücker 2012,
    Research Synthesis Methods 3:312, doi:10.1002/jrsm.1058 (for "trials").*
    """
    chosen, which = choose("kind", kind, KINDS), choose("model", model, MODELS)
    effects = net.effects(which)
    data, g = net.data, effects.covariance
    w = weights(data, effects.tau2)
    papers = cite(("random_walk",))
    if chosen == "trials":
        labels = tuple(data.studies[s] for s in data.study.tolist())
        between = g[data.first] - g[data.second]
        values = (between[:, data.first] - between[:, data.second]) * w
        return NetworkMatrix(labels, labels, values, which, "hat matrix", cite(("network",)))
    direct = comparisons_of(data)
    i, j = pairs(len(net.treatments))
    columns = names(net, direct.first, direct.second)
    values = comparison_hat(g, direct, w, i, j)
    if chosen == "full":
        whole = np.zeros((i.size, i.size))
        whole[:, places(len(net.treatments), direct)] = values
        rows = names(net, i, j)
        return NetworkMatrix(rows, rows, whole, which, "hat matrix", papers)
    if chosen == "direct":
        values = values[places(len(net.treatments), direct)]
        return NetworkMatrix(columns, columns, values, which, "hat matrix", papers)
    return NetworkMatrix(names(net, i, j), columns, values, which, "hat matrix", papers)


def comparison_hat(
    g: NDArray[np.float64],
    direct: Comparisons,
    w: NDArray[np.float64],
    i: NDArray[np.intp],
    j: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Return the hat matrix of the pairs i, j on the direct comparisons."""
    total = np.bincount(direct.of_edge, w, direct.first.size)
    flow = (g[:, direct.first] - g[:, direct.second]) * total
    found: NDArray[np.float64] = flow[i] - flow[j]
    return found


def names(net: Network, i: NDArray[np.intp], j: NDArray[np.intp]) -> tuple[str, ...]:
    """Return the names of comparisons, the treatments joined by ":"."""
    t = net.treatments
    return tuple(f"{t[a]}:{t[b]}" for a, b in zip(i.tolist(), j.tolist(), strict=True))


def places(t: int, direct: Comparisons) -> NDArray[np.intp]:
    """Return where the direct comparisons stand among all pairs of t treatments."""
    i, j = direct.first, direct.second
    found: NDArray[np.intp] = i * t - i * (i + 1) // 2 + j - i - 1
    return found
