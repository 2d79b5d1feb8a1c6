"""One mean: raw (MN), standardised (SMN), log (MNLN); log of its CV (CVLN) and SD (SDLN)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import ONE_MEAN, Measure
from filiform.evidence.effects.small_sample import hedges_factor

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def raw(request: Request) -> tuple[Column, Column]:
    """Return m and s²/n; HO takes the s of all studies together."""
    m, s, n = request.take(*ONE_MEAN)
    if request.variance == "HO":
        request.refuse(n < 2.0, "the group needs 2 people or more")
        together = float(s**2 @ (n - 1.0)) / float((n - 1.0).sum())
        return m, together / n
    return m, s**2 / n


def standardised(request: Request) -> tuple[Column, Column]:
    """Return J(n − 1) m/s and 1/n + g²/(2n)."""
    m, s, n = request.take(*ONE_MEAN)
    request.refuse(s <= 0.0, "the standard deviation to divide by is 0")
    request.refuse(n < 3.0, "a standardised mean needs 3 people or more")
    g = (hedges_factor(n - 1.0) if request.corrected else 1.0) * m / s
    return g, 1.0 / n + g**2 / (2.0 * n)


def log(request: Request) -> tuple[Column, Column]:
    """Return log m and s²/(n m²)."""
    m, s, n = request.take(*ONE_MEAN)
    request.refuse(m <= 0.0, "a mean of 0 or below has no logarithm")
    return np.log(m), s**2 / (n * m**2)


def log_coefficient_of_variation(request: Request) -> tuple[Column, Column]:
    """Return log(s/m) + 1/(2(n − 1)) and 1/(2(n − 1)) + s²/(n m²).

    *Source: Nakagawa et al. 2015, Methods in Ecology and Evolution 6:143,
    doi:10.1111/2041-210X.12309.*
    """
    mean, variance = log(request)
    deviation, of_deviation = log_standard_deviation(request)
    return deviation - mean, of_deviation + variance


def log_standard_deviation(request: Request) -> tuple[Column, Column]:
    """Return log s + 1/(2(n − 1)) and 1/(2(n − 1)).

    *Source: Nakagawa et al. 2015, Methods in Ecology and Evolution 6:143,
    doi:10.1111/2041-210X.12309.*
    """
    s, n = request.take("sd", "n")
    request.refuse(s <= 0.0, "a standard deviation of 0 has no logarithm")
    request.refuse(n < 2.0, "the group needs 2 people or more")
    half = 1.0 / (2.0 * (n - 1.0))
    return np.log(s) + (half if request.corrected else 0.0), half


MEASURES = (
    Measure("MN", "mean", ONE_MEAN, raw, ("LS", "HO")),
    Measure("SMN", "standardised mean", ONE_MEAN, standardised),
    Measure("MNLN", "log mean", ONE_MEAN, log),
    Measure("CVLN", "log coefficient of variation", ONE_MEAN, log_coefficient_of_variation),
    Measure("SDLN", "log standard deviation", ("sd", "n"), log_standard_deviation),
)
