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
from functools import cache
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

    The chain goes down one step at a time. For each state i, from the top: v_i is the probability
    of a signal before i-1 is reached and t_i the mean time until either. With W and S the same
    from i+up down to i (W = 1, S = 0 beyond the limit),

        v_i = p W / (q + p W),  t_i = (1 + p S) / (q + p W),  E_0 = (1 + p S) / (p W).

    Only sums and products of positive numbers: nothing cancels, however long the run.

    Args:
        chart: up and limit, each 1 or more.
        p: above 0, at most 1.

    >>> round(run_length(Cusum(up=4, limit=3), 0.01), 9)  # the first event signals: 1/p
    100.0
    """
    window = _Descent()
    for i in range(chart.limit - 1, 0, -1):
        signal, time = window.total if i + chart.up < chart.limit else _SIGNAL
        share = (1 - p) + p * signal
        window.add((p * signal / share, (1 + p * time) / share), most=chart.up)
    signal, time = window.total if chart.up < chart.limit else _SIGNAL
    return (1 + p * time) / (p * signal)


Step = tuple[float, float]
"""Going down some states: the probability of a signal on the way, the mean time until either."""

_SIGNAL: Step = (1.0, 0.0)
_NOTHING: Step = (0.0, 0.0)


def _then(upper: Step, lower: Step) -> Step:
    """Return going down the upper states and, without a signal there, the lower ones."""
    through = 1 - upper[0]
    return upper[0] + through * lower[0], upper[1] + through * lower[1]


class _Descent:
    """The states of a sliding window, the uppermost leaving first; sums without subtraction.

    Two stacks: what leaves is kept with everything below it, what came since is kept in one sum.
    """

    def __init__(self) -> None:
        self._leaving: list[Step] = []
        self._came: list[Step] = []
        self._sum_of_came = _NOTHING

    @property
    def total(self) -> Step:
        """Going down the whole window."""
        return _then(self._leaving[-1] if self._leaving else _NOTHING, self._sum_of_came)

    def add(self, step: Step, *, most: int) -> None:
        """Add the next state below, and let the uppermost go when there are more than `most`."""
        self._came.append(step)
        self._sum_of_came = _then(self._sum_of_came, step)
        if len(self._leaving) + len(self._came) > most:
            if not self._leaving:
                self._turn()
            self._leaving.pop()

    def _turn(self) -> None:
        below = _NOTHING
        for step in reversed(self._came):
            below = _then(step, below)
            self._leaving.append(below)
        self._came, self._sum_of_came = [], _NOTHING


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

    states, signalled = np.zeros(chart.limit), 0.0
    states[0] = 1.0
    for _ in range(treatments):
        signalled += p * float(states[chart.limit - chart.up :].sum())
        after = np.zeros(chart.limit)
        after[:-1] = (1 - p) * states[1:]
        after[0] += (1 - p) * states[0]
        after[chart.up :] += p * states[: chart.limit - chart.up]
        states = after
    return signalled


@cache
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
