"""The expected course, pooled from the tables: what goes in, and the arithmetic by hand."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace

import pytest
from tests.care.progress_people import LIB, priors

from filiform.care._arm_courses import ExpectedPoint, _held_together, _point
from filiform.care.expected import expected_course
from filiform.errors import CareError
from filiform.evidence import pool
from filiform.review import published

PAIN, DISABILITY = priors()["pain_intensity"], priors()["disability"]


def test_untreated_pain_is_pooled_from_two_arms_as_by_hand() -> None:
    # zhao-2024 d: 49.16 at first, 2.24 lower after 4 weeks; kwak-2012 b: 4.88, then 4.47 after 2.
    # Neither prints an SD: the review's reference SD stands in. n: an equal part of the trial's.
    reference = published().reference_sd("pain_intensity")
    assert reference is not None
    logs, variances = [], []
    for trial, first, later, unit in (
        ("kwak-2012", 4.88, 4.47, 10.0),
        ("zhao-2024", 49.16, 46.92, 1.0),
    ):
        whole = LIB.trials[trial].n_randomised
        assert whole is not None
        people = whole // len(LIB.arms_of(trial))
        sd = reference.value / unit
        logs.append(math.log(later / first))
        spread = 1 / first**2 + 1 / later**2 - 2 * 0.5 / (first * later)
        variances.append(sd**2 * spread / people)
    fit = pool(logs, variances)
    assert PAIN.untreated is not None
    (point,) = PAIN.untreated.points
    assert point.trials == ("kwak-2012", "zhao-2024")
    assert point.left == pytest.approx(math.exp(fit.estimate))
    assert 2 < point.week < 4


def test_the_spread_of_change_is_the_pooled_one_of_the_arms_that_print_it() -> None:
    # dziedzic-2005: 15.7, 14.1 and 15.0 with 115, 114 and 121 people (NPQ percent).
    terms = [(115, 15.7), (114, 14.1), (121, 15.0)]
    by_hand = math.sqrt(sum((n - 1) * sd**2 for n, sd in terms) / sum(n - 1 for n, _ in terms))
    assert DISABILITY.change_sd == pytest.approx(by_hand)
    assert DISABILITY.change_sd_trials == ("dziedzic-2005",)


def test_doubted_trials_grades_and_other_regions_stay_out() -> None:
    doubted = {c.subject for c in LIB.contradictions if c.table == "outcomes"}
    for prior in (PAIN, DISABILITY):
        trials = {*prior.treated.trials, *prior.change_sd_trials}
        assert prior.untreated is not None
        trials |= set(prior.untreated.trials)
        assert not trials & doubted
        assert "nct04285216-2023" not in trials  # NDI grades, whose means are no scores
        assert {LIB.trials[trial].region for trial in trials} == {"neck"}


def test_treated_arms_have_a_needle_and_untreated_ones_nothing() -> None:
    for prior in (PAIN, DISABILITY):
        assert prior.untreated is not None
        assert set(prior.treated.therapies) >= {"acupuncture", "dry_needling"}
        assert prior.untreated.therapies == ("no_treatment", "usual_care")
        assert prior.treated.points[-1].left < prior.untreated.points[-1].left < 1


def test_a_window_with_few_trials_borrows_the_spread_of_the_one_with_most() -> None:
    most = max(PAIN.treated.points, key=lambda point: len(point.trials))
    assert not most.borrowed
    assert all(p.borrowed and p.between == most.between for p in PAIN.treated.points if p != most)


def point_of(alone: float, error: float, week: float) -> ExpectedPoint:
    return _point(
        math.log(alone), error, week=week, alone=alone, between=0.3, borrowed=False, trials=("t",),
        people=10,
    )  # fmt: skip


def test_windows_that_agree_are_one_and_the_first_days_stay_alone() -> None:
    points = (point_of(0.8, 0.1, 0.5), point_of(0.5, 0.2, 4), point_of(0.55, 0.2, 12))
    found = _held_together(points, 1)
    assert found[0].left == pytest.approx(0.8)
    assert found[1].left == pytest.approx(found[2].left)
    assert found[1].left == pytest.approx(math.sqrt(0.5 * 0.55))
    assert [point.alone for point in found] == [0.8, 0.5, 0.55]


def test_windows_that_differ_stay_apart() -> None:
    points = (point_of(0.2, 0.02, 4), point_of(0.9, 0.02, 12))
    found = _held_together(points, 1)
    assert found[0].left == pytest.approx(0.2, rel=0.02)
    assert found[1].left == pytest.approx(0.9, rel=0.02)
    assert _held_together(points[:1], 1) == points[:1]


@pytest.mark.parametrize("therapy", ["acupuncture", "dry_needling", "electroacupuncture"])
def test_a_therapy_with_few_trials_has_the_course_of_all_needling_and_says_so(
    therapy: str,
) -> None:
    own = expected_course("pain_intensity", therapy=therapy, library=LIB, review=published())
    assert own.treated == PAIN.treated
    assert own.therapy == therapy
    assert f"Of {therapy.replace('_', ' ')} alone" in own.sentence
    assert "too few" in own.sentence


def test_the_course_says_that_it_is_from_the_tables_and_how_sure_it_is() -> None:
    for prior in (PAIN, DISABILITY):
        assert "pooled from the tables" in prior.sentence
        assert "Certainty very low" in prior.sentence
        assert prior.horizon == 52
        assert json.loads(json.dumps(prior.to_dict(), allow_nan=False)) == prior.to_dict()
        weeks = [point.week for point in prior.treated.points]
        assert all(a < b for a, b in itertools.pairwise(weeks))


@pytest.mark.parametrize(
    ("outcome", "therapy", "message"),
    [
        ("quality_of_life", None, "unknown outcome with an expected course 'quality_of_life'"),
        ("pain_intensity", "massage", "unknown therapy with needles 'massage'"),
        ("pain_intensity", "acupunture", "did you mean 'acupuncture'?"),
    ],
)
def test_an_unknown_outcome_or_therapy_is_refused(
    outcome: str, therapy: str | None, message: str
) -> None:
    with pytest.raises(CareError) as refusal:
        expected_course(outcome, therapy=therapy, library=LIB, review=published())
    assert message in str(refusal.value)


def test_a_point_is_what_it_was_made_of() -> None:
    made = point_of(0.5, 0.1, 4)
    assert made.low < made.left < made.high
    assert replace(made, left=0.5) == made
