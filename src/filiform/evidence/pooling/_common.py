"""What all common-effect methods for tables share: interval, Q, the finished result."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from filiform.evidence._distributions import chi2_tail, t_quantile, two_sided_p
from filiform.evidence._options import confidence
from filiform.evidence.effects.effect_size import effect_size
from filiform.evidence.pooling.common_effect import CommonEffect, TableTest
from filiform.evidence.references import cite

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from filiform.evidence.pooling._tables import Tables


class Estimate(NamedTuple):
    """An estimate, its standard error, the weights behind it and how many tables inform it."""

    value: float
    standard_error: float
    weights: NDArray[np.float64]
    informative: int


def study_effects(measure: str, tables: Tables) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each table's effect and variance, ½ added where a table has a zero.

    Tables without events, or with nothing else, in both groups say nothing and are left out.
    """
    a, b, c, d, labels = tables
    effects = effect_size(
        measure, events1=a, n1=a + b, events2=c, n2=c + d, labels=labels, drop_without_events=True
    )
    return effects.yi, effects.vi


def finished(
    measure: str,
    labels: tuple[str, ...],
    found: Estimate,
    *,
    effects: tuple[NDArray[np.float64], NDArray[np.float64]],
    level: float,
    method: str,
    tests: tuple[TableTest, ...],
    papers: tuple[str, ...],
) -> CommonEffect:
    """Return the result of an estimate, with Q about it of the studies' effects and variances."""
    level = confidence(level)
    y, v = effects
    df = y.size - 1
    q = float(((y - found.value) ** 2 / v).sum()) if df else 0.0
    half = t_quantile(level, math.inf) * found.standard_error
    statistic = found.value / found.standard_error
    k = len(labels)
    left_out = k - y.size
    return CommonEffect(
        estimate=found.value,
        standard_error=found.standard_error,
        ci_low=found.value - half,
        ci_high=found.value + half,
        level=level,
        statistic=statistic,
        p_value=two_sided_p(statistic, math.inf),
        q=q,
        q_df=df,
        q_p=chi2_tail(q, df),
        i2=100.0 * max(0.0, q - df) / q if q > 0.0 else 0.0,
        h2=q / df if df else None,
        measure=measure,
        weights=tuple((100.0 * found.weights / found.weights.sum()).tolist()),
        labels=labels,
        k=k,
        k_informative=found.informative,
        tests=tests,
        method=method,
        warnings=(
            (f"{left_out} of {k} studies have no events, or only events, in both groups",)
            if left_out
            else ()
        ),
        papers=cite(papers),
    )
