"""The τ² at which the generalised Q statistic takes a given value.

Q(τ²) = y'P(τ²)y falls with τ², so `Q(τ²) = target` has one root or none. 1/Q is concave in τ²
(Cauchy-Schwarz on y'Py, y'PPy and y'PPPy), so Newton's steps on it rise to the root from the left
and never pass it: no bracket, no tuning, the same digits at any scale.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filiform.evidence._model import Model

# 1/Q is nearly linear in τ², so about six steps reach the last digit; more means overflow.
_MOST_STEPS = 200
# A relative step below this moves no digit that the sums of k doubles can hold.
_LAST_DIGIT = 1e-15


def solve_q(model: Model, target: float, start: float = 0.0) -> tuple[float | None, int]:
    """Return the root of `Q(τ²) = target` at or above `start`, and the steps taken.

    Args:
        model: the studies.
        target: above 0.
        start: a τ² at which Q is at least the target.

    Returns:
        None for the root where already `Q(start) < target`.
    """
    tau2 = start
    for step in range(1, _MOST_STEPS + 1):
        q, ypp = model.q_at(tau2)
        excess = q / target - 1.0
        if excess <= _LAST_DIGIT:
            at_start = tau2 == start and excess < 0.0
            return (None if at_start else tau2), step
        change = q * excess / ypp
        tau2 += change
        if change <= _LAST_DIGIT * tau2:
            return tau2, step
    return (tau2 if math.isfinite(tau2) else None), _MOST_STEPS
