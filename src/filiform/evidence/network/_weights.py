"""The weight of each comparison at a between-study variance, and its powers.

A trial's Laplacian L is made of the weights w of its pairs. The powers L² and L³ have rows that sum
to zero too, so they are written as weights w2 and w3 of the same pairs: for two arms 2w² and 4w³.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.network import _multi_arm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.network.data import NetworkData


def weights(data: NetworkData, tau2: float) -> NDArray[np.float64]:
    """Return the `(m,)` weights at τ², those of multi-arm trials adjusted."""
    v = data.variances + tau2
    w = 1.0 / v
    for arms, edges in data.groups:
        i, j = _multi_arm.pairs(arms)
        w[edges] = -_multi_arm.laplacians(v[edges], arms)[:, i, j]
    return w


def squares(data: NetworkData, w: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the `(m,)` weights of L², from those of L."""
    w2 = 2.0 * w * w
    for arms, edges in data.groups:
        i, j = _multi_arm.pairs(arms)
        laplacian = _multi_arm.laplacian_of(w[edges], arms)
        w2[edges] = -(laplacian @ laplacian)[:, i, j]
    return w2


def cubes(data: NetworkData, w: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the `(m,)` weights of L³, from those of L."""
    w3 = 4.0 * w * w * w
    for arms, edges in data.groups:
        i, j = _multi_arm.pairs(arms)
        laplacian = _multi_arm.laplacian_of(w[edges], arms)
        w3[edges] = -(laplacian @ laplacian @ laplacian)[:, i, j]
    return w3


def log_determinant(data: NetworkData, tau2: float) -> float:
    """Return Σ log det of the precision of each trial's contrasts with its first arm."""
    v = data.variances + tau2
    total = -float(np.log(v[data.arms[data.study] == TWO]).sum())
    for arms, edges in data.groups:
        laplacian = _multi_arm.laplacians(v[edges], arms)
        total += float(np.linalg.slogdet(laplacian[:, 1:, 1:])[1].sum())
    return total


TWO = 2
