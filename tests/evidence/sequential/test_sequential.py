"""Sequential boundaries and trial sequential analysis."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from filiform.errors import EvidenceError
from filiform.evidence import pool
from filiform.evidence.sequential import boundaries, required_information, sequential

FIVE = [0.2, 0.4, 0.6, 0.8, 1.0]

# Log risk ratios of 13 trials of BCG vaccine, rounded (metafor's dat.bcg).
BCG = [-0.889, -1.585, -1.348, -1.442, -0.218, -0.786, -1.621, 0.012, -0.469, -1.371, -0.339,
       0.446, -0.017]  # fmt: skip
BCG_V = [0.326, 0.195, 0.415, 0.02, 0.051, 0.007, 0.223, 0.004, 0.056, 0.073, 0.012, 0.533,
         0.071]  # fmt: skip


def test_five_obrien_fleming_looks_keep_their_values() -> None:
    # Entered from memory, no printed table was read: it guards against a change, it proves
    # nothing. What stands on a source is SeqBounds below, and the integral after it.
    expected = [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]
    assert boundaries(FIVE).z == pytest.approx(expected, abs=1.5e-4)


def test_five_pocock_looks_keep_their_values() -> None:
    # Entered from memory, as above.
    expected = [2.4380, 2.4268, 2.4101, 2.3966, 2.3859]
    assert boundaries(FIVE, spending="pocock").z == pytest.approx(expected, abs=1.5e-4)


def test_four_one_sided_looks_are_those_that_seqbounds_prints() -> None:
    # README of the Julia package SeqBounds.jl: grid step 0.05, so good to about 1e-4.
    found = boundaries([0.25, 0.5, 0.75, 1.0], sides=1)
    assert found.z == pytest.approx([3.74955, 2.53993, 2.01604, 1.72014], abs=1e-4)
    assert found.spent == pytest.approx([8.85754e-5, 0.0055746, 0.0236251, 0.05], rel=1e-5)


def test_one_look_at_the_end_is_the_plain_test() -> None:
    assert boundaries([1.0]).z[0] == pytest.approx(1.959963984540054, rel=1e-12)
    assert boundaries([1.0], sides=1).z[0] == pytest.approx(1.6448536269514722, rel=1e-12)


@pytest.mark.parametrize("spending", ["obrien_fleming", "pocock", "linear"])
def test_the_probability_of_stopping_is_what_was_to_be_spent(spending: str) -> None:
    t = np.array([0.3, 0.65, 1.0])
    z = boundaries(t, spending=spending).z
    cov = np.sqrt(np.minimum.outer(t, t) / np.maximum.outer(t, t))
    inside = 0.0
    for signs in np.ndindex(2, 2, 2):
        corner = np.where(np.array(signs) == 1, np.array(z), -np.array(z))
        sign = (-1.0) ** (3 - sum(signs))
        inside += sign * float(
            multivariate_normal.cdf(corner, np.zeros(3), cov, abseps=1e-9, releps=1e-9)
        )
    assert 1.0 - inside == pytest.approx(0.05, abs=1e-6)


@settings(max_examples=15)
@given(st.lists(st.floats(0.05, 0.95), min_size=1, max_size=3, unique=True))
def test_bounds_of_earlier_looks_do_not_depend_on_later_ones(looks: list[float]) -> None:
    t = sorted(looks)
    if any(b < 1.01 * a for a, b in itertools.pairwise(t)):
        t = t[:1]
    alone = boundaries(t).z
    assert boundaries([*t, 1.0]).z[: len(t)] == pytest.approx(alone, rel=1e-12)


def test_bounds_that_spend_nothing_yet_are_infinite() -> None:
    found = boundaries([0.01, 1.0])
    assert math.isinf(found.z[0])
    assert found.to_dict()["z"] == [None, pytest.approx(1.96, abs=1e-3)]


def test_bounds_refuse_fractions_that_do_not_rise() -> None:
    with pytest.raises(EvidenceError, match=r"look 2 has information fraction 0\.4 after 0\.5"):
        boundaries([0.5, 0.4])
    with pytest.raises(EvidenceError, match=r"look 1 has information fraction 1\.2 after 0"):
        boundaries([1.2])
    with pytest.raises(EvidenceError, match="sides is 3, 1 or 2 is admissible"):
        boundaries([1.0], sides=3)
    with pytest.raises(EvidenceError, match=r"alpha is 5, between 0 and 1 .* write 0\.05"):
        boundaries([1.0], alpha=5)
    with pytest.raises(EvidenceError, match="unknown spending function 'pocok': did you mean 'po"):
        boundaries([1.0], spending="pocok")


def test_the_required_information_is_that_of_one_trial_of_the_same_power() -> None:
    # A difference of half a standard deviation, 5 % and 90 %: 84 a group (Cohen 1988, Table 2.4.1
    # has 85 by the t distribution); information is n/2 a group.
    assert required_information(0.5) == pytest.approx((1.959964 + 1.281552) ** 2 / 0.25, rel=1e-6)
    assert 2.0 * required_information(0.5) == pytest.approx(84.06, abs=0.01)
    assert required_information(-0.5, factor=2.0) == pytest.approx(2.0 * required_information(0.5))


def test_requirements_that_make_no_sense_are_refused() -> None:
    with pytest.raises(EvidenceError, match="the smallest effect is 0, a finite number other"):
        required_information(0)
    with pytest.raises(EvidenceError, match=r"power is 0\.01, between alpha"):
        required_information(0.5, power=0.01)
    with pytest.raises(EvidenceError, match=r"the adjustment factor is 0\.5, 1 or more"):
        required_information(0.5, factor=0.5)
    with pytest.raises(EvidenceError, match="alpha is 0, between 0 and 1"):
        required_information(0.5, alpha=0)


def test_each_look_is_the_meta_analysis_so_far() -> None:
    found = sequential(BCG, BCG_V, smallest_effect=0.5)
    for k, look in enumerate(found.looks, start=1):
        fit = pool(BCG[:k], BCG_V[:k], interval="normal")
        assert look.estimate == pytest.approx(fit.estimate, rel=1e-12)
        assert look.z == pytest.approx(fit.estimate / fit.standard_error, rel=1e-12)
        assert look.information == pytest.approx(float(np.sum(1.0 / np.array(BCG_V[:k]))))


def test_diversity_raises_the_requirement_by_the_ratio_of_variances() -> None:
    found = sequential(BCG, BCG_V, smallest_effect=0.5)
    random = pool(BCG, BCG_V, interval="normal").standard_error ** 2
    common = pool(BCG, BCG_V, tau2="common", interval="normal").standard_error ** 2
    assert found.adjustment_factor == pytest.approx(random / common, rel=1e-12)
    assert found.required_information == pytest.approx(
        found.fixed_information * random / common, rel=1e-12
    )


def test_a_study_appended_is_the_analysis_of_all() -> None:
    first = sequential(BCG[:5], BCG_V[:5], smallest_effect=0.5)
    grown = first.append(BCG[5], BCG_V[5])
    assert grown == sequential(BCG[:6], BCG_V[:6], smallest_effect=0.5)
    named = first.append(0.1, 0.2, label="new")
    assert named.looks[-1].added == "new"
    with pytest.raises(EvidenceError, match="study 'new' is already there"):
        named.append(0.1, 0.2, label="new")
    given = sequential(BCG[:5], BCG_V[:5], smallest_effect=0.5, adjustment=3.0)
    assert given.append(0.1, 0.2).adjustment_factor == 3.0


@settings(max_examples=10)
@given(st.sampled_from([-1.0, 1.0]), st.sampled_from([1e-3, 1.0, 1e6]))
def test_sign_and_unit_do_not_matter(sign: float, unit: float) -> None:
    plain = sequential(BCG, BCG_V, smallest_effect=0.5)
    y = [sign * unit * x for x in BCG]
    other = sequential(y, [unit * unit * x for x in BCG_V], smallest_effect=0.5 * unit)
    assert other.status == plain.status
    assert other.crossed_at == plain.crossed_at
    assert [x.fraction for x in other.looks] == pytest.approx(
        [x.fraction for x in plain.looks], rel=1e-7
    )
    for one, two in zip(other.looks, plain.looks, strict=True):
        assert (one.bound is None) == (two.bound is None)
        if one.bound is not None:
            assert one.bound == pytest.approx(two.bound, rel=1e-5)


def test_the_three_answers() -> None:
    v = [0.04] * 12
    strong = sequential([0.5, 0.6, 0.4, 0.5, 0.55, 0.45, 0.5], v[:7], smallest_effect=0.4)
    assert strong.status == "effect shown"
    none = sequential([0.02, -0.01] * 6, v, smallest_effect=0.4)
    assert none.status == "no effect as large: enough information"
    assert none.looks[-1].fraction >= 1.0
    early = sequential([0.3, 0.2], v[:2], smallest_effect=0.2)
    assert early.status == "more needed"
    assert "fewer than 3 studies say little of their heterogeneity" in early.warnings


def test_a_study_that_adds_next_to_nothing_is_no_look_of_its_own() -> None:
    found = sequential([0.3, 0.2, 0.1], [0.04, 1e3, 0.04], smallest_effect=0.2)
    assert found.looks[1].bound is None
    assert not found.looks[1].crossed


def test_a_bad_study_is_named() -> None:
    with pytest.raises(EvidenceError, match="study 'B': the variance is 0, above 0 is needed"):
        sequential([0.1, 0.2], [0.1, 0.0], smallest_effect=0.5, labels=["A", "B"])
    with pytest.raises(EvidenceError, match="unknown adjustment 'diversty': did you mean"):
        sequential([0.1, 0.2], [0.1, 0.1], smallest_effect=0.5, adjustment="diversty")


def test_results_are_readable_and_travel_as_json() -> None:
    found = sequential(BCG, BCG_V, smallest_effect=0.5)
    assert "information %" in found.summary()
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["alpha"] == 0.05
    assert len(found.to_frame()) == 13
    bounds = boundaries(FIVE)
    assert "nominal p" in bounds.summary()
    assert bounds.to_frame()["z"].tolist() == list(bounds.z)
    assert any("Wetterslev" in paper for paper in found.references())
