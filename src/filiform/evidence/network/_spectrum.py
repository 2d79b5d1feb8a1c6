"""Trials turned into independent rows, so that every between-study variance is as cheap as none.

The centred covariance C of a trial's arms and the between-study covariance Iτ²/2 have the same
eigenvectors. With λ and u those of C, the rows u'y are independent with variances λ + τ²/2, and the
trial's Laplacian raised to the power n is Σ f(λ)ⁿ uu' with f = 1/(λ + τ²/2): as weights of its
pairs, −Σ fⁿ uᵢuⱼ. A trial of two arms is one row with λ = v/2 and u = (1, −1)/√2.

*Source: Rücker 2012, Research Synthesis Methods 3:312, doi:10.1002/jrsm.1058, gives the Laplacian;
the rest is its eigenvalue decomposition.*
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.network import _multi_arm
from filiform.evidence.network._tally import tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.network.data import NetworkData


class Spectrum:
    """The independent rows of a network.

    Attributes:
        values: `(k,)` λ of each row.
    """

    __slots__ = ("_edge", "_edges", "_row", "_share", "_turn", "values")

    def __init__(self, data: NetworkData) -> None:
        self._edges = data.variances.size
        two = np.flatnonzero(data.arms[data.study] == 2)
        values, share, turn = (
            [0.5 * data.variances[two]],
            [np.full(two.size, 0.5)],
            [np.full(two.size, math.sqrt(0.5))],
        )
        row, edge, rows = [np.arange(two.size)], [two], two.size
        for arms, edges in data.groups:
            i, j = _multi_arm.pairs(arms)
            own, u = _multi_arm.spectrum(data.variances[edges], arms)
            # One entry for each trial, row and pair.
            values.append(own.ravel())
            share.append((-u[:, i] * u[:, j]).transpose(0, 2, 1).ravel())
            turn.append(((u[:, i] - u[:, j]) / arms).transpose(0, 2, 1).ravel())
            row.append(np.repeat(np.arange(rows, rows + own.size), i.size))
            edge.append(np.repeat(edges, arms - 1, axis=0).ravel())
            rows += own.size
        self.values = np.concatenate(values)
        self._share, self._turn = np.concatenate(share), np.concatenate(turn)
        self._row, self._edge = np.concatenate(row), np.concatenate(edge)

    def precision(self, tau2: float) -> NDArray[np.float64]:
        """Return `(k,)` f of each row at τ²."""
        return 1.0 / (self.values + 0.5 * tau2)

    def weights(self, f: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return `(m,)` the weights of the comparisons made of a function of the rows' values."""
        return tally(self._edge, self._share * f[self._row], self._edges)

    def differences(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return `(k,)` the rows of effects of comparisons `(m,)`."""
        return tally(self._row, self._turn * y[self._edge], self.values.size)

    def leverage(self, variances: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return `(k,)` x'Gx of each row from the variances `(m,)` that G gives to comparisons."""
        return tally(self._row, self._share * variances[self._edge], self.values.size)
