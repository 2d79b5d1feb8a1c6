"""Effects from one scale to another, with their variances."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._distributions import t_quantile
from filiform.evidence._options import confidence
from filiform.evidence._result import Result

_HANDBOOK: Final = (
    "Higgins JPT, Thomas J, Chandler J, Cumpston M, Li T, Page MJ, Welch VA (editors). Cochrane "
    "Handbook for Systematic Reviews of Interventions. Cochrane."
)
_CHINN: Final = (
    "Chinn S. A simple method for converting an odds ratio to effect size for use in "
    "meta-analysis. Statistics in Medicine 2000;19:3127-3131."
)


@dataclass(frozen=True, slots=True)
class Converted(Result):
    """An effect and its sampling variance, with the papers of the conversion."""

    estimate: float
    variance: float
    papers: tuple[str, ...] = field(repr=False)


def log_odds_ratio_from_smd(estimate: float, variance: float) -> Converted:
    """Return π/√3 times a standardised mean difference.

    Args:
        estimate: the standardised mean difference.
        variance: its sampling variance, 0 or above.

    Raises:
        EvidenceError: for a variance below 0.

    *Source: Chinn 2000, Statistics in Medicine 19:3127; Cochrane Handbook, section 10.6.*

    >>> round(log_odds_ratio_from_smd(0.5, 0.01).estimate, 3)
    0.907
    """
    return _scaled(estimate, variance, math.pi / math.sqrt(3.0), _CHINN)


def smd_from_log_odds_ratio(estimate: float, variance: float) -> Converted:
    """Return √3/π times a log odds ratio.

    Args:
        estimate: the log odds ratio.
        variance: its sampling variance, 0 or above.

    Raises:
        EvidenceError: for a variance below 0.

    *Source: Chinn 2000, Statistics in Medicine 19:3127; Cochrane Handbook, section 10.6.*

    >>> round(smd_from_log_odds_ratio(0.907, 0.03).estimate, 3)
    0.5
    """
    return _scaled(estimate, variance, math.sqrt(3.0) / math.pi, _CHINN)


def mean_difference_from_smd(estimate: float, variance: float, *, sd: float) -> Converted:
    """Return a standardised mean difference in the units of an instrument.

    Args:
        estimate: the standardised mean difference.
        variance: its sampling variance, 0 or above.
        sd: of the instrument in a typical group, above 0; it is taken as known.

    Raises:
        EvidenceError: for numbers that cannot be.

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 15.5.3.2.*

    >>> mean_difference_from_smd(-0.5, 0.04, sd=20.0)
    Converted(estimate=-10.0, variance=16.0)
    """
    return _scaled(estimate, variance, _spread(sd), _HANDBOOK)


def smd_from_mean_difference(estimate: float, variance: float, *, sd: float) -> Converted:
    """Return a mean difference in standard deviations of an instrument.

    Args:
        estimate: the mean difference.
        variance: its sampling variance, 0 or above.
        sd: of the instrument in a typical group, above 0; it is taken as known.

    Raises:
        EvidenceError: for numbers that cannot be.

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 15.5.3.2.*

    >>> smd_from_mean_difference(-8.0, 4.0, sd=16.0)
    Converted(estimate=-0.5, variance=0.015625)
    """
    return _scaled(estimate, variance, 1.0 / _spread(sd), _HANDBOOK)


def effect_from_interval(
    low: float, high: float, *, level: float = 0.95, log: bool = False, df: float = math.inf
) -> Converted:
    """Return the effect and variance behind a reported interval.

    Args:
        low: lower bound.
        high: upper bound, above the lower.
        level: of the interval, between 0 and 1.
        log: whether the bounds are ratios, so that the effect is their logarithm.
        df: of the t distribution; the normal by default.

    Raises:
        EvidenceError: for bounds that cannot be.

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.3.2.*

    >>> found = effect_from_interval(0.5, 2.0, log=True)
    >>> round(found.estimate, 4), round(found.variance, 4)
    (0.0, 0.1251)
    """
    low, high = _check.single(("lower bound", low), ("upper bound", high))
    if not high > low:
        raise EvidenceError(f"interval from {low} to {high}: the upper bound must be above")
    if log:
        if not low > 0.0:
            raise EvidenceError(f"lower bound {low} of a ratio: above 0 is needed")
        low, high = math.log(low), math.log(high)
    error = (high - low) / (2.0 * t_quantile(confidence(level), df))
    return Converted(0.5 * (low + high), error**2, (_HANDBOOK,))


def variance_from_p(estimate: float, p_value: float, *, df: float = math.inf) -> float:
    """Return the sampling variance of an effect from its two-sided p-value.

    Args:
        estimate: the effect, not 0; for ratios the logarithm.
        p_value: exact, between 0 and 1.
        df: of the t distribution; the normal by default.

    Raises:
        EvidenceError: for numbers that cannot be.

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.3.2.*

    >>> round(variance_from_p(1.959963984540054, 0.05), 6)
    1.0
    """
    estimate, p_value = _check.single(("estimate", estimate), ("p-value", p_value))
    if not 0.0 < p_value < 1.0 or estimate == 0.0:
        raise EvidenceError(
            f"estimate {estimate} with p {p_value}: an effect other than 0 and a p between 0 and 1 "
            "are needed"
        )
    return (estimate / t_quantile(1.0 - p_value, df)) ** 2


def _scaled(estimate: float, variance: float, factor: float, paper: str) -> Converted:
    estimate, variance = _check.single(("estimate", estimate), ("variance", variance))
    if not variance >= 0.0:
        raise EvidenceError(f"estimate {estimate} with variance {variance}: 0 or above is needed")
    return Converted(factor * estimate, factor * factor * variance, (paper,))


def _spread(sd: float) -> float:
    (sd,) = _check.single(("standard deviation", sd))
    if not sd > 0.0:
        raise EvidenceError(f"standard deviation {sd}: a finite number above 0 is needed")
    return sd
