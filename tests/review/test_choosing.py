"""One effect a trial: one time, one source, one instrument, and several arms counted once."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from tests.review.small import (
    arm,
    contrast,
    count,
    mean,
    overlap,
    review_of,
    trial,
    two_arms,
)

from filiform.review import Question, StudyEffect
from filiform.review._numbers import combined_mean
from filiform.review._reading import ArmMean

ASKED = Question("acupuncture", "sham", "pain_intensity", "short")


def the_effect(*rows: object, question: Question = ASKED) -> StudyEffect:
    (effect,) = review_of(*rows).synthesis(question).effects
    return effect


def reasons(*rows: object, question: Question = ASKED) -> list[str]:
    synthesis = review_of(*rows).synthesis(question)
    return [entry.reason for entry in synthesis.left_out]


@pytest.mark.parametrize(
    ("window", "weeks", "chosen"),
    [
        ("immediate", (0.01, 0.3), 0.01),
        ("short", (1, 3, 11), 3),
        ("short", (2, 6), 2),  # both two weeks from 4: the earlier one
        ("short", (0.5, 12, 7), 7),
        ("mid", (12, 25), 12),
        ("mid", (16, 25.9, 26), 16),
        ("long", (26, 52), 26),
        ("long", (25, 40, 52), 40),
    ],
)
def test_the_time_nearest_to_the_target_of_the_window_is_taken(
    window: str, weeks: tuple[float, ...], chosen: float
) -> None:
    rows = [contrast(weeks=week, row=row) for row, week in enumerate(weeks)]
    question = Question.parse("acupuncture", "sham", window=window)
    assert the_effect(*two_arms(), *rows, question=question).weeks == chosen


def test_a_printed_difference_goes_before_final_values_and_these_before_changes() -> None:
    printed = contrast(numbers=(-10, -15, -5))
    final = (mean("a", 30), mean("b", 42))
    change = (mean("a", -20, statistic="change"), mean("b", -6, statistic="change"))
    computed = contrast(numbers=(-16, -20, -12), source="CI computed from p")
    given = [*two_arms(), computed, *change, *final, printed]
    found = []
    while len(given) > 4:
        effect = the_effect(*given)
        found.append((effect.origin, effect.statistic, round(effect.estimate)))
        given = given[:-1] if effect.origin == "contrast" else given[:-2]
    found.append((the_effect(*given).origin, "final", round(the_effect(*given).estimate)))
    assert found == [
        ("contrast", "final", -10),
        ("arms", "final", -12),
        ("arms", "change", -14),
        ("contrast", "final", -16),
    ]


@pytest.mark.parametrize(
    ("outcome", "instruments", "chosen"),
    [
        ("pain_intensity", ("VAS (motion-related)", "VAS (at rest)"), "VAS (at rest)"),
        ("pain_intensity", ("VAS (motion-related)", "VAS"), "VAS"),
        ("pain_intensity", ("NRS (current pain)", "NRS (average pain)"), "NRS (average pain)"),
        (
            "pain_intensity",
            ("NRS (average of last 24 h)", "NRS (average of last week)"),
            "NRS (average of last week)",
        ),
        ("pain_intensity", ("SF-MPQ", "VAS"), "VAS"),
        ("disability", ("NPAD", "NPQ"), "NPQ"),
        ("disability", ("NPQ", "NDI (%)"), "NDI (%)"),
        ("disability", ("DASH", "NPAD"), "NPAD"),
    ],
)
def test_the_preferred_instrument_is_taken_and_the_other_one_is_kept_on_record(
    outcome: str, instruments: tuple[str, str], chosen: str
) -> None:
    rows = [
        contrast(outcome=outcome, instrument=name, row=row) for row, name in enumerate(instruments)
    ]
    question = Question.parse("acupuncture", "sham", outcome)
    synthesis = review_of(*two_arms(), *rows).synthesis(question)
    assert [effect.instrument for effect in synthesis.effects] == [chosen]
    (passed,) = synthesis.passed_over
    assert passed.reason == "another instrument is preferred"


def test_three_arms_of_one_therapy_are_merged_by_the_handbooks_formula() -> None:
    # Cochrane Handbook 6.4, table 6.5.a, with n 10, 20; means 40, 52; SDs 8, 12:
    # mean (400 + 1040)/30 = 48;  sd² = (9*64 + 19*144 + 200/30 * 144)/29 = (576 + 2736 + 960)/29
    merged = combined_mean([ArmMean("a", 10, 40, 8), ArmMean("b", 20, 52, 12)])
    assert (merged.n, merged.mean) == (30, 48)
    assert merged.sd == pytest.approx(math.sqrt(4272 / 29))
    effect = the_effect(
        trial(),
        arm("a", "acupuncture"),
        arm("b", "acupuncture"),
        arm("c", "sham_needle"),
        mean("a", 40, 8, 10),
        mean("b", 52, 12, 20),
        mean("c", 60, 10, 25),
    )
    assert effect.estimate == pytest.approx(-12)
    assert effect.variance == pytest.approx(4272 / 29 / 30 + 100 / 25)
    assert (effect.origin, effect.n) == ("combined", 55)


def test_merged_counts_are_sums() -> None:
    asked = replace(ASKED, outcome="global_improvement", measure="RR")
    effect = the_effect(
        trial(),
        arm("a", "acupuncture"),
        arm("b", "acupuncture"),
        arm("c", "sham_needle"),
        count("a", 10, 20),
        count("b", 20, 40),
        count("c", 5, 20),
        question=asked,
    )
    assert effect.estimate == pytest.approx((30 / 60) / (5 / 20))
    assert effect.variance == pytest.approx(1 / 30 - 1 / 60 + 1 / 5 - 1 / 20)


def test_two_comparisons_without_a_common_arm_are_combined_as_independent() -> None:
    # Equal variances v and no correlation: the mean, with v/2.
    effect = the_effect(
        trial(),
        arm("a", "acupuncture+exercise"),
        arm("b", "exercise+sham_needle"),
        arm("c", "acupuncture+massage"),
        arm("d", "massage+sham_needle"),
        contrast("a", "b", (-10, -15, -5)),
        contrast("c", "d", (-20, -25, -15), row=2),
    )
    assert effect.estimate == pytest.approx(-15)
    assert effect.variance == pytest.approx((10 / 3.919928) ** 2 / 2, rel=1e-6)
    assert effect.background == ()


def test_a_difference_may_be_derived_through_a_third_arm_and_is_flagged() -> None:
    # b - c = (b - a) - (c - a) with correlation 0.5 and equal variances: the same variance.
    asked = replace(ASKED, intervention="sham", against="no_treatment")
    effect = the_effect(
        trial(),
        arm("a", "acupuncture"),
        arm("b", "sham_needle"),
        arm("c", "no_treatment"),
        contrast("a", "b", (-6, -11, -1)),
        contrast("a", "c", (-10, -15, -5), row=2),
        question=asked,
    )
    assert effect.estimate == pytest.approx(-4)
    assert effect.variance == pytest.approx((10 / 3.919928) ** 2, rel=1e-6)
    assert (effect.origin, effect.flags) == ("shared_arm", ("shared_arm",))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (contrast(numbers=(-10, None, None)), "a difference without an interval"),
        (contrast(weeks=None), "the week is not reported"),
        (contrast(scale=None), "the scale of the instrument is not reported"),
        (
            contrast(measure="SMD", numbers=(-0.5, -0.9, -0.1)),
            "no arm reports an SD in points that could re-express it",
        ),
        (mean("a", 30), "only one of the two arms is reported"),
    ],
)
def test_what_cannot_be_used_is_left_out_with_its_reason(row: object, reason: str) -> None:
    assert reasons(*two_arms(), row) == [reason]


def test_several_faults_are_all_named() -> None:
    fault = contrast(numbers=(-10, None, None), weeks=None, scale=None)
    (reason,) = reasons(*two_arms(), fault)
    assert reason.split("; ") == [
        "the week is not reported",
        "a difference without an interval",
        "the scale of the instrument is not reported",
    ]


def test_means_without_an_sd_or_a_number_of_people_are_left_out() -> None:
    no_sd = (mean("a", 30), mean("b", 42, sd=None))
    assert reasons(*two_arms(), *no_sd) == ["a mean without a standard deviation above 0"]
    no_n = (mean("a", 30, n=None), mean("b", 42, n=None))
    assert reasons(*two_arms(n=None), *no_n) == [
        "the number of people in the arms is not reported, or is below 2"
    ]


def test_an_sd_of_changes_is_never_turned_into_points() -> None:
    rows = [mean(a, v, scale=None, statistic="change") for a, v in (("a", -20), ("b", -6))]
    known = mean("a", 30, weeks=12)  # gives a reference SD
    assert reasons(*two_arms(), *rows, known) == [
        "the scale is not reported, and an SD of changes cannot be re-expressed in points"
    ]


def test_changes_and_final_values_do_not_mix_in_standard_deviations() -> None:
    asked = replace(ASKED, outcome="pressure_pain_threshold")

    def rows(name: str, statistic: str) -> list[object]:
        change = statistic == "change"
        values = [
            mean(
                a,
                v,
                2.0,
                trial_id=name,
                outcome="pressure_pain_threshold",
                instrument="PPT",
                scale=None,
                statistic="change" if change else "final",
                lower_is_better=False,
            )
            for a, v in (("a", 4.0), ("b", 3.0))
        ]
        return [*two_arms(name), *values]

    mixed = [*rows("final-2001", "final"), *rows("change-2002", "change")]
    synthesis = review_of(*mixed).synthesis(asked)
    assert (synthesis.trial_ids, synthesis.unit) == (("final-2001",), "SD")
    assert [entry.trial_id for entry in synthesis.left_out] == ["change-2002"]
    assert "changes do not mix with final values" in synthesis.left_out[0].reason


def test_the_number_randomised_stands_for_the_number_analysed_and_says_so() -> None:
    effect = the_effect(*two_arms(n=40), mean("a", 30, n=None), mean("b", 42, n=None))
    assert effect.variance == pytest.approx(2 * 400 / 40)
    assert effect.flags == ("randomised_n",)


def test_people_are_counted_from_the_whole_trial_only_where_all_its_arms_are_compared() -> None:
    two = [trial(n=90), arm("a", "acupuncture", None), arm("b", "sham_needle", None), contrast()]
    assert the_effect(*two).n == 90
    assert the_effect(*two, arm("c", "massage", None)).n is None


def test_of_two_trials_that_share_people_the_one_with_fewer_flags_stays() -> None:
    doubtful = contrast(trial_id="first-2001", source="CI computed from p")
    synthesis = review_of(
        *two_arms("first-2001"),
        doubtful,
        *two_arms("second-2002"),
        contrast(trial_id="second-2002"),
        overlap("first-2001", "second-2002"),
    ).synthesis(ASKED)
    assert synthesis.trial_ids == ("second-2002",)
    (left,) = synthesis.left_out
    assert left.reason == "it has or may have people in common with second-2002"


def test_no_trial_is_no_trial() -> None:
    synthesis = review_of(*two_arms(), contrast()).synthesis(replace(ASKED, against="massage"))
    assert (synthesis.estimate, synthesis.ci, synthesis.trials) == (None, None, 0)
    assert synthesis.certainty.level == "none"
    assert "No trial with a usable number was found." in synthesis.summary()


def test_an_outcome_where_more_is_better_keeps_its_sign_and_says_so() -> None:
    asked = replace(ASKED, outcome="pressure_pain_threshold")
    rows = [
        mean(
            a,
            v,
            2.0,
            outcome="pressure_pain_threshold",
            instrument="PPT",
            scale=None,
            lower_is_better=False,
        )
        for a, v in (("a", 4.0), ("b", 3.0))
    ]
    synthesis = review_of(*two_arms(), *rows).synthesis(asked)
    assert synthesis.estimate is not None
    assert synthesis.estimate > 0
    assert "Numbers above 0 favour the therapy." in synthesis.summary()


def test_an_interval_of_another_level_is_shown_as_the_usual_one() -> None:
    # 90 %: half 5, z 1.644854, so se 3.039784 and the 95 % half is 5.957867.
    row = replace(contrast(numbers=(-10, -15, -5)), ci_level=0.9)
    effect = the_effect(*two_arms(), row)
    assert effect.standard_error == pytest.approx(3.039784, abs=1e-6)
    assert (effect.ci_low, effect.ci_high) == pytest.approx((-15.957867, -4.042133), abs=1e-5)


def test_an_interval_without_width_gives_no_weight_and_is_left_out() -> None:
    row = contrast(numbers=(-10, -10, -10))
    assert reasons(*two_arms(), row) == ["its variance is 0, so that no weight can be given to it"]


def test_a_ratio_of_bad_outcomes_is_not_taken_for_one_of_good_outcomes() -> None:
    asked = replace(ASKED, measure="RR")
    row = contrast(measure="RR", numbers=(0.5, 0.3, 0.8), lower_is_better=True)
    assert reasons(*two_arms(), row, question=asked) == ["the ratio counts people who did badly"]
