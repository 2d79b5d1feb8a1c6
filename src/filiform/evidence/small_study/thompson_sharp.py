"""Thompson and Sharp's test: Egger's with an additive between-study variance by moments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence import _check
from filiform.evidence._distributions import t_quantile, two_sided_p
from filiform.evidence._options import confidence
from filiform.evidence.regression._model import RegressionModel
from filiform.evidence.small_study._line import weighted_line
from filiform.evidence.small_study.result import AsymmetryTest, few_studies
from filiform.evidence.tau2.dersimonian_laird import dersimonian_laird

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike


def thompson_sharp(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> AsymmetryTest:
    """Test whether effects change with their standard errors, beyond heterogeneity.

    y = β₀ + β₁ s with weights 1/(v + τ²), τ² by moments about the line; t test on k − 2.

    Args:
        estimates: `(k,)` effects, k of 3 or more.
        variances: `(k,)` their sampling variances, above 0.
        level: of the limit's interval, between 0 and 1.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for fewer than three studies, or all equally precise.

    *Source: Thompson and Sharp 1999, Statistics in Medicine 18:2693.*

    >>> test = thompson_sharp([0.1, 0.3, 0.5, 0.9], [0.01, 0.04, 0.09, 0.25])
    >>> round(test.bias, 2), test.df
    (2.0, 2)
    """
    y, v, _ = _check.studies(estimates, variances, labels)
    level = confidence(level)
    x = np.sqrt(v)
    weighted_line(x, y, 1.0 / v, dispersion=False)
    model = RegressionModel(y, v, np.column_stack([np.ones_like(x), x]), ("intercept", "s"))
    tau2 = dersimonian_laird(model).value
    # The weights already hold all of the variance: no multiplicative dispersion on top.
    line = weighted_line(x, y, 1.0 / (v + tau2), dispersion=False)
    half = t_quantile(level, line.df) * line.intercept_error
    return AsymmetryTest(
        test="Thompson and Sharp's test",
        statistic=line.slope / line.slope_error,
        df=line.df,
        p_value=two_sided_p(line.slope / line.slope_error, line.df),
        bias=line.slope,
        bias_standard_error=line.slope_error,
        limit=line.intercept,
        limit_ci_low=line.intercept - half,
        limit_ci_high=line.intercept + half,
        level=level,
        k=y.size,
        method="regression on the standard error, additive tau² by moments",
        warnings=few_studies(y.size),
        papers=(
            (
                "Thompson SG, Sharp SJ. Explaining heterogeneity in meta-analysis: a comparison of "
                "methods. Statistics in Medicine 1999;18:2693-2708."
            ),
        ),
    )
