"""The measures of arms, by hand and against the pairwise effect sizes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from filiform import evidence as ev
from filiform.evidence.network import network_arms

EVENTS, N = [5, 10], [50, 40]
MEANS, SDS = [12.0, 10.0], [4.0, 3.0]
TIMES = [100.0, 80.0]


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_two_arms_of_events_are_the_pairwise_effect_size(measure: str) -> None:
    data = network_arms(measure, [1, 1], ["A", "B"], events=EVENTS, n=N)
    pair = ev.effect_size(measure, events1=EVENTS[0], n1=N[0], events2=EVENTS[1], n2=N[1])
    assert data.effects == pytest.approx(pair.yi)
    assert data.variances == pytest.approx(pair.vi)


# By hand from the formulas of the docstring.
@pytest.mark.parametrize(
    ("measure", "given", "effect", "variance"),
    [
        ("MD", {"means": MEANS, "sds": SDS, "n": N}, 2.0, 16 / 50 + 9 / 40),
        ("ROM", {"means": MEANS, "sds": SDS, "n": N}, math.log(1.2),
         16 / (50 * 144) + 9 / (40 * 100)),
        ("IRR", {"events": EVENTS, "times": TIMES}, math.log(0.05 / 0.125), 1 / 5 + 1 / 10),
        ("IRD", {"events": EVENTS, "times": TIMES}, 0.05 - 0.125, 5 / 100**2 + 10 / 80**2),
        ("IRSD", {"events": EVENTS, "times": TIMES}, math.sqrt(0.05) - math.sqrt(0.125),
         1 / 400 + 1 / 320),
        ("ASD", {"events": EVENTS, "n": N}, math.asin(math.sqrt(0.1)) - math.asin(0.5),
         1 / 200 + 1 / 160),
    ],
)  # fmt: skip
def test_every_measure_is_a_difference_of_arms(
    measure: str, given: dict[str, Any], effect: float, variance: float
) -> None:
    data = network_arms(measure, [1, 1], ["A", "B"], **given)
    assert data.effects[0] == pytest.approx(effect)
    assert data.variances[0] == pytest.approx(variance)
    assert data.measure == measure


def test_the_standardised_difference_has_the_pooled_sd_of_all_arms() -> None:
    data = network_arms(
        "SMD", ["t"] * 3, ["A", "B", "C"], means=[12, 10, 9], sds=[4, 3, 5], n=[20, 30, 10]
    )
    pooled = math.sqrt((19 * 16 + 29 * 9 + 9 * 25) / 57)
    d = np.array([2.0, 3.0, 1.0]) / pooled
    v = np.array([1 / 20 + 1 / 30, 1 / 20 + 1 / 10, 1 / 30 + 1 / 10]) + d**2 / 120
    assert data.effects == pytest.approx(d)
    assert data.variances == pytest.approx(v)


def test_a_zero_cell_adds_a_half_to_every_arm_of_its_trial_only() -> None:
    given: dict[str, Any] = {"events": [0, 4, 3, 5], "n": [20, 20, 30, 30]}
    trials, arms = [1, 1, 2, 2], ["A", "B", "A", "B"]
    data = network_arms("OR", trials, arms, **given)
    assert data.effects[0] == pytest.approx(math.log(0.5 / 20.5) - math.log(4.5 / 16.5))
    assert data.effects[1] == pytest.approx(math.log(3 / 27) - math.log(5 / 25))
    everywhere = network_arms("OR", trials, arms, zero_cells="all", **given)
    assert everywhere.effects[1] == pytest.approx(math.log(3.5 / 27.5) - math.log(5.5 / 25.5))


def test_trials_without_events_can_be_left_out_with_their_treatments() -> None:
    data = network_arms(
        "OR",
        [1, 1, 2, 2],
        ["A", "B", "A", "C"],
        events=[3, 4, 0, 0],
        n=[20, 20, 9, 9],
        keep_empty=False,
    )
    assert (data.studies, data.treatments) == (("1",), ("A", "B"))


def test_capitals_do_not_matter_in_the_order_of_treatments() -> None:
    data = network_arms(
        "MD", [1, 1, 1], ["b", "A", "C"], means=[1, 2, 3], sds=[1, 1, 1], n=[9, 9, 9]
    )
    assert data.treatments == ("A", "b", "C")
    assert data.contrasts == 2


def test_where_a_zero_cell_is_filled_depends_on_the_measure() -> None:
    # meta's `pairwise`: events and the others for OR, events alone for RR, variances for RD.
    given: dict[str, Any] = {"events": [0, 4], "n": [20, 20]}
    ratio = network_arms("RR", [1, 1], ["A", "B"], **given)
    assert ratio.effects[0] == pytest.approx(math.log(0.5 / 20.5) - math.log(4.5 / 20.5))
    assert ratio.variances[0] == pytest.approx(1 / 0.5 - 1 / 20.5 + 1 / 4.5 - 1 / 20.5)
    difference = network_arms("RD", [1, 1], ["A", "B"], **given)
    assert difference.effects[0] == pytest.approx(-0.2)
    p, q = 0.5 / 21, 4.5 / 21
    assert difference.variances[0] == pytest.approx(p * (1 - p) / 21 + q * (1 - q) / 21)
    rate = network_arms("IRR", [1, 1], ["A", "B"], events=[0, 4], times=[10, 10])
    assert rate.effects[0] == pytest.approx(math.log(0.5 / 4.5))
