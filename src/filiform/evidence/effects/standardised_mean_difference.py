"""Standardised mean differences: Hedges' g (SMD), Bonett's (SMDH), Glass's (SMD1, SMD1H)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import TWO_MEANS, Measure
from filiform.evidence.effects.mean_difference import pooled_sd
from filiform.evidence.effects.small_sample import hedges_factor

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def _corrected(d: Column, df: Column, request: Request) -> tuple[Column, Column]:
    """Return g = J d and J; J is 1 where no correction is asked for."""
    request.refuse(df < 2.0, "a standardised difference needs 2 degrees of freedom or more")
    factor = hedges_factor(df) if request.corrected else np.ones_like(df)
    return factor * d, factor


def _refuse_no_spread(sd: Column, request: Request) -> None:
    request.refuse(
        sd <= 0.0, "the standard deviation to divide by is 0: only a raw difference can be formed"
    )


def standardised_mean_difference(request: Request) -> tuple[Column, Column]:
    """Return Hedges' g = J(n1 + n2 − 2) (m1 − m2)/s and its variance.

        LS   1/n1 + 1/n2 + g²/(2N)                         (the default)
        LS2  J² (1/n1 + 1/n2 + d²/(2N))
        UB   1/n1 + 1/n2 + (1 − (m − 2)/(m J²)) g²         with m = N − 2
        AV   1/n1 + 1/n2 + ḡ²/(2N)                         with ḡ weighted by N

    *Source: Hedges and Olkin 1985, Statistical Methods for Meta-Analysis, chapter 5; Hedges 1983,
    Psychological Bulletin 93:388, equation 9, doi:10.1037/0033-2909.93.2.388 (UB).*
    """
    m1, _, n1, m2, _, n2 = request.take(*TWO_MEANS)
    request.refuse(n1 + n2 < 4.0, "a standardised difference needs 4 people or more")
    sd = pooled_sd(request)
    return _g_and_variance(request, m1 - m2, sd, n1 + n2 - 2.0, n1 + n2)


def glass_difference(request: Request) -> tuple[Column, Column]:
    """Return J(n2 − 1) (m1 − m2)/s2, standardised by the second (control) group alone.

    *Source: Hedges and Olkin 1985, Statistical Methods for Meta-Analysis, chapter 5.*
    """
    m1, m2, s2, n2 = request.take("mean1", "mean2", "sd2", "n2")
    return _g_and_variance(request, m1 - m2, s2, n2 - 1.0, n2)


def _g_and_variance(
    request: Request, difference: Column, sd: Column, df: Column, size: Column
) -> tuple[Column, Column]:
    _refuse_no_spread(sd, request)
    n1, n2 = request.take("n1", "n2")
    d = difference / sd
    g, factor = _corrected(d, df, request)
    groups = 1.0 / n1 + 1.0 / n2
    if request.variance == "LS2":
        return g, factor**2 * (groups + d**2 / (2.0 * size))
    if request.variance == "UB":
        return g, groups + (1.0 - (df - 2.0) / (df * factor**2)) * g**2
    if request.variance == "AV":
        average = float(g @ (n1 + n2)) / float((n1 + n2).sum())
        return g, groups + average**2 / (2.0 * size)
    return g, groups + g**2 / (2.0 * size)


def bonett_difference(request: Request) -> tuple[Column, Column]:
    """Return J(N − 2) (m1 − m2)/√((s1² + s2²)/2), for unequal variances.

        LS   g² (s1⁴/(n1 − 1) + s2⁴/(n2 − 1))/(8 s⁴) + (s1²/(n1 − 1) + s2²/(n2 − 1))/s²
        LS2  the same with n1 and n2 for n1 − 1 and n2 − 1

    *Source: Bonett 2009, Psychological Methods 14:225, equation 5, doi:10.1037/a0016619.*
    """
    m1, s1, n1, m2, s2, n2 = request.take(*TWO_MEANS)
    request.refuse((n1 < 2.0) | (n2 < 2.0), "each group needs 2 people or more")
    square = (s1**2 + s2**2) / 2.0
    _refuse_no_spread(square, request)
    g, _ = _corrected((m1 - m2) / np.sqrt(square), n1 + n2 - 2.0, request)
    less = 0.0 if request.variance == "LS2" else 1.0
    slope = g**2 * (s1**4 / (n1 - less) + s2**4 / (n2 - less)) / (8.0 * square**2)
    return g, slope + (s1**2 / (n1 - less) + s2**2 / (n2 - less)) / square


def glass_unequal_difference(request: Request) -> tuple[Column, Column]:
    """Return J(n2 − 1) (m1 − m2)/s2 with (s1/s2)²/(n1 − 1) + 1/(n2 − 1) + g²/(2(n2 − 1)).

    *Source: Bonett 2008, Psychological Methods 13:99, equation 12, doi:10.1037/1082-989X.13.2.99.*
    """
    m1, s1, n1, m2, s2, n2 = request.take(*TWO_MEANS)
    request.refuse((n1 < 2.0) | (n2 < 2.0), "each group needs 2 people or more")
    _refuse_no_spread(s2, request)
    g, _ = _corrected((m1 - m2) / s2, n2 - 1.0, request)
    return g, (s1 / s2) ** 2 / (n1 - 1.0) + (1.0 + g**2 / 2.0) / (n2 - 1.0)


_FORMULAS = ("LS", "LS2", "UB", "AV")
MEASURES = (
    Measure(
        "SMD",
        "standardised mean difference (Hedges' g)",
        TWO_MEANS,
        standardised_mean_difference,
        _FORMULAS,
    ),
    Measure(
        "SMDH",
        "standardised mean difference, unequal variances (Bonett)",
        TWO_MEANS,
        bonett_difference,
        ("LS", "LS2"),
    ),
    Measure(
        "SMD1",
        "difference standardised by the second group (Glass)",
        ("mean1", "n1", "mean2", "sd2", "n2"),
        glass_difference,
        _FORMULAS,
    ),
    Measure(
        "SMD1H",
        "difference standardised by the second group, unequal variances",
        TWO_MEANS,
        glass_unequal_difference,
    ),
)
