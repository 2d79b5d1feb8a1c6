"""Pooling counts by their own distribution, without a correction for zero cells."""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._distributions import chi2_tail, t_quantile
from filiform.evidence._options import choose, confidence
from filiform.evidence.effects.effect_size import effect_size
from filiform.evidence.glmm._models import MODELS, Counts, build, counts
from filiform.evidence.glmm.result import Glmm
from filiform.evidence.multilevel._design import INTERCEPT, independent, orthonormal
from filiform.evidence.multilevel._newton import Maximum, maximise
from filiform.evidence.multilevel.coefficients import Estimated
from filiform.evidence.pooling.pooled import information_criteria
from filiform.evidence.regression._design import design

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.glmm._marginal import Marginal
    from filiform.evidence.regression._design import Design, Moderators

    Array = NDArray[np.float64]

_MEASURES: Final[Mapping[str, str]] = MappingProxyType(
    {word: name for name in MODELS for word in (name, name.casefold())}
)
_INTERVALS: Final[Mapping[str, str]] = MappingProxyType(
    {"normal": "normal", "z": "normal", "wald": "normal", "t": "t"}
)
# Standard deviations between studies that the searches start from; the highest peak is taken.
_STARTS = (0.5, 0.05)
# A standard deviation this small is the rounding of 0: its square is below 1e-12.
_ZERO = 1e-6
# Nodes in each direction: one random effect, two random effects.
_POINTS = MappingProxyType({1: 41, 2: 21})
_FEWEST_POINTS, _MOST_POINTS = 5, 100
# Log odds further than this from the others are not estimates: the likelihood has no top.
_FARTHEST = 20.0
# How much more nodes may change the log-likelihood before a note says so.
_SETTLED = 1e-8

_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CM.EL": "conditional model with the exact likelihood",
        "CM.AL": "conditional model with the approximate (binomial) likelihood",
        "UM.FS": "unconditional model with fixed study effects",
        "UM.RS": "unconditional model with random study effects",
        "random intercept": "random intercept",
    }
)
_REFERENCES: Final = (
    (
        "Stijnen T, Hamza TH, Özdemir P. Random effects meta-analysis of event outcome in the "
        "framework of the generalized linear mixed model with applications in sparse data. "
        "Statistics in Medicine 2010;29:3046-3067. doi:10.1002/sim.4040"
    ),
    (
        "Jackson D, Law M, Stijnen T, Viechtbauer W, White IR. A comparison of seven "
        "random-effects models for meta-analyses that estimate the summary odds ratio. "
        "Statistics in Medicine 2018;37:1059-1085. doi:10.1002/sim.7588"
    ),
)


def glmm(
    measure: str,
    *,
    model: str | None = None,
    events1: ArrayLike | None = None,
    n1: ArrayLike | None = None,
    time1: ArrayLike | None = None,
    events2: ArrayLike | None = None,
    n2: ArrayLike | None = None,
    time2: ArrayLike | None = None,
    events: ArrayLike | None = None,
    n: ArrayLike | None = None,
    time: ArrayLike | None = None,
    moderators: Moderators | None = None,
    formula: str | None = None,
    interval: str = "normal",
    level: float = 0.95,
    points: int | None = None,
    labels: Iterable[object] | None = None,
) -> Glmm:
    """Pool counts by a generalised linear mixed model, by maximum likelihood.

        OR    CM.EL  events of group 1 given those of both: noncentral hypergeometric
              CM.AL  the same, binomial with offset ln(n₁/n₂): for rare events
              UM.FS  binomial, an intercept for each study, random effect coded ±½
              UM.RS  binomial, random intercept and random effect, uncorrelated
        IRR   CM.EL  binomial with offset ln(time₁/time₂), exact;  UM.FS, UM.RS  Poisson
        PLO   binomial with a random intercept (log odds);  IRLN  Poisson (log rate)

    Args:
        measure: "OR", "IRR", "PLO" or "IRLN".
        model: as above; the first of the measure where None.
        events1: `(k,)` events of the first group, whole numbers.
        n1: `(k,)` people of the first group (OR).
        time1: `(k,)` person-time of the first group (IRR).
        events2: `(k,)` events of the second group, whole numbers.
        n2: `(k,)` people of the second group (OR).
        time2: `(k,)` person-time of the second group (IRR).
        events: `(k,)` events of single groups (PLO, IRLN).
        n: `(k,)` people of single groups (PLO).
        time: `(k,)` person-time of single groups (IRLN).
        moderators: name to `(k,)` values of the effect's moderators, as for `meta_regression`.
        formula: which of them, as for `meta_regression`; all side by side where None.
        interval: "normal" or "t" with k − p degrees of freedom, p the coefficients.
        level: of all intervals.
        points: nodes of the adaptive Gauss-Hermite rule in each direction, 5 to 100.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for counts that are not admissible (the study is named), unknown words, or
            data without a finite estimate.

    Catheter infections in the first five trials of Niel-Weise 2007 (metafor's dat):

    >>> fit = glmm("OR", events1=[0, 1, 2, 0, 5], n1=[116, 44, 208, 130, 151],
    ...            events2=[3, 3, 9, 7, 6], n2=[117, 35, 195, 136, 157])
    >>> round(fit.back_transformed().estimate, 2), round(fit.tau2, 3)
    (0.21, 0.534)

    *Source: Stijnen, Hamza and Özdemir 2010, Statistics in Medicine 29:3046,
    doi:10.1002/sim.4040.*
    """
    kind = choose("measure", measure, _MEASURES)
    chosen = _model(kind, model)
    how, wanted = choose("interval", interval, _INTERVALS), confidence(level)
    given = {
        "events1": events1,
        "n1": n1,
        "time1": time1,
        "events2": events2,
        "n2": n2,
        "time2": time2,
        "events": events,
        "n": n,
        "time": time,
    }
    found = counts(kind, given, labels)
    nodes = _points(points, 2 if chosen == "UM.RS" else 1)
    made = _design(found, moderators, formula)
    fitted = _fit(kind, chosen, found, nodes, made)
    return _result(fitted, found, _Asked(kind, chosen, how, wanted))


class _Asked(NamedTuple):
    measure: str
    model: str
    interval: str
    level: float


class _Fitted(NamedTuple):
    """A likelihood at its top; `p` coefficients, then standard deviations.

    Attributes:
        marginal: with an orthogonal design.
        top: of it.
        design: what was asked, its rows the studies in the model.
        transform: `(p, p)` the coefficients of the design, of those of the orthogonal one.
    """

    marginal: Marginal
    top: Maximum
    design: Design
    transform: Array

    def beta(self) -> Array:
        """Return the coefficients of the design."""
        return np.asarray(self.transform @ self.top.theta[: self.transform.shape[0]])

    def covariance(self) -> Array:
        """Return their covariance matrix."""
        free, p = np.flatnonzero(self.top.free), self.transform.shape[0]
        inner = np.linalg.inv(-self.top.hessian[np.ix_(free, free)])[:p, :p]
        return np.asarray(self.transform @ inner @ self.transform.T)


def _design(found: Counts, moderators: Moderators | None, formula: str | None) -> Design:
    """Return the design of the studies in the model."""
    asked = "~ 1" if formula is None and moderators is None else formula
    made = design(moderators or {}, asked, len(found.names), found.names)
    made = made._replace(matrix=made.matrix[found.kept])
    k, p = made.matrix.shape
    if k <= p:
        raise EvidenceError(
            f"{k} studies and {p} coefficients leave {k - p} residual degrees of freedom, at least "
            "1 is needed: drop a moderator"
        )
    independent(made.matrix, made.names)
    return made


def _model(measure: str, model: str | None) -> str:
    admissible = MODELS[measure]
    if model is None:
        return admissible[0]
    words = {word: name for name in admissible for word in (name, name.casefold())}
    return choose(f"model for {measure}", model, words)


def _points(points: int | None, directions: int) -> int:
    if points is None:
        return _POINTS[directions]
    if not _FEWEST_POINTS <= points <= _MOST_POINTS:
        raise EvidenceError(
            f"points is {points}, from {_FEWEST_POINTS} to {_MOST_POINTS} is admissible: "
            f"leave it out for {_POINTS[directions]}"
        )
    return points


def _bounds(marginal: Marginal) -> tuple[Array, Array]:
    """Return no bounds: a standard deviation and its negative are the same."""
    p, r = marginal.p, int(marginal.C.shape[2])
    return np.full(p + r, -np.inf), np.full(p + r, np.inf)


def _fit(measure: str, model: str, found: Counts, points: int, made: Design) -> _Fitted:
    Q, transform = orthonormal(made.matrix)
    unit = math.sqrt(Q.shape[0])
    marginal = build(measure, model, found, points, Q * unit)
    p, r = marginal.p, int(marginal.C.shape[2])
    tops = [
        maximise(
            marginal.derivatives,
            marginal.value,
            np.array([0.0] * p + [start] * r),
            _bounds(marginal),
        )
        for start in _STARTS
    ]
    best = max(tops, key=lambda maximum: (round(maximum.value, 9), maximum.converged))
    theta = best.theta.copy()
    theta[p:] = np.where(np.abs(theta[p:]) < _ZERO, 0.0, np.abs(theta[p:]))
    at = marginal.derivatives(theta)
    free = np.concatenate([np.ones(p, np.bool_), theta[p:] > 0.0])
    best = best._replace(theta=theta, value=at.value, hessian=at.hessian, free=free)
    fitted = _Fitted(marginal, best, made, transform * unit)
    _finite(made.matrix @ fitted.beta(), found)
    return fitted


def _finite(effects: Array, found: Counts) -> None:
    """Refuse effects that the likelihood drives to infinity."""
    off = np.abs(effects - effects.mean())
    far = (off == off.max()) & (np.ptp(effects) > _FARTHEST)
    _check.refuse_where(
        far,
        found.labels,
        lambda _: (
            "its expected effect runs to infinity, as some value of the moderators has events on "
            "one side only: join its levels or drop the moderator"
        ),
    )


def _result(fitted: _Fitted, found: Counts, asked: _Asked) -> Glmm:
    marginal, top = fitted.marginal, fitted.top
    k, p = fitted.design.matrix.shape
    tau2 = float(top.theta[marginal.p]) ** 2
    df = math.inf if asked.interval == "normal" else float(k - p)
    estimated = Estimated(fitted.design.names, fitted.beta(), fitted.covariance(), (df,) * p)
    coefficients = estimated.coefficients(asked.level)
    mean, alone = coefficients[0], fitted.design.names == (INTERCEPT,)
    reach = t_quantile(asked.level, df) * math.hypot(mean.standard_error, math.sqrt(tau2))
    others = [name for name in estimated.names if name != INTERCEPT]
    together = estimated.joint_of(others) if others else None
    typical = _typical_variance(found, asked.measure, fitted.design.matrix)
    q = None if asked.model == "UM.RS" else _likelihood_ratio(marginal)
    parameters = top.theta.size + (k if marginal.own else 0)
    return Glmm(
        mean.estimate,
        mean.standard_error,
        mean.ci_low,
        mean.ci_high,
        asked.level,
        mean.estimate - reach if alone else None,
        mean.estimate + reach if alone else None,
        coefficients,
        tuple(map(tuple, estimated.covariance.tolist())),
        together.statistic if together else None,
        together.df1 if together else None,
        together.p_value if together else None,
        mean.statistic,
        df,
        mean.p_value,
        tau2,
        float(top.theta[-1]) ** 2 if asked.model == "UM.RS" else None,
        100.0 * tau2 / (tau2 + typical),
        (tau2 + typical) / typical,
        q,
        None if q is None else k - p,
        None if q is None else chi2_tail(q, k - p),
        information_criteria(top.value, parameters, found.y.size, parameters, restricted=False),
        asked.measure,
        asked.model,
        k,
        found.labels,
        found.dropped,
        tuple(map(tuple, found.y.tolist())),
        tuple(map(tuple, found.size.tolist())),
        f"generalised linear mixed model for the {asked.measure}, {_WORDS[asked.model]}",
        asked.interval,
        marginal.points,
        top.iterations,
        top.converged,
        _warnings(fitted, found, tau2),
        _REFERENCES,
        fitted.design,
    )


def _typical_variance(found: Counts, measure: str, x: Array) -> float:
    """Return the sampling variance that τ² is compared with: (k − p)/tr P."""
    y, size = found.y.T, found.size.T
    if measure == "OR":
        effects = effect_size("OR", events1=y[0], n1=size[0], events2=y[1], n2=size[1])
    elif measure == "IRR":
        effects = effect_size("IRR", events1=y[0], time1=size[0], events2=y[1], time2=size[1])
    elif measure == "PLO":
        effects = effect_size("PLO", events=y[0], n=size[0])
    else:
        effects = effect_size("IRLN", events=y[0], time=size[0])
    return float((x.shape[0] - x.shape[1]) / _trace(1.0 / effects.vi, x))


def _trace(w: Array, x: Array) -> float:
    """Return tr P, P = W − WX(X'WX)⁻¹X'W."""
    wx = x * w[:, None]
    return float(w.sum()) - float(np.trace(np.linalg.solve(x.T @ wx, wx.T @ wx)))


def _likelihood_ratio(marginal: Marginal) -> float:
    """Return twice the log-likelihood by which effects of their own beat a common one."""
    p = marginal.p
    low, high = _bounds(marginal)
    low[p:] = high[p:] = 0.0
    common = maximise(marginal.derivatives, marginal.value, np.zeros(p + 1), (low, high)).value
    saturated = float(marginal.family.highest(marginal.y).sum() + marginal.constant.sum())
    return max(0.0, 2.0 * (saturated - common))


def _warnings(fitted: _Fitted, found: Counts, tau2: float) -> tuple[str, ...]:
    marginal, top = fitted.marginal, fitted.top
    notes = []
    if found.dropped:
        notes.append(
            "without events, or with only events, in both groups, and so left out: "
            + ", ".join(found.dropped)
        )
    if tau2 == 0.0:
        notes.append("tau² is at its boundary of 0")
    finer = replace(marginal, points=marginal.points + 10)
    change = abs(finer.value(top.theta) - top.value)
    if change > _SETTLED * (1.0 + abs(top.value)):
        notes.append(f"more nodes change the log-likelihood by {change:.1g}: raise points")
    if not top.converged:
        notes.append("the likelihood was not brought to its top: the last digits may be off")
    return tuple(notes)
