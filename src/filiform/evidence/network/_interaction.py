"""The full design-by-treatment interaction model: every design has effects of its own.

*Source: Higgins et al. 2012, Research Synthesis Methods 3:98, doi:10.1002/jrsm.1044; Krahn, Binder
and König 2013, BMC Medical Research Methodology 13:35, doi:10.1186/1471-2288-13-35.*
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.evidence.network._designs import laplacians_of
from filiform.evidence.network._spectrum import Spectrum
from filiform.evidence.network._tally import tally
from filiform.evidence.network.connection import components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.network._designs import Designs, SameArms
    from filiform.evidence.network._model import Fit
    from filiform.evidence.network.data import NetworkData


class InteractionFit(NamedTuple):
    """Every design fitted on its own.

    Attributes:
        weights: `(m,)` of the comparisons.
        fitted: `(m,)` effects as their design has them.
        by_design: `(d,)` heterogeneity of each design; they sum to `q`.
        q: heterogeneity within designs.
        df: its degrees of freedom.
    """

    weights: NDArray[np.float64]
    fitted: NDArray[np.float64]
    by_design: NDArray[np.float64]
    q: float
    df: int


def fit_interaction(data: NetworkData, designs: Designs, tau2: float) -> InteractionFit:
    """Fit every design on its own at a between-study variance."""
    rows = Spectrum(data)
    w = rows.weights(rows.precision(tau2))
    fitted = np.empty(data.effects.size)
    wy = w * data.effects
    for group in designs.groups:
        n, a = group.nodes.shape
        out = tally(group.row * a + group.first, wy[group.edges], n * a)
        flow = (out - tally(group.row * a + group.second, wy[group.edges], n * a)).reshape(n, a, 1)
        theta = np.zeros((n, a))
        theta[:, 1:] = np.linalg.solve(laplacians_of(group, w)[:, 1:, 1:], flow[:, 1:])[:, :, 0]
        fitted[group.edges] = theta[group.row, group.first] - theta[group.row, group.second]
    r = data.effects - fitted
    by_design = tally(designs.of_edge, w * r * r, len(designs.treatments))
    df = data.contrasts - designs.contrasts
    return InteractionFit(w, fitted, by_design, float(by_design.sum()), df)


def tau2_within(data: NetworkData, designs: Designs, at_zero: InteractionFit) -> float | None:
    """Return the DerSimonian-Laird τ² within designs; None where each has one trial."""
    if at_zero.df == 0:
        return None
    w = at_zero.weights
    rows = Spectrum(data)
    w2 = rows.weights(rows.precision(0.0) ** 2)
    slope = float(w.sum())
    for group in designs.groups:
        inverse = np.linalg.inv(laplacians_of(group, w)[:, 1:, 1:])
        slope -= 0.5 * float((inverse * laplacians_of(group, w2)[:, 1:, 1:]).sum())
    return max(0.0, (at_zero.q - at_zero.df) / slope)


class Evidence(NamedTuple):
    """What the designs with the same number of arms say beside the network.

    Attributes:
        group: the designs.
        precision: `(n, a−1, a−1)` of their effects against the baseline.
        residuals: `(n, a−1)` those effects minus the network's.
        reach: `(n, a−1, t)` how the network's values move with their effects, X G.
        detached: `(n, a−1, a−1)` inverse covariance of the residuals after detaching a design.
        whole: `(n,)` whether the network stays whole without it; else `detached` has no meaning.
    """

    group: SameArms
    precision: NDArray[np.float64]
    residuals: NDArray[np.float64]
    reach: NDArray[np.float64]
    detached: NDArray[np.float64]
    whole: NDArray[np.bool_]


# How much of a design's information the rest of the network must have to spare a graph search.
_DOUBTFUL = 1e-6


def evidence_of(
    data: NetworkData, designs: Designs, consistent: Fit, own: InteractionFit
) -> list[Evidence]:
    """Return what the designs say, by their number of arms.

    With r the residuals of a design's effects and V their covariance, leaving the design out
    changes the network's values by −G X'(V − XGX')⁻¹r and lowers Q by r'(V − XGX')⁻¹r.

    Args:
        data: the comparisons.
        designs: of the network.
        consistent: the network's fit.
        own: the designs' own fits, at the same τ².
    """
    return [_evidence(data, group, consistent, own) for group in designs.groups]


def _evidence(data: NetworkData, group: SameArms, consistent: Fit, own: InteractionFit) -> Evidence:
    nodes, g = group.nodes, consistent.covariance
    n, a = nodes.shape
    precision = laplacians_of(group, own.weights)[:, 1:, 1:]
    effects = np.zeros((n, a - 1))
    base = group.first == 0
    effects[group.row[base], group.second[base] - 1] = -own.fitted[group.edges[base]]
    beta = consistent.beta
    residuals = effects - (beta[nodes[:, 1:]] - beta[nodes[:, :1]])
    reach = g[nodes[:, 1:]] - g[nodes[:, :1]]
    columns = np.broadcast_to(nodes[:, None, :], (n, a - 1, a))
    at = np.take_along_axis(reach, columns, axis=2)
    spread = at[:, :, 1:] - at[:, :, :1]
    rest = np.eye(a - 1) - precision @ spread
    whole = _whole(data, group, rest)
    detached = np.zeros_like(precision)
    detached[whole] = np.linalg.solve(rest[whole], precision[whole])
    return Evidence(group, precision, residuals, reach, detached, whole)


def _whole(data: NetworkData, group: SameArms, rest: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which designs can be left out without the network falling apart."""
    least = rest[:, 0, 0] if rest.shape[1] == 1 else np.linalg.eigvals(rest).real.min(axis=1)
    whole = np.ones(len(rest), dtype=bool)
    for d in np.flatnonzero(least < _DOUBTFUL).tolist():
        keep = np.ones(data.first.size, dtype=bool)
        keep[group.edges[group.row == d]] = False
        part = components(data.first[keep], data.second[keep], len(data.treatments))
        whole[d] = not part.any()
    return whole
