"""Syntheses of the published tables, each checked by hand; the arithmetic stands in the comments.

z = 1.959964 and t(0.975; 1) = 12.7062 throughout.
"""

from __future__ import annotations

import math

import pytest

from filiform.review import Question, StudyEffect, published


def effect_of(trial_id: str, question: Question) -> StudyEffect:
    effects = {effect.trial_id: effect for effect in published().synthesis(question).effects}
    return effects[trial_id]


SHAM_PAIN = Question("acupuncture", "sham", "pain_intensity", "short")


def test_white_2004_stands_as_its_abstract_prints_it() -> None:
    # PMID 15611488: 6.3 mm (1.4 to 11.3) in favour of acupuncture, so -6.3 (-11.3 to -1.4).
    # se = (-1.4 + 11.3) / (2 * 1.959964) = 9.9 / 3.919928 = 2.52556
    effect = effect_of("white-2004", SHAM_PAIN)
    assert (effect.estimate, effect.ci_low, effect.ci_high) == pytest.approx((-6.3, -11.3, -1.4))
    assert effect.standard_error == pytest.approx(2.52556, abs=1e-5)
    assert effect.origin == "contrast"
    assert effect.n == 135  # the trial's two arms are the whole trial
    assert effect.flags == ()


def test_irnich_2001_is_the_difference_of_its_two_arms_changes() -> None:
    # PMC33515 T3: -24.22 (SD 27.38, n 51) and -17.28 (SD 27.51, n 57).
    # -24.22 + 17.28 = -6.94;  se² = 749.664/51 + 756.800/57 = 14.69930 + 13.27719 = 27.97649
    effect = effect_of("irnich-2001", SHAM_PAIN)
    assert effect.estimate == pytest.approx(-6.94)
    assert effect.variance == pytest.approx(27.97649, abs=1e-4)
    assert effect.n == 51 + 57
    assert effect.statistic == "change"
    assert "computed" in effect.flags


def test_albornoz_2019_on_a_ten_point_line_counts_ten_times() -> None:
    # VAS 0-10: 2.73 (1.24) and 4.99 (1.56), n 42 each; times 10 and 10²:
    # -2.26 * 10 = -22.6;  se² = 100 * (1.5376 + 2.4336) / 42 = 9.455238
    asked = Question("other", "same_care_without_it", "pain_intensity", "short")
    effect = effect_of("albornoz-cabello-2019", asked)
    assert effect.estimate == pytest.approx(-22.6)
    assert effect.variance == pytest.approx(9.455238, abs=1e-5)
    assert effect.background == ("exercise",)


def test_the_neck_disability_index_of_fifty_counts_twice() -> None:
    # cho-2014, NBK556231 ch4.tab21: NDI 0-50, -0.4 (-4.6 to 3.8), so -0.8 (-9.2 to 7.6).
    effect = effect_of("cho-2014", Question("acupuncture", "medication", "disability", "short"))
    assert (effect.estimate, effect.ci_low, effect.ci_high) == pytest.approx((-0.8, -9.2, 7.6))


def test_the_northwick_park_questionnaire_is_read_as_percent_and_before_the_npad() -> None:
    # chow-2006: NPQ 0-36, -3.0 (-5.0 to -0.9): * 100/36 = -8.3333 (-13.8889 to -2.5); NPAD -12.1.
    effect = effect_of("chow-2006", Question("laser", "sham", "disability", "mid"))
    assert effect.instrument == "NPQ"
    assert (effect.estimate, effect.ci_low, effect.ci_high) == pytest.approx(
        (-100 / 12, -1000 / 72, -2.5)
    )


def test_the_reference_sd_of_disability_is_the_root_mean_square_of_four_arms() -> None:
    # In percent, final, reported, after baseline: albornoz 2 * 4.77 = 9.54 and 2 * 9.04 = 18.08;
    # sterling a 16.8, 17.1, 16.5 -> mean square (282.24 + 292.41 + 272.25)/3 = 282.30;
    # sterling b 16.8, 16.0, 18.4 -> (282.24 + 256.00 + 338.56)/3 = 292.26667.
    # sqrt((91.0116 + 326.8864 + 282.30 + 292.26667)/4) = sqrt(248.116167) = 15.751704
    reference = published().reference_sd("disability")
    assert reference is not None
    assert reference.value == pytest.approx(15.751704, abs=1e-6)
    assert [(trial, arm) for trial, arm, _ in reference.arms] == [
        ("albornoz-cabello-2019", "a"),
        ("albornoz-cabello-2019", "b"),
        ("sterling-2015", "a"),
        ("sterling-2015", "b"),
    ]


def test_tough_2010_is_turned_from_standard_deviations_into_points() -> None:
    # PMC6734124 table-wrap30: SMD -0.41 (-1.09 to 0.27) * 15.751704 = -6.458199
    asked = Question("dry_needling", "sham", "disability", "short")
    effect = effect_of("tough-2010", asked)
    assert effect.estimate == pytest.approx(-6.458199, abs=1e-5)
    assert effect.origin == "smd_reexpressed"
    assert effect.background == ("physical_therapy",)
    assert published().synthesis(asked).reference_sd == published().reference_sd("disability")


def test_two_trials_of_massage_are_pooled_with_the_safeguarded_interval() -> None:
    # munk-2024 -13 (-19 to -8): se 11/3.919928 = 2.806174, w 0.1269900
    # pach-2018 -17.9 (-27.1 to -8.8): se 18.3/3.919928 = 4.668453, w 0.0458833
    # mean (-13 * 0.12699 - 17.9 * 0.0458833) / 0.1728733 = -14.30055
    # Q = 4.9² * 0.12699 * 0.0458833 / 0.1728733 = 0.80926 < 1, so tau² = 0 and the factor is 1
    # se = 1/sqrt(0.1728733) = 2.405116; half = 12.7062 * 2.405116 = 30.5599
    asked = Question("massage", "no_treatment", "pain_intensity", "mid")
    synthesis = published().synthesis(asked)
    assert synthesis.trial_ids == ("munk-2024", "pach-2018")
    assert synthesis.estimate == pytest.approx(-14.30055, abs=1e-4)
    assert synthesis.ci == pytest.approx((-44.8604, 16.2593), abs=1e-3)
    assert synthesis.pooled is not None
    assert synthesis.pooled.q == pytest.approx(0.80926, abs=1e-4)
    assert synthesis.participants == 203 + 92
    assert synthesis.result.weights == pytest.approx((73.4584, 26.5416), abs=1e-3)


def test_a_trial_alone_is_that_trial_and_has_no_prediction_interval() -> None:
    # ho-2017, PMC5513533: NPQ at week 2 -5.75 (-9.48 to -2.03), at week 6 -8.65: both are two
    # weeks away from 4, so the earlier one counts.
    synthesis = published().synthesis(Question("acupuncture", "sham", "disability", "short"))
    assert synthesis.trial_ids == ("ho-2017",)
    assert synthesis.estimate == pytest.approx(-5.75)
    assert synthesis.ci == pytest.approx((-9.48, -2.03))
    assert (synthesis.pi, synthesis.pooled, synthesis.trials) == (None, None, 1)


def test_recovery_in_hoving_2002_is_a_ratio_of_counts() -> None:
    # 41 of 60 with manual therapy, 23 of 64 with usual care at week 7:
    # RR = 0.683333/0.359375 = 1.901449;  se² of its log = 1/41 - 1/60 + 1/23 - 1/64 = 0.0355768
    asked = Question("manual_therapy", "usual_care", "global_improvement", "short", measure="RR")
    effect = effect_of("hoving-2002", asked)
    assert effect.estimate == pytest.approx(1.901449, abs=1e-6)
    assert effect.variance == pytest.approx(0.0355768, abs=1e-7)
    assert effect.analysed == pytest.approx(math.log(1.901449), abs=1e-6)
    assert effect.n == 124


def test_two_doses_of_andersen_2011_share_one_control_and_count_once() -> None:
    # PMID 21177034, 0-10: -1.4 (-2.0 to -0.7) and -1.9 (-2.5 to -1.2), both se 1.3/3.919928.
    # In points v = (13/3.919928)² = 10.998426; equal and correlated 0.5:
    # mean (-14 - 19)/2 = -16.5;  variance = v (1 + 0.5)/2 = 8.248819
    asked = Question("exercise", "education", "pain_intensity", "short")
    effect = effect_of("andersen-2011", asked)
    assert effect.estimate == pytest.approx(-16.5)
    assert effect.variance == pytest.approx(8.248819, abs=1e-5)
    assert effect.origin == "combined"
    assert effect.n == 198  # its three arms are the whole trial


def test_zhao_2024_combines_both_forms_of_acupuncture_against_the_shared_sham() -> None:
    # PMID 39222507: a-c -6.05 (-9.1 to -3.0), a-b -1.97 (-5.03 to 1.09), c the sham, so
    # b-c = -6.05 + 1.97 = -4.08. se(a-c) = 6.1/3.919928 = 1.556151, se(a-b) = 6.12/3.919928
    # = 1.561253; var(b-c) = 2.421607 + 2.437512 - 1.556151 * 1.561253 = 2.429573
    # weights with r = 0.5, c = 0.5 sqrt(2.421607 * 2.429573) = 1.212793:
    # ((2.429573 - c) * -6.05 + (2.421607 - c) * -4.08) / (4.851180 - 2 c) = -5.068235
    effect = effect_of("zhao-2024", SHAM_PAIN)
    assert effect.estimate == pytest.approx(-5.068235, abs=1e-5)
    assert effect.origin == "combined"
    assert effect.n is None  # the sizes of its arms are not reported
    assert "shared_arm" not in effect.flags


def test_the_first_question_has_five_trials_and_says_what_was_left_away() -> None:
    synthesis = published().synthesis(SHAM_PAIN)
    assert synthesis.trial_ids == (
        "irnich-2001",
        "liang-2011",
        "vas-2006",
        "white-2004",
        "zhao-2024",
    )
    assert synthesis.participants_unknown == 1
    assert synthesis.sensitivity is not None
    assert synthesis.sensitivity.without == ("irnich-2001", "vas-2006")
    assert synthesis.sensitivity.result.trials == 3


def test_tough_2010_is_turned_into_points_by_its_own_standard_deviation() -> None:
    # PMC6734124 table 30: SMD -0.6 (-1.29 to 0.09); PMC7872772 table 3, VAS 0-10 at week 6:
    # 1.71 (SD 2.0) against 3.2 (SD 2.8). The sizes of the arms are not reported, so
    # SD = sqrt((20² + 28²) / 2) = 24.331050;  -0.6 * 24.331050 = -14.598630.
    asked = Question("dry_needling", "sham", "pain_intensity", "short")
    effect = effect_of("tough-2010", asked)
    assert effect.estimate == pytest.approx(-14.598630, abs=1e-5)
    assert (effect.ci_low, effect.ci_high) == pytest.approx((-31.387055, 2.189795), abs=1e-5)
    assert effect.flags == ("own_scale",)
    assert effect.origin == "smd_reexpressed"
    assert effect.controls == ("sham_needle",)


def test_two_trials_give_no_prediction_interval() -> None:
    synthesis = published().synthesis(
        Question("acupuncture", "usual_care", "pain_intensity", "short")
    )
    assert synthesis.trials == 2
    assert synthesis.pooled is not None
    assert synthesis.pooled.pi_low is not None
    assert synthesis.pi is None
    assert "Prediction interval" not in synthesis.summary()


def test_a_ratio_of_counts_is_told_as_people_of_a_hundred_too() -> None:
    # coan-1982: 12 of 15 with acupuncture, 2 of 15 without.
    asked = Question("acupuncture", "no_treatment", "global_improvement", "mid", measure="RR")
    synthesis = published().synthesis(asked)
    assert synthesis.estimate == pytest.approx(6.0)
    assert synthesis.absolute == pytest.approx((80.0, 13.3333), abs=1e-3)
    assert "Of 100 people about 80 with it, 13 without it." in synthesis.summary()
    assert synthesis.to_dict()["absolute"] == pytest.approx([80.0, 13.3333], abs=1e-3)
    assert synthesis.effects[0].to_dict()["events"] == {"a": [12, 15], "b": [2, 15]}


def test_a_difference_of_points_has_no_people_of_a_hundred() -> None:
    assert published().synthesis(SHAM_PAIN).absolute is None
