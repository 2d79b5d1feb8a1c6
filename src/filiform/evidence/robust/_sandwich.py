"""Sandwich variances CR0, CR1 and CR2, and the degrees of freedom of what is tested with them.

With e the residuals, W = M⁻¹, C = (X'WX)⁻¹ and, for cluster j, the adjustment A_j:

    variance = C (Σ X_j'W_j A_j e_j e_j'A_j'W_j X_j) C

    CR0: A = I    CR1: A = √(m/(m − p)) I for m clusters
    CR2: A_j = D_j' B_j^(−1/2) D_j, B_j = D_j (M_j − X_j C X_j') D_j', D_j'D_j = M_j

*Source: Pustejovsky and Tipton 2018, Journal of Business and Economic Statistics 36:672,
doi:10.1080/07350015.2016.1247004.*
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.robust._working import Working

    Array = NDArray[np.float64]

# Directions of a cluster that the fit uses up entirely have no residual: a pseudo-inverse root.
_USED_UP = 1e-12


def scores(fit: Working, influence: list[Array]) -> Array:
    """Return `(m, p)`: each cluster's share of the error of β, C X_j'W_j A_j e_j.

    Args:
        fit: in m clusters.
        influence: of each cluster A_j'W_jX_j C, `(n_j, p)`, such that the share is its e_j.
    """
    residuals = fit.residuals
    return np.array([g.T @ residuals[at] for g, at in zip(influence, fit.rows, strict=True)])


def plain(fit: Working) -> Array:
    """Return `(m, p)` shares without an adjustment, also where W reaches across clusters."""
    return np.array([fit.u[at] @ fit.X[at] @ fit.C for at in fit.rows])


def adjusted(fit: Working, M: tuple[Array, ...]) -> list[Array]:
    """Return A_j'W_jX_j C of each cluster for CR2."""
    found = []
    for at, m in zip(fit.rows, M, strict=True):
        D = np.linalg.cholesky(m).T
        X = fit.X[at]
        B = D @ (m - X @ fit.C @ X.T) @ D.T
        found.append(D.T @ _inverse_root(B) @ D @ fit.WX[at] @ fit.C)
    return found


def _inverse_root(B: Array) -> Array:
    values, vectors = np.linalg.eigh(B)
    kept = values > _USED_UP * max(float(values[-1]), np.finfo(float).tiny)
    powers = np.where(kept, 1.0 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    return np.asarray((vectors * powers) @ vectors.T)


def joint(fit: Working, M: tuple[Array, ...], G: list[Array]) -> Array:
    """Return `(m, m, p, p)`: the covariances of the clusters' shares if M is right.

    The covariance of g_i'e_i and g_j'e_j is δ_ij g_i'M_i g_i − g_i'X_i C X_j'g_j.
    """
    gX = np.array([g.T @ fit.X[at] for g, at in zip(G, fit.rows, strict=True)])
    found = -np.einsum("iap,pq,jbq->ijab", gX, fit.C, gX)
    for i, (g, m) in enumerate(zip(G, M, strict=True)):
        found[i, i] += g.T @ m @ g
    return np.asarray(found)


def satterthwaite(S: Array) -> Array:
    """Return `(p,)` degrees of freedom, 2 E² / Var, of the variances of the coefficients.

    Args:
        S: `(m, m, p, p)` from `joint`.

    *Source: Pustejovsky and Tipton 2018, doi:10.1080/07350015.2016.1247004.*
    """
    own = np.einsum("ijaa->aij", S)
    mean = np.einsum("aii->a", own)
    return np.asarray(mean**2 / np.einsum("aij,aij->a", own, own))


def hotelling(S: Array, L: Array) -> float:
    """Return η, the degrees of freedom of the approximate Hotelling's T² (HTZ) of Lβ = 0.

    With D = Ω^(−1/2) L V L' Ω^(−1/2), Ω its expectation under the working model:
    η = q(q + 1) / ΣΣ Var(D_st).

    Args:
        S: `(m, m, p, p)` from `joint`.
        L: `(q, p)`.

    *Source: Tipton and Pustejovsky 2015, Journal of Educational and Behavioral Statistics 40:604,
    doi:10.3102/1076998615606099.*
    """
    q = L.shape[0]
    expected = np.einsum("iiab->ab", S)
    root = _inverse_root(L @ expected @ L.T) @ L
    T = np.einsum("sa,ijab,tb->ijst", root, S, root)
    own = np.einsum("ijss->ijs", T)
    variance = np.einsum("ijs,ijt->", own, own) + np.einsum("ijst,ijts->", T, T)
    return float(q * (q + 1) / variance)
