"""The (restricted) log-likelihood of a linear mixed model, its gradient and its exact Hessian.

With M = V + Σ ZGZ', W = M⁻¹, C = (X'WX)⁻¹, P = W − WXCX'W, u = Py and Mᵢ = ∂M/∂θᵢ:

    2 REML = −(k − p) ln 2π + ln|X'X| − ln|M| − ln|X'WX| − y'Py
    2 ∂/∂θᵢ = u'Mᵢu − tr PMᵢ
    2 ∂²/∂θᵢ∂θⱼ = tr PMᵢPMⱼ − 2 u'MᵢPMⱼu + u'Mᵢⱼu − tr PMᵢⱼ

For ML the constants are −k ln 2π, ln|X'X| and ln|X'WX| fall away and the traces have W for P.
Everything is a sum over independent blocks. X'X is the identity here.

*Source: Harville 1977, Journal of the American Statistical Association 72:320,
doi:10.1080/01621459.1977.10480998.*
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.evidence._model import LOG_2PI

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from filiform.evidence.multilevel._blocks import Stack
    from filiform.evidence.multilevel._terms import Term

    Array = NDArray[np.float64]


class Derivatives(NamedTuple):
    """A log-likelihood, its gradient `(q,)` and Hessian `(q, q)`."""

    value: float
    gradient: Array
    hessian: Array


class Gls(NamedTuple):
    """Generalised least squares at given covariances.

    Attributes:
        beta: `(p,)`.
        C: `(p, p)` its covariance matrix.
        W: the inverse covariances of each stack.
        M: the covariances of each stack.
        u: Py of each stack, `(b, n)`.
        rss: y'Py.
        log_det: ln|M|.
        log_det_information: ln|X'WX|.
    """

    beta: Array
    C: Array
    W: list[Array]
    M: list[Array]
    u: list[Array]
    rss: float
    log_det: float
    log_det_information: float


@dataclass(frozen=True, slots=True, eq=False)
class MixedModel:
    """Effects, an orthonormal design and random terms, in blocks."""

    stacks: tuple[Stack, ...]
    terms: tuple[Term, ...]
    k: int
    p: int
    restricted: bool

    @property
    def bounds(self) -> tuple[Array, Array]:
        """The box of all parameters, the terms one after the other."""
        boxes = [term.structure.bounds for term in self.terms]
        return np.concatenate([box[0] for box in boxes]), np.concatenate([box[1] for box in boxes])

    def split(self, theta: Array) -> list[Array]:
        """Return the parameters of each term."""
        sizes = [term.structure.bounds[0].size for term in self.terms]
        return np.split(theta, np.cumsum(sizes)[:-1])

    def gls(self, theta: Array) -> Gls:
        """Return generalised least squares at given parameters."""
        return least_squares(
            self.stacks, [self._covariance(stack, theta) for stack in self.stacks], self.p
        )

    def value(self, theta: Array) -> float:
        """Return the (restricted) log-likelihood."""
        return self._value(self.gls(theta))

    def derivatives(self, theta: Array) -> Derivatives:
        """Return the (restricted) log-likelihood with gradient and Hessian."""
        gls = self.gls(theta)
        sums = _Sums(theta.size, self.p)
        for stack, W, u in zip(self.stacks, gls.W, gls.u, strict=True):
            self._add(sums, stack, W, u, theta)
        gradient, hessian = sums.derivatives(gls.C, restricted=self.restricted)
        return Derivatives(self._value(gls), gradient, hessian)

    def _value(self, gls: Gls) -> float:
        if not self.restricted:
            return -0.5 * (self.k * LOG_2PI + gls.log_det + gls.rss)
        constant = (self.k - self.p) * LOG_2PI
        return -0.5 * (constant + gls.log_det + gls.log_det_information + gls.rss)

    def _covariance(self, stack: Stack, theta: Array) -> Array:
        total = stack.V.copy()
        for term, part, pairs in zip(self.terms, self.split(theta), stack.pairs, strict=True):
            total += term.structure.entries(part, pairs.a, pairs.b).value * pairs.same
        return total

    def _add(self, sums: _Sums, stack: Stack, W: Array, u: Array, theta: Array) -> None:
        first: list[Array] = []
        second: dict[tuple[int, int], Array] = {}
        for term, part, pairs in zip(self.terms, self.split(theta), stack.pairs, strict=True):
            entries = term.structure.entries(part, pairs.a, pairs.b)
            at = len(first)
            first += [entry * pairs.same for entry in entries.first]
            second |= {(at + i, at + j): m * pairs.same for (i, j), m in entries.second.items()}
        sums.add(W, stack.X, u, first, second)


def least_squares(stacks: Sequence[Stack], M: list[Array], p: int) -> Gls:
    """Return generalised least squares with covariances `(b, n, n)` a stack."""
    information, moment = np.zeros((p, p)), np.zeros(p)
    inverses, log_det = [], 0.0
    for stack, m in zip(stacks, M, strict=True):
        root = np.linalg.cholesky(m)
        log_det += 2.0 * float(np.log(np.diagonal(root, axis1=1, axis2=2)).sum())
        half = np.linalg.inv(root)
        W = half.transpose(0, 2, 1) @ half
        inverses.append(W)
        WX = W @ stack.X
        information += np.einsum("bnp,bnq->pq", stack.X, WX)
        moment += np.einsum("bnp,bn->p", WX, stack.y)
    C = np.asarray(np.linalg.inv(information), dtype=np.float64)
    beta = C @ moment
    residuals = [stack.y - stack.X @ beta for stack in stacks]
    u = [(W @ r[:, :, None])[:, :, 0] for W, r in zip(inverses, residuals, strict=True)]
    rss = sum(float((a * b).sum()) for a, b in zip(u, residuals, strict=True))
    return Gls(beta, C, inverses, M, u, rss, log_det, float(np.linalg.slogdet(information)[1]))


class _Sums:
    """The sums over blocks that gradient and Hessian are made of."""

    def __init__(self, q: int, p: int) -> None:
        self.uMu = np.zeros(q)
        self.tr_WM = np.zeros(q)
        self.XWMWX = np.zeros((q, p, p))
        self.XWMu = np.zeros((q, p))
        self.uMWMu = np.zeros((q, q))
        self.tr_WMWM = np.zeros((q, q))
        self.XWMWMWX = np.zeros((q, q, p, p))
        self.bend = np.zeros((q, q))
        self.bend_tr = np.zeros((q, q))
        self.bend_XWX = np.zeros((q, q, p, p))

    def add(
        self,
        W: Array,
        X: Array,
        u: Array,
        first: list[Array],
        second: dict[tuple[int, int], Array],
    ) -> None:
        """Add the blocks of one stack."""
        WX = W @ X
        MW = [m @ W for m in first]
        Mu = [(m @ u[:, :, None])[:, :, 0] for m in first]
        MWX = [m @ WX for m in first]
        for i in range(len(first)):
            self.uMu[i] += float((u * Mu[i]).sum())
            self.tr_WM[i] += float(np.einsum("bnn->", MW[i]))
            self.XWMWX[i] += np.einsum("bnp,bnq->pq", WX, MWX[i])
            self.XWMu[i] += np.einsum("bnp,bn->p", WX, Mu[i])
            WMu = (W @ Mu[i][:, :, None])[:, :, 0]
            WMWX = W @ MWX[i]
            for j in range(i + 1):
                self.uMWMu[i, j] += float((WMu * Mu[j]).sum())
                self.tr_WMWM[i, j] += float((MW[i] * MW[j].transpose(0, 2, 1)).sum())
                self.XWMWMWX[i, j] += np.einsum("bnp,bnq->pq", WMWX, MWX[j])
        for (j, i), m in second.items():
            self.bend[i, j] += float(np.einsum("bn,bnm,bm->", u, m, u))
            self.bend_tr[i, j] += float((m * W).sum())
            self.bend_XWX[i, j] += np.einsum("bnp,bnq->pq", WX, m @ WX)

    def derivatives(self, C: Array, *, restricted: bool) -> tuple[Array, Array]:
        """Return gradient and Hessian; C is (X'WX)⁻¹."""
        q = self.uMu.size
        gradient = self.uMu - self.tr_WM
        hessian = self.tr_WMWM - 2.0 * self.uMWMu + self.bend - self.bend_tr
        hessian += 2.0 * self.XWMu @ C @ self.XWMu.T
        if restricted:
            CA = C @ self.XWMWX
            gradient += np.einsum("ipp->i", CA)
            hessian += np.einsum("ipq,jqp->ij", CA, CA)
            hessian -= 2.0 * np.einsum("pq,ijqp->ij", C, self.XWMWMWX)
            hessian += np.einsum("pq,ijqp->ij", C, self.bend_XWX)
        lower = np.tril_indices(q, -1)
        hessian[lower[::-1]] = hessian[lower]
        return 0.5 * gradient, 0.5 * hessian
