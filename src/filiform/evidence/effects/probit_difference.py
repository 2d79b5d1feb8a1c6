"""Difference of probit-transformed risks, a standardised mean difference (PBIT)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import CELLS, TWO_RISKS, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def probit_difference(request: Request) -> tuple[Column, Column]:
    """Return z1 − z2 with z = Φ⁻¹(p), and the sum of 2π p(1 − p) exp(z²)/n.

    *Source: Sanchez-Meca, Marin-Martinez and Chacon-Moscoso 2003, Psychological Methods 8:448,
    doi:10.1037/1082-989X.8.4.448.*
    """
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import, see _distributions

    a, b, c, d = request.take(*CELLS)
    request.refuse(
        np.minimum(np.minimum(a, b), np.minimum(c, d)) <= 0.0,
        "a risk of 0 or 1 has no probit: choose another zero-cell rule",
    )
    z1, z2 = ndtri(a / (a + b)), ndtri(c / (c + d))
    return z1 - z2, _variance(a, b, z1) + _variance(c, d, z2)


def _variance(events: Column, others: Column, z: Column) -> Column:
    n = events + others
    return 2.0 * math.pi * (events / n) * (others / n) * np.exp(z**2) / n


MEASURES = (
    Measure("PBIT", "difference of probits", TWO_RISKS, probit_difference, added_to_zero_cells=0.5),
)
