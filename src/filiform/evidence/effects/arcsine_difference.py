"""Difference of arcsine-transformed risks (AS), which zero cells do not hurt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import CELLS, TWO_RISKS, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def arcsine_difference(request: Request) -> tuple[Column, Column]:
    """Return asin √p1 − asin √p2 and 1/(4 n1) + 1/(4 n2).

    *Source: Rucker et al. 2009, Statistics in Medicine 28:721, doi:10.1002/sim.3511.*
    """
    a, b, c, d = request.take(*CELLS)
    n1, n2 = a + b, c + d
    effect = np.arcsin(np.sqrt(a / n1)) - np.arcsin(np.sqrt(c / n2))
    return effect, 1.0 / (4.0 * n1) + 1.0 / (4.0 * n2)


MEASURES = (
    Measure(
        "AS",
        "difference of arcsine risks",
        TWO_RISKS,
        arcsine_difference,
        added_to_zero_cells=0.0,
    ),
)
