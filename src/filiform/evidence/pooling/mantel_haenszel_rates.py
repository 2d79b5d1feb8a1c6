"""Mantel-Haenszel pooling of incidence rate ratios and differences."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from filiform.errors import EvidenceError
from filiform.evidence._distributions import chi2_tail
from filiform.evidence._options import choose
from filiform.evidence.effects._inputs import checked_columns
from filiform.evidence.effects.effect_size import MEASURES as EFFECTS
from filiform.evidence.effects.effect_size import effect_size
from filiform.evidence.pooling._common import Estimate, finished
from filiform.evidence.pooling.common_effect import TableTest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import ArrayLike

    from filiform.evidence.effects._measure import Column, Columns
    from filiform.evidence.pooling.common_effect import CommonEffect

_MEASURES: Final[Mapping[str, str]] = MappingProxyType(
    {"IRR": "IRR", "irr": "IRR", "rate_ratio": "IRR", "IRD": "IRD", "ird": "IRD",
     "rate_difference": "IRD"}
)  # fmt: skip


def mantel_haenszel_rates(
    events1: ArrayLike,
    time1: ArrayLike,
    events2: ArrayLike,
    time2: ArrayLike,
    *,
    measure: str = "IRR",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> CommonEffect:
    """Pool events in person-time with Mantel-Haenszel weights; zeros need no correction.

        IRR  log(Σx₁t₂/T / Σx₂t₁/T), T = t₁ + t₂, variance Σ(x₁ + x₂)t₁t₂/T² / (Σx₁t₂/T Σx₂t₁/T)
        IRD  Σ(x₁t₂ − x₂t₁)/T / Σt₁t₂/T, variance Σ(x₁t₂² + x₂t₁²)/T² / (Σt₁t₂/T)²

    Args:
        events1: `(k,)` events in the first group, 0 or above.
        time1: `(k,)` its person-time, above 0.
        events2: `(k,)` events in the second group.
        time2: `(k,)` its person-time.
        measure: "IRR" (on the log scale) or "IRD".
        level: of the interval, between 0 and 1.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for numbers that cannot be, or where nothing can be estimated.

    *Source: Greenland and Robins 1985, Biometrics 41:55, doi:10.2307/2530643.*

    The first two trials of metafor's dat.nielweise2008, infections of catheters:

    >>> fit = mantel_haenszel_rates([7, 8], [1344, 1600], [11, 8], [1988, 1461])
    >>> round(fit.estimate, 3), round(fit.standard_error, 3)
    (-0.075, 0.348)
    """
    chosen = choose("measure", measure, _MEASURES)
    given = {"events1": events1, "time1": time1, "events2": events2, "time2": time2}
    columns, names = checked_columns(EFFECTS["IRR"], given, labels)
    found = _ESTIMATES[chosen](columns)
    happened = (columns["events1"] + columns["events2"]) > 0.0
    x1, t1, x2, t2 = (column[happened] for column in _ordered(columns))
    own = effect_size(chosen, events1=x1, time1=t1, events2=x2, time2=t2)
    return finished(
        chosen,
        names,
        found,
        effects=(own.yi, own.vi),
        level=level,
        method=f"Mantel-Haenszel, {chosen}, common effect",
        tests=(_test(columns),) if chosen == "IRR" else (),
        papers=("mantel_haenszel_rr", "heterogeneity"),
    )


def _ordered(columns: Columns) -> tuple[Column, Column, Column, Column]:
    return columns["events1"], columns["time1"], columns["events2"], columns["time2"]


def _rate_ratio(columns: Columns) -> Estimate:
    x1, t1, x2, t2 = _ordered(columns)
    total = t1 + t2
    r, s = float((x1 * t2 / total).sum()), float((x2 * t1 / total).sum())
    if r == 0.0 or s == 0.0:
        raise EvidenceError(
            "one group has no events in any study: the Mantel-Haenszel ratio is 0 or infinite, "
            'choose measure="IRD"'
        )
    spread = float(((x1 + x2) * (t1 / total) * (t2 / total)).sum())
    informative = int(((x1 + x2) > 0.0).sum())
    return Estimate(math.log(r / s), math.sqrt(spread / (r * s)), x2 * t1 / total, informative)


def _rate_difference(columns: Columns) -> Estimate:
    x1, t1, x2, t2 = _ordered(columns)
    total = t1 + t2
    weights = t1 * t2 / total
    spread = float((x1 * (t2 / total) ** 2 + x2 * (t1 / total) ** 2).sum())
    if spread == 0.0:
        raise EvidenceError("no study has an event: there is nothing to pool")
    whole = float(weights.sum())
    value = float(((x1 * t2 - x2 * t1) / total).sum()) / whole
    return Estimate(value, math.sqrt(spread) / whole, weights, x1.size)


def _test(columns: Columns) -> TableTest:
    """Mantel and Haenszel's test of no difference, with the continuity correction ½."""
    x1, t1, x2, t2 = _ordered(columns)
    share, both = t1 / (t1 + t2), x1 + x2
    excess = (abs(float((x1 - both * share).sum())) - 0.5) ** 2
    statistic = excess / float((both * share * (1.0 - share)).sum())
    return TableTest("Mantel-Haenszel", statistic, 1, chi2_tail(statistic, 1))


_ESTIMATES: Final[Mapping[str, Callable[[Columns], Estimate]]] = MappingProxyType(
    {"IRR": _rate_ratio, "IRD": _rate_difference}
)
