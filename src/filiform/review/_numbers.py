"""The statistics that the review asks of the evidence floor, and the few lines between them.

The evidence floor brings numpy; it is imported when the first number is asked for, so that a
screening, which asks for none, starts without it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from filiform.review._reading import ArmCount, ArmMean, CountPair, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from filiform.evidence import Pooled
    from filiform.review._reading import MeanPair

LEVEL = 0.95


def normal_quantile(level: float) -> float:
    """Return the z of a two-sided interval.

    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    from scipy.special import ndtri  # noqa: PLC0415 (see the module's docstring)

    return float(ndtri(0.5 + level / 2))


def around(estimate: float, variance: float) -> Value:
    """Return an effect with its normal 95 % interval."""
    half = normal_quantile(LEVEL) * math.sqrt(variance)
    return Value(estimate, variance, estimate - half, estimate + half)


def printed(estimate: float, low: float, high: float, level: float) -> Value:
    """Return an effect from its printed interval.

        se = (high - low) / (2 z)

    An interval of another level is shown as the 95 % one.
    *Source: Higgins 2023, Cochrane Handbook 6.4, section 6.3.1.*

    >>> round(printed(-6.3, -11.3, -1.4, 0.95).variance ** 0.5, 3)  # white-2004
    2.526
    """
    variance = ((high - low) / (2 * normal_quantile(level))) ** 2
    if level == LEVEL:
        return Value(estimate, variance, low, high)
    return around(estimate, variance)


def logarithms(numbers: tuple[float, float, float]) -> tuple[float, float, float]:
    """Return the logarithms of a ratio and its limits."""
    estimate, low, high = numbers
    return math.log(estimate), math.log(low), math.log(high)


def scaled(value: Value, factor: float) -> Value:
    """Return an effect in another unit; a negative factor turns it round.

    >>> scaled(Value(-1.0, 0.25, -2.0, 0.0), -10)
    Value(estimate=10.0, variance=25.0, low=-0.0, high=20.0)
    """
    low, high = sorted((factor * value.low, factor * value.high))
    return Value(factor * value.estimate, factor**2 * value.variance, low, high)


def of_arms(arms: MeanPair | CountPair) -> Value:
    """Return the effect of one arm against another: a mean difference, SMD or log ratio."""
    if isinstance(arms, CountPair):
        return _log_ratio(arms.a, arms.b)
    if arms.per_sd is None:
        return _difference_of("MD", arms.a, arms.b)
    return scaled(_difference_of("SMD", arms.a, arms.b), arms.per_sd)


def _difference_of(measure: str, a: ArmMean, b: ArmMean) -> Value:
    """Return the mean difference of two arms, or Hedges' g."""
    from filiform import evidence as ev  # noqa: PLC0415 (see the module's docstring)

    effect = ev.effect_size(measure, mean1=a.mean, sd1=a.sd, n1=a.n, mean2=b.mean, sd2=b.sd, n2=b.n)
    return around(float(effect.yi[0]), float(effect.vi[0]))


def _log_ratio(a: ArmCount, b: ArmCount) -> Value:
    """Return the logarithm of the risk ratio of two arms."""
    from filiform import evidence as ev  # noqa: PLC0415 (see the module's docstring)

    effect = ev.effect_size("RR", events1=a.events, n1=a.n, events2=b.events, n2=b.n)
    return around(float(effect.yi[0]), float(effect.vi[0]))


def combined_mean(arms: Sequence[ArmMean]) -> ArmMean:
    """Return several arms of one trial as if they had been one.

        sd² = ((n1-1) sd1² + (n2-1) sd2² + n1 n2/(n1+n2) (m1-m2)²) / (n1+n2-1)

    *Source: Higgins 2023, Cochrane Handbook 6.4, section 6.5.2.10, table 6.5.a.*
    """
    total = arms[0]
    for arm in arms[1:]:
        n = total.n + arm.n
        mean = (total.n * total.mean + arm.n * arm.mean) / n
        within = (total.n - 1) * total.sd**2 + (arm.n - 1) * arm.sd**2
        between = total.n * arm.n / n * (total.mean - arm.mean) ** 2
        sd = math.sqrt((within + between) / (n - 1))
        total = ArmMean(total.arm_id + arm.arm_id, n, mean, sd)
    return total


def combined_count(arms: Sequence[ArmCount]) -> ArmCount:
    """Return several arms of one trial as if they had been one: the sums."""
    return ArmCount(
        "".join(arm.arm_id for arm in arms), sum(a.n for a in arms), sum(a.events for a in arms)
    )


def combined_values(values: Sequence[Value], correlation: Sequence[Sequence[float]]) -> Value:
    """Return one effect from correlated ones by generalised least squares.

        V_ij = r_ij sqrt(v_i v_j);  variance = 1 / (1' V⁻¹ 1);  estimate = variance (1' V⁻¹ y)

    Args:
        values: k effects of one trial.
        correlation: (k, k) their correlations; 1 on the diagonal.

    *Source: Gleser and Olkin 2009, in Cooper, Hedges and Valentine (eds), The Handbook of
    Research Synthesis and Meta-Analysis, 2nd ed., chapter 19.*
    """
    import numpy as np  # noqa: PLC0415 (see the module's docstring)

    spread = np.sqrt([value.variance for value in values])
    covariance = np.asarray(correlation) * np.outer(spread, spread)
    weights = np.linalg.solve(covariance, np.ones(len(values)))
    estimate = weights @ [value.estimate for value in values] / weights.sum()
    return around(float(estimate), float(1 / weights.sum()))


def difference(a: Value, b: Value, correlation: float) -> Value:
    """Return the difference of two correlated effects.

    variance = v_a + v_b - 2 r sqrt(v_a v_b)
    """
    covariance = correlation * math.sqrt(a.variance * b.variance)
    return around(a.estimate - b.estimate, a.variance + b.variance - 2 * covariance)


def pool(estimates: Sequence[float], variances: Sequence[float], labels: Sequence[str]) -> Pooled:
    """Return the random-effects fit: REML, Hartung-Knapp with its safeguard."""
    from filiform import evidence as ev  # noqa: PLC0415 (see the module's docstring)

    return ev.pool(
        estimates, variances, tau2="REML", interval="HK_adhoc", level=LEVEL, labels=labels
    )
