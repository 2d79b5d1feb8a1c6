"""The Gaussian model of a person's course: identities that hold whatever the numbers are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.progress_people import model

from filiform.care._progress_rules import progress_rules
from filiform.care._trajectory import Trajectory

PAIN = model("NPRS").trajectory
weeks = st.lists(
    st.sampled_from([1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 20.0]), min_size=1, max_size=5, unique=True
).map(sorted)
first = st.floats(20, 100)


def scores_of(when: list[float], seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 100, (1, len(when)))


@given(weeks, first, st.integers(0, 1000), st.floats(0.5, 30))
def test_the_update_is_the_conditional_normal_by_brute_force(
    when: list[float], start: float, seed: int, target: float
) -> None:
    # The textbook form on the joint normal of (scores, level), with an explicit inverse.
    later, times = scores_of(when, seed), np.array([*when, target])
    begin = np.array([start])
    joint = PAIN.covariance(begin, times)[0]
    mean = PAIN.expected(begin, times)[0]
    noisy = joint[:-1, :-1] + PAIN.sem**2 * np.eye(len(when))
    inverse = np.linalg.inv(noisy)
    expected = mean[-1] + joint[-1, :-1] @ inverse @ (later[0] - start - mean[:-1])
    variance = joint[-1, -1] - joint[-1, :-1] @ inverse @ joint[:-1, -1]
    found = PAIN.update(begin, np.array(when), later, np.array([target]))
    assert found.mean[0, 0] == pytest.approx(start + expected)
    assert found.sd[0, 0] ** 2 == pytest.approx(variance)


@given(weeks, first, st.integers(0, 1000))
def test_each_step_ahead_is_the_update_by_all_scores_before_it(
    when: list[float], start: float, seed: int
) -> None:
    later, begin = scores_of(when, seed), np.array([start])
    ahead = PAIN.one_step(begin, np.array(when), later)
    for j, week in enumerate(when):
        levels = PAIN.update(begin, np.array(when[:j]), later[:, :j], np.array([week]))
        assert ahead.mean[0, j] == pytest.approx(levels.mean[0, 0])
        assert ahead.sd[0, j] == pytest.approx(levels.score_sd[0, 0])


@given(weeks, first, st.integers(0, 1000))
def test_later_scores_never_change_what_was_foretold_before_them(
    when: list[float], start: float, seed: int
) -> None:
    later, begin = scores_of(when, seed), np.array([start])
    whole = PAIN.one_step(begin, np.array(when), later)
    for j in range(1, len(when)):
        part = PAIN.one_step(begin, np.array(when[:j]), later[:, :j])
        assert whole.mean[:, :j] == pytest.approx(part.mean)
        assert whole.sd[:, :j] == pytest.approx(part.sd)


@given(weeks, first, st.integers(0, 1000), st.floats(0.5, 30))
def test_a_score_more_never_makes_the_level_less_sure(
    when: list[float], start: float, seed: int, target: float
) -> None:
    later, begin, at = scores_of(when, seed), np.array([start]), np.array([target])
    sds = [
        PAIN.update(begin, np.array(when[:j]), later[:, :j], at).sd[0, 0]
        for j in range(len(when) + 1)
    ]
    assert all(sds[j + 1] <= sds[j] + 1e-9 for j in range(len(when)))


def test_people_together_are_as_people_one_by_one() -> None:
    when, at = np.array([2.0, 4.0]), np.array([12.0])
    begin, later = np.array([60.0, 30.0, 90.0]), np.array([[50, 40], [30, 35], [90, 20.0]])
    together = PAIN.update(begin, when, later, at)
    for n in range(3):
        alone = PAIN.update(begin[n : n + 1], when, later[n : n + 1], at)
        assert together.mean[n] == pytest.approx(alone.mean[0])
        assert together.sd[n] == pytest.approx(alone.sd[0])


def test_nothing_is_expected_to_have_changed_at_the_first_score() -> None:
    levels = PAIN.update(np.array([50.0]), np.zeros(0), np.zeros((1, 0)), np.array([0.0]))
    assert levels.mean[0, 0] == 50
    assert levels.sd[0, 0] == pytest.approx(PAIN.sem)


def test_a_hand_made_update_of_one_score() -> None:
    # Half is left from week 4 on; no spread between trials; sigma 10, SEM 5, full at week 4.
    made = Trajectory(
        weeks=np.array([0.0, 4.0]),
        left=np.array([1.0, 0.5]),
        log_sd=np.zeros(2),
        person_sd=10.0,
        sem=5.0,
        rules=progress_rules().person,
    )
    # First score 60, week 4: 60. Expected change -30, variance 100 + 25, of a score 150.
    # Posterior change: -30 + 125/150 * 30 = -5; variance 125 - 125**2/150 = 20.8333.
    found = made.update(np.array([60.0]), np.array([4.0]), np.array([[60.0]]), np.array([4.0]))
    assert found.mean[0, 0] == pytest.approx(55.0)
    assert found.sd[0, 0] ** 2 == pytest.approx(125 - 125**2 / 150)


def test_the_observed_spread_of_change_is_people_and_twice_the_error() -> None:
    for each, share in ((model("NPRS"), True), (model("NDI"), False)):
        observed = each.prior.change_sd**2
        twice = 2 * each.trajectory.sem**2
        least = progress_rules().person.least_share * observed
        assert each.trajectory.person_sd**2 == pytest.approx(max(observed - twice, least))
        assert (observed - twice < least) is share
