"""The fit that a robust variance corrects: weights, residuals and the design, by cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
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


class Blocks(NamedTuple):
    """Covariances `(b, n, n)` of studies that are independent of all others; `rows` `(b, n)`."""

    rows: NDArray[np.intp]
    M: Array


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
    blocks, X, beta, y, coefficients = _parts(fit)
    index, names = indexed("clusters", tuple(clusters), fit.k)
    if len(names) < 2:
        raise EvidenceError(
            f"all {fit.k} studies are in cluster {names[0]!r}, at least 2 clusters are needed: "
            "use an interval that assumes independent studies"
        )
    order = np.argsort(index, kind="stable")
    rows = tuple(np.split(order, np.cumsum(np.bincount(index))[:-1]))
    residual = y - X @ beta
    WX, u = np.empty_like(X), np.empty_like(y)
    for at, M in blocks:
        WX[at] = np.linalg.solve(M, X[at])
        u[at] = np.linalg.solve(M, residual[at][:, :, None])[:, :, 0]
    C = np.asarray(np.linalg.inv(X.T @ WX), dtype=np.float64)
    within = _within(blocks, rows, index)
    return Working(X, WX, u, C, within, beta, rows, names, coefficients, residual)


def _parts(
    fit: Multilevel | MetaRegression | Pooled,
) -> tuple[list[Blocks], Array, Array, Array, tuple[str, ...]]:
    """Return the working covariances in blocks, X, β, y and the columns' names."""
    if isinstance(fit, Multilevel):
        whole = fit.fitted
        stacks = zip(whole.model.stacks, whole.gls.M, strict=True)
        blocks = [Blocks(stack.rows, M * whole.scale) for stack, M in stacks]
        return blocks, whole.data.X, whole.beta, whole.data.y, whole.data.coefficients
    if isinstance(fit, MetaRegression):
        design = fit.design
        names = tuple(
            INTERCEPT if term < 0 else name
            for name, term in zip(design.names, design.terms, strict=True)
        )
        beta = np.array([c.estimate for c in fit.coefficients])
        y, M = np.array(fit.estimates), np.array(fit.variances) + fit.tau2
        return [_independent(M)], design.matrix, beta, y, names
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
    return [_independent(M)], np.ones((fit.k, 1)), np.array([fit.estimate]), y, (INTERCEPT,)


def _independent(variances: Array) -> Blocks:
    return Blocks(np.arange(variances.size)[:, None], variances[:, None, None])


def _within(
    blocks: list[Blocks], rows: tuple[NDArray[np.intp], ...], index: NDArray[np.intp]
) -> tuple[Array, ...] | None:
    """Return the covariances within each cluster, None where some reach across clusters."""
    found = [np.zeros((at.size, at.size)) for at in rows]
    place = np.empty(index.size, dtype=np.intp)
    for at in rows:
        place[at] = np.arange(at.size)
    for stack in blocks:
        clusters = index[stack.rows]
        across = clusters[:, :, None] != clusters[:, None, :]
        if stack.M[across].any():
            return None
        for at, own, M in zip(stack.rows, clusters, stack.M, strict=True):
            for cluster in np.unique(own):
                part = own == cluster
                found[cluster][np.ix_(place[at[part]], place[at[part]])] = M[np.ix_(part, part)]
    return tuple(found)
