"""One proportion: raw (PR), log (PLN), logit (PLO), arcsine (PAS), Freeman-Tukey (PFT)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence.effects._measure import ONE_RISK, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def raw(request: Request) -> tuple[Column, Column]:
    """Return p = x/n and p(1 − p)/n; UB divides by n − 1, AV takes p of all studies together."""
    x, n = request.take(*ONE_RISK)
    p = q = x / n
    if request.variance == "AV":
        q = np.full_like(p, x.sum() / n.sum())
    less = 1.0 if request.variance == "UB" else 0.0
    request.refuse(n <= less, "the group needs 2 people or more")
    return p, q * (1.0 - q) / (n - less)


def log(request: Request) -> tuple[Column, Column]:
    """Return log p and 1/x − 1/n; AV takes p of all studies together."""
    x, n = request.take(*ONE_RISK)
    request.refuse(x == 0.0, "a group without events has no log proportion")
    if request.variance == "AV":
        p = x.sum() / n.sum()
        return np.log(x / n), 1.0 / (p * n) - 1.0 / n
    return np.log(x / n), 1.0 / x - 1.0 / n


def logit(request: Request) -> tuple[Column, Column]:
    """Return log(p/(1 − p)) and 1/x + 1/(n − x); AV takes p of all studies together."""
    x, n = request.take(*ONE_RISK)
    request.refuse((x == 0.0) | (x == n), "a proportion of 0 or 1 has no logit")
    if request.variance == "AV":
        p = x.sum() / n.sum()
        return np.log(x / (n - x)), 1.0 / (p * (1.0 - p) * n)
    return np.log(x / (n - x)), 1.0 / x + 1.0 / (n - x)


def arcsine(request: Request) -> tuple[Column, Column]:
    """Return asin √p and 1/(4n)."""
    x, n = request.take(*ONE_RISK)
    return np.arcsin(np.sqrt(x / n)), 1.0 / (4.0 * n)


def freeman_tukey(request: Request) -> tuple[Column, Column]:
    """Return ½(asin √(x/(n + 1)) + asin √((x + 1)/(n + 1))) and 1/(4n + 2).

    *Source: Freeman and Tukey 1950, Annals of Mathematical Statistics 21:607,
    doi:10.1214/aoms/1177729756.*
    """
    x, n = request.take(*ONE_RISK)
    first = np.arcsin(np.sqrt(x / (n + 1.0)))
    second = np.arcsin(np.sqrt((x + 1.0) / (n + 1.0)))
    return 0.5 * (first + second), 1.0 / (4.0 * n + 2.0)


def freeman_tukey_proportion(value: float, n: float) -> float:
    """Return the proportion of a Freeman-Tukey value, for a sample size that must be stated.

    p = ½(1 − sgn(cos t) √(1 − (sin t + (sin t − 1/sin t)/n)²)) with t twice metafor's value.

    Args:
        value: on the scale of PFT.
        n: the sample size that the value shall stand for; for a pooled value the harmonic mean of
            the studies' is usual, and debated (Schwarzer et al. 2019, doi:10.1002/jrsm.1348).

    Raises:
        EvidenceError: for a sample size of 0 or below, or numbers that are none.

    *Source: Miller 1978, The American Statistician 32:138, doi:10.1080/00031305.1978.10479283.*

    >>> round(freeman_tukey_proportion(0.4636, 1e9), 4)
    0.2
    """
    value, n = _check.single(("the value", value), ("n", n))
    if not n > 0.0:
        raise EvidenceError(f"n is {n}, above 0 is needed: give the sample size")
    t = 2.0 * value
    lowest = math.asin(math.sqrt(1.0 / (n + 1.0)))
    if t <= lowest:
        return 0.0
    if t >= math.pi - lowest:
        return 1.0
    inner = math.sin(t) + (math.sin(t) - 1.0 / math.sin(t)) / n
    root = math.sqrt(max(0.0, 1.0 - inner * inner))
    return 0.5 * (1.0 - math.copysign(root, math.cos(t)))


MEASURES = (
    Measure("PR", "proportion", ONE_RISK, raw, ("LS", "UB", "AV"), added_to_zero_cells=0.5),
    Measure("PLN", "log proportion", ONE_RISK, log, ("LS", "AV"), added_to_zero_cells=0.5),
    Measure("PLO", "logit of a proportion", ONE_RISK, logit, ("LS", "AV"), added_to_zero_cells=0.5),
    Measure("PAS", "arcsine of a proportion", ONE_RISK, arcsine, added_to_zero_cells=0.0),
    Measure(
        "PFT",
        "Freeman-Tukey double arcsine of a proportion",
        ONE_RISK,
        freeman_tukey,
        added_to_zero_cells=0.0,
    ),
)
