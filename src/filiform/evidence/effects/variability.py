"""Log ratios of standard deviations (VR) and of coefficients of variation (CVR)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import CHANGE, TWO_MEANS, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def _half_df(n: Column, request: Request) -> Column:
    request.refuse(n < 2.0, "each group needs 2 people or more")
    return 1.0 / (2.0 * (n - 1.0))


def variability_ratio(request: Request) -> tuple[Column, Column]:
    """Return log(s1/s2) + 1/(2(n1 − 1)) − 1/(2(n2 − 1)) and 1/(2(n1 − 1)) + 1/(2(n2 − 1)).

    *Source: Nakagawa et al. 2015, Methods in Ecology and Evolution 6:143,
    doi:10.1111/2041-210X.12309.*
    """
    s1, n1, s2, n2 = request.take("sd1", "n1", "sd2", "n2")
    request.refuse((s1 <= 0.0) | (s2 <= 0.0), "a ratio needs standard deviations above 0")
    one, two = _half_df(n1, request), _half_df(n2, request)
    return np.log(s1 / s2) + (one - two if request.corrected else 0.0), one + two


def coefficient_of_variation_ratio(request: Request) -> tuple[Column, Column]:
    """Return log of (s1/m1)/(s2/m2), corrected as the variability ratio, and its variance.

    variance = 1/(2(n1 − 1)) + s1²/(n1 m1²) + 1/(2(n2 − 1)) + s2²/(n2 m2²), means and deviations
    taken as independent.

    *Source: Nakagawa et al. 2015, Methods in Ecology and Evolution 6:143, equation 12,
    doi:10.1111/2041-210X.12309.*
    """
    m1, s1, n1, m2, s2, n2 = request.take(*TWO_MEANS)
    request.refuse((m1 <= 0.0) | (m2 <= 0.0), "a coefficient of variation needs means above 0")
    log_ratio, variance = variability_ratio(request)
    means = s1**2 / (n1 * m1**2) + s2**2 / (n2 * m2**2)
    return log_ratio - np.log(m1 / m2), variance + means


def paired_variability_ratio(request: Request) -> tuple[Column, Column]:
    """Return log(s1/s2) of two measurements of the same people and (1 − r²)/(n − 1).

    *Source: Senior, Viechtbauer and Nakagawa 2020, Research Synthesis Methods 11:553,
    doi:10.1002/jrsm.1423.*
    """
    s1, s2, n, r = request.take("sd1", "sd2", "n", "correlation")
    request.refuse((s1 <= 0.0) | (s2 <= 0.0), "a ratio needs standard deviations above 0")
    request.refuse(n < 2.0, "2 people or more are needed")
    return np.log(s1 / s2), (1.0 - r**2) / (n - 1.0)


def paired_coefficient_of_variation_ratio(request: Request) -> tuple[Column, Column]:
    """Return log of (s1/m1)/(s2/m2) of the same people measured twice, and its variance.

    variance = (1 − r²)/(n − 1) + (s1²/m1² + s2²/m2² − 2r s1 s2/(m1 m2))/n

    *Source: Senior, Viechtbauer and Nakagawa 2020, Research Synthesis Methods 11:553,
    doi:10.1002/jrsm.1423.*
    """
    m1, s1, m2, s2, n, r = request.take(*CHANGE)
    request.refuse((m1 <= 0.0) | (m2 <= 0.0), "a coefficient of variation needs means above 0")
    log_ratio, variance = paired_variability_ratio(request)
    one, two = s1 / m1, s2 / m2
    return log_ratio - np.log(m1 / m2), variance + (one**2 + two**2 - 2.0 * r * one * two) / n


MEASURES = (
    Measure(
        "VR", "log ratio of standard deviations", ("sd1", "n1", "sd2", "n2"), variability_ratio
    ),
    Measure(
        "CVR",
        "log ratio of coefficients of variation",
        TWO_MEANS,
        coefficient_of_variation_ratio,
    ),
    Measure(
        "VRC",
        "log ratio of standard deviations, same people",
        ("sd1", "sd2", "n", "correlation"),
        paired_variability_ratio,
    ),
    Measure(
        "CVRC",
        "log ratio of coefficients of variation, same people",
        CHANGE,
        paired_coefficient_of_variation_ratio,
    ),
)
