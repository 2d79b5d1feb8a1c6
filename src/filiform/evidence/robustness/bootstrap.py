"""The bootstrap: how mean, τ² and I² would vary in other samples of studies."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._options import choose, confidence
from filiform.evidence._result import Result
from filiform.evidence._text import between, shown, table
from filiform.evidence.many.pool_many import PooledMany, pool_many
from filiform.evidence.references import cite

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "parametric": "parametric",
        "nonparametric": "nonparametric",
        "non_parametric": "nonparametric",
        "studies": "nonparametric",
    }
)
_PAPER: Final = (
    "Van den Noortgate W, Onghena P. Parametric and nonparametric bootstrap methods for "
    "meta-analysis. Behavior Research Methods 2005;37:11-22."
)


@dataclass(frozen=True, slots=True)
class Bootstrapped:
    """One statistic over the samples.

    Attributes:
        name: "mean", "tau2" or "i2".
        observed: in the studies themselves.
        bias: mean of the samples less that observed.
        standard_error: standard deviation of the samples.
        ci_low, ci_high: percentile interval.
    """

    name: str
    observed: float
    bias: float
    standard_error: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True, eq=False)
class Bootstrap(Result):
    """The bootstrap of a random-effects meta-analysis.

    Attributes:
        mean, tau2, i2: what was bootstrapped.
        samples: the pooled effects of the samples, `(draws,)` each.
        kind: "parametric" or "nonparametric".
        level: of the intervals.
        k: number of studies.
        labels: their names.
        method: what was done, in words.
        papers: the papers of exactly what was run.
    """

    mean: Bootstrapped
    tau2: Bootstrapped
    i2: Bootstrapped
    samples: PooledMany
    kind: str
    level: float
    k: int
    labels: tuple[str, ...]
    method: str
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return a table that a person can read."""
        rows = [
            [
                one.name,
                shown(one.observed),
                shown(one.bias),
                shown(one.standard_error),
                between(one.ci_low, one.ci_high),
            ]
            for one in (self.mean, self.tau2, self.i2)
        ]
        head = ["", "observed", "bias", "SE", f"{100 * self.level:g} % interval"]
        return f"{self.k} studies: {self.method}\n\n{table(head, rows)}"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a sample."""
        return self.samples.to_frame()


def bootstrap(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    random: np.random.Generator,
    kind: str = "parametric",
    draws: int = 2000,
    tau2: str = "REML",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> Bootstrap:
    """Pool samples made like the studies, all as one array, and take percentiles.

        parametric     effects drawn from N(μ, v + τ²) at the estimates of the studies
        nonparametric  k studies drawn from the k studies, with replacement

    Args:
        estimates: `(k,)` effects, k of 2 or more (5 or more where studies are drawn).
        variances: `(k,)` their sampling variances, above 0.
        random: where the samples are drawn from, such as `numpy.random.default_rng(1)`.
        kind: "parametric" or "nonparametric".
        draws: samples, 100 or more.
        tau2: estimator as for `pool_many`.
        level: of the percentile intervals, between 0 and 1.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for too few studies or samples, or numbers that cannot be pooled.

    *Source: Van den Noortgate and Onghena 2005, Behavior Research Methods 37:11.*

    >>> y, v = [0.1, 0.3, 0.35, 0.65, 0.9], [0.03, 0.03, 0.05, 0.01, 0.05]
    >>> found = bootstrap(y, v, random=np.random.default_rng(1))
    >>> found.mean.ci_low < found.mean.observed < found.mean.ci_high
    True
    """
    y, v, names = _check.studies(estimates, variances, labels)
    chosen = choose("bootstrap", kind, _KINDS)
    level = confidence(level)
    least = 2 if chosen == "parametric" else 5
    if y.size < least:
        raise EvidenceError(f"{y.size} studies for a {chosen} bootstrap: give at least {least}")
    if draws < 100:
        raise EvidenceError(f"{draws} samples are too few for percentiles: draw at least 100")
    fit = pool_many(y[None], v[None], tau2=tau2, interval="normal", level=level)
    if chosen == "parametric":
        spread = np.sqrt(v + fit.tau2[0])
        effects = random.normal(fit.estimate[0], spread, (draws, y.size))
        samples = pool_many(effects, np.broadcast_to(v, effects.shape), tau2=tau2)
    else:
        places = random.integers(0, y.size, (draws, y.size))
        samples = pool_many(y[places], v[places], tau2=tau2)
    return Bootstrap(
        mean=_of("mean", float(fit.estimate[0]), samples.estimate, level),
        tau2=_of("tau2", float(fit.tau2[0]), samples.tau2, level),
        i2=_of("i2", float(fit.i2[0]), samples.i2, level),
        samples=samples,
        kind=chosen,
        level=level,
        k=y.size,
        labels=names,
        method=f"{chosen} bootstrap, {draws} samples, {fit.tau2_method}",
        papers=(_PAPER, *cite(("inverse variance", fit.tau2_method, "heterogeneity"))),
    )


def _of(name: str, observed: float, samples: Array, level: float) -> Bootstrapped:
    low, high = np.quantile(samples, [0.5 - 0.5 * level, 0.5 + 0.5 * level])
    return Bootstrapped(
        name=name,
        observed=observed,
        bias=float(samples.mean()) - observed,
        standard_error=float(samples.std(ddof=1)),
        ci_low=float(low),
        ci_high=float(high),
    )
