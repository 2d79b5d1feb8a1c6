"""How much precision each trial gives to each network effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._options import choose
from filiform.evidence.network import _multi_arm
from filiform.evidence.network._references import cite
from filiform.evidence.network.fit_network import MODELS
from filiform.evidence.network.hat_matrix import NetworkMatrix, names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.network.data import MultiArm
    from filiform.evidence.network.effects import NetworkEffects
    from filiform.evidence.network.fit_network import Network

# netmeta leaves a trial out by a standard error this many times the largest of the network: all but
# a millionth of the trial is gone, and effects that only it informs keep a finite variance.
IGNORED = 1000.0


def study_impact(net: Network, *, model: str = "random", ignored: float = IGNORED) -> NetworkMatrix:
    """Return the share of each effect's precision that is lost without each trial.

    The impact is 1 − V/V₍₋ₛ₎, V the variance of the effect with all trials and V₍₋ₛ₎ with the
    standard errors of trial s made `ignored` times the largest of the network, τ² unchanged. It is
    nearly 1 where the network falls apart without the trial.

    Args:
        net: a fitted network.
        model: "common" or "random".
        ignored: how many times the largest standard error a trial left out gets.

    Raises:
        EvidenceError: for an unknown word.
    """
    which = choose("model", model, MODELS)
    effects, data = net.effects(which), net.data
    i, j = _multi_arm.pairs(len(net.treatments))
    far = (ignored * float(np.sqrt(data.variances.max()))) ** 2
    pull = effects.covariance[i] - effects.covariance[j]
    lost = np.zeros((len(data.studies), i.size))
    _two_arm(net, effects, far, lost)
    for group in data.groups:
        _several_arms(net, effects, far, pull, (lost, group))
    # 1 − V/(V + lost), which keeps its digits where little is lost.
    values = lost / (effects.variances[i, j] + lost)
    np.clip(values, 0.0, 1.0, out=values)
    return NetworkMatrix(
        data.studies, names(net, i, j), values, which, "study impact", cite(("network",))
    )


def _two_arm(net: Network, effects: NetworkEffects, far: float, lost: NDArray[np.float64]) -> None:
    """Fill in what the variances gain without each trial of two arms (Sherman and Morrison)."""
    data = net.data
    edges = np.flatnonzero(data.arms[data.study] == 2)
    first, second = data.first[edges], data.second[edges]
    v, tau2 = data.variances[edges], effects.tau2
    change = 1.0 / (far + tau2) - 1.0 / (v + tau2)
    factor = -change / (1.0 + change * effects.variances[first, second])
    g = effects.covariance
    reach = g[first] - g[second]
    i, j = _multi_arm.pairs(len(net.treatments))
    for start in range(0, edges.size, _CHUNK):
        some = slice(start, start + _CHUNK)
        shared = reach[some, i] - reach[some, j]
        shared *= shared
        shared *= factor[some, None]
        lost[data.study[edges[some]]] = shared


# How many trials are worked on at once: enough to be fast, few enough to stay small.
_CHUNK = 128


def _several_arms(
    net: Network,
    effects: NetworkEffects,
    far: float,
    pull: NDArray[np.float64],
    lost_of: tuple[NDArray[np.float64], MultiArm],
) -> None:
    """Fill in what the variances gain without each trial of several arms (Woodbury)."""
    data, (lost, (arms, edges)) = net.data, lost_of
    nodes = np.column_stack((data.first[edges[:, :1]], data.second[edges[:, : arms - 1]]))
    own = _multi_arm.laplacians(data.variances[edges] + effects.tau2, arms)[:, 1:, 1:]
    none = _multi_arm.laplacians(np.full(edges.shape, far + effects.tau2), arms)
    change = none[:, 1:, 1:] - own
    g = effects.covariance
    for n, node in enumerate(nodes):
        shared = pull[:, node[1:]] - pull[:, node[:1]]
        reach = g[node[1:]] - g[node[0]]
        spread = reach[:, node[1:]] - reach[:, node[:1]]
        core = np.linalg.solve(np.eye(arms - 1) + change[n] @ spread, change[n])
        lost[data.study[edges[n, 0]]] = -((shared @ core) * shared).sum(axis=1)
