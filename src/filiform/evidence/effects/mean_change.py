"""Mean change of one group measured twice, which is also a crossover's paired difference (MC)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.evidence.effects._measure import CHANGE, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def change_variance(request: Request) -> Column:
    """Return s1² + s2² − 2 r s1 s2, the variance of the differences, `(k,)`."""
    s1, s2, r = request.take("sd1", "sd2", "correlation")
    return s1**2 + s2**2 - 2.0 * r * s1 * s2


def mean_change(request: Request) -> tuple[Column, Column]:
    """Return m1 − m2 and (s1² + s2² − 2 r s1 s2)/n.

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.5.2.8; Elbourne
    et al. 2002, International Journal of Epidemiology 31:140, doi:10.1093/ije/31.1.140.*
    """
    m1, m2, n = request.take("mean1", "mean2", "n")
    return m1 - m2, change_variance(request) / n


MEASURES = (Measure("MC", "mean change, or paired difference", CHANGE, mean_change),)
