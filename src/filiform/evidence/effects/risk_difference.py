"""Risk difference (RD)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.evidence.effects._measure import CELLS, TWO_RISKS, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def risk_difference(request: Request) -> tuple[Column, Column]:
    """Return p1 − p2 and p1(1 − p1)/n1 + p2(1 − p2)/n2.

    UB divides by n1 − 1 and n2 − 1; AV uses the risks of all studies together.

    *Source: Cochrane Handbook for Systematic Reviews of Interventions, section 6.4.1.5.*
    """
    a, b, c, d = request.take(*CELLS)
    n1, n2 = a + b, c + d
    p1, p2 = a / n1, c / n2
    effect = p1 - p2
    if request.variance == "AV":
        p1, p2 = a.sum() / n1.sum(), c.sum() / n2.sum()
    less = 1.0 if request.variance == "UB" else 0.0
    request.refuse((n1 <= less) | (n2 <= less), "each group needs 2 people or more")
    return effect, p1 * (1.0 - p1) / (n1 - less) + p2 * (1.0 - p2) / (n2 - less)


MEASURES = (
    Measure(
        "RD",
        "risk difference",
        TWO_RISKS,
        risk_difference,
        ("LS", "UB", "AV"),
        added_to_zero_cells=0.5,
    ),
)
