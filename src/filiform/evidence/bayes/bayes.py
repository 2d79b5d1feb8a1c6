"""The Bayesian normal-normal model, by exact integration and without a sampler."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._options import choose, confidence
from filiform.evidence._result import Result
from filiform.evidence._text import between, plain_dict, shown, table
from filiform.evidence.bayes._integration import Conditional, TauPosterior, integrate
from filiform.evidence.bayes._mixture import NormalMixture, interval, quantile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import ArrayLike

    from filiform.evidence.bayes.priors import TauPrior

_INTERVALS: Final[Mapping[str, str]] = MappingProxyType(
    {"shortest": "shortest", "hpd": "shortest", "central": "central", "equal_tailed": "central"}
)
_ROVER: Final = (
    "Rover C. Bayesian random-effects meta-analysis using the bayesmeta R package. Journal of "
    "Statistical Software 2020;93(6):1-51. doi:10.18637/jss.v093.i06"
)


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is believed of one quantity after the studies.

    Attributes:
        name: "mu", "tau", "new study", or the name of a study.
        median: half of the probability lies below.
        mean: None where it does not exist.
        sd: standard deviation; None where it does not exist.
        low, high: its credible interval.
    """

    name: str
    median: float
    mean: float | None
    sd: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bayes(Result):
    """The posterior of a random-effects meta-analysis.

    Attributes:
        mu: the mean effect.
        tau: the standard deviation between studies.
        new_study: the effect of a new study.
        prior: of τ, in words.
        mu_prior: of μ, in words.
        interval: "shortest" or "central".
        level: of all intervals.
        k: number of studies.
        labels: their names.
        method: what was done, in words.
        warnings: what a reader must know.
        papers: the papers of exactly what was run.
        posterior: the posterior of τ itself, for later questions.
    """

    mu: Posterior
    tau: Posterior
    new_study: Posterior
    prior: str
    mu_prior: str
    interval: str
    level: float
    k: int
    labels: tuple[str, ...]
    method: str
    warnings: tuple[str, ...]
    papers: tuple[str, ...]
    posterior: TauPosterior = field(repr=False, compare=False)

    def probability_above(self, value: float, *, new_study: bool = False) -> float:
        """Return the posterior probability that the mean effect lies above a value.

        Args:
            value: such as 0, or the smallest effect that matters.
            new_study: whether the effect of a new study is meant.

        Raises:
            EvidenceError: for a value that is not a finite number.
        """
        if not math.isfinite(value):
            raise EvidenceError(f"the value is {value!r}, a finite number is needed")
        return 1.0 - _effect(self.posterior, new_study=new_study).below(value)

    def shrinkage(self) -> tuple[Posterior, ...]:
        """Return the effect of each study, drawn towards the mean by what the others say."""
        found = self.posterior
        mean, variance = found.studies.moments(found.tau)
        tau2 = found.tau**2
        results = []
        for name, y, v in zip(self.labels, found.studies.y, found.studies.v, strict=True):
            pull = v / (v + tau2)
            mixture = NormalMixture(
                (1.0 - pull) * y + pull * mean,
                np.sqrt(pull * tau2 + pull * pull * variance),
                found.weight,
            )
            results.append(_posterior(name, mixture, self.level, self.interval))
        return tuple(results)

    def summary(self) -> str:
        """Return a table that a person can read."""
        percent = f"{100 * self.level:g} %"
        rows = [
            [p.name, shown(p.median), shown(p.mean), shown(p.sd), between(p.low, p.high)]
            for p in (self.mu, self.tau, self.new_study)
        ]
        head = ["", "median", "mean", "SD", f"{percent} {self.interval} interval"]
        lines = [
            f"{self.k} {'study' if self.k == 1 else 'studies'}: {self.method}",
            f"before the studies: tau {self.prior}; mu {self.mu_prior}",
            "",
            table(head, rows),
        ]
        return "\n".join([*lines, *(f"note: {warning}" for warning in self.warnings)])

    def to_dict(self) -> dict[str, object]:
        """Return all fields but the posterior itself, ready for JSON."""
        found = plain_dict(self)
        del found["posterior"]
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return one row a quantity: mean effect, heterogeneity, a new study, each study."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that integrating does not need

        rows = (self.mu, self.tau, self.new_study, *self.shrinkage())
        return pandas.DataFrame([plain_dict(row) for row in rows])


def bayes(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    prior: TauPrior,
    mu_prior: tuple[float, float] | None = None,
    interval: str = "shortest",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> Bayes:
    """Pool effects by the Bayesian normal-normal model.

    y_i ~ N(θ_i, v_i), θ_i ~ N(μ, τ²), with priors of μ and τ; all results by integration to about
    twelve digits.

    Args:
        estimates: `(k,)` effects.
        variances: `(k,)` their sampling variances, above 0.
        prior: of τ: see `half_normal`, `half_cauchy`, `uniform`, `log_normal`, `log_t`,
            `turner_2015` (log odds ratios), `rhodes_2015` (standardised mean differences).
        mu_prior: mean and standard deviation of the normal prior of μ; None for a flat one.
        interval: "shortest" or "central".
        level: of all intervals.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for numbers that cannot be pooled (the study is named), one study with a
            flat prior of μ and a prior of τ without moments, or unknown words.

    Rubin's eight schools, with the priors of bayesmeta's example:

    >>> from filiform.evidence.bayes import half_cauchy
    >>> y = [28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16]
    >>> se = [14.9, 10.2, 16.3, 11.0, 9.4, 11.4, 10.4, 17.6]
    >>> found = bayes(y, [s * s for s in se], prior=half_cauchy(25), mu_prior=(0, 50))
    >>> round(found.mu.median, 3), round(found.tau.median, 3)
    (7.963, 4.759)

    *Source: Rover 2020, Journal of Statistical Software 93(6), doi:10.18637/jss.v093.i06.*
    """
    y, v, names = _check.studies(estimates, variances, labels)
    how = choose("interval", interval, _INTERVALS)
    wanted = confidence(level)
    centre, precision, words = _mu_prior(mu_prior)
    if y.size == 1 and math.isfinite(prior.tail):
        raise EvidenceError(
            f"one study says nothing of tau, and the {prior.words} prior has no bounds worth the "
            "name: pool at least two, or use half_normal, uniform or log_normal"
        )
    found = integrate(Conditional(y, v, centre, precision), prior)
    return Bayes(
        _posterior("mu", _effect(found, new_study=False), wanted, how),
        _tau(found, wanted, how),
        _posterior("new study", _effect(found, new_study=True), wanted, how, _order(found)),
        prior.words,
        words,
        how,
        wanted,
        y.size,
        names,
        "Bayesian random-effects model, by numerical integration",
        _warnings(y.size),
        (_ROVER, prior.reference),
        found,
    )


def _mu_prior(given: tuple[float, float] | None) -> tuple[float, float, str]:
    if given is None:
        return 0.0, 0.0, "flat"
    mean, sd = given
    if not (math.isfinite(mean) and math.isfinite(sd) and sd > 0.0):
        raise EvidenceError(
            f"the prior of mu is {given!r}, a finite mean and a standard deviation above 0 are "
            "needed: leave it out for a flat prior"
        )
    return float(mean), 1.0 / (sd * sd), f"normal({mean:g}, {sd:g}²)"


def _effect(found: TauPosterior, *, new_study: bool) -> NormalMixture:
    mean, variance = found.studies.moments(found.tau)
    if new_study:
        variance = variance + found.tau**2
    return NormalMixture(mean, np.sqrt(variance), found.weight)


def _order(found: TauPosterior) -> float:
    """Return the order below which moments of τ exist."""
    proper = 1 if found.studies.prior_precision > 0.0 else 0
    return found.prior.tail + found.studies.y.size - 1 + proper


def _posterior(
    name: str, found: NormalMixture, level: float, how: str, order: float = math.inf
) -> Posterior:
    bounds = found.bounds()
    low, high = interval(found, level, bounds, shortest=how == "shortest")
    mean, sd = found.moments()
    return Posterior(
        name,
        quantile(found, 0.5, *bounds),
        mean if order > 1.0 else None,
        sd if order > 2.0 else None,
        low,
        high,
    )


def _tau(found: TauPosterior, level: float, how: str) -> Posterior:
    bounds = float(np.exp(found.edges[0])), float(np.exp(found.edges[-1]))
    low, high = interval(found, level, bounds, shortest=how == "shortest")
    order = _order(found)
    mean = float(found.weight @ found.tau)
    second = float(found.weight @ (found.tau - mean) ** 2)
    return Posterior(
        "tau",
        quantile(found, 0.5, *bounds),
        mean if order > 1.0 else None,
        math.sqrt(second) if order > 2.0 else None,
        0.0 if low <= bounds[0] else low,
        high,
    )


def _warnings(k: int) -> tuple[str, ...]:
    if k < 3:
        return (f"{k} {'study says' if k == 1 else 'studies say'} little of tau: its prior rules",)
    return ()
