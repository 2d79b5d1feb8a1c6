"""Log risk ratio (RR)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import CELLS, TWO_RISKS, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def risk_ratio(request: Request) -> tuple[Column, Column]:
    """Return log(p1/p2) and 1/a − 1/n1 + 1/c − 1/n2; AV uses the risks of all studies together.

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.4.1; Katz et al.
    1978, Biometrics 34:469, doi:10.2307/2530610.*
    """
    a, b, c, d = request.take(*CELLS)
    request.refuse((a == 0.0) | (c == 0.0), "a group without events has no log risk ratio")
    n1, n2 = a + b, c + d
    effect = np.log(a / n1) - np.log(c / n2)
    if request.variance == "AV":
        p1, p2 = a.sum() / n1.sum(), c.sum() / n2.sum()
        return effect, (1.0 - p1) / (p1 * n1) + (1.0 - p2) / (p2 * n2)
    return effect, 1.0 / a - 1.0 / n1 + 1.0 / c - 1.0 / n2


MEASURES = (
    Measure("RR", "log risk ratio", TWO_RISKS, risk_ratio, ("LS", "AV"), added_to_zero_cells=0.5),
)
