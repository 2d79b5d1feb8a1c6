"""The iterated estimators of τ² for many meta-analyses at once; the mathematics is `tau2`'s."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    from filiform.evidence.many._batch import Array, BatchSums, ManyModels

    Indices: TypeAlias = NDArray[np.intp]

_MOST_STEPS = 200
# As in tau2.likelihood: Newton squares the error, so a step this small leaves none.
_SMALL_STEP = 1e-12
_ROUNDING = 4e-16
# As in tau2.q_equation: no digit moves below this.
_LAST_DIGIT = 1e-15
# As in tau2.peaks.
_ALIKE, _FINEST, _FEW, _GRID_OF_FEW, _GRID_OF_MANY = 3.0, 1e-3, 100, 24, 8


def solve_q(batch: ManyModels, target: Array) -> Array:
    """Return the τ² at which Q(τ²) equals the target, `(m,)`; 0 where Q(0) is below."""
    tau2 = np.zeros(batch.k.size)
    active = np.arange(tau2.size)
    part = batch
    for _ in range(_MOST_STEPS):
        q, ypp = part.q_at(tau2[active])
        excess = q / target[active] - 1.0
        change = np.where(excess > _LAST_DIGIT, q * excess / np.maximum(ypp, 1e-300), 0.0)
        tau2[active] += change
        moving = change > _LAST_DIGIT * tau2[active]
        if not moving.any():
            break
        if moving.sum() < 0.7 * moving.size:
            active, part = active[moving], part.take(moving)
    return tau2


def maximise(batch: ManyModels, *, restricted: bool) -> tuple[Array, Array]:
    """Return the τ² of the highest (restricted) likelihood and whether it is exact, `(m,)` each."""
    smallest, largest, span = batch.extremes()
    top = 2.0 * span**2
    simple = (largest <= _ALIKE * smallest) | (top <= _FINEST * smallest)
    value, exact = np.zeros(batch.k.size), np.ones(batch.k.size, dtype=bool)
    for which, finder in ((simple, _only_peak), (~simple, _highest_peak)):
        if which.all():
            return finder(batch, smallest, top, restricted=restricted)
        if which.any():
            part = batch.take(which)
            value[which], exact[which] = finder(
                part, smallest[which], top[which], restricted=restricted
            )
    return value, exact


def _only_peak(
    batch: ManyModels, smallest: Array, _top: Array, *, restricted: bool
) -> tuple[Array, Array]:
    m = batch.k.size
    rises = batch.scores(np.zeros(m), restricted=restricted) > 0.0
    value, exact = np.zeros(m), np.ones(m, dtype=bool)
    if rises.any():
        part = batch.take(rises)
        moment = part.unweighted_moment()
        start = np.where(moment > 0.0, moment, smallest[rises])
        low, high = np.zeros(start.size), np.full(start.size, np.inf)
        value[rises], exact[rises] = _climb(part, start, low, high, restricted=restricted)
    return value, exact


def _highest_peak(
    batch: ManyModels, smallest: Array, top: Array, *, restricted: bool
) -> tuple[Array, Array]:
    m = batch.k.size
    points = _GRID_OF_FEW if batch.most <= _FEW else _GRID_OF_MANY
    low = _FINEST * smallest
    ratio = (top / low) ** (1.0 / (points - 1))
    grid = np.vstack([np.zeros(m), low * ratio ** np.arange(points)[:, None]])
    rises = np.stack([batch.scores(t, restricted=restricted) > 0.0 for t in grid])
    peaks = rises & ~np.vstack([rises[1:], np.zeros((1, m), dtype=bool)])
    value, exact = np.zeros(m), np.ones(m, dtype=bool)
    best = np.full(m, -np.inf)
    contested = peaks.sum(axis=0) + ~rises[0] > 1
    if contested.any():
        at_zero = batch.take(contested).log_likelihood(
            np.zeros(int(contested.sum())), restricted=restricted
        )
        best[contested] = np.where(rises[0][contested], -np.inf, at_zero)
    place = np.where(peaks.any(axis=0), peaks.argmax(axis=0), -1)
    while (place >= 0).any():
        which = np.flatnonzero(place >= 0)
        here = place[which]
        start, end = grid[here, which], _following(grid, here, which)
        part = batch.take(which) if which.size < m else batch
        peak = _climb(part, _between(start, end), start, end, restricted=restricted)
        state = (value, exact, best, contested)
        _keep_higher(part, which, peak, state, restricted=restricted)
        peaks[here, which] = False
        place = np.where(peaks.any(axis=0), peaks.argmax(axis=0), -1)
    return value, exact


def _keep_higher(
    part: ManyModels,
    which: Indices,
    peak: tuple[Array, Array],
    state: tuple[Array, Array, Array, Array],
    *,
    restricted: bool,
) -> None:
    """Write the peaks just found where they are the only or the highest ones."""
    found, good = peak
    value, exact, best, contested = state
    better = np.ones(which.size, dtype=bool)
    fought = np.flatnonzero(contested[which])
    if fought.size:
        height = part.take(fought).log_likelihood(found[fought], restricted=restricted)
        better[fought] = height > best[which[fought]]
        best[which[fought]] = np.maximum(best[which[fought]], height)
    value[which[better]] = found[better]
    exact[which[better]] = good[better]


def _following(grid: Array, here: Indices, which: Indices) -> Array:
    last = here == grid.shape[0] - 1
    return np.where(last, np.inf, grid[np.minimum(here + 1, grid.shape[0] - 1), which])


def _between(start: Array, end: Array) -> Array:
    finite = np.isfinite(end)
    inside = np.where(start > 0.0, np.sqrt(start * np.where(finite, end, 1.0)), 0.5 * end)
    return np.where(finite, inside, 2.0 * start)


def _climb(
    batch: ManyModels, start: Array, lower: Array, upper: Array, *, restricted: bool
) -> tuple[Array, Array]:
    """Close in on roots of the score, positive at `lower` and not at `upper`; `(m,)` each."""
    tau2, lower, upper = start.copy(), lower.copy(), upper.copy()
    exact = np.zeros(tau2.size, dtype=bool)
    active = np.arange(tau2.size)
    part = batch
    for _ in range(_MOST_STEPS):
        t = tau2[active]
        sums = part.sums_at(t)
        score, curvature = _score_and_curvature(sums, restricted=restricted)
        rising = score > 0.0
        lower[active] = low = np.where(rising, t, lower[active])
        upper[active] = high = np.where(rising, upper[active], t)
        following = t + score / curvature
        outside = ~((low < following) & (following < high)) & (score != 0.0)
        middle = np.where(np.isfinite(high), 0.5 * (low + np.where(outside, high, 0.0)), 4.0 * t)
        following = np.where(outside, middle, following)
        tau2[active] = following
        close = np.abs(following - t) <= _SMALL_STEP * following + _ROUNDING * part.k / sums.sum_w
        exact[active[close]] = True
        if close.all():
            break
        if close.sum() > 0.3 * close.size:
            active, part = active[~close], part.take(~close)
    return tau2, exact


def _score_and_curvature(sums: BatchSums, *, restricted: bool) -> tuple[Array, Array]:
    information = sums.tr_pp if restricted else sums.sum_w2
    score = sums.ypp - (sums.tr_p if restricted else sums.sum_w)
    curvature = 2.0 * sums.yppp - information
    return score, np.where(curvature > 0.0, curvature, information)
