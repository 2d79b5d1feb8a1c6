"""One study, two, none that differ, none that agree, tiny, huge, many; and every refusal."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from filiform import evidence as ev
from filiform.errors import EvidenceError
from filiform.evidence._model import MeanModel


def test_one_study_is_returned_as_itself() -> None:
    fit = ev.pool([0.5], [0.04], labels=["Ling 2010"])
    assert (fit.estimate, fit.standard_error) == (0.5, 0.2)
    assert (fit.ci_low, fit.ci_high) == pytest.approx((0.5 - 0.2 * 1.959964, 0.5 + 0.2 * 1.959964))
    assert (fit.tau2, fit.i2, fit.pi_low, fit.q, fit.q_p) == (None, None, None, 0.0, 1.0)
    assert fit.weights == (100.0,)
    assert fit.method.startswith("one study alone, not pooled")
    assert fit.warnings == ("one study alone says nothing about differences between studies",)
    assert "one study alone" in fit.summary()


def test_two_studies_are_pooled_on_one_degree_of_freedom_and_say_so() -> None:
    fit = ev.pool([0.1, 0.9], [0.04, 0.04])
    assert fit.df == 1
    assert fit.pi_low is not None
    assert ev.pool([0.1, 0.9], [0.04, 0.04], prediction="HTS").pi_low is None
    assert "one degree of freedom" in fit.warnings[0]


def test_effects_that_agree_exactly_have_a_plain_hartung_knapp_error_of_zero_and_say_so() -> None:
    fit = ev.pool([0.5, 0.5, 0.5], [0.25, 0.5, 1.0], interval="HK")
    assert (fit.standard_error, fit.tau2, fit.statistic, fit.p_value) == (0.0, 0.0, None, 0.0)
    assert any('choose interval="HK_adhoc"' in warning for warning in fit.warnings)
    assert ev.pool([0.0, 0.0], [1.0, 1.0], interval="HK").p_value == 1.0


def test_an_empty_interval_of_tau2_is_said_to_be_empty() -> None:
    fit = ev.pool([0.5, 0.5, 0.5], [0.25, 0.5, 1.0])
    assert (fit.tau2_ci_low, fit.tau2_ci_high) == (0.0, 0.0)
    assert any("empty" in warning for warning in fit.warnings)


def test_reml_is_zero_where_the_likelihood_falls_from_zero() -> None:
    fit = ev.pool([0.1, 0.2, 0.15, 0.12], [0.2, 0.3, 0.25, 0.4])
    assert (fit.tau2, fit.i2, fit.h2, fit.converged) == (0.0, 0.0, 1.0, True)


@pytest.mark.parametrize("restricted", [True, False])
def test_the_highest_of_several_peaks_of_the_likelihood_is_taken(restricted: bool) -> None:
    # Few exact and some vague studies: the likelihood falls at 0 and peaks again, or peaks twice.
    rng = np.random.default_rng(11)
    several = 0
    for _ in range(600):
        v = np.exp(rng.normal(0.0, 3.0, 4))
        y = rng.normal(0.0, 1.0, 4) * np.sqrt(v + rng.choice([0.0, 0.1, 1.0]))
        fit = ev.pool(y, v, tau2="REML" if restricted else "ML", tau2_interval="none")
        assert fit.tau2 is not None
        model = MeanModel(y, v)
        grid = np.array([0.0, *np.geomspace(1e-5, 1e4, 300).tolist()])
        rises = model.scores(grid, restricted=restricted) > 0.0
        several += (rises[:-1] & ~rises[1:]).sum() + (not rises[0]) > 1
        highest = max(model.log_likelihood(float(t), restricted=restricted) for t in grid)
        assert highest <= model.log_likelihood(fit.tau2, restricted=restricted) + 1e-9
    assert several >= 5


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_tiny_and_huge_effects_give_the_same_answer_in_their_units(scale: float) -> None:
    y, v = np.array([0.1, 0.5, -0.2, 0.9]), np.array([0.02, 0.05, 0.01, 0.03])
    one, other = ev.pool(y, v), ev.pool(scale * y, scale * scale * v)
    assert one.tau2 is not None
    assert other.tau2 == pytest.approx(scale * scale * one.tau2, rel=1e-12)
    assert other.ci_low == pytest.approx(scale * one.ci_low, rel=1e-12)


@pytest.mark.parametrize("tau2", ["REML", "ML", "PM", "DL", "SJ", "HE", "HS"])
def test_ten_thousand_studies_are_pooled(tau2: str) -> None:
    rng = np.random.default_rng(3)
    v = rng.uniform(0.01, 0.5, 10_000)
    y = 0.3 + rng.normal(0.0, 1.0, v.size) * np.sqrt(v + 0.1)
    fit = ev.pool(y, v, tau2=tau2)
    assert fit.estimate == pytest.approx(0.3, abs=0.03)
    # Sidik and Jonkman's first guess is the whole variance, and large studies do not mend that.
    assert fit.tau2 == pytest.approx(0.1, abs=0.1 if tau2 == "SJ" else 0.03)


def test_one_study_far_more_exact_than_the_others_does_not_break_the_fit() -> None:
    fit = ev.pool([0.1, 0.5, -0.2, 0.9], [1e-12, 0.05, 0.01, 0.03])
    assert fit.converged
    assert math.isfinite(fit.estimate)


def test_prediction_can_be_asked_for_again_by_another_name_and_level() -> None:
    y, v = [0.1, 0.5, -0.2, 0.9], [0.02, 0.05, 0.01, 0.03]
    fit = ev.pool(y, v, interval="z")
    again = fit.predict(prediction="HTS", level=0.9)
    fresh = ev.pool(y, v, interval="z", prediction="HTS", level=0.9)
    assert (again.pi_low, again.pi_high) == pytest.approx((fresh.pi_low, fresh.pi_high))
    assert (again.ci_low, again.ci_high) == pytest.approx((fresh.ci_low, fresh.ci_high))


def test_the_papers_of_what_was_run_are_named() -> None:
    fit = ev.pool([0.1, 0.5], [0.02, 0.05], tau2="DL", interval="HK")
    joined = " ".join(fit.references())
    assert "DerSimonian R, Laird N" in joined
    assert "Hartung J, Knapp G" in joined
    assert "Paule" not in joined


def test_results_become_tables_and_plain_data() -> None:
    fit = ev.pool([0.1, 0.5, 0.3], [0.02, 0.05, 0.01], labels=["A", "B", "C"])
    frame = fit.to_frame()
    assert list(frame["label"]) == ["A", "B", "C"]
    assert frame["weight"].sum() == pytest.approx(100.0)
    plain = fit.to_dict()
    assert plain["k"] == 3
    assert plain["labels"] == ["A", "B", "C"]
    assert "95 % interval" in fit.summary()


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"estimates": [0.1, math.nan]}, "study '2': the estimate is nan, a finite number is needed"),
    ({"variances": [0.1, math.inf]}, "study '2': the variance is inf, a finite number is needed"),
    ({"variances": [0.1, 0.0]}, "study '2': the variance is 0, above 0 is needed"),
    ({"variances": [-1.0, 1.0], "labels": ["Ho", "Li"]}, "study 'Ho': the variance is -1, above 0"),
    ({"variances": [0.1]}, "columns of different length (estimates 2, variances 1)"),
    ({"estimates": ["a", "b"]}, "estimates holds something that is not a number"),
    ({"estimates": [], "variances": []}, "estimates is empty: give at least one study"),
    ({"estimates": [[0.1, 0.2]]}, "estimates has 2 dimensions, one is admissible"),
    ({"labels": ["A"]}, "1 labels for 2 studies: give one label a study"),
    ({"tau2": "REMLL"}, "unknown tau2 estimator 'REMLL': did you mean 'REML'?"),
    ({"tau2": -0.1}, "tau2 -0.1 is not admissible: give 0 or a finite number above"),
    ({"interval": "hk_adhok"}, "unknown interval 'hk_adhok': did you mean 'hartung_knapp_adhoc'?"),
    ({"interval": 7}, "unknown interval '7'"),
    ({"prediction": "HTZ"}, "unknown prediction interval 'HTZ': did you mean 'HTS'?"),
    ({"tau2_interval": "qprofile"}, "unknown tau2 interval 'qprofile': did you mean 'q_profile'?"),
    ({"level": 95}, "level 95 is not strictly between 0 and 1: write 0.95"),
    ({"tau2": "GENQ"}, "GENQ needs weights: give weights, such as 1/sqrt(variance)"),
    ({"tau2": "DL", "tau2_interval": "PL"}, "the profile likelihood interval belongs to ML and"),
    ({"weights": [1.0, 2.0]}, "is not defined for weights of one's own"),
    ({"weights": [1.0, -2.0], "interval": "z"}, "study '2': the weight is -2, above 0 is needed"),
    ({"weights": [1.0, 2.0, 3.0], "interval": "z"}, "3 weights for 2 studies: give one a study"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), REFUSALS, ids=lambda item: str(item)[:40])
def test_what_cannot_be_pooled_is_refused_with_the_reason(
    change: dict[str, Any], message: str
) -> None:
    given = {"estimates": [0.1, 0.5], "variances": [0.02, 0.05]} | change
    with pytest.raises(EvidenceError, match=re.escape(message)):
        ev.pool(**given)


def test_one_study_has_no_fit_statistics() -> None:
    with pytest.raises(EvidenceError, match="one study has no fit statistics"):
        ev.pool([0.1], [0.2]).fit_statistics()


def test_subgroups_need_two_groups_and_something_left_to_share() -> None:
    with pytest.raises(EvidenceError, match="all studies are in subgroup 'a'"):
        ev.subgroups([0.1, 0.2], [0.1, 0.1], ["a", "a"])
    with pytest.raises(EvidenceError, match="2 studies in 2 subgroups leave nothing"):
        ev.subgroups([0.1, 0.2], [0.1, 0.1], ["a", "b"], shared_tau2=True)
    with pytest.raises(EvidenceError, match="cannot share a tau² by GENQ"):
        ev.subgroups([0.1, 0.2, 1.0], [0.1] * 3, ["a", "b", "b"], tau2="GENQ", shared_tau2=True)
    with pytest.raises(EvidenceError, match="effects agree exactly"):
        ev.subgroups([0.5, 0.5, 1.0, 2.0], [0.1] * 4, ["a", "a", "b", "b"], interval="HK")


def test_a_subgroup_of_one_study_that_shares_tau2_carries_it() -> None:
    fit = ev.subgroups(
        [0.1, 0.9, 0.4], [0.01, 0.01, 0.01], ["a", "a", "b"], shared_tau2=True, interval="z"
    )
    assert fit.shared_tau2 is not None
    assert fit.groups[1].standard_error == pytest.approx(math.sqrt(0.01 + fit.shared_tau2))
    assert "between subgroups" in fit.summary()


def test_tables_without_events_are_said_to_say_nothing() -> None:
    fit = ev.mantel_haenszel([1, 0, 4], [20, 20, 30], [3, 0, 6], [20, 20, 30], measure="RR")
    assert fit.warnings == ("1 of 3 studies have no events, or only events, in both groups",)
    assert "Mantel-Haenszel" in fit.summary()
    assert fit.to_dict()["k"] == 3


def test_a_ratio_with_no_events_in_one_group_is_refused() -> None:
    with pytest.raises(EvidenceError, match="one group has no events in any study"):
        ev.mantel_haenszel([0, 0], [20, 20], [3, 1], [20, 20], measure="RR")
    with pytest.raises(EvidenceError, match="nothing to pool"):
        ev.peto([0, 0], [20, 20], [0, 0], [20, 20])
    with pytest.raises(EvidenceError, match="nothing to pool"):
        ev.mantel_haenszel([0, 0], [20, 20], [0, 0], [20, 20], measure="RD")


def test_henmi_copas_needs_two_studies() -> None:
    with pytest.raises(EvidenceError, match="one study has no Henmi-Copas interval"):
        ev.henmi_copas([0.1], [0.2])


def test_the_henmi_copas_p_value_is_the_level_whose_interval_touches_no_effect() -> None:
    y, v = [0.1, 0.9, 0.4, 0.6], [0.02, 0.05, 0.01, 0.03]
    p_value = ev.henmi_copas(y, v).p_value
    assert ev.henmi_copas(y, v, level=1.0 - p_value).ci_low == pytest.approx(0.0, abs=1e-9)


def test_q_of_two_studies_has_no_interval_for_i2() -> None:
    found = ev.heterogeneity_from_q(4.0, 2)
    assert (found.i2, found.i2_ci_low) == (75.0, None)
    below = ev.heterogeneity_from_q(1.0, 5)
    assert below.i2 == 0.0
    with pytest.raises(EvidenceError, match="a Q of 0 or above and 2 studies"):
        ev.heterogeneity_from_q(-1.0, 5)


@pytest.mark.parametrize("spread", [1e-3, 1e-9, 1e-14])
def test_one_study_of_all_the_weight_costs_no_digits_of_the_error_of_tau2(spread: float) -> None:
    y, v = [0.1, 0.5, 0.9, 0.2], [spread, 0.05, 0.02, 0.03]
    found = ev.pool(y, v, tau2="DL", interval="z", tau2_interval="none")
    w, effects = [1 / Fraction(x) for x in v], [Fraction(x) for x in y]
    whole = sum(w)
    mean = sum(a * b for a, b in zip(w, effects, strict=True)) / whole
    q = sum(a * (b - mean) ** 2 for a, b in zip(w, effects, strict=True))
    p = [[(a if i == j else 0) - a * b / whole for j, b in enumerate(w)] for i, a in enumerate(w)]
    trace = sum(p[i][i] for i in range(4))
    tau2 = (q - 3) / trace
    squares = sum(value**2 for row in p for value in row)
    variance = (6 + 4 * tau2 * trace + 2 * tau2**2 * squares) / trace**2
    assert found.tau2_standard_error == pytest.approx(math.sqrt(variance), rel=1e-12)


@pytest.mark.parametrize(
    ("y", "v", "message"),
    [
        ([1e200, 2e200], [1e300, 2e300], "study '1': the variance is 1e\\+300"),
        ([1.0, 1e200], [1.0, 1.0], "study '2': the estimate is 1e\\+200"),
        ([1.0, 2.0], [1.0, 1e-310], "study '2': the variance is 1e-310"),
    ],
)
def test_numbers_beyond_what_a_double_can_square_are_refused(
    y: list[float], v: list[float], message: str
) -> None:
    for method in ("REML", "ML", "DL", "PM", "SJ", "common"):
        with pytest.raises(EvidenceError, match=message):
            ev.pool(y, v, tau2=method)


@pytest.mark.parametrize("scale", [1e-22, 1e44])
def test_all_scales_that_are_not_refused_give_the_same_answer(scale: float) -> None:
    y, v = np.array([0.1, 0.5, 0.9, 0.2]), np.array([0.01, 0.05, 0.02, 0.03])
    own, far = ev.pool(y, v), ev.pool(y * scale, v * scale**2)
    assert far.estimate == pytest.approx(own.estimate * scale, rel=1e-11)
    assert far.tau2 == pytest.approx((own.tau2 or 0.0) * scale**2, rel=1e-11)
    assert far.pi_high == pytest.approx((own.pi_high or 0.0) * scale, rel=1e-11)
