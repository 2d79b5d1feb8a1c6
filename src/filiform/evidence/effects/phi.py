"""The phi coefficient of a table (PHI) and its Fisher z (ZPHI)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects._measure import CELLS, TWO_RISKS, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request


def phi(request: Request) -> tuple[Column, Column]:
    """Return (ad − bc)/√(n1 n2 m1 m2) and its variance when all margins are random.

    With u = n1/N − n2/N, w = m1/N − m2/N and the marginal shares in the denominators:

        N variance = 1 − φ² + φ(1 + φ²/2) u w/√(p1 p2 q1 q2) − ¾φ²(u²/(p1 p2) + w²/(q1 q2))

    *Source: Yule 1912, Journal of the Royal Statistical Society 75:579, page 603,
    doi:10.2307/2340126.*
    """
    a, b, c, d = request.take(*CELLS)
    n = a + b + c + d
    p1, p2, q1, q2 = (a + b) / n, (c + d) / n, (a + c) / n, (b + d) / n
    product = p1 * p2 * q1 * q2
    request.refuse(product <= 0.0, "a margin of the table is 0: phi is not defined")
    value = (a * d - b * c) / (n**2 * np.sqrt(product))
    u, w = p1 - p2, q1 - q2
    cross = value * (1.0 + value**2 / 2.0) * u * w / np.sqrt(product)
    margins = 0.75 * value**2 * (u**2 / (p1 * p2) + w**2 / (q1 * q2))
    return value, (1.0 - value**2 + cross - margins) / n


def fisher_z_of_phi(request: Request) -> tuple[Column, Column]:
    """Return atanh φ and the variance of φ divided by (1 − φ²)², by the delta method."""
    value, variance = phi(request)
    request.refuse(np.abs(value) >= 1.0, "phi is 1 or −1: its Fisher z is infinite")
    return np.arctanh(value), variance / (1.0 - value**2) ** 2


MEASURES = (
    Measure("PHI", "phi coefficient", TWO_RISKS, phi, added_to_zero_cells=0.0),
    Measure("ZPHI", "Fisher z of phi", TWO_RISKS, fisher_z_of_phi, added_to_zero_cells=0.0),
)
