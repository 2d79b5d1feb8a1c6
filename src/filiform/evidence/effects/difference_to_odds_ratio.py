"""Log odds ratio implied by a standardised mean difference (D2ORL, D2ORN)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from filiform.evidence.effects._measure import TWO_MEANS, Measure
from filiform.evidence.effects.mean_difference import pooled_sd

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def _cohen_d(request: Request) -> tuple[Column, Column]:
    m1, _, n1, m2, _, n2 = request.take(*TWO_MEANS)
    request.refuse(n1 + n2 < 3.0, "a pooled standard deviation needs 3 people or more")
    sd = pooled_sd(request)
    request.refuse(sd <= 0.0, "the standard deviation to divide by is 0")
    d = (m1 - m2) / sd
    return d, 1.0 / n1 + 1.0 / n2 + d**2 / (2.0 * (n1 + n2))


def logistic(request: Request) -> tuple[Column, Column]:
    """Return π/√3 times Cohen's d.

    *Source: Chinn 2000, Statistics in Medicine 19:3127; Cochrane Handbook, section 10.6.*
    """
    d, variance = _cohen_d(request)
    return math.pi / math.sqrt(3.0) * d, math.pi**2 / 3.0 * variance


def normal(request: Request) -> tuple[Column, Column]:
    """Return 1.65 times Cohen's d.

    *Source: Cox and Snell 1989, Analysis of Binary Data, 2nd edition.*
    """
    d, variance = _cohen_d(request)
    return 1.65 * d, 1.65**2 * variance


MEASURES = (
    Measure("D2ORL", "log odds ratio from a mean difference (logistic)", TWO_MEANS, logistic),
    Measure("D2ORN", "log odds ratio from a mean difference (normal)", TWO_MEANS, normal),
)
