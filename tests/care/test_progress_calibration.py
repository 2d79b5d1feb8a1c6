"""The group's calibration: right for data of the model, and it says so where data are not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtr
from tests.care.progress_people import model, series

from filiform.care._progress_rules import progress_rules
from filiform.care._series import Series
from filiform.care.calibration import Watched, calibrate

RULES = progress_rules().calibration
WEEKS = (0.0, 2.0, 4.0, 8.0, 12.0)


def group(
    instrument: str, people: int, seed: int, *, up: float = 0.0, rounded: bool = False
) -> list[Watched]:
    """Return people drawn from the model, their later scores raised by some points of 100."""
    known, rng = model(instrument), np.random.default_rng(seed)
    rules, sem = known.instrument, known.trajectory.sem
    later = np.array(WEEKS[1:])
    first = np.asarray(10.0 * rng.integers(5, 9, people), dtype=np.float64)
    noisy = known.trajectory.covariance(first, later) + sem**2 * np.eye(later.size)
    drawn = np.linalg.cholesky(noisy) @ rng.standard_normal((people, later.size, 1))
    points = first[:, None] + known.trajectory.expected(first, later) + drawn[:, :, 0] + up
    scores = rules.low + np.column_stack([first, points]) / known.factor
    if rounded:
        scores = np.clip(np.round(scores), rules.low, rules.high)
    return [
        Watched(f"p{n}", Series(rules, WEEKS, tuple(row)), known, 12.0)
        for n, row in enumerate(scores.tolist())
    ]


@pytest.mark.parametrize("instrument", ["NPRS", "NDI"])
def test_data_of_the_model_have_the_coverage_that_is_said(instrument: str) -> None:
    (found,) = calibrate(group(instrument, 1500, seed=1), RULES)
    assert found.scores == 6000
    assert found.holds is True
    assert found.verdict == "The scores came as foretold."
    for each in found.coverage:
        # Four standard errors of a share of 6000 scores.
        assert each.share == pytest.approx(
            each.level, abs=4 * math.sqrt(each.level * (1 - each.level) / 6000)
        )
    for part in found.pit:
        assert part.share == pytest.approx(0.1, abs=4 * math.sqrt(0.09 / 6000))
    assert sum(part.share for part in found.pit) == pytest.approx(1.0)
    probability = found.probability
    assert probability.people == 1500
    assert probability.mean_probability == pytest.approx(probability.observed_share, abs=0.05)
    for fifth in probability.bins:
        error = 4 * math.sqrt(0.25 / fifth.people)
        assert fifth.mean_probability == pytest.approx(fifth.observed_share, abs=error)
    assert probability.brier is not None
    assert probability.brier_of_share is not None
    assert probability.brier < probability.brier_of_share


def test_scores_that_are_rounded_and_cut_at_the_floor_hold_too() -> None:
    (found,) = calibrate(group("NPRS", 1000, seed=2, rounded=True), RULES)
    assert found.holds is True


@pytest.mark.parametrize(("up", "word"), [(15.0, "higher (worse)"), (-15.0, "lower (better)")])
def test_a_group_that_goes_another_way_is_told_so(up: float, word: str) -> None:
    (found,) = calibrate(group("NPRS", 300, seed=3, up=up), RULES)
    assert found.holds is False
    assert word in found.verdict
    assert found.mean_error is not None
    assert math.copysign(1, found.mean_error) == math.copysign(1, up)


def test_a_group_of_equals_shows_bands_that_are_too_wide() -> None:
    known = model("NPRS")
    left = known.trajectory.expected(np.array([60.0]), np.array(WEEKS[1:]))[0]
    scores = {0.0: 6.0, **dict(zip(WEEKS[1:], (6 + left / 10).tolist(), strict=True))}
    same = [Watched(f"p{n}", series("NPRS", scores), known, 12.0) for n in range(20)]
    (found,) = calibrate(same, RULES)
    assert found.holds is False
    assert "the bands are too wide (100 % of scores lie in that of 50 %)" in found.verdict


def test_few_scores_are_too_few_to_say() -> None:
    (found,) = calibrate(group("NPRS", 7, seed=4), RULES)
    assert (found.scores, found.enough, found.holds) == (28, False, None)
    assert "28 scores could be foretold from earlier ones, at least 30 are needed" in found.verdict
    assert found.probability.enough is False


def test_nobody_with_a_later_score_is_said_and_nothing_is_made_up() -> None:
    (found,) = calibrate([Watched("p", series("NPRS", {0: 5}), model("NPRS"), 12)], RULES)
    assert (found.scores, found.people, found.coverage, found.pit) == (0, 0, (), ())
    assert (found.mean_error, found.probability.brier) == (None, None)
    assert found.verdict.startswith("0 scores could be foretold")


def test_one_score_of_one_person_by_hand() -> None:
    known = model("NPRS")
    (found,) = calibrate([Watched("p", series("NPRS", {0: 6, 4: 4}), known, 12)], RULES)
    at = np.array([4.0])
    levels = known.trajectory.update(np.array([60.0]), np.zeros(0), np.zeros((1, 0)), at)
    mean, sd = float(levels.mean[0, 0]), float(levels.score_sd[0, 0])
    assert found.mean_error == pytest.approx(40 - mean)
    assert found.mean_absolute_error_carried == pytest.approx(20)
    # A score of 4 stands for all from 3.5 to 4.5: shares are those of this interval.
    low, high = float(ndtr((35 - mean) / sd)), float(ndtr((45 - mean) / sd))
    for part in found.pit:
        overlap = max(0.0, min(high, part.high) - max(low, part.low))
        assert part.share == pytest.approx(overlap / (high - low))


def test_the_brier_score_of_three_people_by_hand() -> None:
    known = model("NPRS")
    ends = (2.0, 6.0, 4.0)  # of 6, the aim is 4 (30 % of 6 is 1.8, on the grid of whole numbers)
    people = [
        Watched(f"p{n}", series("NPRS", {0: 6, 4: 5, 12: end}), known, 12)
        for n, end in enumerate(ends)
    ]
    (found,) = calibrate(people, RULES)
    before = known.trajectory.update(
        np.array([60.0]), np.array([4.0]), np.array([[50.0]]), np.array([12.0])
    )
    p = float(ndtr((45 - before.mean[0, 0]) / before.score_sd[0, 0]))
    assert found.probability.people == 3
    assert found.probability.observed_share == pytest.approx(2 / 3)
    assert found.probability.mean_probability == pytest.approx(p)
    assert found.probability.brier == pytest.approx((2 * (p - 1) ** 2 + p**2) / 3)
    assert found.probability.brier_of_share == pytest.approx(2 / 9)


def test_an_end_score_needs_a_later_score_before_it_and_the_planned_end() -> None:
    known = model("NPRS")
    alone = Watched("a", series("NPRS", {0: 6, 12: 2}), known, 12)
    early = Watched("b", series("NPRS", {0: 6, 4: 4, 8: 2}), known, 12)
    low = Watched("c", series("NPRS", {0: 1, 4: 1, 12: 0}), known, 12)
    (found,) = calibrate([alone, early, low], RULES)
    assert found.probability.people == 0
    assert found.scores == 5


def test_pain_and_disability_are_told_together_and_apart() -> None:
    both = [*group("NPRS", 40, seed=5), *group("NDI", 40, seed=6)]
    found = calibrate(both, RULES)
    assert [each.outcome for each in found] == ["all", "pain_intensity", "disability"]
    assert [each.scores for each in found] == [320, 160, 160]
    assert [each.people for each in found] == [40, 40, 40]
