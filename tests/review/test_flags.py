"""Doubtful numbers are found by rules, and the result without them stands beside the main one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.review.small import arm, contrast, mean, review_of, trial, two_arms

from filiform.knowledge import Contradiction
from filiform.review import Question, published

ASKED = Question("acupuncture", "sham", "pain_intensity", "short")


def flags_of(*rows: object, question: Question = ASKED) -> tuple[str, ...]:
    (effect,) = review_of(*rows).synthesis(question).effects
    return effect.flags


@pytest.mark.parametrize(
    ("trial_id", "question", "flag"),
    [
        # PMID 32272030: -1.56 (-2.36, -1.11), off the middle by 0.35 of a width of 1.25
        (
            "stieven-2020",
            Question("dry_needling", "same_care_without_it", "pain_intensity", "short"),
            "asymmetric_interval",
        ),
        # PMC6734124 table-wrap14: an SMD of -3.17
        (
            "he-2004",
            Question("electroacupuncture", "sham", "pain_intensity", "short"),
            "implausible_size",
        ),
        # AHRQ 2020, Table 21: 5.9 and 4.0 of 10 before treatment
        (
            "chow-2006",
            Question("laser", "sham", "pain_intensity", "mid"),
            "unequal_baselines",
        ),
        # the interval was computed from the printed p
        (
            "cameron-2011",
            Question("electroacupuncture", "sham", "pain_intensity", "mid"),
            "computed",
        ),
        (
            "irnich-2002",
            Question("acupuncture", "dry_needling", "pain_intensity", "immediate"),
            "crossover",
        ),
        (
            "anon-pmc3596862",
            Question("exercise", "no_treatment", "pain_intensity", "mid"),
            "cluster",
        ),
        (
            "michaleff-2014",
            Question("exercise", "same_care_without_it", "pain_intensity", "mid"),
            "direction_assumed",
        ),
        ("vas-2006", ASKED, "contradiction"),
    ],
)
def test_the_known_doubtful_trials_are_flagged(
    trial_id: str, question: Question, flag: str
) -> None:
    effects = {effect.trial_id: effect for effect in published().synthesis(question).effects}
    assert flag in effects[trial_id].flags


@pytest.mark.parametrize(
    ("numbers", "flagged"),
    [
        ((-10.0, -15.0, -5.0), False),
        ((-0.6, -1.0, -0.3), False),  # altan-2005: rounding alone explains 0.1
        ((-1.3, -2.0, -0.68), False),  # pai-2021: -1.3 may be -1.34, which is the middle
        ((-9.85, -18.98, 0.73), True),  # hando-2026: a limit may have lost its sign
        ((-4.4, -9.6, -0.74), True),  # sterling-2015 at 26 weeks
        ((-0.3, -5.2, 4.9), False),  # sterling-2015 at 12 weeks: 3 % of the width
    ],
)
def test_an_interval_off_its_middle_is_flagged_unless_rounding_explains_it(
    numbers: tuple[float, float, float], flagged: bool
) -> None:
    found = flags_of(*two_arms(), contrast(numbers=numbers, scale=(0, 100)))
    assert ("asymmetric_interval" in found) is flagged


def test_a_ratio_is_looked_at_on_its_logarithm() -> None:
    asked = replace(ASKED, measure="RR")
    even = contrast(numbers=(2.0, 1.0, 4.0), measure="RR")
    odd = contrast(numbers=(2.0, 1.5, 4.0), measure="RR")
    assert flags_of(*two_arms(), even, question=asked) == ()
    assert flags_of(*two_arms(), odd, question=asked) == ("asymmetric_interval",)


def test_a_difference_of_more_than_two_standard_deviations_is_implausible() -> None:
    spread = mean("a", 30, sd=20, weeks=20)  # one SD is 20 points
    assert flags_of(*two_arms(), spread, contrast(numbers=(-40, -50, -30))) == ()
    assert flags_of(*two_arms(), spread, contrast(numbers=(-41, -51, -31))) == ("implausible_size",)


def test_arms_that_begin_more_than_ten_points_apart_are_flagged() -> None:
    def start(a: float, b: float) -> tuple[object, ...]:
        return (*two_arms(), contrast(), mean("a", a, weeks=0), mean("b", b, weeks=0))

    assert flags_of(*start(60, 50)) == ()
    assert flags_of(*start(61, 50)) == ("unequal_baselines",)


def test_the_baseline_of_the_instrument_itself_counts_before_any_other() -> None:
    rows = [
        mean("a", 60, weeks=0),
        mean("b", 58, weeks=0),
        mean("a", 80, weeks=0, instrument="NRS"),
        mean("b", 40, weeks=0, instrument="NRS"),
    ]
    assert flags_of(*two_arms(), contrast(), *rows) == ()
    assert flags_of(*two_arms(), contrast(instrument="NRS"), *rows) == ("unequal_baselines",)


def test_a_contradiction_is_read_from_its_table() -> None:
    known = Contradiction("one", "contrasts", "some-2001", "two numbers", "made for a test")
    about_people = replace(known, table="trials")

    def flags(*contradictions: Contradiction) -> tuple[str, ...]:
        review = review_of(*two_arms(), contrast(), contradictions=contradictions)
        return review.synthesis(ASKED).effects[0].flags

    assert flags(known) == ("contradiction",)
    assert flags(about_people) == ()


def test_the_result_without_doubtful_trials_leaves_them_away_and_only_them() -> None:
    rows: list[object] = []
    for name, source in (
        ("a-2001", "printed"),
        ("b-2002", "printed"),
        ("c-2003", "direction not stated"),
    ):
        rows += [*two_arms(name), contrast(trial_id=name, source=source)]
    synthesis = review_of(*rows).synthesis(ASKED)
    assert synthesis.trials == 3
    assert synthesis.sensitivity is not None
    assert synthesis.sensitivity.without == ("c-2003",)
    assert synthesis.sensitivity.result.trials == 2
    assert dict(synthesis.flag_reasons) == {
        "direction_assumed": "The report does not say which arm the difference favours."
    }


def test_a_number_that_was_worked_out_is_told_but_not_in_doubt() -> None:
    review = review_of(*two_arms(), contrast(source="SD computed"))
    synthesis = review.synthesis(ASKED)
    assert synthesis.effects[0].flags == ("computed",)
    assert synthesis.sensitivity is None


def test_a_questionnaire_on_health_in_general_is_flagged_as_not_one_of_the_neck() -> None:
    instrument = "Nottingham Health Profile, physical activity"
    printed = contrast(outcome="disability", instrument=instrument)
    synthesis = review_of(*two_arms(), printed).synthesis(replace(ASKED, outcome="disability"))
    assert synthesis.effects[0].flags == ("general_health",)
    indirect = next(d for d in synthesis.certainty.domains if d.domain == "indirectness")
    assert indirect.downgrade == 1
    assert "health in general" in indirect.reason


def test_without_doubtful_trials_there_is_nothing_beside_the_main_result() -> None:
    review = review_of(trial(), arm("a", "acupuncture"), arm("b", "sham_needle"), contrast())
    assert review.synthesis(ASKED).sensitivity is None
