"""A weighted straight line, with multiplicative dispersion."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from filiform.errors import EvidenceError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The spread of the predictor, relative to its size, below which there is no line to fit.
_NO_SPREAD = 1e-10


class Line(NamedTuple):
    """Intercept and slope with standard errors, the residual mean square and its freedom."""

    intercept: float
    intercept_error: float
    slope: float
    slope_error: float
    mean_square: float
    df: int


def weighted_line(x: NDArray[np.float64], y: NDArray[np.float64], w: NDArray[np.float64]) -> Line:
    """Return the least squares line of y on x with weights w, `(k,)` each.

    Raises:
        EvidenceError: for fewer than three studies, or an x that is the same for all.
    """
    if x.size < 3:
        raise EvidenceError(f"{x.size} studies have no line with an error: give at least 3")
    total = float(w.sum())
    centre = float(w @ x) / total
    c = x - centre
    spread = float(w @ (c * c))
    if spread <= _NO_SPREAD**2 * float(w @ (x * x)):
        raise EvidenceError("all studies are equally precise: asymmetry cannot be told")
    slope = float(w @ (c * y)) / spread
    mean = float(w @ y) / total
    residuals = y - mean - slope * c
    df = x.size - 2
    mean_square = float(w @ (residuals * residuals)) / df
    return Line(
        mean - slope * centre,
        math.sqrt(mean_square * (1.0 / total + centre * centre / spread)),
        slope,
        math.sqrt(mean_square / spread),
        mean_square,
        df,
    )
