"""The exact factor that removes the small-sample bias of a standardised mean difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def hedges_factor(df: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return J(m) = Γ(m/2) / (√(m/2) Γ((m − 1)/2)).

    Args:
        df: m, `(k,)` degrees of freedom of the standard deviation, above 1.

    *Source: Hedges 1981, Journal of Educational Statistics 6:107, equation 6e,
    doi:10.3102/10769986006002107.*

    >>> import numpy as np
    >>> hedges_factor(np.array([10.0, 38.0])).round(4).tolist()
    [0.9227, 0.9801]
    """
    from scipy.special import gammaln  # noqa: PLC0415 - slow to import, see _distributions

    half = df / 2.0
    return np.exp(gammaln(half) - gammaln(half - 0.5) - 0.5 * np.log(half))
