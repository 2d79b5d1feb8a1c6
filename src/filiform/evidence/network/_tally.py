"""Sums by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def tally(group: NDArray[np.intp], values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Return `(size,)` the sum of the values of each group.

    >>> tally(np.array([0, 2, 2]), np.array([1.0, 2.0, 3.0]), 3).tolist()
    [1.0, 0.0, 5.0]
    """
    return np.asarray(np.bincount(group, values, size), dtype=np.float64)
