"""Standard deviations from standard errors, intervals, t values, p-values and changes."""

from __future__ import annotations

import math

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._distributions import t_quantile
from filiform.evidence._options import confidence


def sd_from_se(standard_error: float, n: float) -> float:
    """Return s = SE √n of one group.

    Args:
        standard_error: of the mean, 0 or above.
        n: people in the group, above 0.

    Raises:
        EvidenceError: for numbers that cannot be.

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.5.2.2.*

    >>> sd_from_se(1.5, 16)
    6.0
    """
    standard_error, n = _check.single(("standard error", standard_error), ("n", n))
    _admit(standard_error >= 0.0, f"standard error {standard_error}", "0 or above")
    _admit(n > 0.0, f"n {n:g}", "above 0")
    return standard_error * math.sqrt(n)


def sd_from_interval(
    low: float, high: float, n: float, *, level: float = 0.95, distribution: str = "t"
) -> float:
    """Return s = √n (high − low)/(2q) of one group, q the quantile of the interval of its mean.

    Args:
        low: lower bound of the mean's interval.
        high: upper bound, at least the lower.
        n: people in the group, 2 or more.
        level: of the interval, between 0 and 1.
        distribution: "t" with n − 1 degrees of freedom, or "normal".

    Raises:
        EvidenceError: for numbers that cannot be.

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.5.2.2.*

    >>> round(sd_from_interval(30.0, 34.2, 25), 2)
    5.09
    """
    low, high, n = _check.single(("lower bound", low), ("upper bound", high), ("n", n))
    _admit(high >= low, f"interval from {low} to {high}", "an upper bound not below the lower")
    _admit(n >= 2.0, f"n {n:g}", "2 or more")
    _admit(distribution in {"t", "normal"}, f"distribution {distribution!r}", '"t" or "normal"')
    df = n - 1.0 if distribution == "t" else math.inf
    return math.sqrt(n) * (high - low) / (2.0 * t_quantile(confidence(level), df))


def sd_from_t(difference: float, t: float, n1: float, n2: float) -> float:
    """Return the average s = (difference/t)/√(1/n1 + 1/n2) of two groups.

    Args:
        difference: of the means.
        t: of the t test between the groups, not 0.
        n1: people in the first group, above 0.
        n2: people in the second group, above 0.

    Raises:
        EvidenceError: for numbers that cannot be.

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.5.2.3.*

    >>> round(sd_from_t(3.8, 2.78, 25, 22), 2)
    4.68
    """
    difference, t = _check.single(("difference", difference), ("t", t))
    n1, n2 = _check.single(("n1", n1), ("n2", n2))
    _admit(t != 0.0, "t 0", "any other value: a t of 0 says nothing about the spread")
    _admit(n1 > 0.0 and n2 > 0.0, f"n1 {n1:g} and n2 {n2:g}", "above 0")
    return abs(difference / t) / math.sqrt(1.0 / n1 + 1.0 / n2)


def sd_from_p(difference: float, p_value: float, n1: float, n2: float) -> float:
    """Return the average standard deviation of two groups from the p-value of their t test.

    Args:
        difference: of the means.
        p_value: two-sided, exact, between 0 and 1.
        n1: people in the first group.
        n2: people in the second group.

    Raises:
        EvidenceError: for numbers that cannot be.

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.5.2.3.*

    >>> round(sd_from_p(3.8, 0.008, 25, 22), 2)
    4.68
    """
    p_value, n1, n2 = _check.single(("p-value", p_value), ("n1", n1), ("n2", n2))
    _admit(0.0 < p_value < 1.0, f"p-value {p_value}", "between 0 and 1")
    _admit(n1 + n2 > 2.0, f"n1 {n1:g} and n2 {n2:g}", "more than 2 people together")
    return sd_from_t(difference, t_quantile(1.0 - p_value, n1 + n2 - 2.0), n1, n2)


def change_sd(sd1: float, sd2: float, correlation: float) -> float:
    """Return √(s1² + s2² − 2 r s1 s2), the standard deviation of changes.

    Args:
        sd1: at the first measurement, 0 or above.
        sd2: at the second measurement, 0 or above.
        correlation: r between them, from −1 to 1.

    Raises:
        EvidenceError: for numbers that cannot be.

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.5.2.8.*

    >>> round(change_sd(6.4, 7.1, 0.7826), 1)
    4.5
    """
    sd1, sd2 = _check.single(("sd1", sd1), ("sd2", sd2))
    (correlation,) = _check.single(("correlation", correlation))
    _admit(sd1 >= 0.0 and sd2 >= 0.0, f"standard deviations {sd1} and {sd2}", "0 or above")
    _admit(-1.0 <= correlation <= 1.0, f"correlation {correlation}", "from −1 to 1")
    return math.sqrt(max(0.0, sd1**2 + sd2**2 - 2.0 * correlation * sd1 * sd2))


def correlation_from_change(sd1: float, sd2: float, sd_change: float) -> float:
    """Return r = (s1² + s2² − s_change²)/(2 s1 s2) between two measurements.

    Args:
        sd1: at the first measurement, above 0.
        sd2: at the second measurement, above 0.
        sd_change: of the changes, 0 or above.

    Raises:
        EvidenceError: for numbers that cannot be, or do not belong together.

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.5.2.8.*

    >>> round(correlation_from_change(6.4, 7.1, 4.5), 2)
    0.78
    """
    sd1, sd2, sd_change = _check.single(("sd1", sd1), ("sd2", sd2), ("sd_change", sd_change))
    _admit(sd1 > 0.0 and sd2 > 0.0, f"standard deviations {sd1} and {sd2}", "above 0")
    r = (sd1**2 + sd2**2 - sd_change**2) / (2.0 * sd1 * sd2)
    _admit(
        -1.0 <= r <= 1.0,
        f"change deviation {sd_change} with {sd1} and {sd2}",
        f"from {abs(sd1 - sd2):g} to {sd1 + sd2:g}",
    )
    return r


def _admit(fits: bool, given: str, admissible: str) -> None:
    if not fits:
        raise EvidenceError(f"{given} is not admissible: {admissible} is needed")
