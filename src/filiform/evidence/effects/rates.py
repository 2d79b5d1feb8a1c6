"""Two incidence rates compared: log ratio (IRR), difference (IRD), of square roots (IRSD)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import TWO_RATES, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def rate_ratio(request: Request) -> tuple[Column, Column]:
    """Return log((x1/t1)/(x2/t2)) and 1/x1 + 1/x2.

    *Source: Rothman, Greenland and Lash 2008, Modern Epidemiology, 3rd edition, chapter 14.*
    """
    x1, t1, x2, t2 = request.take(*TWO_RATES)
    request.refuse((x1 == 0.0) | (x2 == 0.0), "a group without events has no log rate ratio")
    return np.log(x1 / t1) - np.log(x2 / t2), 1.0 / x1 + 1.0 / x2


def rate_difference(request: Request) -> tuple[Column, Column]:
    """Return x1/t1 − x2/t2 and x1/t1² + x2/t2².

    *Source: Rothman, Greenland and Lash 2008, Modern Epidemiology, 3rd edition, chapter 14.*
    """
    x1, t1, x2, t2 = request.take(*TWO_RATES)
    return x1 / t1 - x2 / t2, x1 / t1**2 + x2 / t2**2


def root_rate_difference(request: Request) -> tuple[Column, Column]:
    """Return √(x1/t1) − √(x2/t2) and 1/(4 t1) + 1/(4 t2).

    *Source: the variance-stabilising transformation of a Poisson count; metafor's "IRSD".*
    """
    x1, t1, x2, t2 = request.take(*TWO_RATES)
    return np.sqrt(x1 / t1) - np.sqrt(x2 / t2), 1.0 / (4.0 * t1) + 1.0 / (4.0 * t2)


MEASURES = (
    Measure("IRR", "log incidence rate ratio", TWO_RATES, rate_ratio, added_to_zero_cells=0.5),
    Measure(
        "IRD", "incidence rate difference", TWO_RATES, rate_difference, added_to_zero_cells=0.5
    ),
    Measure(
        "IRSD",
        "difference of square root incidence rates",
        TWO_RATES,
        root_rate_difference,
        added_to_zero_cells=0.0,
    ),
)
