"""Selection functions: how likely a result with p-value p is to be seen, relative to others.

    step      δ_j for p in the j-th interval, δ₁ = 1
    beta      p^(δ₁ − 1) (1 − p)^(δ₂ − 1)
    halfnorm  exp(−δp²)      negexp  exp(−δp)
    logistic  2 / (1 + exp(δp))       power  (1 − p)^δ, the beta with δ₁ = 1

*Source: Hedges and Vevea 1996, Journal of Educational and Behavioral Statistics 21:299 (steps),
doi:10.3102/10769986021004299; Citkowicz and Vevea 2017, Psychological Methods 22:28 (beta),
doi:10.1037/met0000119; Preston, Ashby and Smyth 2004, Journal of Evaluation in Clinical Practice
10:313 (half-normal, exponential, logistic), doi:10.1111/j.1365-2753.2003.00457.x.*
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Complex = NDArray[np.complex128]

# p-values nearer to 0 or 1 than this are taken as this: the beta function is infinite there.
NEAREST: Final = 1e-5


@dataclass(frozen=True, slots=True)
class Smooth:
    """A selection function without steps.

    Attributes:
        name: as above.
        start: its parameters without selection.
        low: the smallest that they may be.
        words: what it is.
    """

    name: str
    start: tuple[float, ...]
    low: float
    words: str

    def log_weight(self, p: Array, delta: Complex) -> Complex:
        """Return ln w(p)."""
        d = delta[0]
        if self.name == "beta":
            inside = np.clip(p, NEAREST, 1.0 - NEAREST)
            return np.asarray((d - 1.0) * np.log(inside) + (delta[1] - 1.0) * np.log1p(-inside))
        if self.name == "halfnorm":
            return np.asarray(-d * p * p)
        if self.name == "negexp":
            return np.asarray(-d * p)
        if self.name == "logistic":
            return np.asarray(np.log(2.0) - np.log1p(np.exp(d * p)))
        return np.asarray(d * np.log1p(-np.minimum(p, 1.0 - 1e-16)))


SMOOTH: Final[Mapping[str, Smooth]] = MappingProxyType(
    {
        "beta": Smooth("beta", (1.0, 1.0), NEAREST, "beta selection function"),
        "halfnorm": Smooth("halfnorm", (0.0,), 0.0, "half-normal selection function"),
        "negexp": Smooth("negexp", (0.0,), 0.0, "negative exponential selection function"),
        "logistic": Smooth("logistic", (0.0,), 0.0, "logistic selection function"),
        "power": Smooth("power", (0.0,), 0.0, "power selection function"),
    }
)
