"""Mean difference (MD)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import TWO_MEANS, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def pooled_sd(request: Request) -> Column:
    """Return the standard deviation of two groups taken together, `(k,)`."""
    sd1, n1, sd2, n2 = request.take("sd1", "n1", "sd2", "n2")
    return np.sqrt(((n1 - 1.0) * sd1**2 + (n2 - 1.0) * sd2**2) / (n1 + n2 - 2.0))


def mean_difference(request: Request) -> tuple[Column, Column]:
    """Return m1 − m2 and s1²/n1 + s2²/n2 (LS, UB) or s²(1/n1 + 1/n2) (HO).

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.5.1.1.*
    """
    m1, s1, n1, m2, s2, n2 = request.take(*TWO_MEANS)
    if request.variance == "HO":
        request.refuse(n1 + n2 < 3.0, "a pooled standard deviation needs 3 people or more")
        return m1 - m2, pooled_sd(request) ** 2 * (1.0 / n1 + 1.0 / n2)
    return m1 - m2, s1**2 / n1 + s2**2 / n2


MEASURES = (Measure("MD", "mean difference", TWO_MEANS, mean_difference, ("LS", "UB", "HO")),)
