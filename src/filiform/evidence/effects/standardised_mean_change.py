"""Standardised mean change of one group measured twice (SMCC, SMCR, SMCRH, SMCRP, SMCRPH)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import CHANGE, Measure
from filiform.evidence.effects.mean_change import change_variance
from filiform.evidence.effects.small_sample import hedges_factor

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def _standardised(request: Request, sd: Column, df: Column) -> tuple[Column, Column, Column]:
    """Return d, g = J d and J."""
    m1, m2 = request.take("mean1", "mean2")
    request.refuse(sd <= 0.0, "the standard deviation to divide by is 0")
    request.refuse(df < 2.0, "a standardised change needs 3 people or more")
    factor = hedges_factor(df) if request.corrected else np.ones_like(df)
    d = (m1 - m2) / sd
    return d, factor * d, factor


def by_change_sd(request: Request) -> tuple[Column, Column]:
    """Return J(n − 1) (m1 − m2)/s_change (SMCC).

        LS   1/n + g²/(2n)
        LS2  J² (1/n + d²/(2n))
        UB   1/n + (1 − (m − 2)/(m J²)) g²     with m = n − 1

    *Source: Gibbons, Hedeker and Davis 1993, Journal of Educational Statistics 18:271, equation 21,
    doi:10.3102/10769986018003271.*
    """
    (n,) = request.take("n")
    d, g, factor = _standardised(request, np.sqrt(change_variance(request)), n - 1.0)
    if request.variance == "LS2":
        return g, factor**2 * (1.0 / n + d**2 / (2.0 * n))
    if request.variance == "UB":
        m = n - 1.0
        return g, 1.0 / n + (1.0 - (m - 2.0) / (m * factor**2)) * g**2
    return g, 1.0 / n + g**2 / (2.0 * n)


def by_first_sd(request: Request) -> tuple[Column, Column]:
    """Return J(n − 1) (m1 − m2)/s1 (SMCR).

        LS   2(1 − r)/n + g²/(2n)
        LS2  J² (2(1 − r)/n + d²/(2n))

    *Source: Becker 1988, British Journal of Mathematical and Statistical Psychology 41:257,
    equation 13, doi:10.1111/j.2044-8317.1988.tb00901.x.*
    """
    s1, n, r = request.take("sd1", "n", "correlation")
    d, g, factor = _standardised(request, s1, n - 1.0)
    if request.variance == "LS2":
        return g, factor**2 * (2.0 * (1.0 - r) / n + d**2 / (2.0 * n))
    return g, 2.0 * (1.0 - r) / n + g**2 / (2.0 * n)


def by_first_sd_unequal(request: Request) -> tuple[Column, Column]:
    """Return the same for unequal variances (SMCRH): s_change²/(s1²(n − 1)) + g²/(2(n − 1)).

    LS2 has n for n − 1.

    *Source: Bonett 2008, Psychological Methods 13:99, equation 13, doi:10.1037/1082-989X.13.2.99.*
    """
    s1, n = request.take("sd1", "n")
    _, g, _ = _standardised(request, s1, n - 1.0)
    size = n if request.variance == "LS2" else n - 1.0
    return g, change_variance(request) / (s1**2 * size) + g**2 / (2.0 * size)


def by_average_sd(request: Request) -> tuple[Column, Column]:
    """Return J(2(n − 1)/(1 + r²)) (m1 − m2)/√((s1² + s2²)/2) (SMCRP).

    variance = 2(1 − r)/n + g²(1 + r²)/(4n)

    *Source: Cousineau 2020, The Quantitative Methods for Psychology 16:418, equation 2,
    doi:10.20982/tqmp.16.4.p418.*
    """
    n, r = request.take("n", "correlation")
    g, _ = _average(request)
    return g, 2.0 * (1.0 - r) / n + g**2 * (1.0 + r**2) / (4.0 * n)


def by_average_sd_unequal(request: Request) -> tuple[Column, Column]:
    """Return the same for unequal variances (SMCRPH).

    variance = s_change²/(s²(n − 1)) + g²(s1⁴ + s2⁴ + 2r²s1²s2²)/(8s⁴(n − 1)); LS2 has n for n − 1.

    *Source: Bonett 2008, Psychological Methods 13:99, equation 10, doi:10.1037/1082-989X.13.2.99.*
    """
    s1, s2, n, r = request.take("sd1", "sd2", "n", "correlation")
    g, square = _average(request)
    size = n if request.variance == "LS2" else n - 1.0
    fourth = s1**4 + s2**4 + 2.0 * (r * s1 * s2) ** 2
    return g, change_variance(request) / (square * size) + g**2 * fourth / (8.0 * square**2 * size)


def _average(request: Request) -> tuple[Column, Column]:
    s1, s2, n, r = request.take("sd1", "sd2", "n", "correlation")
    square = (s1**2 + s2**2) / 2.0
    _, g, _ = _standardised(request, np.sqrt(square), 2.0 * (n - 1.0) / (1.0 + r**2))
    return g, square


_FIRST = ("mean1", "sd1", "mean2", "n", "correlation")
MEASURES = (
    Measure(
        "SMCC",
        "change standardised by the deviation of the changes",
        CHANGE,
        by_change_sd,
        ("LS", "LS2", "UB"),
    ),
    Measure(
        "SMCR",
        "change standardised by the first deviation",
        _FIRST,
        by_first_sd,
        ("LS", "LS2"),
    ),
    Measure(
        "SMCRH",
        "change standardised by the first deviation, unequal variances",
        CHANGE,
        by_first_sd_unequal,
        ("LS", "LS2"),
    ),
    Measure("SMCRP", "change standardised by the average deviation", CHANGE, by_average_sd),
    Measure(
        "SMCRPH",
        "change standardised by the average deviation, unequal variances",
        CHANGE,
        by_average_sd_unequal,
        ("LS", "LS2"),
    ),
)
