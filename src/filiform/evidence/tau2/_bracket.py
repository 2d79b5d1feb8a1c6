"""A root of a function that rises through zero somewhere above zero."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from filiform.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Callable

# Doubling or halving this often spans the range of doubles.
_MOST_DOUBLINGS = 1000
_MOST_STEPS = 200
# The relative width of the last bracket; narrower is below the noise of the functions solved here.
_NARROW = 1e-13


def rising_root(function: Callable[[float], float], guess: float) -> float:
    """Return where a continuous function, below zero at 0, first found rising, is zero.

    Args:
        function: below 0 at 0 and above 0 for large arguments.
        guess: the scale of the root, above 0.

    Raises:
        EvidenceError: if the function never rises above zero.
    """
    low, high = 0.0, guess
    for _ in range(_MOST_DOUBLINGS):
        if function(high) >= 0.0:
            return _close_in(function, low, high)
        low, high = high, 2.0 * high
    raise EvidenceError(f"no root below {high:g}: the effects leave the limit of τ² unbounded")


def _close_in(function: Callable[[float], float], low: float, high: float) -> float:
    """Ridders' method: a bracketed root, quadratic for smooth functions."""
    f_low, f_high = function(low), function(high)
    for _ in range(_MOST_STEPS):
        middle = 0.5 * (low + high)
        f_middle = function(middle)
        root = math.sqrt(f_middle * f_middle - f_low * f_high)
        if root == 0.0:
            return middle
        following = middle - (middle - low) * f_middle / root * (1.0 if f_high > f_low else -1.0)
        f_following = function(following)
        points = sorted(
            ((low, f_low), (middle, f_middle), (following, f_following), (high, f_high))
        )
        for (a, f_a), (b, f_b) in pairwise(points):
            if f_a <= 0.0 <= f_b:
                low, f_low, high, f_high = a, f_a, b, f_b
                break
        if f_following == 0.0 or high - low <= _NARROW * high:
            return following
    return 0.5 * (low + high)
