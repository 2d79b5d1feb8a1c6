"""Group sequential boundaries by spending functions.

With information fractions t₁ < … < t_m and cumulative z statistics Z, the score S_j = Z_j √t_j is
a Brownian motion at t_j under no effect. The bound b_j is where the probability of a first crossing
at j is what the spending function has to spend between t_{j−1} and t_j:

    P(|Z_i| < b_i for i < j, |Z_j| ≥ b_j) = α(t_j) − α(t_{j−1})

The density of S among the paths not yet stopped is carried from look to look by Gauss-Legendre
panels, each as wide as one standard deviation of the step.

*Source: Lan and DeMets 1983, Biometrika 70:659, doi:10.1093/biomet/70.3.659; Armitage, McPherson
and Rowe 1969, Journal of the Royal Statistical Society A 132:235, doi:10.2307/2343787.*
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._distributions import normal_tail, t_quantile
from filiform.evidence._options import choose
from filiform.evidence._result import Result
from filiform.evidence._text import plain_dict, shown, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

# Nodes of a panel one standard deviation wide: a normal density is integrated to 1e-13.
_NODES = 10
_FEWEST_PANELS = 24
# No bound is needed beyond this z: a normal variable exceeds it with probability 1e-23.
_FAR = 10.0
_HALVINGS = 100
# Information must grow by this part of itself: closer looks are one look (and need long grids).
CLOSEST = 0.005

SPENDING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "obrien_fleming": "obrien_fleming",
        "o'brien-fleming": "obrien_fleming",
        "obf": "obrien_fleming",
        "pocock": "pocock",
        "linear": "linear",
    }
)


@dataclass(frozen=True, slots=True)
class Boundaries(Result):
    """Where a sequence of looks may stop.

    Attributes:
        fractions: information fraction of each look.
        z: the bound on the z statistic at each look; infinite where less than 1e-23 may be spent.
        nominal_p: the p-value at each bound, one- or two-sided as the test.
        spent: the error spent up to each look.
        alpha: the error to spend in all.
        sides: 1 or 2.
        spending: the spending function.
        papers: the papers of exactly what was run.
    """

    fractions: tuple[float, ...]
    z: tuple[float, ...]
    nominal_p: tuple[float, ...]
    spent: tuple[float, ...]
    alpha: float
    sides: int
    spending: str
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return a table that a person can read."""
        rows = [
            [str(i), shown(t), shown(z), shown(p, 3), shown(a, 3)]
            for i, (t, z, p, a) in enumerate(
                zip(self.fractions, self.z, self.nominal_p, self.spent, strict=True), start=1
            )
        ]
        sides = "two-sided" if self.sides == 2 else "one-sided"
        head = f"{self.spending} spending of {self.alpha:g}, {sides}"
        return f"{head}\n\n" + table(["look", "information", "z", "nominal p", "spent"], rows)

    def to_dict(self) -> dict[str, object]:
        """Return all fields; a bound of infinity is None, so that JSON can hold it."""
        found = plain_dict(self)
        found["z"] = [z if math.isfinite(z) else None for z in self.z]
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return one row a look."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the bounds do not need

        return pandas.DataFrame(
            {
                "fraction": self.fractions,
                "z": self.z,
                "nominal_p": self.nominal_p,
                "spent": self.spent,
            }
        )


def boundaries(
    fractions: ArrayLike,
    *,
    alpha: float = 0.05,
    sides: int = 2,
    spending: str = "obrien_fleming",
) -> Boundaries:
    """Return the bounds of a group sequential test.

    Cumulative error that may be spent at information fraction t (α one-sided; a two-sided test
    spends α/2 on each side):

        obrien_fleming  2 − 2Φ(z_{1−α/2}/√t)
        pocock          α ln(1 + (e − 1)t)
        linear          α t

    Args:
        fractions: `(m,)` information fractions of the looks, rising, above 0 and up to 1.
        alpha: error to spend, between 0 and 1.
        sides: 1 or 2.
        spending: one of the functions above.

    Raises:
        EvidenceError: for fractions that do not rise within 0 to 1, or unknown words.

    Five looks, equally spaced (Reboussin, DeMets, Kim and Lan 2000):

    >>> [round(z, 3) for z in boundaries([0.2, 0.4, 0.6, 0.8, 1.0]).z]
    [4.877, 3.357, 2.68, 2.29, 2.031]

    *Source: Lan and DeMets 1983, Biometrika 70:659, doi:10.1093/biomet/70.3.659.*
    """
    t = _rising(fractions)
    kind = choose("spending function", spending, SPENDING)
    if not 0.0 < alpha < 1.0:
        raise EvidenceError(
            f"alpha is {alpha!r}, between 0 and 1 is admissible: write 0.05 for 5 %"
        )
    if sides not in {1, 2}:
        raise EvidenceError(f"sides is {sides!r}, 1 or 2 is admissible")
    one_side = alpha / sides
    spent = [_spent(kind, one_side, float(x)) for x in t]
    z = _bounds(t, spent, sides)
    return Boundaries(
        tuple(t.tolist()),
        z,
        tuple(sides * normal_tail(x) for x in z),
        tuple(sides * x for x in spent),
        float(alpha),
        sides,
        kind,
        _REFERENCES,
    )


def _rising(fractions: ArrayLike) -> Array:
    t = _check.numbers("fractions", fractions)
    _check.finite("the information fraction", t, None)
    for i, x in enumerate(t.tolist()):
        before = 0.0 if i == 0 else float(t[i - 1])
        if not (0.0 < x <= 1.0 + 1e-12 and x >= before * (1.0 + CLOSEST)):
            raise EvidenceError(
                f"look {i + 1} has information fraction {x:g} after {before:g}: "
                f"fractions must rise by at least {100 * CLOSEST:g} % of themselves, up to 1"
            )
    return np.minimum(t, 1.0)


def _spent(kind: str, alpha: float, t: float) -> float:
    if kind == "obrien_fleming":
        return 2.0 * normal_tail(t_quantile(1.0 - alpha, math.inf) / math.sqrt(t))
    if kind == "pocock":
        return alpha * math.log1p((math.e - 1.0) * t)
    return alpha * t


def _bounds(t: Array, spent: list[float], sides: int) -> tuple[float, ...]:
    found: list[float] = []
    nodes, density = np.zeros(1), np.ones(1)
    before, used = 0.0, 0.0
    for x, total in zip(t.tolist(), spent, strict=True):
        step = math.sqrt(x - before)
        bound = _bound(nodes, density, step, total - used, math.sqrt(x))
        found.append(bound)
        nodes, density = _carried(nodes, density, step, min(bound, _FAR) * math.sqrt(x), sides)
        before, used = x, total
    return tuple(found)


def _bound(nodes: Array, density: Array, step: float, spend: float, scale: float) -> float:
    """Return the z beyond which the upper side has probability `spend`."""
    from scipy.special import ndtr  # noqa: PLC0415 - start-up: see `_distributions`

    def above(z: float) -> float:
        return float(density @ ndtr((nodes - z * scale) / step))

    if above(_FAR) >= spend:
        return math.inf
    return _halved(lambda z: above(z) - spend, -_FAR, _FAR)


def _halved(falling: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if falling(middle) > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _carried(
    nodes: Array, density: Array, step: float, edge: float, sides: int
) -> tuple[Array, Array]:
    """Return nodes and weights of the score after a look, of the paths that go on."""
    low = -edge if sides == 2 else min(float(nodes.min()), 0.0) - _FAR * step
    edges = np.linspace(low, edge, max(_FEWEST_PANELS, math.ceil((edge - low) / step)) + 1)
    x, w = np.polynomial.legendre.leggauss(_NODES)
    half = 0.5 * np.diff(edges)[:, None]
    following = (0.5 * (edges[1:] + edges[:-1])[:, None] + half * x).ravel()
    weights = (half * w).ravel()
    z = (following[:, None] - nodes) / step
    carried = np.exp(-0.5 * z * z) @ density / (step * math.sqrt(2.0 * math.pi))
    return following, carried * weights


_REFERENCES: Final = (
    (
        "Lan KKG, DeMets DL. Discrete sequential boundaries for clinical trials. Biometrika "
        "1983;70:659-663. doi:10.1093/biomet/70.3.659"
    ),
    (
        "O'Brien PC, Fleming TR. A multiple testing procedure for clinical trials. Biometrics "
        "1979;35:549-556. doi:10.2307/2530245"
    ),
)
