"""A network by plain dense matrices: what our faster algebra is compared with.

Nothing here is shared with the package: each trial is its contrasts with its first arm, their
covariance is written down, and generalised least squares is a solve. Slow and easy to check.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

Array = NDArray[np.float64]


class Arm(NamedTuple):
    """An arm: its trial, treatment, value and variance."""

    study: int
    treatment: int
    value: float
    variance: float


class Dense(NamedTuple):
    """Contrasts with each trial's first arm: `y = xθ`, covariance `v + τ²s`, θ₀ = 0.

    `trial` is the number of each contrast's trial, `design` the treatments of that trial.
    """

    y: Array
    x: Array
    v: Array
    s: Array
    trial: list[int]
    design: list[tuple[int, ...]]


class Gls(NamedTuple):
    """Coefficients, their covariance and Q."""

    beta: Array
    covariance: Array
    q: float


def written_down(arms: list[Arm], treatments: int) -> Dense:
    """Write the whole network down."""
    trials = sorted({arm.study for arm in arms})
    blocks = [[arm for arm in arms if arm.study == trial] for trial in trials]
    size = sum(len(block) - 1 for block in blocks)
    y, x, v, s = (
        np.zeros(size),
        np.zeros((size, treatments)),
        np.zeros((size, size)),
        np.zeros((size, size)),
    )
    trial, design, at = [], [], 0
    for block in blocks:
        base, rest = block[0], block[1:]
        rows = slice(at, at + len(rest))
        v[rows, rows] = base.variance + np.diag([arm.variance for arm in rest])
        s[rows, rows] = 0.5 + 0.5 * np.eye(len(rest))
        for n, arm in enumerate(rest):
            y[at + n] = arm.value - base.value
            x[at + n, arm.treatment] += 1.0
            x[at + n, base.treatment] -= 1.0
        trial += [base.study] * len(rest)
        design += [tuple(sorted(arm.treatment for arm in block))] * len(rest)
        at += len(rest)
    return Dense(y, x[:, 1:], v, s, trial, design)


def gls(y: Array, x: Array, v: Array) -> Gls:
    """Return generalised least squares."""
    w = np.linalg.inv(v)
    covariance = np.asarray(np.linalg.inv(x.T @ w @ x), dtype=np.float64)
    beta = covariance @ x.T @ w @ y
    r = y - x @ beta
    return Gls(beta, covariance, float(r @ w @ r))


def projection(x: Array, v: Array) -> Array:
    """Return W − WX(X'WX)⁻¹X'W."""
    w = np.linalg.inv(v)
    return np.asarray(w - w @ x @ np.linalg.inv(x.T @ w @ x) @ x.T @ w)


def dersimonian_laird(net: Dense) -> float:
    """Return (Q − df)/tr PS, cut at 0."""
    p = projection(net.x, net.v)
    df = net.x.shape[0] - net.x.shape[1]
    return max(0.0, float((net.y @ p @ net.y - df) / np.trace(p @ net.s)))


def score(net: Dense, tau2: float, *, restricted: bool) -> float:
    """Return the derivative of twice the (restricted) log-likelihood."""
    v = net.v + tau2 * net.s
    p = projection(net.x, v)
    trace = np.trace((p if restricted else np.linalg.inv(v)) @ net.s)
    return float(net.y @ p @ net.s @ p @ net.y - trace)


def likelihood(net: Dense, tau2: float, *, restricted: bool) -> float:
    """Return the (restricted) log-likelihood without constants."""
    v = net.v + tau2 * net.s
    w = np.linalg.inv(v)
    value = -0.5 * (float(np.linalg.slogdet(v)[1]) + gls(net.y, net.x, v).q)
    if restricted:
        value -= 0.5 * float(np.linalg.slogdet(net.x.T @ w @ net.x)[1])
    return value


def highest(net: Dense, *, restricted: bool) -> float:
    """Return the τ² of the highest (restricted) likelihood: every peak of a fine grid, by Brent."""
    unit = float(np.diag(net.v).mean())
    grid = [0.0, *np.geomspace(1e-5 * unit, 1e4 * (unit + float(net.y @ net.y)), 120).tolist()]
    scores = [score(net, tau2, restricted=restricted) for tau2 in grid]
    found = [0.0] if scores[0] <= 0.0 else []
    for low, high, up, down in zip(grid, grid[1:], scores, scores[1:], strict=False):
        if up > 0.0 >= down:
            found.append(
                brentq(lambda t: score(net, t, restricted=restricted), low, high, xtol=1e-15 * unit)
            )
    return max(found, key=lambda tau2: likelihood(net, tau2, restricted=restricted))
