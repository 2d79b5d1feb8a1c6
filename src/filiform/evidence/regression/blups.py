"""Best linear unbiased predictions: each study's own true effect, drawn towards the mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._distributions import t_quantile
from filiform.evidence._result import Rows
from filiform.evidence.pooling.pooled import Pooled

if TYPE_CHECKING:
    from filiform.evidence.regression.result import MetaRegression


_PAPER: Final = (
    "Raudenbush SW, Bryk AS. Empirical Bayes meta-analysis. Journal of Educational Statistics "
    "1985;10:75-98. doi:10.3102/10769986010002075"
)


@dataclass(frozen=True, slots=True)
class Blup:
    """The prediction of one study's true effect.

    Attributes:
        label: the study.
        estimate: the predicted true effect.
        standard_error: of the prediction.
        low, high: prediction interval.
        deviation: from what the model expects (the random effect).
    """

    label: str
    estimate: float
    standard_error: float
    low: float
    high: float
    deviation: float


def blups(fit: Pooled | MetaRegression) -> Rows[Blup]:
    """Return the predicted true effect of each study.

    With λ = τ²/(v + τ²): λy + (1 − λ)xβ, variance λv + (1 − λ)² x cov(β) x'.

    Args:
        fit: a pooled effect or a meta-regression, with a between-study variance.

    Raises:
        EvidenceError: for one study or a common effect, which leave nothing to predict.

    *Source: Raudenbush and Bryk 1985, Journal of Educational Statistics 10:75,
    doi:10.3102/10769986010002075.*

    >>> from filiform.evidence import pool
    >>> first = blups(pool([0.0, 1.0, 2.0], [0.5, 0.5, 0.5]))[0]
    >>> round(first.estimate, 3), round(first.deviation, 3)
    (0.5, -0.5)
    """
    if fit.tau2 is None or fit.tau2_method == "common":
        raise EvidenceError("without a between-study variance there is nothing to predict")
    y, v = np.array(fit.estimates), np.array(fit.variances)
    if isinstance(fit, Pooled):
        fitted, spread = np.full(y.size, fit.estimate), np.full(y.size, fit.standard_error**2)
    else:
        x, covariance = fit.design.matrix, np.array(fit.covariance)
        fitted = np.array(fit.fitted)
        spread = np.einsum("kp,pq,kq->k", x, covariance, x)
    share = fit.tau2 / (v + fit.tau2)
    estimates = share * y + (1.0 - share) * fitted
    errors = np.sqrt(share * v + (1.0 - share) ** 2 * spread)
    half = t_quantile(fit.level, fit.df) * errors
    columns = (estimates, errors, estimates - half, estimates + half, share * (y - fitted))
    rows = tuple(
        Blup(label, *values)
        for label, values in zip(fit.labels, zip(*(c.tolist() for c in columns)), strict=True)  # noqa: B905
    )
    return Rows(rows, f"predicted true effects, {fit.tau2_method}", (_PAPER, *fit.papers))
