"""Yule's Q (YUQ) and Y (YUY)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import CELLS, TWO_RISKS, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def yule_q(request: Request) -> tuple[Column, Column]:
    """Return (ad − bc)/(ad + bc) and ¼(1 − Q²)²(1/a + 1/b + 1/c + 1/d).

    *Source: Yule 1912, Journal of the Royal Statistical Society 75:579, page 593,
    doi:10.2307/2340126.*
    """
    a, b, c, d = _full_cells(request)
    value = (a * d - b * c) / (a * d + b * c)
    return value, 0.25 * (1.0 - value**2) ** 2 * (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d)


def yule_y(request: Request) -> tuple[Column, Column]:
    """Return (√ad − √bc)/(√ad + √bc) and (1 − Y²)²(1/a + 1/b + 1/c + 1/d)/16.

    *Source: Yule 1912, Journal of the Royal Statistical Society 75:579, page 593,
    doi:10.2307/2340126.*
    """
    a, b, c, d = _full_cells(request)
    value = (np.sqrt(a * d) - np.sqrt(b * c)) / (np.sqrt(a * d) + np.sqrt(b * c))
    return value, (1.0 - value**2) ** 2 * (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d) / 16.0


def _full_cells(request: Request) -> tuple[Column, ...]:
    cells = request.take(*CELLS)
    request.refuse(
        np.minimum.reduce(cells) <= 0.0,
        "a table with a zero has no variance: choose another zero-cell rule",
    )
    return cells


MEASURES = (
    Measure("YUQ", "Yule's Q", TWO_RISKS, yule_q, added_to_zero_cells=0.5),
    Measure("YUY", "Yule's Y", TWO_RISKS, yule_y, added_to_zero_cells=0.5),
)
