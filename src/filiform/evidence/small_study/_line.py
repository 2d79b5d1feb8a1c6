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
# Residuals of this size, relative to the effects, are rounding: the line is exact.
_ROUNDING = 1e-14


class Line(NamedTuple):
    """Intercept and slope with standard errors, and the degrees of freedom."""

    intercept: float
    intercept_error: float
    slope: float
    slope_error: float
    df: int


def weighted_line(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    w: NDArray[np.float64],
    *,
    dispersion: bool = True,
) -> Line:
    """Return the least squares line of y on x with weights w, `(k,)` each.

    Args:
        x: the predictor.
        y: the effects.
        w: weights.
        dispersion: whether the residuals scale the standard errors; otherwise 1/w are taken for
            the whole variances.

    Raises:
        EvidenceError: for fewer than three studies, an x that is the same for all, or effects that
            lie on the line, which leave no dispersion to test with.
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
    squares = float(w @ (residuals * residuals))
    if dispersion and squares <= _ROUNDING**2 * float(w @ (y * y)):
        raise EvidenceError(
            f"the effects of all {x.size} studies lie exactly on a line (or are all the same), "
            "which leaves no error to test with: there is nothing to test"
        )
    scale = squares / df if dispersion else 1.0
    return Line(
        mean - slope * centre,
        math.sqrt(scale * (1.0 / total + centre * centre / spread)),
        slope,
        math.sqrt(scale / spread),
        df,
    )
