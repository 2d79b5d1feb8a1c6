"""The test of several coefficients together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._distributions import chi2_tail, f_tail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def omnibus(
    beta: Array, covariance: Array, which: Iterable[int], df: float
) -> tuple[float, int, float]:
    """Return the Wald-type statistic of some coefficients, its degrees of freedom and p-value.

    χ² on m degrees of freedom for normal intervals, F on m and k − p (the statistic divided by m)
    for the others.
    """
    columns = list(which)
    part = beta[columns]
    statistic = float(part @ np.linalg.solve(covariance[np.ix_(columns, columns)], part))
    m = len(columns)
    if np.isinf(df):
        return statistic, m, chi2_tail(statistic, m)
    return statistic / m, m, f_tail(statistic / m, m, df)
