"""Axes read on the scale of people, whatever the numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.plots import drawn

from filiform.errors import EvidenceError
from filiform.evidence.effects.effect_size import MEASURES
from filiform.evidence.plots import forest
from filiform.evidence.plots.scale import number, scale_of
from filiform.evidence.pooling.pool import pool

LOW = st.floats(-12.0, 12.0)
SPAN = st.floats(1e-3, 20.0)


@given(low=LOW, span=SPAN, measure=st.sampled_from(["RR", "MD", "PLO", "ZCOR"]))
def test_ticks_lie_within_the_axis_and_no_two_read_alike(
    low: float, span: float, measure: str
) -> None:
    positions, labels = scale_of(measure).ticks(low, low + span)
    assert ((positions >= low) & (positions <= low + span)).all()
    assert len(set(labels)) == len(labels) == positions.size <= 8


@given(low=st.floats(-5.0, 5.0), span=st.floats(0.05, 20.0))
def test_an_axis_of_ratios_always_has_ticks(low: float, span: float) -> None:
    positions, labels = scale_of("RR").ticks(low, low + span)
    assert positions.size >= 1
    for position, label in zip(positions, labels, strict=True):
        assert float(label) == pytest.approx(math.exp(position), rel=1e-5)


@pytest.mark.parametrize("measure", [*MEASURES, "exp", "expit", "identity"])
def test_every_measure_has_an_axis(measure: str) -> None:
    scale = scale_of(measure)
    assert scale.words[0].isupper()
    # Comparisons and correlations have a point of no effect, single groups have none.
    single = {"PR", "PLN", "PLO", "PAS", "PFT", "IR", "IRLN", "IRS", "IRFT", "MN", "SMN", "MNLN"}
    single |= {"CVLN", "SDLN", "ARAW", "AHW", "ABT"}
    expected = None if measure in single else 0.0
    assert scale.null == expected


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ("OR", "Odds ratio, log scale"),
        ("ROM", "Ratio of means, log scale"),
        ("SMD", "Standardised mean difference (Hedges' g)"),
        ("PLO", "Proportion, logit scale"),
        ("ZCOR", "Correlation, Fisher z scale"),
        ("IRS", "Incidence rate, square root scale"),
        ("exp", "Effect, log scale"),
        (None, "Effect"),
    ],
)
def test_axes_are_called_by_what_is_read(measure: str | None, words: str) -> None:
    assert scale_of(measure).words == words


def test_an_unknown_measure_is_refused_with_the_nearest() -> None:
    with pytest.raises(EvidenceError, match="unknown measure or transformation 'SDM': did you"):
        scale_of("SDM")


def test_a_number_outside_the_scale_has_no_place() -> None:
    with pytest.raises(EvidenceError, match=r"1 has no place on the axis of Proportion.*below 1"):
        scale_of("PLO").place(1.0)


@pytest.mark.parametrize(("value", "text"), [(-0.0004, "0.00"), (-1.005, "−1.00"), (2.0, "2.00")])
def test_numbers_have_a_true_minus_and_zero_has_none(value: float, text: str) -> None:
    assert number(value, 2) == text


# A figure takes a fifth of a second: fifteen of them show what a hundred would.
@settings(max_examples=15)
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6)), min_size=1, max_size=12))
def test_a_forest_plot_shows_every_study_where_it_is(rows: list[tuple[float, float]]) -> None:
    y, v = (np.array(column) for column in zip(*rows, strict=True))
    axes = forest(pool(y, v, tau2="common", interval="normal"))
    found = drawn.points(axes, "studies")
    np.testing.assert_array_equal(found[:, 0], y)
    low, high = axes.get_xlim()
    assert low < y.min() <= y.max() < high
    assert low < 0.0 < high


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0.5, "0.50"),
        (0.0004, "0.0004"),
        (0.00004, "4e−5"),
        (999.0, "999.00"),
        (8103.08, "8,103"),
        (1.4e10, "1.4e10"),
    ],
)
def test_ratios_of_any_size_are_short(ratio: float, text: str) -> None:
    assert scale_of("OR").text(math.log(ratio), 2) == text
