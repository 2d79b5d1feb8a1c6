"""Likelihood ratio test of two nested models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from filiform.errors import EvidenceError
from filiform.evidence._distributions import chi2_tail
from filiform.evidence._result import Result

if TYPE_CHECKING:
    from filiform.evidence.pooling.pooled import Pooled
    from filiform.evidence.regression.result import MetaRegression

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


def likelihood_ratio(full: MetaRegression, reduced: MetaRegression | Pooled) -> LikelihoodRatio:
    """Compare two models of the same studies, both fitted by maximum likelihood.

    Args:
        full: the model with more moderators.
        reduced: the same studies with fewer, or pooled.

    Raises:
        EvidenceError: for other studies, other estimators than ML, or models that are not nested.

    *Source: Huizenga, Visser and Dolan 2011, British Journal of Mathematical and Statistical
    Psychology 64:1, doi:10.1348/000711010X522687.*

    >>> from filiform.evidence import meta_regression, pool
    >>> y, v = [0.1, 0.5, 0.9, 1.6], [0.04, 0.05, 0.04, 0.06]
    >>> full = meta_regression(y, v, {"dose": [1, 2, 3, 4]}, tau2="ML")
    >>> round(likelihood_ratio(full, pool(y, v, tau2="ML")).p_value, 4)
    0.001
    """
    if full.estimates != reduced.estimates or full.variances != reduced.variances:
        raise EvidenceError("the two models rest on other studies: fit both to the same")
    if full.tau2_method != "ML" or reduced.tau2_method != "ML":
        raise EvidenceError(
            f"models fitted by {full.tau2_method} and {reduced.tau2_method} cannot be compared by "
            'their likelihoods: fit both with tau2="ML"'
        )
    one, other = full.fit_statistics(), reduced.fit_statistics()
    df = one.parameters - other.parameters
    if df < 1:
        raise EvidenceError("the full model has no more parameters than the reduced: swap them")
    statistic = max(0.0, 2.0 * (one.log_likelihood - other.log_likelihood))
    before = reduced.tau2 or 0.0
    r2 = max(0.0, 100.0 * (before - full.tau2) / before) if before > 0.0 else None
    return LikelihoodRatio(statistic, df, chi2_tail(statistic, df), r2, (_PAPER,))
