"""The tetrachoric correlation of a table (RTET): two normal variables, each cut in two."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._quadrature import gauss_legendre
from filiform.evidence.effects._measure import CELLS, TWO_RISKS, Measure

if TYPE_CHECKING:
    from filiform.evidence.effects._measure import Column, Request

# Gauss-Legendre nodes for the bivariate normal integral; 48 reach the last digit to |r| = 0.99.
_NODES = 48
# Halvings of the angle of the correlation: beyond 60 a double has no digits left.
_HALVINGS = 60


def _density(h: float, k: float, theta: Column) -> Column:
    """Return the bivariate normal density times cos θ, at a correlation of sin θ."""
    sine, cosine = np.sin(theta), np.cos(theta)
    return np.exp(-(h * h + k * k - 2.0 * h * k * sine) / (2.0 * cosine**2)) / (2.0 * math.pi)


def bivariate_normal(h: float, k: float, theta: float) -> float:
    """Return P(X < h, Y < k) for standard normal X and Y whose correlation is sin θ.

    Φ₂ = Φ(h)Φ(k) + ∫₀^θ exp(−(h² + k² − 2hk sin t)/(2 cos² t)) dt / (2π)

    *Source: Plackett 1954, Biometrika 41:351, doi:10.1093/biomet/41.3-4.351.*

    >>> round(bivariate_normal(0.0, 0.0, math.pi / 6), 10) == round(1 / 4 + 1 / 12, 10)
    True
    """
    from scipy.special import ndtr  # noqa: PLC0415 - slow to import, see _distributions

    nodes, weights = gauss_legendre(_NODES)
    inner = _density(h, k, 0.5 * theta * (nodes + 1.0))
    return float(ndtr(h) * ndtr(k)) + 0.5 * theta * float(weights @ inner)


def tetrachoric_correlation(request: Request) -> tuple[Column, Column]:
    """Return the maximum likelihood correlation and its variance from the Fisher information.

    With thresholds h, k from the margins, r solves Φ₂(h, k; r) = a/N; the information on (h, k, r)
    is N Σ ∇p∇p'/p over the four cells.

    *Source: Pearson 1900, Philosophical Transactions of the Royal Society A 195:1; Tallis 1962,
    Biometrics 18:342, doi:10.2307/2527476.*
    """
    cells = request.take(*CELLS)
    request.refuse(
        np.minimum.reduce(cells) <= 0.0,
        "a table with a zero has no tetrachoric correlation: choose another zero-cell rule",
    )
    pairs = [_of_table(*map(float, table)) for table in zip(*cells, strict=True)]
    return np.array([r for r, _ in pairs]), np.array([v for _, v in pairs])


def _of_table(a: float, b: float, c: float, d: float) -> tuple[float, float]:
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import, see _distributions

    n = a + b + c + d
    h, k = float(ndtri((a + b) / n)), float(ndtri((a + c) / n))
    low, high = -math.pi / 2.0, math.pi / 2.0
    for _ in range(_HALVINGS):
        theta = 0.5 * (low + high)
        if bivariate_normal(h, k, theta) < a / n:
            low = theta
        else:
            high = theta
    theta = 0.5 * (low + high)
    return math.sin(theta), _variance((h, k, theta), np.array([a, b, c, d]))


def _variance(parameters: tuple[float, float, float], cells: Column) -> float:
    """Return the variance of r: the last diagonal element of the inverse information."""
    from scipy.special import ndtr  # noqa: PLC0415 - slow to import, see _distributions

    h, k, theta = parameters
    r, root = math.sin(theta), math.cos(theta)
    phi_h, phi_k = (math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi) for x in (h, k))
    by_h = phi_h * float(ndtr((k - r * h) / root))
    by_k = phi_k * float(ndtr((h - r * k) / root))
    by_r = float(_density(h, k, np.array([theta]))[0]) / root
    gradient = np.array(
        [
            [by_h, by_k, by_r],
            [phi_h - by_h, -by_k, -by_r],
            [-by_h, phi_k - by_k, -by_r],
            [by_h - phi_h, by_k - phi_k, by_r],
        ]
    )
    n = float(cells.sum())
    information = n * (gradient.T / (cells / n)) @ gradient
    return float(np.linalg.inv(information)[2, 2])


MEASURES = (
    Measure(
        "RTET",
        "tetrachoric correlation",
        TWO_RISKS,
        tetrachoric_correlation,
        added_to_zero_cells=0.0,
    ),
)
