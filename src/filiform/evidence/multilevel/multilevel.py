"""Multilevel and multivariate models: effects that are not independent of each other."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.evidence._distributions import chi2_tail, t_quantile
from filiform.evidence._options import choose, confidence
from filiform.evidence.multilevel._degrees import CONTAIN, INTERVALS, coefficient_df
from filiform.evidence.multilevel._design import INTERCEPT, Asked, checked
from filiform.evidence.multilevel._fitting import Fitted, correlated, fit
from filiform.evidence.multilevel._share import variance_shares
from filiform.evidence.multilevel._terms import terms_of
from filiform.evidence.multilevel.coefficients import Estimated
from filiform.evidence.multilevel.random import Random, nested
from filiform.evidence.multilevel.result import Component, Multilevel
from filiform.evidence.pooling.pooled import information_criteria

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from filiform.evidence.multilevel.coefficients import Coefficient, JointTest
    from filiform.evidence.regression._design import Moderators

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
    moderators: Moderators | None = None,
    formula: str | None = None,
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
        moderators: name to `(k,)` values: numbers, or texts that become indicators of every level
            but the first in alphabetical order. A data frame will do.
        formula: which moderators, as for `meta_regression`; all side by side where None.
        intercept: whether there is a mean effect beside the moderators; a formula says it itself.
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
    asked = Asked(moderators or {}, formula, intercept)
    data = checked(estimates, variances, asked, labels)
    given = (random,) if isinstance(random, Random) else tuple(random)
    fitted = fit(data, terms_of(given, data.y.size), restricted=how == "REML")
    return _result(fitted, how, kind, wanted)


def three_level(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    cluster: Iterable[object],
    moderators: Moderators | None = None,
    formula: str | None = None,
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
        moderators: name to `(k,)` values, as for `multilevel`.
        formula: which of them; all side by side where None.
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
        moderators=moderators,
        formula=formula,
        method=method,
        interval=interval,
        level=level,
        labels=labels,
    )


def _result(fitted: Fitted, how: str, kind: str, level: float) -> Multilevel:
    data, p = fitted.data, fitted.model.p
    df = coefficient_df(kind, data.X, fitted.model.terms)
    estimated = Estimated(data.coefficients, fitted.beta, fitted.covariance, df)
    coefficients = estimated.coefficients(level)
    components = _components(fitted)
    sampling = fitted.sampling_only()
    criteria = information_criteria(
        fitted.log_likelihood,
        p + len(components),
        data.y.size,
        p,
        restricted=how == "REML",
    )
    together = _moderators(estimated)
    low, high = _prediction(fitted, coefficients, level)
    left = data.y.size - p
    return Multilevel(
        coefficients,
        tuple(tuple(row) for row in fitted.covariance.tolist()),
        components,
        low,
        high,
        sampling.rss,
        left,
        chi2_tail(sampling.rss, left),
        together.statistic if together else None,
        together.df1 if together else None,
        together.df2 if together else None,
        together.p_value if together else None,
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


def _moderators(estimated: Estimated) -> JointTest | None:
    """Return the joint test of all coefficients but the intercept."""
    others = [name for name in estimated.names if name != INTERCEPT]
    return estimated.joint_of(others) if others else None


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
