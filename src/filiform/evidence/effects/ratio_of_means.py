"""Log ratios of means (ROM, and ROMC for one group measured twice)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import CHANGE, TWO_MEANS, Measure
from filiform.evidence.effects.mean_difference import pooled_sd

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request

_SAME_SIGN = "a ratio needs two means of the same sign, neither of them 0"


def ratio_of_means(request: Request) -> tuple[Column, Column]:
    """Return log(m1/m2), corrected by ½(s1²/(n1 m1²) − s2²/(n2 m2²)), and its variance.

        LS  s1²/(n1 m1²) + s2²/(n2 m2²)
        HO  the same with the pooled s for s1 and s2

    metafor corrects since version 5.0; RevMan and meta do not.

    *Source: Hedges, Gurevitch and Curtis 1999, Ecology 80:1150; Lajeunesse 2015, Ecology 96:2056,
    doi:10.1890/14-2402.1 (the correction).*
    """
    m1, s1, n1, m2, s2, n2 = request.take(*TWO_MEANS)
    request.refuse(m1 * m2 <= 0.0, _SAME_SIGN)
    first, second = s1**2 / (n1 * m1**2), s2**2 / (n2 * m2**2)
    effect = np.log(m1 / m2) + (0.5 * (first - second) if request.corrected else 0.0)
    if request.variance == "HO":
        square = pooled_sd(request) ** 2
        return effect, square / (n1 * m1**2) + square / (n2 * m2**2)
    return effect, first + second


def ratio_of_means_change(request: Request) -> tuple[Column, Column]:
    """Return log(m1/m2) of one group measured twice, with correlation r.

    variance = (s1²/m1² + s2²/m2² − 2 r s1 s2/(m1 m2)) / n

    *Source: Lajeunesse 2011, Ecology 92:2049, equation 6, doi:10.1890/11-0423.1.*
    """
    m1, s1, m2, s2, n, r = request.take(*CHANGE)
    request.refuse(m1 * m2 <= 0.0, _SAME_SIGN)
    variance = ((s1 / m1) ** 2 + (s2 / m2) ** 2 - 2.0 * r * s1 * s2 / (m1 * m2)) / n
    return np.log(m1 / m2), variance


MEASURES = (
    Measure("ROM", "log ratio of means", TWO_MEANS, ratio_of_means, ("LS", "HO")),
    Measure("ROMC", "log ratio of means, one group measured twice", CHANGE, ratio_of_means_change),
)
