"""The maximum of a smooth function in a box, by Newton's method with the exact Hessian."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from filiform.evidence.multilevel._likelihood import Derivatives

    Array = NDArray[np.float64]

_MOST_STEPS = 200
# Newton squares the error: after a step this small none is left that a double can hold.
_SMALL_STEP = 1e-10
# What rounding is worth in a sum of many terms, relative to its size.
_ROUNDING = 1e-13
# The flattest curvature that a step trusts, relative to the steepest.
_FLAT = 1e-10
# No step goes further than this times the size of the parameters.
_LONGEST = 2.0
_HALVINGS = 40


class Maximum(NamedTuple):
    """Where a function is highest in its box.

    Attributes:
        theta: `(q,)`.
        value: the function there.
        hessian: its Hessian there.
        free: `(q,)` which parameters are not held at a bound.
        iterations: Newton's steps.
        converged: whether the last step was too small to matter.
    """

    theta: Array
    value: float
    hessian: Array
    free: NDArray[np.bool_]
    iterations: int
    converged: bool


def maximise(
    derivatives: Callable[[Array], Derivatives],
    value: Callable[[Array], float],
    start: Array,
    bounds: tuple[Array, Array],
) -> Maximum:
    """Climb from `start` until a Newton step is too small to matter.

    A parameter at a bound whose gradient points out of the box is held there. Where the Hessian
    curves upward its eigenvalue is turned, so that the step climbs.

    Args:
        derivatives: the function with gradient and Hessian.
        value: the function alone.
        start: `(q,)`, inside the box.
        bounds: lower and upper bounds, `(q,)` each; equal ones hold a parameter.
    """
    low, high = bounds
    theta = np.clip(start, low, high)
    for step in range(1, _MOST_STEPS + 1):
        at = derivatives(theta)
        down, up = theta <= low, theta >= high
        free = ~((down & (at.gradient <= 0.0)) | (up & (at.gradient >= 0.0)) | (down & up))
        move = np.zeros_like(theta)
        if free.any():
            move[free] = _ascent(at.gradient[free], at.hessian[np.ix_(free, free)])
        size = 1.0 + float(np.abs(theta).max())
        longest = float(np.abs(move).max())
        if longest <= _SMALL_STEP * size:
            return Maximum(np.clip(theta + move, low, high), at.value, at.hessian, free, step, True)
        move *= min(1.0, _LONGEST * size / longest)
        following = _search(value, theta, move, at, bounds)
        if following is None:
            small = float(np.abs(at.gradient[free] @ move[free])) <= _ROUNDING * (
                1.0 + abs(at.value)
            )
            return Maximum(theta, at.value, at.hessian, free, step, small)
        theta = following
    return Maximum(theta, at.value, at.hessian, free, _MOST_STEPS, False)


def _ascent(gradient: Array, hessian: Array) -> Array:
    curvature, axes = np.linalg.eigh(-hessian)
    steepest = max(float(np.abs(curvature).max()), np.finfo(float).tiny)
    safe = np.maximum(np.abs(curvature), _FLAT * steepest)
    return np.asarray(axes @ ((axes.T @ gradient) / safe))


def _search(
    value: Callable[[Array], float],
    theta: Array,
    move: Array,
    at: Derivatives,
    bounds: tuple[Array, Array],
) -> Array | None:
    """Return the first of full, half, quarter … steps that climbs, or None."""
    slack = _ROUNDING * (1.0 + abs(at.value))
    scale = 1.0
    for _ in range(_HALVINGS):
        following = np.clip(theta + scale * move, *bounds)
        gain = float(at.gradient @ (following - theta))
        if value(following) >= at.value + 1e-4 * max(gain, 0.0) - slack:
            return following
        scale *= 0.5
    return None
