"""The fit that a robust variance corrects: weights, residuals and the design, by cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence.multilevel._blocks import independent_blocks
from filiform.evidence.multilevel._design import INTERCEPT
from filiform.evidence.multilevel._terms import indexed
from filiform.evidence.multilevel.result import Multilevel
from filiform.evidence.regression.result import MetaRegression

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from filiform.evidence.pooling.pooled import Pooled

    Array = NDArray[np.float64]

# Weights of one's own differ from the inverse variances by more than this.
_SAME_WEIGHTS = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Working:
    """Generalised least squares with working covariances M, in clusters.

    Attributes:
        X: `(k, p)` design.
        WX: `(k, p)` M⁻¹X.
        u: `(k,)` M⁻¹(y − Xβ).
        C: `(p, p)` (X'M⁻¹X)⁻¹.
        M: the covariance matrix within each cluster; None where some reach across clusters.
        beta: `(p,)`.
        rows: the studies of each cluster.
        clusters: their names.
        coefficients: the names of the columns.
        residuals: `(k,)` y − Xβ.
    """

    X: Array
    WX: Array
    u: Array
    C: Array
    M: tuple[Array, ...] | None
    beta: Array
    rows: tuple[NDArray[np.intp], ...]
    clusters: tuple[str, ...]
    coefficients: tuple[str, ...]
    residuals: Array


def working(fit: Multilevel | MetaRegression | Pooled, clusters: Iterable[object]) -> Working:
    """Return a fit cut into clusters.

    Raises:
        EvidenceError: for columns that differ in length, one cluster, or a fit with weights of
            one's own.
    """
    M, X, beta, y, coefficients = _parts(fit)
    index, names = indexed("clusters", tuple(clusters), fit.k)
    if len(names) < 2:
        raise EvidenceError(
            f"all {fit.k} studies are in cluster {names[0]!r}, at least 2 clusters are needed: "
            "use an interval that assumes independent studies"
        )
    rows = tuple(np.flatnonzero(index == i) for i in range(len(names)))
    W = 1.0 / M if M.ndim == 1 else np.linalg.inv(M)
    WX = W[:, None] * X if M.ndim == 1 else W @ X
    residual = y - X @ beta
    u = W * residual if M.ndim == 1 else W @ residual
    C = np.asarray(np.linalg.inv(X.T @ WX), dtype=np.float64)
    within = _within(M, rows, index)
    return Working(X, WX, u, C, within, beta, rows, names, coefficients, residual)


def _parts(
    fit: Multilevel | MetaRegression | Pooled,
) -> tuple[Array, Array, Array, Array, tuple[str, ...]]:
    """Return working variances `(k,)` or covariances `(k, k)`, X, β, y and the columns' names."""
    if isinstance(fit, Multilevel):
        data = fit.fitted.data
        return _covariance(fit), data.X, fit.fitted.beta, data.y, data.coefficients
    if isinstance(fit, MetaRegression):
        design = fit.design
        names = tuple(
            INTERCEPT if term < 0 else name
            for name, term in zip(design.names, design.terms, strict=True)
        )
        beta = np.array([c.estimate for c in fit.coefficients])
        y, M = np.array(fit.estimates), np.array(fit.variances) + fit.tau2
        return M, design.matrix, beta, y, names
    if fit.tau2 is None:
        raise EvidenceError("one study has no robust variance: pool at least two")
    y, M = np.array(fit.estimates), np.array(fit.variances) + fit.tau2
    weights = 1.0 / M
    share = weights / weights.sum() * 100.0
    if np.abs(share - np.array(fit.weights)).max() > _SAME_WEIGHTS * 100.0:
        raise EvidenceError(
            f"{fit.method}: its weights are not the inverse variances, "
            "which a robust variance needs: pool by inverse variance"
        )
    return M, np.ones((fit.k, 1)), np.array([fit.estimate]), y, (INTERCEPT,)


def _covariance(fit: Multilevel) -> Array:
    found = np.zeros((fit.k, fit.k))
    for stack, M in zip(fit.fitted.model.stacks, fit.fitted.gls.M, strict=True):
        found[stack.rows[:, :, None], stack.rows[:, None, :]] = M * fit.fitted.scale
    return found


def _within(
    M: Array, rows: tuple[NDArray[np.intp], ...], index: NDArray[np.intp]
) -> tuple[Array, ...] | None:
    if M.ndim == 1:
        return tuple(np.diag(M[at]) for at in rows)
    if any(np.unique(index[block]).size > 1 for block in independent_blocks(M, ())):
        return None
    return tuple(M[np.ix_(at, at)] for at in rows)
