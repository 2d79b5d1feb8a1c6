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
from filiform.evidence.pooling.pool import pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.pooling.pooled import Pooled

_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {name: name for name in ("Rosenthal", "Orwin", "Rosenberg", "General")}
    | {name: name.capitalize() for name in ("rosenthal", "orwin", "rosenberg", "general")}
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

# The search ends here, as metafor's.
_MOST: Final = 10**7


@dataclass(frozen=True, slots=True)
class FailSafeN(Result):
    """A fail-safe N.

    Attributes:
        number: studies without effect; infinite where no number undoes it.
        kind: "Rosenthal", "Orwin", "Rosenberg" or "General".
        p_value: of the studies found (not Orwin).
        average: effect of the studies found (not Rosenthal).
        target: effect that the average shall fall to (Orwin, General where it was given).
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
    tau2: str = "REML",
    labels: Iterable[object] | None = None,
) -> FailSafeN:
    """Return how many studies with no effect would make the result vanish.

        Rosenthal  the one-sided p of Σz/√k rises to alpha
        Orwin      the mean falls to the target (half of it where None)
        Rosenberg  the two-sided p of the common effect rises to alpha
        General    the same of the random-effects mean, or the mean falls to the target

    General adds N studies of effect 0 on average and of the studies' harmonic mean variance u, as
    heterogeneous as the others, at the τ² of all together, with m = kμ/(k + N):

        ((k − 1)τ² + max(0, N − 1)τ² + k(μ − m)² + N m²)/(k + N − 1)

    Args:
        estimates: `(k,)` effects.
        variances: `(k,)` their sampling variances, above 0.
        kind: "Rosenthal", "Orwin", "Rosenberg" or "General".
        alpha: level of significance, between 0 and 1.
        target: for Orwin and General, of the same sign as the mean.
        tau2: estimator of the between-study variance, for General.
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
    if target is not None and chosen not in {"Orwin", "General"}:
        raise EvidenceError(f"{chosen} has no target: choose Orwin or General, or leave it out")
    if target is not None and not math.isfinite(target):
        raise EvidenceError(f"target is {target}, a finite number is needed")
    if chosen == "Rosenthal":
        return _rosenthal(y, v, alpha)
    if chosen == "Orwin":
        return _orwin(y, 1.0 / v if weighted else v**0.0, target)
    if chosen == "General":
        return _general(y, v, pool(y, v, tau2=tau2, interval="normal"), alpha, target)
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


def _general(
    y: NDArray[np.float64],
    v: NDArray[np.float64],
    fit: Pooled,
    alpha: float,
    target: float | None,
) -> FailSafeN:
    if target is not None and target * fit.estimate < 0.0:
        raise EvidenceError(
            f"target {target:g} lies on the other side of 0 than the mean {fit.estimate:.4g}: "
            "turn its sign"
        )

    def undone(number: int) -> bool:
        estimate, p_value = _with_more(y, v, fit, number)
        return p_value >= alpha if target is None else abs(estimate) <= abs(target)

    found = math.inf if target == 0.0 and fit.estimate != 0.0 else _first(undone)
    papers = (*_PAPERS["Orwin" if target is not None else "Rosenberg"], *fit.papers)
    return FailSafeN(found, "General", fit.p_value, fit.estimate, target, alpha, papers)


def _with_more(
    y: NDArray[np.float64], v: NDArray[np.float64], fit: Pooled, number: int
) -> tuple[float, float]:
    """Return the mean, and its p-value, with so many studies without effect beside the others."""
    k, tau2, mu = y.size, fit.tau2 or 0.0, fit.estimate
    if fit.tau2_method != "common" and number:
        mean = k * mu / (k + number)
        squares = (k + number - 2) * tau2 + k * (mu - mean) ** 2 + number * mean**2
        tau2 = squares / (k + number - 1)
    w = 1.0 / (v + tau2)
    total = float(w.sum()) + number / (k / float((1.0 / v).sum()) + tau2)
    estimate = float(w @ y) / total
    return estimate, 2.0 * normal_tail(abs(estimate) * math.sqrt(total))


def _first(undone: Callable[[int], bool]) -> float:
    """Return the smallest number that undoes the result; infinite above `_MOST`."""
    if undone(0):
        return 0
    low, high = 0, 1
    while not undone(high):
        low, high = high, 2 * high
        if low > _MOST:
            return math.inf
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if undone(middle) else (middle, high)
    return high


def _whole(number: float) -> int:
    # A whole number that rounding lifted by its last digit must not become the next one.
    return math.ceil(max(0.0, number) - 1e-9)
