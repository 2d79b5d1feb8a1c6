"""Direct evidence: what the trials of two treatments say of them alone.

The trials of a comparison are pooled by inverse variance with the network's τ²; the share of the
direct evidence in the network's effect is the ratio of their variances, and the rest is what the
indirect evidence must have been for the network's effect to be their weighted mean.

*Source: König, Krahn and Binder 2013, Statistics in Medicine 32:5414, doi:10.1002/sim.6001; Dias et
al. 2010, Statistics in Medicine 29:932, doi:10.1002/sim.3767.*
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.evidence.network._tally import tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.network.data import NetworkData
    from filiform.evidence.network.effects import NetworkEffects


class Comparisons(NamedTuple):
    """The comparisons with direct evidence.

    Attributes:
        first, second: `(c,)` their treatments, in lexicographic order.
        of_edge: `(m,)` the comparison of each trial's contrast.
        studies: `(c,)` how many trials have it.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    of_edge: NDArray[np.intp]
    studies: NDArray[np.intp]


class Direct(NamedTuple):
    """Pooled direct evidence, `(c,)` each.

    Attributes:
        effects: first against second.
        variances: of the effects.
        proportion: of the network's effect that is direct, 0 to 1.
    """

    effects: NDArray[np.float64]
    variances: NDArray[np.float64]
    proportion: NDArray[np.float64]


def comparisons_of(data: NetworkData) -> Comparisons:
    """Return the comparisons that some trial makes."""
    t = len(data.treatments)
    found, of_edge, studies = np.unique(
        data.first * t + data.second, return_inverse=True, return_counts=True
    )
    return Comparisons(found // t, found % t, of_edge, studies)


def direct_evidence(data: NetworkData, comparisons: Comparisons, effects: NetworkEffects) -> Direct:
    """Pool the trials of each comparison with the network's τ²."""
    w = 1.0 / (data.variances + effects.tau2)
    count = comparisons.first.size
    total = tally(comparisons.of_edge, w, count)
    pooled = tally(comparisons.of_edge, w * data.effects, count) / total
    network = effects.variances[comparisons.first, comparisons.second]
    return Direct(pooled, 1.0 / total, np.minimum(1.0, network * total))


def heterogeneity_of(data: NetworkData, comparisons: Comparisons) -> NDArray[np.float64]:
    """Return `(c,)` Cochran's Q of each comparison's trials."""
    w = 1.0 / data.variances
    count = comparisons.first.size
    mean = tally(comparisons.of_edge, w * data.effects, count) / tally(
        comparisons.of_edge, w, count
    )
    r = data.effects - mean[comparisons.of_edge]
    return tally(comparisons.of_edge, w * r * r, count)
