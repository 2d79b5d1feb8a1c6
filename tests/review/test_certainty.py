"""A first GRADE by rules: what takes levels off, by which number, held against what."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.review.small import arm, contrast, mean, review_of, trial

from filiform.errors import ReviewError
from filiform.knowledge import library
from filiform.knowledge.rule_table import RuleTable
from filiform.review import DomainRating, Question, Synthesis, published
from filiform.review._importance import important_difference, read_important_differences
from filiform.review._rating import judgement

ASKED = Question("acupuncture", "sham", "pain_intensity", "short")


def rows(
    name: str = "some-2001",
    numbers: tuple[float, float, float] = (-20, -25, -15),
    n: int | None = 250,
    control: str = "sham_needle",
    **trial_facts: object,
) -> tuple[object, ...]:
    """Return a large, well made trial with a clear effect, unless said otherwise."""
    return (
        trial(name, **trial_facts),  # type: ignore[arg-type] # facts of a trial by name
        arm("a", "acupuncture", n, name),
        arm("b", control, n, name),
        contrast(trial_id=name, numbers=numbers),
    )


def synthesis_of(*given: object, question: Question = ASKED) -> Synthesis:
    return review_of(*given).synthesis(question)


def domain(synthesis: Synthesis, name: str) -> DomainRating:
    return next(rating for rating in synthesis.certainty.domains if rating.domain == name)


# Three like trials: enough people, no spread, an interval far from every border.
SURE = (*rows("a-2001"), *rows("b-2002"), *rows("c-2003"))


def test_well_made_large_and_like_trials_stay_high() -> None:
    certainty = synthesis_of(*SURE).certainty
    assert certainty.level == "high"
    assert certainty.provisional
    assert certainty.reasons == ()


def test_no_trial_has_no_certainty() -> None:
    certainty = synthesis_of(*SURE, question=replace(ASKED, against="massage")).certainty
    assert (certainty.level, certainty.domains) == ("none", ())


@pytest.mark.parametrize(
    ("rob", "blinded", "control", "taken"),
    [
        ("low", "yes", "sham_needle", 0),
        ("low", "unclear", "sham_needle", 0),  # unclear is not the same as not blinded
        ("low", "no", "sham_needle", 1),
        ("low", "yes", "no_treatment", 1),  # whoever gets nothing knows it
        ("some", "yes", "sham_needle", 1),
        (None, "yes", "sham_needle", 1),  # unjudged risk counts against it
        (None, "no", "sham_needle", 2),
        ("high", "yes", "sham_needle", 2),
        ("high", "no", "no_treatment", 3),  # at most three
        ("low", "yes", "sham_other", 0),
        ("low", "unclear", "sham_other", 1),  # a sham without a needle has to prove itself
        ("low", "no", "sham_other", 1),
    ],
)
def test_risk_of_bias_takes_off_by_weight(
    rob: str | None, blinded: str, control: str, taken: int
) -> None:
    asked = ASKED if control.startswith("sham") else replace(ASKED, against=control)
    given = rows(control=control, rob=rob, blinded=blinded)
    assert domain(synthesis_of(*given, question=asked), "risk_of_bias").downgrade == taken


def test_one_domain_at_high_risk_makes_the_trial_one() -> None:
    ilbuldu, white = (library().trials[name] for name in ("ilbuldu-2004", "white-2004"))
    assert judgement(ilbuldu) == "high"
    assert judgement(white) is None
    assert judgement(replace(white, rob_overall="some", rob_missing="high")) == "some"


def test_an_outcome_that_others_measure_does_not_suffer_from_open_treatment() -> None:
    asked = replace(ASKED, outcome="pressure_pain_threshold", against="no_treatment")
    means = [
        mean(
            a, v, 2.0, 250, outcome="pressure_pain_threshold", instrument="PPT", scale=None,
            lower_is_better=False,
        )
        for a, v in (("a", 4.0), ("b", 3.0))
    ]  # fmt: skip
    given = (trial(), arm("a", "acupuncture"), arm("b", "no_treatment"), *means)
    assert domain(synthesis_of(*given, question=asked), "risk_of_bias").downgrade == 0


def test_one_trial_cannot_be_inconsistent_and_says_so() -> None:
    rating = domain(synthesis_of(*rows()), "inconsistency")
    assert (rating.downgrade, rating.rating) == (0, "not_judged")
    assert rating.reason == "There is one trial: nothing to compare it with."


def test_spread_beyond_chance_takes_a_level_off() -> None:
    wide = (*rows("a-2001"), *rows("b-2002", (-50, -55, -45)), *rows("c-2003", (-80, -85, -75)))
    rating = domain(synthesis_of(*wide), "inconsistency")
    assert rating.downgrade == 1
    assert rating.measured is not None
    assert rating.measured > 90
    assert rating.threshold == 50


def test_a_prediction_interval_that_says_something_else_takes_a_level_off() -> None:
    # Six trials about -30: the mean is surely better than 13 points, a new trial is not.
    spread = [(-30 + d, -34 + d, -26 + d) for d in (-9.0, -6.0, -2.0, 2.0, 6.0, 9.0)]
    given = [r for place, e in enumerate(spread) for r in rows(f"t-200{place}", e)]
    synthesis = synthesis_of(*given)
    assert synthesis.ci is not None
    assert synthesis.pi is not None
    assert synthesis.ci[1] < -13 < synthesis.pi[1]
    prediction = domain(synthesis, "inconsistency").checks[1]
    assert (prediction.steps, prediction.threshold) == (1, -13)
    assert prediction.measured == pytest.approx(synthesis.pi[1])
    assert domain(synthesis, "inconsistency").downgrade == 2


def test_a_kind_of_pain_that_no_trial_was_about_takes_a_level_off() -> None:
    given = (*rows("a-2001", condition="myofascial"), *rows("b-2002"))

    def taken(condition: str | None) -> int:
        synthesis = synthesis_of(*given, question=replace(ASKED, condition=condition))
        return domain(synthesis, "indirectness").downgrade

    assert (taken(None), taken("myofascial"), taken("radicular")) == (0, 0, 1)


def test_the_kind_of_pain_asked_about_does_not_choose_the_trials() -> None:
    asked = replace(ASKED, condition="radicular")
    assert synthesis_of(*SURE, question=asked).trial_ids == synthesis_of(*SURE).trial_ids


def test_effects_turned_from_standard_deviations_take_a_level_off_when_they_weigh_most() -> None:
    turned = contrast(trial_id="b-2002", measure="SMD", numbers=(-1.0, -1.1, -0.9))
    spread = mean("a", 30, 20, trial_id="a-2001", weeks=20)
    given = [
        *rows("a-2001", (-20, -30, -10)),
        spread,
        *rows("b-2002")[:3],
        turned,
    ]
    rating = domain(synthesis_of(*given), "indirectness")
    assert rating.downgrade == 1
    assert rating.measured is not None
    assert rating.measured > 50


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (SURE, 0),
        (rows(), 0),  # one trial alone, of 500 people
        (rows(n=150), 1),  # 300 people
        ((*rows("a-2001", n=66), *rows("b-2002", n=66), *rows("c-2003", n=66)), 1),  # 396 people
        ((*rows("a-2001", n=67), *rows("b-2002", n=67), *rows("c-2003", n=67)), 0),  # 402 people
        ((*rows("a-2001", n=None), *rows("b-2002", n=None), *rows("c-2003", n=None)), 1),
        (rows(numbers=(-20, -30, -10)), 1),  # across 13 points
        (rows(numbers=(-5, -12, 2)), 1),  # across no effect
        (rows(numbers=(-5, -12, 2), n=150), 2),  # 300 people, and across no effect
        (rows(numbers=(-5, -8, -2)), 0),  # surely small
    ],
)
def test_few_people_and_an_interval_across_a_border_are_imprecise(
    given: tuple[object, ...], taken: int
) -> None:
    assert domain(synthesis_of(*given), "imprecision").downgrade == taken


def test_people_whose_number_is_not_reported_are_not_made_up() -> None:
    given = (*rows("a-2001"), *rows("b-2002", n=None), *rows("c-2003", n=None))
    reason = domain(synthesis_of(*given), "imprecision").reason
    assert "500 people are known to have taken part in the groups compared." in reason
    assert "b-2002 gives no number. c-2003 gives no number." in reason


def test_the_people_of_a_whole_trial_are_told_but_not_counted_as_those_compared() -> None:
    third = arm("c", "exercise", None)
    arms = (arm("a", "acupuncture", None), arm("b", "sham_needle", None), third)
    rating = domain(synthesis_of(trial(n=716), *arms, contrast()), "imprecision")
    assert rating.measured == 0
    assert "How many people were in the groups compared is not reported." in rating.reason
    assert "some-2001 had 716 people in all its groups." in rating.reason


def test_the_border_names_the_row_that_it_comes_from() -> None:
    reason = domain(synthesis_of(*rows(numbers=(-20, -30, -10))), "imprecision").reason
    assert "the smallest important difference (13 points, instruments.csv:" in reason
    assert "Cleland 2008" in reason


@pytest.mark.parametrize(
    ("outcome", "condition", "points"),
    [
        ("pain_intensity", None, 13.0),  # NPRS 1.3 of 10
        ("pain_intensity", "radicular", 22.0),  # NPRS 2.2 of 10
        ("disability", None, 15.0),  # NDI 7.5 of 50
        ("disability", "radicular", 17.0),  # NDI 8.5 of 50
        ("quality_of_life", None, None),
    ],
)
def test_the_smallest_important_difference_fits_the_kind_of_pain(
    outcome: str, condition: str | None, points: float | None
) -> None:
    rules = RuleTable("certainty.toml", "", library().rules("certainty"), ReviewError)
    known = read_important_differences(rules, library().instruments)
    asked = replace(ASKED, outcome=outcome, condition=condition)
    found = important_difference(known, asked)
    assert (found.points if found else None) == (None if points is None else pytest.approx(points))


def test_ratios_are_held_against_one_and_a_quarter() -> None:
    asked = replace(ASKED, measure="RR")

    def taken(numbers: tuple[float, float, float]) -> int:
        printed = contrast(numbers=numbers, measure="RR")
        given = (*rows()[:3], printed)
        return domain(synthesis_of(*given, question=asked), "imprecision").downgrade

    assert taken((2.0, 1.6, 2.5)) == 0
    assert taken((2.0, 1.2, 3.3)) == 1
    assert taken((0.5, 0.3, 0.83)) == 1


def test_fewer_than_ten_trials_do_not_tell_of_unpublished_ones() -> None:
    rating = domain(synthesis_of(*SURE), "reporting_bias")
    assert (rating.downgrade, rating.rating, rating.threshold) == (0, "not_judged", 10)
    assert "With 3 trials it cannot be judged" in rating.reason


def test_numbers_that_cannot_well_be_true_take_a_level_off_when_they_weigh_most() -> None:
    odd = rows(numbers=(-20, -25, -10))
    rating = domain(synthesis_of(*odd), "risk_of_bias")
    assert (rating.downgrade, rating.measured, rating.threshold) == (1, 100, 50)
    assert domain(synthesis_of(*odd), "reporting_bias").downgrade == 0


def test_every_rating_tells_its_number_its_threshold_and_its_source() -> None:
    for question in published().questions():
        for rating in published().synthesis(question).certainty.domains:
            assert 0 <= rating.downgrade <= (3 if rating.domain == "risk_of_bias" else 2)
            assert rating.source
            assert all(check.reason for check in rating.checks)
            if rating.downgrade:
                assert rating.measured is not None
                assert rating.threshold is not None


def test_the_level_is_what_the_domains_leave_of_high() -> None:
    scale = ["high", "moderate", "low", "very_low"]
    for question in published().questions():
        certainty = published().synthesis(question).certainty
        if certainty.domains:
            lost = sum(rating.downgrade for rating in certainty.domains)
            assert certainty.level == scale[min(lost, 3)]
