"""netmeta's likelihood of contrasts: the arms of a multi-arm trial without their covariance.

Given contrasts alone, netmeta 3.4 estimates τ² by REML or ML from the contrasts of each trial with
one baseline, the network's reference where the trial has it, else the trial's last treatment, and
takes their sampling errors for independent. It is offered to reproduce its numbers, not for use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.network import _multi_arm
from filiform.evidence.network.data import NetworkData

if TYPE_CHECKING:
    from numpy.typing import NDArray


def independent_of_baseline(data: NetworkData, reference: int) -> NetworkData:
    """Return the network with variances as if contrasts with the baseline were independent."""
    variances = data.variances.copy()
    for arms, edges in data.groups:
        i, j = _multi_arm.pairs(arms)
        base = _baselines(data, arms, edges, reference)[:, None]
        square = np.zeros((len(edges), arms, arms))
        square[:, i, j] = square[:, j, i] = data.variances[edges]
        own = square[np.arange(len(edges)), base[:, 0]]
        free = (i != base) & (j != base)
        variances[edges] = np.where(free, own[:, i] + own[:, j], data.variances[edges])
    return NetworkData(
        data.treatments,
        data.studies,
        data.study,
        data.first,
        data.second,
        data.effects,
        variances,
        data.groups,
        data.arms,
        data.measure,
    )


def _baselines(
    data: NetworkData, arms: int, edges: NDArray[np.intp], reference: int
) -> NDArray[np.intp]:
    """Return `(n,)` which arm of each trial is its baseline."""
    nodes = np.column_stack((data.first[edges[:, :1]], data.second[edges[:, : arms - 1]]))
    has = nodes == reference
    return np.where(has.any(axis=1), has.argmax(axis=1), arms - 1)
