"""The Bernoulli CUSUM, and its run length by the exact chain of its states.

S_0 = 0, S_t = max(0, S_{t-1} + X_t - γ) with γ = r1/r2, r1 = -ln((1-p1)/(1-p0)) and
r2 = ln(p1(1-p0) / (p0(1-p1))). With 1/γ rounded to a whole number m, m S_t is whole: a treatment
without the event takes one step down, one with it m-1 steps up, and a signal is m S_t ≥ h.

Source: Page 1954, doi 10.1093/biomet/41.1-2.100; Reynolds and Stoumbos 1999, equations of the
Bernoulli CUSUM and of γ, doi 10.1080/00224065.1999.11979900; the chain: Brook and Evans 1972,
doi 10.1093/biomet/59.3.539.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Cusum:
    """A chart in whole steps.

    Attributes:
        up: m - 1, the steps that an event adds.
        limit: h, the state at which it signals.
    """

    up: int
    limit: int


def steps_of(p0: float, odds_ratio: float) -> int:
    """Return m, the whole number nearest to 1/γ, at least 2.

    >>> steps_of(0.05, 2.0)
    14
    """
    odds = odds_ratio * p0 / (1 - p0)
    p1 = odds / (1 + odds)
    r1 = -math.log1p((p0 - p1) / (1 - p0))
    return max(2, round(math.log(odds_ratio) / r1))


def path_of(chart: Cusum, events: Iterable[bool]) -> tuple[int, ...]:
    """Return the state after each treatment; it goes on after a signal.

    >>> path_of(Cusum(up=3, limit=5), [True, False, True, False])
    (3, 2, 5, 4)
    """
    states: list[int] = []
    state = 0
    for event in events:
        state = state + chart.up if event else max(0, state - 1)
        states.append(state)
    return tuple(states)


def run_length(chart: Cusum, p: float) -> float:
    """Return the mean number of treatments until a signal, from S = 0, when the rate is p.

    The equations E_i = 1 + (1-p) E_max(i-1,0) + p E_{i+up} (0 from the limit on) have one entry
    below the diagonal: each E_{i-1} follows from E_i and E_{i+up} as a + b E_{h-1}, and the
    equation of i = 0 gives E_{h-1}. Exact but for rounding.

    Args:
        chart: up and limit, each 1 or more.
        p: above 0, at most 1.

    >>> run_length(Cusum(up=4, limit=3), 0.01)  # the first event signals: 1/p
    100.0
    """
    h, q = chart.limit, 1 - p
    a, b = [0.0] * h, [0.0] * h
    b[h - 1] = 1.0
    for i in range(h - 1, 0, -1):
        above_a, above_b = _at(a, i + chart.up), _at(b, i + chart.up)
        a[i - 1] = (a[i] - 1 - p * above_a) / q
        b[i - 1] = (b[i] - p * above_b) / q
    last_a, last_b = _at(a, chart.up), _at(b, chart.up)
    top = (1 + p * (last_a - a[0])) / (p * (b[0] - last_b))
    return a[0] + b[0] * top


def _at(values: list[float], i: int) -> float:
    return values[i] if i < len(values) else 0.0


def signal_within(chart: Cusum, p: float, treatments: int) -> float:
    """Return the probability of a signal in so many treatments, from S = 0, when the rate is p.

    The distribution over the states is carried forward one treatment at a time. Where one event
    is enough it is 1 - (1-p)^n.

    >>> round(signal_within(Cusum(up=4, limit=3), 0.01, 10), 6)
    0.095618
    """
    if chart.limit <= chart.up:
        return -math.expm1(treatments * math.log1p(-p))
    import numpy as np  # noqa: PLC0415 - only who asks for a signal pays for it

    states = np.zeros(chart.limit)
    states[0] = 1.0
    for _ in range(treatments):
        after = np.zeros(chart.limit)
        after[:-1] = (1 - p) * states[1:]
        after[0] += (1 - p) * states[0]
        after[chart.up :] += p * states[: chart.limit - chart.up]
        states = after
    return 1.0 - float(states.sum())


def chart_for(p0: float, odds_ratio: float, false_alarm: float, horizon: int) -> Cusum:
    """Return the chart with the lowest limit that keeps false alarms under the given share.

    Args:
        p0: the published rate, above 0 and below 1.
        odds_ratio: above 1.
        false_alarm: the probability of a signal in `horizon` treatments at p0, at most.
        horizon: treatments, 1 or more.
    """
    up = steps_of(p0, odds_ratio) - 1
    low, high = 0, up
    while signal_within(Cusum(up, high), p0, horizon) > false_alarm:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if signal_within(Cusum(up, middle), p0, horizon) > false_alarm:
            low = middle
        else:
            high = middle
    return Cusum(up, high)
