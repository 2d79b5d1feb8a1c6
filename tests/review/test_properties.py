"""What must not matter: the order of rows, the printed direction, the unit."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.review.small import contrast, review_of, two_arms

from filiform.knowledge import Contrast, Library, library
from filiform.review import Question, Review, published
from filiform.review._numbers import combined_values, difference
from filiform.review._reading import Value

ASKED = Question("acupuncture", "sham", "pain_intensity", "short")
EFFECTS = st.floats(-30, 30)
WIDTHS = st.floats(0.5, 40)


def result_of(*rows: object, question: Question = ASKED) -> tuple[float, float, float]:
    synthesis = review_of(*rows).synthesis(question)
    assert synthesis.estimate is not None
    assert synthesis.ci is not None
    return (synthesis.estimate, *synthesis.ci)


def three(numbers: list[tuple[float, float]]) -> list[tuple[str, Contrast]]:
    return [
        (f"t-{place}", contrast(trial_id=f"t-{place}", numbers=(e, e - w, e + w), row=place))
        for place, (e, w) in enumerate(numbers)
    ]


TRIALS = st.lists(st.tuples(EFFECTS, WIDTHS), min_size=1, max_size=4)


@given(numbers=TRIALS, data=st.data())
def test_the_order_of_the_rows_does_not_matter(
    numbers: list[tuple[float, float]], data: st.DataObject
) -> None:
    rows = [row for name, printed in three(numbers) for row in (*two_arms(name), printed)]
    assert result_of(*rows) == result_of(*data.draw(st.permutations(rows)))


@given(numbers=TRIALS)
def test_the_printed_direction_does_not_matter(numbers: list[tuple[float, float]]) -> None:
    rows, turned = [], []
    for name, printed in three(numbers):
        assert printed.ci_low is not None
        assert printed.ci_high is not None
        back = replace(
            printed,
            arm_a="b",
            arm_b="a",
            estimate=-printed.estimate,
            ci_low=-printed.ci_high,
            ci_high=-printed.ci_low,
        )
        rows += [*two_arms(name), printed]
        turned += [*two_arms(name), back]
    assert result_of(*rows) == pytest.approx(result_of(*turned), abs=1e-9)


@given(numbers=TRIALS, unit=st.sampled_from([9.0, 10.0, 36.0, 50.0]))
def test_the_unit_does_not_matter(numbers: list[tuple[float, float]], unit: float) -> None:
    rows, others = [], []
    for name, printed in three(numbers):
        assert printed.ci_low is not None
        assert printed.ci_high is not None
        factor = unit / 100
        other = replace(
            printed,
            scale_max=unit,
            estimate=factor * printed.estimate,
            ci_low=factor * printed.ci_low,
            ci_high=factor * printed.ci_high,
        )
        rows += [*two_arms(name), printed]
        others += [*two_arms(name), other]
    assert result_of(*rows) == pytest.approx(result_of(*others), rel=1e-7, abs=1e-7)


@given(ratio=st.floats(0.2, 5), width=st.floats(0.05, 2))
def test_a_turned_ratio_is_the_inverse(ratio: float, width: float) -> None:
    ends = (ratio * math.exp(-width), ratio * math.exp(width))
    asked = Question("massage", "exercise", "pain_intensity", "short", measure="RR")
    back = replace(asked, intervention="exercise", against="massage")
    trial, first, second = two_arms()
    arms = (replace(first, intervention="massage"), replace(second, intervention="exercise"))
    rows = (trial, *arms, contrast(numbers=(ratio, *ends), measure="RR"))
    estimate, low, high = result_of(*rows, question=asked)
    assert result_of(*rows, question=back) == pytest.approx((1 / estimate, 1 / high, 1 / low))


@given(estimates=st.lists(EFFECTS, min_size=2, max_size=4), variance=st.floats(0.1, 100))
def test_equal_arms_that_share_a_control_are_averaged(
    estimates: list[float], variance: float
) -> None:
    k = len(estimates)
    values = [Value(e, variance, e, e) for e in estimates]
    half = [[1.0 if i == j else 0.5 for j in range(k)] for i in range(k)]
    one = combined_values(values, half)
    assert one.estimate == pytest.approx(sum(estimates) / k, abs=1e-9)
    assert one.variance == pytest.approx(variance * (1 + 0.5 * (k - 1)) / k)


@given(a=EFFECTS, b=EFFECTS, variance=st.floats(0.1, 100))
def test_a_difference_through_a_third_arm_of_equal_size_is_as_exact_as_its_parts(
    a: float, b: float, variance: float
) -> None:
    derived = difference(Value(a, variance, a, a), Value(b, variance, b, b), 0.5)
    assert derived.estimate == a - b
    assert derived.variance == pytest.approx(variance)


def test_a_shuffled_copy_of_the_published_tables_gives_the_same_syntheses() -> None:
    shuffled = Library()
    tables = {
        "contrasts": tuple(reversed(library().contrasts)),
        "outcomes": tuple(reversed(library().outcomes)),
        "arms": tuple(reversed(library().arms)),
    }
    shuffled.__dict__.update(tables)
    other = Review(shuffled)
    assert other.questions() == published().questions()
    for question in published().questions():
        one, two = published().synthesis(question), other.synthesis(question)
        assert one.estimate == pytest.approx(two.estimate), question.key
        assert one.trial_ids == two.trial_ids
        assert one.certainty.level == two.certainty.level
