"""The comparison-adjusted funnel: each trial's effect minus that of its comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._result import Result
from filiform.evidence._text import plain_dict, shown, table
from filiform.evidence.network._direct import comparisons_of, direct_evidence
from filiform.evidence.network._references import cite
from filiform.evidence.network.effects import position
from filiform.evidence.network.league import treatment_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from filiform.evidence.network.fit_network import Network


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """A contrast of a trial, the treatments in the order of the funnel.

    Attributes:
        study: its trial.
        treatment1, treatment2: the effect is of the first against the second.
        effect: of the trial.
        direct: pooled over the trials of the comparison.
        adjusted: effect minus direct.
        standard_error: of the effect.
    """

    study: str
    treatment1: str
    treatment2: str
    effect: float
    direct: float
    adjusted: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class NetworkFunnel(Result):
    """The points of a comparison-adjusted funnel.

    Attributes:
        points: one a contrast.
        order: the treatments from the first to the last.
        model: how the direct effects were pooled.
        papers: the papers of exactly what was run.
    """

    points: tuple[FunnelPoint, ...]
    order: tuple[str, ...]
    model: str
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return one line a point."""
        return table(
            ["study", "comparison", "adjusted effect", "SE"],
            [
                [
                    point.study,
                    f"{point.treatment1} vs {point.treatment2}",
                    shown(point.adjusted),
                    shown(point.standard_error),
                ]
                for point in self.points
            ],
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a point."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        return pandas.DataFrame([plain_dict(point) for point in self.points])


def comparison_adjusted_funnel(
    net: Network, *, order: Iterable[str], model: str = "random"
) -> NetworkFunnel:
    """Return each trial's effect minus that of its comparison, for a funnel plot of a network.

    Args:
        net: a fitted network.
        order: the treatments in an order that means something, such as from the oldest to the
            newest: effects are of the earlier against the later.
        model: how the direct effects are pooled, "common" or "random".

    Raises:
        EvidenceError: for an unknown treatment or one that is missing.

    *Source: Chaimani and Salanti 2012, Research Synthesis Methods 3:161, doi:10.1002/jrsm.57.*
    """
    names = treatment_order(net, order)
    rank = np.empty(len(names), dtype=np.intp)
    rank[[position(net.treatments, name) for name in names]] = np.arange(len(names))
    data, effects = net.data, net.effects(model)
    comparisons = comparisons_of(data)
    pooled = direct_evidence(data, comparisons, effects).effects[comparisons.of_edge]
    sign = np.where(rank[data.first] > rank[data.second], -1.0, 1.0)
    one = np.where(sign < 0.0, data.second, data.first)
    two = np.where(sign < 0.0, data.first, data.second)
    points = [
        FunnelPoint(
            data.studies[data.study[n]],
            net.treatments[one[n]],
            net.treatments[two[n]],
            float(sign[n] * data.effects[n]),
            float(sign[n] * pooled[n]),
            float(sign[n] * (data.effects[n] - pooled[n])),
            float(np.sqrt(data.variances[n])),
        )
        for n in np.lexsort((rank[two], rank[one])).tolist()
    ]
    return NetworkFunnel(tuple(points), tuple(names), effects.model, cite(("funnel",)))
