"""Correlations of a group with an outcome: point-biserial (RPB) and biserial (RBIS)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import TWO_MEANS, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def _point_biserial(request: Request) -> tuple[Column, Column, Column]:
    """Return r = d/√(d² + h), d itself, and h = m/n1 + m/n2, m = n1 + n2 − 2."""
    m1, s1, n1, m2, s2, n2 = request.take(*TWO_MEANS)
    df = n1 + n2 - 2.0
    request.refuse((n1 < 2.0) | (n2 < 2.0), "each group needs 2 people or more")
    pooled = ((n1 - 1.0) * s1**2 + (n2 - 1.0) * s2**2) / df
    request.refuse(pooled <= 0.0, "standard deviations of 0 leave nothing to correlate")
    d, h = (m1 - m2) / np.sqrt(pooled), df / n1 + df / n2
    return d / np.sqrt(d * d + h), d, h


def point_biserial(request: Request) -> tuple[Column, Column]:
    """Return d/√(d² + h), h = m/n1 + m/n2, m = n1 + n2 − 2, and its variance.

        LS  h²/(h + d²)³ (1/n1 + 1/n2 + d²/(2N))          the groups' sizes fixed
        CS  (1 − r²)²(N r²/(4 n1 n2) + (2 − 3r²)/(2N))    everyone sampled together

    *Source: Jacobs and Viechtbauer 2017, Research Synthesis Methods 8:161, doi:10.1002/jrsm.1218.*
    """
    r, d, h = _point_biserial(request)
    n1, n2 = request.take("n1", "n2")
    total = n1 + n2
    if request.variance == "CS":
        both = total * r**2 / (4.0 * n1 * n2) + (2.0 - 3.0 * r**2) / (2.0 * total)
        return r, (1.0 - r**2) ** 2 * both
    spread = 1.0 / n1 + 1.0 / n2 + d**2 / (2.0 * total)
    return r, h**2 / (h + d**2) ** 3 * spread


def biserial(request: Request) -> tuple[Column, Column]:
    """Return √(pq)/φ(z) times the point-biserial correlation, and Soper's variance.

    p and q are the shares of the groups, z = Φ⁻¹(1 − p), f = φ(z); with b at most 1 in size
    variance = (pq/f² − (3/2 + (1 − pz/f)(1 + qz/f))b² + b⁴)/(N − 1).

    *Source: Jacobs and Viechtbauer 2017, Research Synthesis Methods 8:161, doi:10.1002/jrsm.1218.*
    """
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import, see _distributions

    r, _, _ = _point_biserial(request)
    n1, n2 = request.take("n1", "n2")
    total = n1 + n2
    p, q = n1 / total, n2 / total
    z = ndtri(1.0 - p)
    f = np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    value = np.sqrt(p * q) / f * r
    b = np.clip(value, -1.0, 1.0)
    inner = 1.5 + (1.0 - p * z / f) * (1.0 + q * z / f)
    return value, (p * q / f**2 - inner * b**2 + b**4) / (total - 1.0)


MEASURES = (
    Measure("RPB", "point-biserial correlation", TWO_MEANS, point_biserial, ("LS", "CS")),
    Measure("RBIS", "biserial correlation", TWO_MEANS, biserial),
)
