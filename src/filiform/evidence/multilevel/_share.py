"""How much of the variance of the effects stands at each level: I² of a multilevel model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.multilevel.random import INTERCEPT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.multilevel._fitting import Fitted


def variance_shares(fitted: Fitted) -> list[list[float | None]]:
    """Return I² in percent for each variance of each term; None for correlations.

    With P = V⁻¹ − V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹ and the typical variance s² = (k − p)/tr P, a variance σ²
    has the share 100 σ²/(Σσ² + s²), the sum over all terms. A variance of one inner level is
    compared within that level: s² = Σ(1 − h)/Σ P_ii over its studies, h the leverages.

    *Source: Nakagawa and Santos 2012, Evolutionary Ecology 26:1253,
    doi:10.1007/s10682-012-9555-5; Jackson, White and Riley 2012, Statistics in Medicine 31:3805,
    doi:10.1002/sim.5453.*
    """
    parameters = fitted.parameters()
    terms = fitted.model.terms
    slack, trace = _leverage(fitted)
    shared = sum(
        float(found[0])
        for term, found in zip(terms, parameters, strict=True)
        if _variances(term.kind, len(term.levels)) == 1
    )
    shares: list[list[float | None]] = []
    for term, found in zip(terms, parameters, strict=True):
        m = _variances(term.kind, len(term.levels))
        if m == 1:
            typical = float(slack.sum() / trace.sum())
            own: list[float | None] = [_percent(float(found[0]), shared + typical)]
        else:
            own = [
                _percent(float(found[j]), float(found[j]) + shared + _ratio(slack, trace, at))
                for j in range(m)
                for at in [term.inner == j]
            ]
        shares.append(own + [None] * (found.size - m))
    return shares


def _variances(kind: str, levels: int) -> int:
    return 1 if kind in {INTERCEPT, "ID", "CS", "AR", "CAR"} else levels


def _ratio(slack: NDArray[np.float64], trace: NDArray[np.float64], at: NDArray[np.bool_]) -> float:
    return float(slack[at].sum() / trace[at].sum()) if trace[at].sum() > 0.0 else 0.0


def _percent(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole > 0.0 else 0.0


def _leverage(fitted: Fitted) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return 1 − h and the diagonal of P, `(k,)` each, in the units of the data."""
    gls = fitted.sampling_only()
    slack, trace = np.empty(fitted.model.k), np.empty(fitted.model.k)
    for stack, W in zip(fitted.model.stacks, gls.W, strict=True):
        WX = W @ stack.X
        XC = stack.X @ gls.C
        slack[stack.rows] = 1.0 - (XC * WX).sum(axis=2)
        diagonal = np.diagonal(W, axis1=1, axis2=2)
        trace[stack.rows] = diagonal - ((WX @ gls.C) * WX).sum(axis=2)
    return slack, trace / fitted.scale
