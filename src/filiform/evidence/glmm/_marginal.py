"""The marginal likelihood of a generalised linear mixed model, by adaptive Gauss-Hermite nodes.

For study i with standard normal random effects z and η_j = o_j + x_j'β + α_i + Σ_r λ_r z_r c_jr:

    L_i = ∫ Π_j f(y_j | η_j) φ(z) dz

The nodes lie about the mode of the integrand, scaled by its curvature there. With the posterior
expectation E over the nodes and g = ∂η/∂ψ, the gradient is E[G], G = Σ_j (y − a')g, and the Hessian
E[−Σ_j a'' gg'] + Var[G] (Louis). Intercepts α_i of studies are maximised over one by one.

*Source: Pinheiro and Bates 1995, Journal of Computational and Graphical Statistics 4:12,
doi:10.1080/10618600.1995.10474663 (nodes); Louis 1982, Journal of the Royal Statistical Society B
44:226, doi:10.1111/j.2517-6161.1982.tb01203.x (derivatives).*
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence.multilevel._likelihood import Derivatives

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.glmm._family import Family

    Array = NDArray[np.float64]

_MOST_STEPS = 200
# Modes and intercepts are solved to the last digits: Newton squares the error.
_SMALL = 1e-11
# No step of a mode or an intercept is longer than this: far from the top Newton overshoots.
_LONGEST = 2.0


class Terms(NamedTuple):
    """What the likelihood of each study is made of at its nodes.

    Attributes:
        log_likelihood: `(k,)`.
        gradient: `(k, P)` for the parameters (α_i), β, λ.
        hessian: `(k, P, P)`.
    """

    log_likelihood: Array
    gradient: Array
    hessian: Array


@dataclass(frozen=True, slots=True, eq=False)
class Marginal:
    """A model of counts with r random effects a study.

    Attributes:
        y: `(k, arms)` counts.
        offset: `(k, arms)`.
        X: `(k, arms, p)` design of β.
        C: `(k, arms, r)` directions of the random effects.
        own: whether each study has its own intercept.
        family: what the counts follow.
        constant: `(k,)` what the log-likelihood has besides yη − a(η).
        points: nodes in each direction.
    """

    y: Array
    offset: Array
    X: Array
    C: Array
    own: bool
    family: Family
    constant: Array
    points: int

    @property
    def p(self) -> int:
        """The number of coefficients."""
        return int(self.X.shape[2])

    def value(self, phi: Array) -> float:
        """Return the log-likelihood at (β, λ), intercepts maximised over."""
        terms, _ = self._profiled(phi)
        return float(terms.log_likelihood.sum())

    def derivatives(self, phi: Array) -> Derivatives:
        """Return the log-likelihood with gradient and Hessian in (β, λ)."""
        terms, _ = self._profiled(phi)
        gradient, hessian = terms.gradient, terms.hessian
        if self.own:
            cross = hessian[:, 0, 1:]
            inner = hessian[:, 0, 0]
            hessian = (
                hessian[:, 1:, 1:] - cross[:, :, None] * cross[:, None, :] / (inner[:, None, None])
            )
            gradient = gradient[:, 1:]
        return Derivatives(
            float(terms.log_likelihood.sum()), gradient.sum(axis=0), hessian.sum(axis=0)
        )

    def _profiled(self, phi: Array) -> tuple[Terms, Array]:
        alpha = np.zeros(self.y.shape[0])
        if not self.own:
            return self._terms(phi, alpha), alpha
        for _ in range(_MOST_STEPS):
            terms = self._terms(phi, alpha)
            step = -terms.gradient[:, 0] / terms.hessian[:, 0, 0]
            if float(np.abs(step).max()) <= _SMALL * (1.0 + float(np.abs(alpha).max())):
                return terms, alpha
            alpha = alpha + np.clip(step, -_LONGEST, _LONGEST)
        raise EvidenceError(
            "the intercepts of the studies did not settle: a study has no events or only events"
        )

    def _terms(self, phi: Array, alpha: Array) -> Terms:
        beta, scale = phi[: self.p], phi[self.p :]
        D = self.C * scale
        eta0 = self.offset + self.X @ beta + alpha[:, None]
        z, log_weights = self._nodes(eta0, D)
        eta = eta0[:, :, None] + np.einsum("kjr,kqr->kjq", D, z)
        a = self.family.cumulants(eta)
        inside = (self.y[:, :, None] * eta - a.value).sum(axis=1)
        log_terms = inside - 0.5 * (z * z).sum(axis=2) + log_weights
        top = log_terms.max(axis=1)
        p = np.exp(log_terms - top[:, None])
        total = p.sum(axis=1)
        found = top + np.log(total) + self.constant
        return self._moments(p / total[:, None], z, self.y[:, :, None] - a.mean, a.variance, found)

    def _moments(
        self, p: Array, z: Array, score: Array, variance: Array, log_likelihood: Array
    ) -> Terms:
        """Return posterior expectations of score and information; p is `(k, nodes)`."""
        k, arms, nodes = score.shape
        g = np.concatenate(
            [
                np.broadcast_to(self._fixed()[:, :, None, :], (k, arms, nodes, self._fixed_size)),
                self.C[:, :, None, :] * z[:, None, :, :],
            ],
            axis=3,
        )
        G = np.einsum("kjq,kjqa->kqa", score, g)
        mean = np.einsum("kq,kqa->ka", p, G)
        centred = G - mean[:, None, :]
        spread = np.einsum("kq,kqa,kqb->kab", p, centred, centred)
        information = np.einsum("kq,kjq,kjqa,kjqb->kab", p, variance, g, g, optimize=True)
        return Terms(log_likelihood, mean, spread - information)

    @property
    def _fixed_size(self) -> int:
        return self.p + (1 if self.own else 0)

    def _fixed(self) -> Array:
        return np.insert(self.X, 0, 1.0, axis=2) if self.own else self.X

    def _nodes(self, eta0: Array, D: Array) -> tuple[Array, Array]:
        """Return nodes `(k, nodes, r)` and the logarithms of their weights, `(k, nodes)`."""
        r = D.shape[2]
        mode, curvature = self._modes(eta0, D)
        root = np.linalg.cholesky(np.linalg.inv(curvature))
        x, log_w = _hermite(self.points, r)
        z = mode[:, None, :] + math.sqrt(2.0) * np.einsum("krs,qs->kqr", root, x)
        log_det = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
        return z, log_det[:, None] + log_w - 0.5 * r * math.log(math.pi)

    def _modes(self, eta0: Array, D: Array) -> tuple[Array, Array]:
        """Return where the integrand of each study is highest, and its curvature there."""
        k, _, r = D.shape
        z = np.zeros((k, r))
        for _ in range(_MOST_STEPS):
            eta = eta0 + np.einsum("kjr,kr->kj", D, z)
            a = self.family.cumulants(eta[:, :, None])
            slope = np.einsum("kj,kjr->kr", self.y - a.mean[:, :, 0], D) - z
            curvature = np.eye(r) + np.einsum("kj,kjr,kjs->krs", a.variance[:, :, 0], D, D)
            step = np.linalg.solve(curvature, slope[:, :, None])[:, :, 0]
            if float(np.abs(step).max()) <= _SMALL * (1.0 + float(np.abs(z).max())):
                return z, curvature
            z = z + np.clip(step, -_LONGEST, _LONGEST)
        return z, curvature


@lru_cache(maxsize=16)
def _hermite(points: int, r: int) -> tuple[Array, Array]:
    """Return nodes `(points^r, r)` and log weights that already hold exp(x²)."""
    x, w = np.polynomial.hermite.hermgauss(points)
    log_w = np.log(w) + x * x
    if r == 1:
        return x[:, None], log_w
    grid = np.array([(a, b) for a in x for b in x])
    return grid, (log_w[:, None] + log_w[None, :]).ravel()
