"""One incidence rate: raw (IR), log (IRLN), square root (IRS), Freeman-Tukey (IRFT)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import ONE_RATE, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def raw(request: Request) -> tuple[Column, Column]:
    """Return x/t and x/t²."""
    x, t = request.take(*ONE_RATE)
    return x / t, x / t**2


def log(request: Request) -> tuple[Column, Column]:
    """Return the logarithm of x/t and its variance 1/x."""
    x, t = request.take(*ONE_RATE)
    request.refuse(x == 0.0, "a group without events has no log rate")
    return np.log(x / t), 1.0 / x


def square_root(request: Request) -> tuple[Column, Column]:
    """Return √(x/t) and 1/(4t)."""
    x, t = request.take(*ONE_RATE)
    return np.sqrt(x / t), 1.0 / (4.0 * t)


def freeman_tukey(request: Request) -> tuple[Column, Column]:
    """Return ½(√(x/t) + √((x + 1)/t)) and 1/(4t).

    *Source: Freeman and Tukey 1950, Annals of Mathematical Statistics 21:607,
    doi:10.1214/aoms/1177729756.*
    """
    x, t = request.take(*ONE_RATE)
    return 0.5 * (np.sqrt(x / t) + np.sqrt((x + 1.0) / t)), 1.0 / (4.0 * t)


MEASURES = (
    Measure("IR", "incidence rate", ONE_RATE, raw, added_to_zero_cells=0.5),
    Measure("IRLN", "log incidence rate", ONE_RATE, log, added_to_zero_cells=0.5),
    Measure("IRS", "square root of a rate", ONE_RATE, square_root, added_to_zero_cells=0.0),
    Measure(
        "IRFT",
        "Freeman-Tukey transformed rate",
        ONE_RATE,
        freeman_tukey,
        added_to_zero_cells=0.0,
    ),
)
