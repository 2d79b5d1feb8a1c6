"""The net heat matrix: which designs bring the inconsistency in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._options import choose
from filiform.evidence._result import Result
from filiform.evidence._text import shown, table
from filiform.evidence.network._design import Nodes
from filiform.evidence.network._designs import designs_of
from filiform.evidence.network._interaction import evidence_of, fit_interaction, tau2_within
from filiform.evidence.network._model import NetworkModel
from filiform.evidence.network._references import cite
from filiform.evidence.network.decomposition import design_name
from filiform.evidence.network.fit_network import MODELS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from filiform.evidence.network._interaction import Evidence
    from filiform.evidence.network.fit_network import Network


@dataclass(frozen=True, slots=True, eq=False)
class NetHeat(Result):
    """How much detaching a design (column) lowers the inconsistency of an effect (row).

    Attributes:
        rows: `(r,)` effect of a design, "A:B" or, for several arms, "A:B_A:B:C".
        columns: `(c,)` designs whose detaching leaves the network whole.
        heat: `(r, c)` Q of the row before minus after detaching the column; warm is above 0.
        inconsistency: `(r,)` Q of the row in the consistent network; they sum to Q between designs.
        shares: `(r, c)` how much the design contributes to the network's effect of the row, from
            its hat matrix, absolute values summed over the design's effects.
        tau2: added to the sampling variances.
        papers: the papers of exactly what was run.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    heat: NDArray[np.float64]
    inconsistency: NDArray[np.float64]
    shares: NDArray[np.float64]
    tau2: float
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return the heat as a table."""
        if not self.columns:
            return "no design can be detached: the network has no loop of evidence to compare"
        body = zip(self.rows, self.heat.tolist(), strict=True)
        return table(
            ["", *self.columns], [[name, *(shown(v, 3) for v in row)] for name, row in body]
        )

    def to_dict(self) -> dict[str, object]:
        """Return all fields as plain numbers, texts and lists, ready for JSON."""
        return {
            "rows": list(self.rows),
            "columns": list(self.columns),
            "heat": self.heat.tolist(),
            "inconsistency": self.inconsistency.tolist(),
            "shares": self.shares.tolist(),
            "tau2": self.tau2,
            "references": list(self.papers),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return the heat with its names."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        return pandas.DataFrame(self.heat, index=list(self.rows), columns=list(self.columns))


def net_heat(net: Network, *, model: str = "common") -> NetHeat:
    """Return how inconsistency changes when each design gets effects of its own.

    With r the designs' effects minus the network's, V their covariance, the inconsistency of an
    effect is (V⁻¹r)ᵢ rᵢ; after detaching design d it is the same with the network's effects
    without d, and 0 for d itself. The heat is the difference.

    Args:
        net: a fitted network.
        model: "common", or "random" with the between-study variance within designs.

    Raises:
        EvidenceError: for an unknown word.

    *Source: Krahn, Binder and König 2013, BMC Medical Research Methodology 13:35,
    doi:10.1186/1471-2288-13-35.*
    """
    data = net.data
    designs = designs_of(data)
    own, tau2 = fit_interaction(data, designs, 0.0), 0.0
    if choose("model", model, MODELS) == "random":
        tau2 = tau2_within(data, designs, own) or 0.0
        own = fit_interaction(data, designs, tau2)
    consistent = NetworkModel(data, Nodes(data.first, data.second, len(net.treatments))).fit(tau2)
    evidence = evidence_of(data, designs, consistent, own)
    columns = np.concatenate([part.group.designs[part.whole] for part in evidence])
    before = np.concatenate([_weighted(part, part.residuals[:, :, None]) for part in evidence])
    shifts = np.concatenate([_shifts(part) for part in evidence])
    return NetHeat(
        tuple(_rows(net, evidence)),
        tuple(design_name(net, designs.treatments[d]) for d in columns.tolist()),
        _heat(evidence, shifts, columns),
        before[:, 0],
        _shares(evidence),
        tau2,
        cite(("decomposition", "interaction")),
    )


def _weighted(part: Evidence, r: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `(n·(a−1), c)` the inconsistency (V⁻¹r)ᵢ rᵢ of every effect for c residuals each."""
    found = part.precision @ r * r
    return np.asarray(found.reshape(r.shape[0] * r.shape[1], r.shape[2]))


def _shifts(part: Evidence) -> NDArray[np.float64]:
    """Return `(whole, t)` how the network's values move when a design is detached."""
    push = np.einsum("ni,nij->nj", part.residuals, part.detached)[part.whole]
    return np.asarray(-np.einsum("ni,nit->nt", push, part.reach[part.whole]))


def _heat(
    evidence: list[Evidence], shifts: NDArray[np.float64], columns: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return `(r, c)` the inconsistency of every effect before minus after each detaching."""
    rows = []
    for part in evidence:
        nodes = part.group.nodes
        move = shifts.T[nodes[:, 1:]] - shifts.T[nodes[:, :1]]
        after = part.residuals[:, :, None] - move
        detached = part.group.designs[:, None] == columns
        after = np.where(detached[:, None, :], 0.0, after)
        rows.append(_weighted(part, part.residuals[:, :, None]) - _weighted(part, after))
    return np.concatenate(rows)


def _shares(evidence: list[Evidence]) -> NDArray[np.float64]:
    """Return `(r, c)` how much each design that can be detached gives to every effect."""
    blocks = []
    for part in evidence:
        flow = (part.precision @ part.reach)[part.whole]
        rows = [
            np.abs(flow[:, :, own.group.nodes[:, 1:]] - flow[:, :, own.group.nodes[:, :1]])
            .sum(axis=1)
            .reshape(len(flow), own.residuals.size)
            for own in evidence
        ]
        blocks.append(np.concatenate(rows, axis=1))
    return np.asarray(np.concatenate(blocks).T)


def _rows(net: Network, evidence: list[Evidence]) -> list[str]:
    found = []
    for nodes in (own for part in evidence for own in part.group.nodes.tolist()):
        names = [net.treatments[node] for node in nodes]
        design = f"_{':'.join(names)}" if len(names) > 2 else ""
        found += [f"{names[0]}:{name}{design}" for name in names[1:]]
    return found
