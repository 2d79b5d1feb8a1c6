"""Fail-safe N: how many studies without effect would undo the result."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._distributions import normal_tail, t_quantile
from filiform.evidence._options import choose
from filiform.evidence._result import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {name: name for name in ("Rosenthal", "Orwin", "Rosenberg")}
    | {name: name.capitalize() for name in ("rosenthal", "orwin", "rosenberg")}
)

_PAPERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Rosenthal": (
            (
                "Rosenthal R. The file drawer problem and tolerance for null results. "
                "Psychological Bulletin 1979;86:638-641. doi:10.1037/0033-2909.86.3.638"
            ),
        ),
        "Orwin": (
            (
                "Orwin RG. A fail-safe N for effect size in meta-analysis. Journal of Educational "
                "Statistics 1983;8:157-159. doi:10.3102/10769986008002157"
            ),
        ),
        "Rosenberg": (
            (
                "Rosenberg MS. The file-drawer problem revisited: a general weighted method for "
                "calculating fail-safe numbers in meta-analysis. Evolution 2005;59:464-468. "
                "doi:10.1111/j.0014-3820.2005.tb01004.x"
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class FailSafeN(Result):
    """A fail-safe N.

    Attributes:
        number: studies without effect; infinite where no number undoes it.
        kind: "Rosenthal", "Orwin" or "Rosenberg".
        p_value: of the studies found (not Orwin).
        average: effect of the studies found (not Rosenthal).
        target: effect that the average shall fall to (Orwin).
        alpha: level of significance (not Orwin).
        papers: the paper.
    """

    number: float
    kind: str
    p_value: float | None
    average: float | None
    target: float | None
    alpha: float | None
    papers: tuple[str, ...]


def fail_safe_n(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    kind: str = "Rosenthal",
    alpha: float = 0.05,
    target: float | None = None,
    weighted: bool = True,
    labels: Iterable[object] | None = None,
) -> FailSafeN:
    """Return how many studies with no effect would make the result vanish.

        Rosenthal  the one-sided p of Σz/√k rises to alpha
        Orwin      the mean falls to the target (half of it where None)
        Rosenberg  the two-sided p of the common effect rises to alpha

    Args:
        estimates: `(k,)` effects.
        variances: `(k,)` their sampling variances, above 0.
        kind: "Rosenthal", "Orwin" or "Rosenberg".
        alpha: level of significance, between 0 and 1.
        target: for Orwin, of the same sign as the mean.
        weighted: whether Orwin's mean is weighted by 1/v (metafor) or plain (Orwin).
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for numbers that cannot be used or unknown words.

    *Source: Rosenthal 1979, Psychological Bulletin 86:638, doi:10.1037/0033-2909.86.3.638; Orwin
    1983, Journal of Educational Statistics 8:157, doi:10.3102/10769986008002157; Rosenberg 2005,
    Evolution 59:464, doi:10.1111/j.0014-3820.2005.tb01004.x.*

    >>> fail_safe_n([0.5, 0.6, 0.4], [0.04, 0.04, 0.04]).number
    18
    """
    y, v, _ = _check.studies(estimates, variances, labels)
    if not 0.0 < alpha < 1.0:
        raise EvidenceError(f"alpha {alpha} is not between 0 and 1: write 0.05")
    chosen = choose("fail-safe N", kind, _TYPES)
    if target is not None and chosen != "Orwin":
        raise EvidenceError(f"{chosen} has no target: choose Orwin or leave it out")
    if chosen == "Rosenthal":
        return _rosenthal(y, v, alpha)
    if chosen == "Orwin":
        return _orwin(y, 1.0 / v if weighted else v**0.0, target)
    return _rosenberg(y, v, alpha)


def _rosenthal(y: NDArray[np.float64], v: NDArray[np.float64], alpha: float) -> FailSafeN:
    k = y.size
    z = abs(float((y / v**0.5).sum())) / math.sqrt(k)
    critical = t_quantile(1.0 - 2.0 * alpha, math.inf) if alpha < 0.5 else 0.0
    number = _whole(k * (z / critical) ** 2 - k) if critical else math.inf
    return FailSafeN(number, "Rosenthal", normal_tail(z), None, None, alpha, _PAPERS["Rosenthal"])


def _orwin(y: NDArray[np.float64], w: NDArray[np.float64], target: float | None) -> FailSafeN:
    mean = float(w @ y) / float(w.sum())
    goal = mean / 2.0 if target is None else float(target)
    if goal * mean <= 0.0:
        return FailSafeN(math.inf, "Orwin", None, mean, goal, None, _PAPERS["Orwin"])
    number = _whole(y.size * (mean - goal) / goal)
    return FailSafeN(number, "Orwin", None, mean, goal, None, _PAPERS["Orwin"])


def _rosenberg(y: NDArray[np.float64], v: NDArray[np.float64], alpha: float) -> FailSafeN:
    w = 1.0 / v
    total, weighted = float(w.sum()), float(w @ y)
    z = abs(weighted) / math.sqrt(total)
    more = (weighted / t_quantile(1.0 - alpha, math.inf)) ** 2 - total
    number = _whole(y.size * more / total)
    p_value = 2.0 * normal_tail(z)
    papers = _PAPERS["Rosenberg"]
    return FailSafeN(number, "Rosenberg", p_value, weighted / total, None, alpha, papers)


def _whole(number: float) -> int:
    # A whole number that rounding lifted by its last digit must not become the next one.
    return math.ceil(max(0.0, number) - 1e-9)
