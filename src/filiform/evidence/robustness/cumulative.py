"""Cumulative meta-analysis: studies added one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence.many.pool_many import pool_many
from filiform.evidence.robustness.leave_one_out import Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

_PAPER: Final = (
    "Lau J, Antman EM, Jimenez-Silva J, Kupelnick B, Mosteller F, Chalmers TC. Cumulative "
    "meta-analysis of therapeutic trials for myocardial infarction. New England Journal of "
    "Medicine 1992;327:248-254. doi:10.1056/NEJM199207233270406"
)


def cumulative(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    order: Sequence[float] | None = None,
    tau2: str = "REML",
    interval: str = "HK_adhoc",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> Series:
    """Pool the first study, the first two, and so on.

    Args:
        estimates: `(k,)` effects.
        variances: `(k,)` their sampling variances, above 0.
        order: `(k,)` what to sort by, such as the year; equal values keep the order given.
        tau2: estimator as for `pool_many`.
        interval: as for `pool_many`.
        level: of the intervals, between 0 and 1.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for numbers that cannot be pooled, or an order of another length.

    *Source: Lau et al. 1992, New England Journal of Medicine 327:248,
    doi:10.1056/NEJM199207233270406.*

    >>> grown = cumulative([0.9, 0.1, 0.2], [0.05] * 3, order=[2010, 2001, 2005], tau2="DL")
    >>> grown.order, grown.fits.estimate.round(2).tolist()
    ((1, 2, 0), [0.1, 0.15, 0.4])
    """
    y, v, names = _check.studies(estimates, variances, labels)
    by = np.arange(y.size) if order is None else _check.numbers("order", order)
    if by.size != y.size:
        raise EvidenceError(f"an order of {by.size} for {y.size} studies: give one value a study")
    _check.finite("the order", by.astype(np.float64), names)
    places = np.argsort(by, kind="stable")
    below = np.tri(y.size, dtype=bool)
    fits = pool_many(
        np.where(below, y[places], np.nan),
        np.where(below, v[places], np.nan),
        tau2=tau2,
        interval=interval,
        level=level,
    )
    return Series(
        tuple(names[i] for i in places),
        tuple(places.tolist()),
        fits,
        f"studies added one by one, {fits.tau2_method}",
        (_PAPER, *fits.papers),
    )
