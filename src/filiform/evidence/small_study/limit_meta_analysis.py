"""Limit meta-analysis: the effect when every study is infinitely precise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._distributions import t_quantile, two_sided_p
from filiform.evidence._options import choose, confidence
from filiform.evidence._result import Result
from filiform.evidence._text import between, shown, shown_p
from filiform.evidence.pooling.pool import pool
from filiform.evidence.small_study.result import few_studies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

_METHODS: Final[Mapping[str, str]] = MappingProxyType(
    {"beta0": "beta0", "betalim": "betalim", "mulim": "mulim"}
)


@dataclass(frozen=True, slots=True)
class LimitMetaAnalysis(Result):
    """The result of a limit meta-analysis.

    Attributes:
        estimate, standard_error, ci_low, ci_high, p_value: the adjusted effect (normal).
        level: of the interval.
        alpha: the bias, intercept of the generalised radial plot.
        beta: its slope.
        q: Cochran's Q; `q_small` its part by small-study effects, `q_residual` the rest.
        g2: share of the variance between limit studies that the line does not explain.
        shrunken: `(k,)` effects of the studies in the limit.
        method: "beta0", "betalim" or "mulim".
        k: number of studies.
        warnings: what a reader must know.
        papers: the papers of exactly what was run.
    """

    estimate: float
    standard_error: float
    ci_low: float
    ci_high: float
    p_value: float
    level: float
    alpha: float
    beta: float
    q: float
    q_small: float
    q_residual: float
    g2: float
    shrunken: tuple[float, ...]
    method: str
    k: int
    warnings: tuple[str, ...]
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return a text that a person can read."""
        lines = [
            f"limit meta-analysis ({self.method}), {self.k} studies",
            f"adjusted effect {shown(self.estimate)} ({between(self.ci_low, self.ci_high)})",
            f"p {shown_p(self.p_value)}, bias {shown(self.alpha)}, G² {shown(100 * self.g2, 3)} %",
        ]
        return "\n".join(lines + [f"note: {warning}" for warning in self.warnings])


@dataclass(frozen=True, slots=True)
class _Radial:
    """The least squares line of y/s on 1/s."""

    intercept: float
    slope: float
    residual: float
    r2: float


def limit_meta_analysis(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    method: str = "beta0",
    tau2: str = "DL",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> LimitMetaAnalysis:
    """Adjust for small-study effects that heterogeneity does not explain.

    On the generalised radial plot, y/√(v + τ²) = α + β/√(v + τ²); in the limit a study's effect is
    β + √(τ²/(v + τ²))(y − β).

        beta0    β + τα                          (the default)
        betalim  slope of the radial plot of the limit studies
        mulim    their common effect

    Args:
        estimates: `(k,)` effects, k of 3 or more.
        variances: `(k,)` their sampling variances, above 0.
        method: of adjustment: "beta0", "betalim" or "mulim".
        tau2: estimator of the between-study variance, DL in the paper.
        level: of the interval, between 0 and 1.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for fewer than three studies, or all equally precise.

    *Source: Rucker, Schwarzer, Carpenter, Binder and Schumacher 2011, Biostatistics 12:122,
    doi:10.1093/biostatistics/kxq046.*

    >>> found = limit_meta_analysis([0.1, 0.3, 0.5, 1.9], [0.01, 0.04, 0.09, 0.25])
    >>> found.method, len(found.shrunken)
    ('beta0', 4)
    """
    y, v, names = _check.studies(estimates, variances, labels)
    level, chosen = confidence(level), choose("adjustment", method, _METHODS)
    if y.size < 3:
        raise EvidenceError(f"{y.size} studies have no line with an error: give at least 3")
    if np.ptp(v) == 0.0:
        raise EvidenceError("all studies are equally precise: asymmetry cannot be told")
    fit = pool(y, v, tau2=tau2, interval="normal", prediction="none", labels=names)
    t = fit.tau2 or 0.0
    fixed, general = _radial(y, np.sqrt(v)), _radial(y, np.sqrt(v + t))
    limit = general.slope + np.sqrt(t / (v + t)) * (y - general.slope)
    line = _radial(limit, np.sqrt(v))
    estimate, error = _adjusted(chosen, v, t, general, (limit, line))
    half = t_quantile(level, math.inf) * error
    return LimitMetaAnalysis(
        estimate=estimate,
        standard_error=error,
        ci_low=estimate - half,
        ci_high=estimate + half,
        p_value=two_sided_p(estimate / error, math.inf),
        level=level,
        alpha=general.intercept,
        beta=general.slope,
        q=fit.q,
        q_small=fit.q - fixed.residual,
        q_residual=fixed.residual,
        g2=1.0 - line.r2,
        shrunken=tuple(limit.tolist()),
        method=chosen,
        k=y.size,
        warnings=few_studies(y.size),
        papers=(
            (
                "Rucker G, Schwarzer G, Carpenter JR, Binder H, Schumacher M. Treatment-effect "
                "estimates adjusted for small-study effects via a limit meta-analysis. "
                "Biostatistics "
                "2011;12:122-142. doi:10.1093/biostatistics/kxq046"
            ),
        ),
    )


def _adjusted(
    chosen: str, v: Array, tau2: float, general: _Radial, limit: tuple[Array, _Radial]
) -> tuple[float, float]:
    """Return the adjusted effect and its standard error from the variances of the studies.

    β + τα is τ times the radial line at 1/τ, so its variance is τ²/k + (1 − τx̄)²/Σ(x − x̄)² with
    x = 1/√(v + τ²); β alone has 1/Σ(x − x̄)².
    """
    effects, line = limit
    tau = math.sqrt(tau2)
    if chosen == "beta0":
        x = 1.0 / np.sqrt(v + tau2)
        spread = float(((x - x.mean()) ** 2).sum())
        variance = tau2 / v.size + (1.0 - tau * float(x.mean())) ** 2 / spread
        return general.slope + tau * general.intercept, math.sqrt(variance)
    if chosen == "betalim":
        x = 1.0 / np.sqrt(v)
        return line.slope, 1.0 / math.sqrt(float(((x - x.mean()) ** 2).sum()))
    w = 1.0 / v
    return float(w @ effects) / float(w.sum()), 1.0 / math.sqrt(float(w.sum()))


def _radial(y: Array, s: Array) -> _Radial:
    x, z = 1.0 / s, y / s
    c = x - x.mean()
    spread = float(c @ c)
    slope = float(c @ z) / spread
    intercept = float(z.mean()) - slope * float(x.mean())
    residuals = z - intercept - slope * x
    residual = float(residuals @ residuals)
    total = float(((z - z.mean()) ** 2).sum())
    return _Radial(intercept, slope, residual, 1.0 - residual / total if total else 1.0)
