"""The weight of each comparison at a between-study variance, and its powers.

A trial's Laplacian L is made of the weights w of its pairs. The powers L² and L³ have rows that sum
to zero too, so they are written as weights w2 and w3 of the same pairs: for two arms 2w² and 4w³.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.evidence.network import _multi_arm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.network.data import NetworkData


class Powers(NamedTuple):
    """Weights of the pairs and of the Laplacians' square and cube, `(m,)` each."""

    w: NDArray[np.float64]
    w2: NDArray[np.float64]
    w3: NDArray[np.float64]


def weights(data: NetworkData, tau2: float) -> NDArray[np.float64]:
    """Return the `(m,)` weights at τ², those of multi-arm trials adjusted."""
    v = data.variances + tau2
    w = 1.0 / v
    for arms, edges in data.groups:
        i, j = _multi_arm.pairs(arms)
        w[edges] = -_multi_arm.laplacians(v[edges], arms)[:, i, j]
    return w


def powers(data: NetworkData, tau2: float) -> Powers:
    """Return the weights at τ², and those of L² and L³."""
    v = data.variances + tau2
    w = 1.0 / v
    w2 = 2.0 * w * w
    w3 = 2.0 * w * w2
    for arms, edges in data.groups:
        i, j = _multi_arm.pairs(arms)
        laplacian = _multi_arm.laplacians(v[edges], arms)
        square = laplacian @ laplacian
        w[edges] = -laplacian[:, i, j]
        w2[edges] = -square[:, i, j]
        w3[edges] = -(square @ laplacian)[:, i, j]
    return Powers(w, w2, w3)


def log_determinant(data: NetworkData, tau2: float) -> float:
    """Return Σ log det of the precision of each trial's contrasts with its first arm."""
    v = data.variances + tau2
    total = -float(np.log(v[data.arms[data.study] == TWO]).sum())
    for arms, edges in data.groups:
        laplacian = _multi_arm.laplacians(v[edges], arms)
        total += float(np.linalg.slogdet(laplacian[:, 1:, 1:])[1].sum())
    return total


TWO = 2
