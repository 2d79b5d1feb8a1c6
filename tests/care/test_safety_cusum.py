"""The sequential signal: exact chain, simulation, identities, and what it says."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiform.care._cusum import Cusum, chart_for, path_of, run_length, signal_within, steps_of
from filiform.care._safety_rules import DriftRule, safety_rules
from filiform.care.safety import drift
from filiform.errors import CareError

TIGHT = 1e-11
"""Some hundred sums and products of positive numbers, each rounded once."""

LOOSE = 1e-9
"""The dense system loses digits where the run is long; the recursion does not."""

RATES = (0.16, 0.05, 0.01)


def exact_run_length(chart: Cusum, p: Fraction) -> Fraction:
    """Solve E_i = 1 + (1-p) E_max(i-1,0) + p E_{i+up} in exact fractions (Brook and Evans 1972)."""
    h = chart.limit
    rows = [[Fraction(int(i == j)) for j in range(h)] + [Fraction(1)] for i in range(h)]
    for i in range(h):
        rows[i][max(i - 1, 0)] -= 1 - p
        if i + chart.up < h:
            rows[i][i + chart.up] -= p
    for i in range(h):
        pivot = next(row for row in rows[i:] if row[i])
        rows.remove(pivot)
        rows.insert(i, [cell / pivot[i] for cell in pivot])
        for j in range(h):
            if j != i and rows[j][i]:
                times = rows[j][i]
                rows[j] = [a - times * b for a, b in zip(rows[j], rows[i], strict=True)]
    return rows[0][-1]


def dense_run_length(chart: Cusum, p: float) -> float:
    """Solve the same equations as one dense system of floating numbers."""
    h = chart.limit
    system = np.eye(h)
    for i in range(h):
        system[i, max(i - 1, 0)] -= 1 - p
        if i + chart.up < h:
            system[i, i + chart.up] -= p
    return float(np.linalg.solve(system, np.ones(h))[0])


@pytest.mark.parametrize("p0", RATES)
def test_the_run_length_is_that_of_the_dense_system(p0: float) -> None:
    chart = chart_for(p0, 2.0, 0.05, 1000)
    for p in (p0, 1.5 * p0, 2 * p0):
        assert run_length(chart, p) == pytest.approx(dense_run_length(chart, p), rel=LOOSE)


# validation/run_length.R: arlCusum of the R package surveillance 1.20.3, which iterates.
SURVEILLANCE = (
    (4, 55, 0.16, 35392941.2848),
    (4, 12, 0.2, 124.643477945),
    (5, 20, 0.1, 4279.94021939),
    (2, 10, 0.3, 20899.5012617),
    (10, 30, 0.05, 1283.70656581),
    (8, 24, 0.04, 7029.4747213),
    (20, 60, 0.03, 1144.27471817),
)
ITERATED = 2e-9
"""Where its iteration stops: the largest difference is 1.3e-9, at a run of 35 million."""


@pytest.mark.parametrize(("steps", "limit", "p", "mean"), SURVEILLANCE)
def test_the_run_length_is_that_of_the_package_surveillance(
    steps: int, limit: int, p: float, mean: float
) -> None:
    assert run_length(Cusum(steps - 1, limit), p) == pytest.approx(mean, rel=ITERATED)


@given(up=st.integers(1, 8), limit=st.integers(1, 14), p=st.fractions("1/50", "9/10"))
@settings(max_examples=60, deadline=None)
def test_any_small_chart_agrees_with_exact_fractions(up: int, limit: int, p: Fraction) -> None:
    chart = Cusum(up, limit)
    exact = float(exact_run_length(chart, p))
    assert run_length(chart, float(p)) == pytest.approx(exact, rel=TIGHT)


@given(up=st.integers(1, 30), p=st.floats(1e-6, 0.9))
def test_a_chart_that_one_event_reaches_waits_for_one_event(up: int, p: float) -> None:
    assert run_length(Cusum(up, up), p) == pytest.approx(1 / p, rel=TIGHT)
    assert signal_within(Cusum(up, up), p, 7) == pytest.approx(1 - (1 - p) ** 7, abs=1e-12)


def test_gamma_is_that_of_reynolds_and_stoumbos() -> None:
    # γ = r1/r2 by its definition, from p0 and p1; m is the whole number nearest to 1/γ.
    for p0 in (0.3, 0.05, 0.001):
        odds = 2 * p0 / (1 - p0)
        p1 = odds / (1 + odds)
        r1 = -math.log((1 - p1) / (1 - p0))
        r2 = math.log(p1 * (1 - p0) / (p0 * (1 - p1)))
        assert steps_of(p0, 2.0) == max(2, round(r2 / r1))


@pytest.mark.parametrize("p0", [*RATES, 0.0013, 1e-4, 4e-6])
def test_the_limit_is_the_lowest_that_keeps_false_alarms_under_the_share(p0: float) -> None:
    chart = chart_for(p0, 2.0, 0.05, 1000)
    assert signal_within(chart, p0, 1000) <= 0.05
    if chart.limit > 1:
        assert signal_within(Cusum(chart.up, chart.limit - 1), p0, 1000) > 0.05


def simulated(chart: Cusum, p: float, treatments: int, practices: int) -> float:
    """Return the share of practices with a signal."""
    random = np.random.default_rng(20261121)
    state = np.zeros(practices, dtype=int)
    signalled = np.zeros(practices, dtype=bool)
    for _ in range(treatments):
        event = random.random(practices) < p
        state = np.where(event, state + chart.up, np.maximum(0, state - 1))
        signalled |= state >= chart.limit
    return float(signalled.mean())


@pytest.mark.parametrize(("p0", "p"), [(0.05, 0.05), (0.05, 0.095), (0.01, 0.01), (0.16, 0.25)])
def test_the_exact_probability_of_a_signal_is_that_of_ten_thousand_practices(
    p0: float, p: float
) -> None:
    chart = chart_for(p0, 2.0, 0.05, 1000)
    exact = signal_within(chart, p, 300)
    practices = 10_000
    error = math.sqrt(max(exact * (1 - exact), 1e-4) / practices)
    assert simulated(chart, p, 300, practices) == pytest.approx(exact, abs=4 * error)


def test_the_mean_run_length_is_that_of_simulated_runs() -> None:
    chart = chart_for(0.05, 2.0, 0.05, 1000)
    odds = 2 * 0.05 / 0.95
    p1 = odds / (1 + odds)
    random = np.random.default_rng(20261121)
    lengths = []
    for _ in range(1500):
        state, n = 0, 0
        while state < chart.limit:
            n += 1
            state = state + chart.up if random.random() < p1 else max(0, state - 1)
        lengths.append(n)
    error = float(np.std(lengths)) / math.sqrt(len(lengths))
    assert float(np.mean(lengths)) == pytest.approx(run_length(chart, p1), abs=4 * error)


@given(st.lists(st.booleans(), max_size=60))
def test_a_path_never_falls_below_zero_and_an_event_never_lowers_it(events: list[bool]) -> None:
    chart = Cusum(up=5, limit=20)
    path = path_of(chart, events)
    assert len(path) == len(events)
    assert all(state >= 0 for state in path)
    before = 0
    for event, state in zip(events, path, strict=True):
        assert state == (before + 5 if event else max(0, before - 1))
        before = state


@given(st.lists(st.booleans(), min_size=1, max_size=200), st.integers(0, 199))
def test_one_more_event_never_takes_a_signal_away(events: list[bool], place: int) -> None:
    more = [*events]
    more[place % len(events)] = True
    before, after = drift(events, 0.05), drift(more, 0.05)
    if before.signalled_at is not None:
        assert after.signalled_at is not None
        assert after.signalled_at <= before.signalled_at


def test_at_so_rare_a_rate_one_event_is_a_signal_and_says_so() -> None:
    # White 2004: 4 in about 1.1 million treatments.
    signal = drift([False] * 200 + [True] + [False] * 10, 4 / 1_100_000)
    assert signal.signalled_at == 201
    assert "A single event is a signal at so rare a rate." in signal.sentence
    assert signal.false_alarm == pytest.approx(1 - (1 - 4 / 1_100_000) ** 1000)


def test_a_practice_at_the_published_rate_is_told_that_there_is_no_signal() -> None:
    sequence = [n % 20 == 0 for n in range(1, 401)]
    signal = drift(sequence, 0.05)
    assert (signal.signalled_at, signal.events, signal.treatments) == (None, 20, 400)
    assert signal.sentence == (
        "No signal in 400 treatments. Without any change, 4.7 of 100 practices would see a signal "
        "within 1,000 treatments by chance."
    )


def test_a_practice_at_four_times_the_rate_gets_a_signal() -> None:
    signal = drift([n % 5 == 0 for n in range(1, 401)], 0.05)
    assert signal.signalled_at is not None
    assert signal.sentence.startswith(f"A signal at treatment {signal.signalled_at} of 400")
    assert signal.mean_to_signal < signal.mean_to_false_alarm


def test_nothing_done_is_no_signal() -> None:
    signal = drift([], 0.05)
    assert (signal.signalled_at, signal.now, signal.path) == (None, 0, ())


def test_a_rule_of_ones_own_moves_the_limit() -> None:
    own = safety_rules().drift
    strict = DriftRule(own.odds_ratio, 0.001, own.horizon, own.why, own.source)
    assert drift([], 0.05, rule=strict).limit > drift([], 0.05).limit


@pytest.mark.parametrize("rate", [0.0, 1.0, -0.1, float("nan")])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(CareError, match=r"admissible is one above 0 and below 1: where no event"):
        drift([True], rate)
