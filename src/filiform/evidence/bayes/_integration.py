"""The posterior of τ, by adaptive Gauss-Legendre panels in ln τ.

With w = 1/(v + τ²), μ | τ ~ N(m, s²), 1/s² = Σw + 1/σ₀², m = s²(Σwy + μ₀/σ₀²) and

    2 ln p(y | τ) = Σ ln w + ln s² − Σw(y − m)² − (m − μ₀)²/σ₀² + constant

(without the terms in μ₀ for a flat prior of μ). Below a τ whose square is lost beside every v, the
likelihood is that of 0 and the prior's mass is taken there.

*Source: Rover 2020, Journal of Statistical Software 93(6), section 2, doi:10.18637/jss.v093.i06.*
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._model import MeanModel
from filiform.evidence.tau2.likelihood import ml

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.bayes.priors import TauPrior

    Array = NDArray[np.float64]

_NODES = 20
# A panel is halved until its two halves agree with it to this part of the whole.
_EXACT = 1e-13
_MOST_HALVINGS = 50
# τ² below this part of the smallest variance changes no digit of the likelihood.
_NOTHING = 1e-18
# How far in ln τ the tails reach: e^−46 is 1e-20.
_REACH = 46.0
# Panels at the start, besides those about the peak of the likelihood.
_PANELS = 48


@dataclass(frozen=True, slots=True, eq=False)
class Conditional:
    """The studies and the prior of μ.

    Attributes:
        y: `(k,)` effects.
        v: `(k,)` sampling variances.
        prior_mean: of μ.
        prior_precision: of μ; 0 for a flat prior.
    """

    y: Array
    v: Array
    prior_mean: float
    prior_precision: float

    def moments(self, tau: Array) -> tuple[Array, Array]:
        """Return mean and variance of μ at each τ, `(n,)`."""
        w = 1.0 / (self.v + (tau * tau)[:, None])
        variance = 1.0 / (w.sum(axis=1) + self.prior_precision)
        mean = variance * (w @ self.y + self.prior_mean * self.prior_precision)
        return mean, variance

    def log_likelihood(self, tau: Array) -> Array:
        """Return ln p(y | τ) but for a constant, `(n,)`."""
        w = 1.0 / (self.v + (tau * tau)[:, None])
        mean, variance = self.moments(tau)
        q = (w * (self.y - mean[:, None]) ** 2).sum(axis=1)
        q += self.prior_precision * (mean - self.prior_mean) ** 2
        return np.asarray(0.5 * (np.log(w).sum(axis=1) + np.log(variance) - q))


@dataclass(frozen=True, slots=True, eq=False)
class TauPosterior:
    """The posterior of τ as nodes and weights, with its exact distribution function.

    Attributes:
        tau: `(n,)` nodes.
        weight: `(n,)` posterior probability of each; they sum to 1.
        edges: `(panels + 1,)` edges of the panels in ln τ.
        mass: `(panels,)` posterior probability of each panel.
        at_zero: the probability of a τ too small to tell from 0.
        log_total: the logarithm of the integral.
        studies: the studies.
        prior: of τ.
    """

    tau: Array
    weight: Array
    edges: Array
    mass: Array
    at_zero: float
    log_total: float
    studies: Conditional
    prior: TauPrior

    def density(self, tau: float) -> float:
        """Return the posterior density of τ > 0."""
        at = np.array([tau])
        value = self.prior.log_density(at) + self.studies.log_likelihood(at) - self.log_total
        return float(np.exp(value[0]))

    def below(self, tau: float) -> float:
        """Return the posterior probability of a smaller τ."""
        if tau <= 0.0:
            return 0.0
        u = math.log(tau)
        if u <= self.edges[0]:
            return self.at_zero
        panel = min(int(np.searchsorted(self.edges, u, side="right")) - 1, self.mass.size - 1)
        start = float(self.edges[panel])
        part = _panel_sums(
            self.studies, self.prior, np.array([start]), np.array([u]), self.log_total
        )
        return min(1.0, self.at_zero + float(self.mass[:panel].sum() + part[2].sum()))


def integrate(studies: Conditional, prior: TauPrior) -> TauPosterior:
    """Return the posterior of τ."""
    smallest = 0.5 * math.log(_NOTHING * float(studies.v.min()))
    edges = _first_edges(studies, prior, smallest)
    peak = float(np.max(_log_integrand(studies, prior, 0.5 * (edges[1:] + edges[:-1]))))
    parts = _refined(studies, prior, edges, peak)
    left, right, sums, tau, weight = parts
    order = np.argsort(left)
    tiny = math.exp(smallest)
    zero = float(np.exp(studies.log_likelihood(np.array([tiny]))[0] - peak)) * prior.below(tiny)
    total = float(sums.sum()) + zero
    nodes = np.concatenate([[tiny], tau[order].ravel()])
    weights = np.concatenate([[zero], weight[order].ravel()]) / total
    seen = weights > 0.0
    return TauPosterior(
        nodes[seen],
        weights[seen],
        np.append(left[order], right[order][-1]),
        sums[order] / total,
        zero / total,
        peak + math.log(total),
        studies,
        prior,
    )


def _first_edges(studies: Conditional, prior: TauPrior, smallest: float) -> Array:
    """Return edges that no peak can hide between: they are dense where the likelihood is high."""
    model = MeanModel(studies.y, studies.v)
    spread = math.log(max(prior.typical, math.sqrt(float(studies.v.max())))) + _REACH
    largest = min(math.log(prior.upper), spread) if math.isfinite(prior.upper) else spread
    low = min(smallest, largest - 1.0)
    edges = [np.linspace(low, largest, _PANELS)]
    if studies.y.size > 1:
        estimate = ml(model)
        error = estimate.standard_error or 0.0
        near = estimate.value + error * np.linspace(-8.0, 8.0, 65)
        near = near[near > 0.0]
        edges.append(0.5 * np.log(near))
    found = np.unique(np.concatenate(edges))
    return found[(found >= low) & (found <= largest)]


def _log_integrand(studies: Conditional, prior: TauPrior, u: Array) -> Array:
    tau = np.exp(u)
    return prior.log_density(tau) + u + studies.log_likelihood(tau)


def _panel_sums(
    studies: Conditional, prior: TauPrior, left: Array, right: Array, log_scale: float
) -> tuple[Array, Array, Array]:
    """Return nodes τ and their weights `(panels, nodes)`, and the integral of each panel."""
    x, w = np.polynomial.legendre.leggauss(_NODES)
    half = 0.5 * (right - left)
    u = (0.5 * (right + left))[:, None] + half[:, None] * x
    values = _log_integrand(studies, prior, u.ravel()).reshape(u.shape) - log_scale
    weight = half[:, None] * w * np.exp(values)
    return np.exp(u), weight, weight.sum(axis=1)


def _refined(
    studies: Conditional, prior: TauPrior, edges: Array, peak: float
) -> tuple[Array, Array, Array, Array, Array]:
    """Return panels (left, right, sums, nodes, weights), halved until halving changes nothing."""
    left, right = edges[:-1], edges[1:]
    tau, weight, sums = _panel_sums(studies, prior, left, right, peak)
    done: list[tuple[Array, Array, Array, Array, Array]] = []
    settled = 0.0
    for _ in range(_MOST_HALVINGS):
        middle = 0.5 * (left + right)
        halves = np.concatenate([left, middle]), np.concatenate([middle, right])
        tau2, weight2, sums2 = _panel_sums(studies, prior, *halves, peak)
        n = left.size
        whole = settled + float(sums.sum())
        good = np.abs(sums2[:n] + sums2[n:] - sums) <= _EXACT * whole
        done.append((left[good], right[good], sums[good], tau[good], weight[good]))
        settled += float(sums[good].sum())
        bad = np.concatenate([~good, ~good])
        if not bad.any():
            break
        left, right = halves[0][bad], halves[1][bad]
        tau, weight, sums = tau2[bad], weight2[bad], sums2[bad]
    else:
        done.append((left, right, sums, tau, weight))
    columns = list(zip(*done, strict=True))
    return (
        np.concatenate(columns[0]),
        np.concatenate(columns[1]),
        np.concatenate(columns[2]),
        np.concatenate(columns[3]),
        np.concatenate(columns[4]),
    )
