"""Gauss-Legendre nodes and weights, made at the first use: numpy.polynomial is slow to import."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@lru_cache(maxsize=16)
def gauss_legendre(points: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return nodes and weights on [−1, 1], `(points,)` each.

    >>> nodes, weights = gauss_legendre(5)
    >>> round(float(weights @ nodes**8), 12) == round(2 / 9, 12)
    True
    """
    from scipy.special import roots_legendre  # noqa: PLC0415 - slow to import

    nodes, weights = roots_legendre(points)
    return np.asarray(nodes), np.asarray(weights)
