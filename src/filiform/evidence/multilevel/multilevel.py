"""Multilevel and multivariate models: effects that are not independent of each other."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.evidence._distributions import chi2_tail, f_tail, t_quantile, two_sided_p
from filiform.evidence._options import choose, confidence
from filiform.evidence.multilevel._degrees import CONTAIN, INTERVALS, coefficient_df
from filiform.evidence.multilevel._design import INTERCEPT, checked
from filiform.evidence.multilevel._fitting import Fitted, correlated, fit
from filiform.evidence.multilevel._share import variance_shares
from filiform.evidence.multilevel._terms import terms_of
from filiform.evidence.multilevel.random import Random, nested
from filiform.evidence.multilevel.result import Coefficient, Component, Multilevel
from filiform.evidence.pooling.pooled import information_criteria

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

_METHODS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "REML": "REML",
        "reml": "REML",
        "ML": "ML",
        "ml": "ML",
        "restricted_maximum_likelihood": "REML",
        "maximum_likelihood": "ML",
    }
)

REFERENCES: Final = (
    (
        "Konstantopoulos S. Fixed effects and variance components estimation in three-level "
        "meta-analysis. Research Synthesis Methods 2011;2:61-76. doi:10.1002/jrsm.35"
    ),
    (
        "Harville DA. Maximum likelihood approaches to variance component estimation and to "
        "related problems. Journal of the American Statistical Association 1977;72:320-338. "
        "doi:10.1080/01621459.1977.10480998"
    ),
    (
        "Nakagawa S, Santos ESA. Methodological issues and advances in biological meta-analysis. "
        "Evolutionary Ecology 2012;26:1253-1274. doi:10.1007/s10682-012-9555-5"
    ),
)


def multilevel(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    random: Random | Sequence[Random],
    moderators: Mapping[str, ArrayLike] | None = None,
    intercept: bool = True,
    method: str = "REML",
    interval: str = "t_contain",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> Multilevel:
    """Fit a linear model with random effects to effects whose sampling covariances are known.

    y ~ N(Xβ, V + Σ ZGZ'), the variances of G by (restricted) maximum likelihood, 0 or above.

    Args:
        estimates: `(k,)` effects.
        variances: `(k,)` sampling variances above 0, or their `(k, k)` covariance matrix.
        random: the random terms: see `nested`, `random_intercept`, `random_structure`.
        moderators: name to `(k,)` numbers.
        intercept: whether there is a mean effect beside the moderators.
        method: "REML" or "ML".
        interval: "normal" (z), "t" with k − p degrees of freedom, or "t_contain" with those of the
            coarsest grouping that a column does not vary within.
        level: of all intervals, between 0 and 1.
        labels: `(k,)` names of the effects, for messages and tables.

    Raises:
        EvidenceError: for numbers that no model can use, or terms that the data cannot tell apart.

    The first eight schools, of two districts, of Konstantopoulos 2011 (metafor's dat):

    >>> y = [-0.18, -0.22, 0.23, -0.30, 0.13, -0.26, 0.19, 0.32]
    >>> v = [0.118, 0.118, 0.144, 0.144, 0.014, 0.014, 0.015, 0.024]
    >>> groups = nested({"district": [11] * 4 + [12] * 4, "school": [1, 2, 3, 4] * 2})
    >>> fit = multilevel(y, v, random=groups)
    >>> round(fit.mean.estimate, 3), [round(c.value, 3) for c in fit.components]
    (0.036, [0.0, 0.033])

    *Source: Konstantopoulos 2011, Research Synthesis Methods 2:61, doi:10.1002/jrsm.35; see also
    `result.references()`.*
    """
    how = choose("method", method, _METHODS)
    kind = choose("interval", interval, INTERVALS)
    wanted = confidence(level)
    data = checked(estimates, variances, moderators, intercept=intercept, labels=labels)
    given = (random,) if isinstance(random, Random) else tuple(random)
    fitted = fit(data, terms_of(given, data.y.size), restricted=how == "REML")
    return _result(fitted, how, kind, wanted)


def three_level(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    cluster: Iterable[object],
    method: str = "REML",
    interval: str = "t_contain",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> Multilevel:
    """Pool effects of which several come from one cluster: effects within clusters.

    Args:
        estimates: `(k,)` effects.
        variances: `(k,)` sampling variances above 0, or their `(k, k)` covariance matrix.
        cluster: `(k,)` what effects share, such as the trial.
        method: "REML" or "ML".
        interval: as for `multilevel`.
        level: of all intervals.
        labels: `(k,)` names of the effects.

    Raises:
        EvidenceError: as `multilevel`; if each cluster has one effect, `pool` is the model.

    >>> fit = three_level([0.1, 0.4, 0.2, 0.9], [0.02, 0.03, 0.02, 0.05], cluster="AABB")
    >>> [component.term for component in fit.components]
    ['cluster', 'cluster/effect']

    *Source: Konstantopoulos 2011, Research Synthesis Methods 2:61, doi:10.1002/jrsm.35.*
    """
    clusters = tuple(cluster)
    terms = nested({"cluster": clusters, "effect": range(1, len(clusters) + 1)})
    return multilevel(
        estimates,
        variances,
        random=terms,
        method=method,
        interval=interval,
        level=level,
        labels=labels,
    )


def _result(fitted: Fitted, how: str, kind: str, level: float) -> Multilevel:
    data, p = fitted.data, fitted.model.p
    coefficients = _coefficients(fitted, kind, level)
    components = _components(fitted)
    sampling = fitted.sampling_only()
    criteria = information_criteria(
        fitted.log_likelihood,
        p + len(components),
        data.y.size,
        p,
        restricted=how == "REML",
    )
    qm, df1, df2, qm_p = _moderators(fitted, coefficients)
    low, high = _prediction(fitted, coefficients, level)
    df = data.y.size - p
    return Multilevel(
        coefficients,
        tuple(tuple(row) for row in fitted.covariance.tolist()),
        components,
        low,
        high,
        sampling.rss,
        df,
        chi2_tail(sampling.rss, df),
        qm,
        df1,
        df2,
        qm_p,
        criteria,
        data.y.size,
        data.labels,
        level,
        how,
        kind,
        fitted.maximum.iterations,
        fitted.maximum.converged,
        _warnings(fitted, kind, components),
        REFERENCES,
        fitted,
    )


def _coefficients(fitted: Fitted, kind: str, level: float) -> tuple[Coefficient, ...]:
    df = coefficient_df(kind, fitted.data.X, fitted.model.terms)
    errors = np.sqrt(np.diagonal(fitted.covariance))
    return tuple(
        coefficient(name, float(b), float(se), d, level)
        for name, b, se, d in zip(fitted.data.coefficients, fitted.beta, errors, df, strict=True)
    )


def coefficient(name: str, estimate: float, error: float, df: float, level: float) -> Coefficient:
    """Return a coefficient with its test and interval."""
    statistic = estimate / error
    half = t_quantile(level, df) * error
    return Coefficient(
        name,
        estimate,
        error,
        statistic,
        df,
        two_sided_p(statistic, df),
        estimate - half,
        estimate + half,
    )


def _components(fitted: Fitted) -> tuple[Component, ...]:
    found: list[Component] = []
    rows = zip(fitted.model.terms, fitted.parameters(), variance_shares(fitted), strict=True)
    for term, values, shares in rows:
        idle = correlated(term) and np.count_nonzero(values[:-1] > 0.0) < min(2, values.size - 1)
        for i, (name, value, share) in enumerate(
            zip(term.structure.parameters, values.tolist(), shares, strict=True)
        ):
            unknown = idle and i == values.size - 1
            found.append(
                Component(term.name, name, len(term.groups), None if unknown else value, share)
            )
    return tuple(found)


def _moderators(
    fitted: Fitted, coefficients: tuple[Coefficient, ...]
) -> tuple[float | None, int | None, float | None, float | None]:
    """Return the joint test of all coefficients but the intercept."""
    at = [i for i, c in enumerate(coefficients) if c.name != INTERCEPT]
    if not at:
        return None, None, None, None
    b = fitted.beta[at]
    q = float(b @ np.linalg.solve(fitted.covariance[np.ix_(at, at)], b))
    df = min(coefficients[i].df for i in at)
    if math.isinf(df):
        return q, len(at), df, chi2_tail(q, len(at))
    return q / len(at), len(at), df, f_tail(q / len(at), len(at), df)


def _prediction(
    fitted: Fitted, coefficients: tuple[Coefficient, ...], level: float
) -> tuple[float | None, float | None]:
    single = all("[" not in name for t in fitted.model.terms for name in t.structure.parameters)
    if not single or [c.name for c in coefficients] != [INTERCEPT]:
        return None, None
    spread = sum(float(found[0]) for found in fitted.parameters())
    mean = coefficients[0]
    half = t_quantile(level, mean.df) * math.hypot(mean.standard_error, math.sqrt(spread))
    return mean.estimate - half, mean.estimate + half


def _warnings(fitted: Fitted, kind: str, components: tuple[Component, ...]) -> tuple[str, ...]:
    found = []
    zero = [f"{c.parameter} of {c.term}" for c in components if c.value == 0.0 and c.i2 is not None]
    if zero:
        found.append(f"at the boundary of 0: {', '.join(zero)}")
    idle = [c.term for c in components if c.value is None]
    if idle:
        found.append(f"no correlation is estimated where nothing varies: {', '.join(idle)}")
    few = min(len(term.groups) for term in fitted.model.terms)
    if kind != CONTAIN and few < 10:
        found.append(
            f"only {few} groups: intervals other than t_contain are too narrow with so few"
        )
    if not fitted.maximum.converged:
        found.append("the likelihood was not brought to its top: the last digits may be off")
    return tuple(found)
