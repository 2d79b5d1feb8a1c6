"""Begg and Mazumdar's rank correlation test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence.small_study.kendall import kendall
from filiform.evidence.small_study.result import AsymmetryTest, few_studies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike


def begg(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    exact: bool = True,
    labels: Iterable[object] | None = None,
) -> AsymmetryTest:
    """Test whether standardised effects and variances have the same order.

    Kendall's correlation of (y − μ)/√(v − 1/Σw) with v, w = 1/v.

    Args:
        estimates: `(k,)` effects, k of 3 or more.
        variances: `(k,)` their sampling variances, above 0.
        exact: whether the p-value is exact (without ties; metafor), else of the normal (meta).
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for fewer than three studies, all equally precise, or all of the same effect.

    *Source: Begg and Mazumdar 1994, Biometrics 50:1088, doi:10.2307/2533446.*

    >>> test = begg([0.1, 0.3, 0.5, 0.9], [0.01, 0.04, 0.09, 0.25])
    >>> test.bias, round(test.p_value, 3)
    (6.0, 0.083)
    """
    y, v, _ = _check.studies(estimates, variances, labels)
    if y.size < 3:
        raise EvidenceError(f"{y.size} studies have no order to test: give at least 3")
    if np.ptp(v) == 0.0:
        raise EvidenceError("all studies are equally precise: asymmetry cannot be told")
    if np.ptp(y) == 0.0:
        raise EvidenceError("the effects are all the same: there is no order to test")
    w = 1.0 / v
    mean = float(w @ y) / float(w.sum())
    found = kendall((y - mean) / np.sqrt(v - 1.0 / w.sum()), v)
    return AsymmetryTest(
        test="Begg and Mazumdar's test",
        statistic=found.score / found.score_error,
        df=None,
        p_value=found.p_value if exact else found.normal_p,
        bias=found.score,
        bias_standard_error=found.score_error,
        limit=None,
        limit_ci_low=None,
        limit_ci_high=None,
        level=0.95,
        k=y.size,
        method=f"rank correlation, Kendall's tau {found.tau:.4g}",
        warnings=few_studies(y.size),
        papers=(
            (
                "Begg CB, Mazumdar M. Operating characteristics of a rank correlation test for "
                "publication bias. Biometrics 1994;50:1088-1101. doi:10.2307/2533446"
            ),
        ),
        rank_correlation=found.tau,
    )
