"""Likelihood ratio test of two nested models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._distributions import chi2_tail
from filiform.evidence._result import Result
from filiform.evidence.multilevel.result import Multilevel
from filiform.evidence.pooling.pooled import Pooled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.pooling.pooled import FitStatistics
    from filiform.evidence.regression.result import MetaRegression

# Columns that stand further than this outside those of the full model are not in it.
_OUTSIDE: Final = 1e-8

_PAPER: Final = (
    "Huizenga HM, Visser I, Dolan CV. Testing overall and moderator effects in random effects "
    "meta-regression. British Journal of Mathematical and Statistical Psychology 2011;64:1-19. "
    "doi:10.1348/000711010X522687"
)


@dataclass(frozen=True, slots=True)
class LikelihoodRatio(Result):
    """The test of a full against a reduced model.

    Attributes:
        statistic: twice the difference of the log-likelihoods.
        df: how many parameters more the full model has.
        p_value: of no difference.
        r2: percent of the reduced model's τ² that the full one explains; None without any.
        papers: the paper.
    """

    statistic: float
    df: int
    p_value: float
    r2: float | None
    papers: tuple[str, ...]


def likelihood_ratio(
    full: MetaRegression | Multilevel, reduced: MetaRegression | Pooled | Multilevel
) -> LikelihoodRatio:
    """Compare two nested models of the same studies by their likelihoods.

    Args:
        full: the model with more moderators, or more random effects (multilevel models).
        reduced: the same studies with fewer, or pooled.

    Raises:
        EvidenceError: for other studies, other estimators than ML (multilevel models with the same
            moderators may both be fitted by REML), or moderators that are not nested.

    *Source: Huizenga, Visser and Dolan 2011, British Journal of Mathematical and Statistical
    Psychology 64:1, doi:10.1348/000711010X522687.*

    >>> from filiform.evidence import meta_regression, pool
    >>> y, v = [0.1, 0.5, 0.9, 1.6], [0.04, 0.05, 0.04, 0.06]
    >>> full = meta_regression(y, v, {"dose": [1, 2, 3, 4]}, tau2="ML")
    >>> round(likelihood_ratio(full, pool(y, v, tau2="ML")).p_value, 4)
    0.001
    """
    if isinstance(full, Multilevel) and isinstance(reduced, Multilevel):
        return _of_levels(full, reduced)
    if isinstance(full, Multilevel) or isinstance(reduced, Multilevel):
        raise EvidenceError(
            "a multilevel model is compared with another multilevel model: fit both by multilevel"
        )
    if full.estimates != reduced.estimates or full.variances != reduced.variances:
        raise EvidenceError("the two models rest on other studies: fit both to the same")
    if full.tau2_method != "ML" or reduced.tau2_method != "ML":
        raise EvidenceError(
            f"models fitted by {full.tau2_method} and {reduced.tau2_method} cannot be compared by "
            'their likelihoods: fit both with tau2="ML"'
        )
    inner = np.ones((reduced.k, 1)) if isinstance(reduced, Pooled) else reduced.design.matrix
    _nested(full.design.matrix, inner)
    before = reduced.tau2 or 0.0
    r2 = max(0.0, 100.0 * (before - full.tau2) / before) if before > 0.0 else None
    return _test(full.fit_statistics(), reduced.fit_statistics(), r2)


def _of_levels(full: Multilevel, reduced: Multilevel) -> LikelihoodRatio:
    one, other = full.fitted.data, reduced.fitted.data
    if not np.array_equal(one.y, other.y) or not np.array_equal(one.V, other.V):
        raise EvidenceError("the two models rest on other studies: fit both to the same")
    same = one.coefficients == other.coefficients
    if full.method != reduced.method or (full.method != "ML" and not same):
        raise EvidenceError(
            f"models with other moderators fitted by {full.method} and {reduced.method} cannot be "
            'compared by their likelihoods: fit both with method="ML"'
        )
    _nested(one.X, other.X)
    return _test(full.fit_statistics, reduced.fit_statistics, None)


def _nested(outer: NDArray[np.float64], inner: NDArray[np.float64]) -> None:
    """Refuse a reduced model whose columns are no combinations of those of the full one."""
    basis, _ = np.linalg.qr(outer)
    left = inner - basis @ (basis.T @ inner)
    if np.linalg.norm(left) > _OUTSIDE * np.linalg.norm(inner):
        raise EvidenceError(
            "the reduced model has moderators that the full one lacks: compare nested models"
        )


def _test(one: FitStatistics, other: FitStatistics, r2: float | None) -> LikelihoodRatio:
    df = one.parameters - other.parameters
    if df < 1:
        raise EvidenceError("the full model has no more parameters than the reduced: swap them")
    statistic = max(0.0, 2.0 * (one.log_likelihood - other.log_likelihood))
    return LikelihoodRatio(statistic, df, chi2_tail(statistic, df), r2, (_PAPER,))
