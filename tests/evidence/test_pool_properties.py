"""Identities that hold for any studies."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from filiform import evidence as ev
from filiform.evidence._model import _SMALL, MeanModel

ESTIMATORS = ("REML", "ML", "DL", "PM", "PMM", "SJ", "HE", "HS", "HSk")
CLOSED_FORMS = ("DL", "SJ", "HE", "HS", "HSk")

_effect = st.floats(-5.0, 5.0, allow_subnormal=False)
_variance = st.floats(1e-3, 10.0)
_studies = st.lists(st.tuples(_effect, _variance), min_size=2, max_size=30)


def _arrays(studies: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    y, v = zip(*studies, strict=True)
    return np.array(y), np.array(v)


@pytest.mark.parametrize("tau2", ESTIMATORS)
@given(studies=_studies, seed=st.integers(0, 1000))
def test_the_order_of_studies_does_not_matter(
    tau2: str, studies: list[tuple[float, float]], seed: int
) -> None:
    y, v = _arrays(studies)
    order = np.random.default_rng(seed).permutation(y.size)
    one, other = ev.pool(y, v, tau2=tau2), ev.pool(y[order], v[order], tau2=tau2)
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-7, abs=1e-10)
    assert other.estimate == pytest.approx(one.estimate, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("tau2", ESTIMATORS)
@given(studies=_studies)
def test_turning_the_sign_of_all_effects_turns_the_result(
    tau2: str, studies: list[tuple[float, float]]
) -> None:
    y, v = _arrays(studies)
    one, other = ev.pool(y, v, tau2=tau2), ev.pool(-y, v, tau2=tau2)
    assert other.estimate == -one.estimate
    assert (other.ci_low, other.ci_high) == (-one.ci_high, -one.ci_low)
    assert other.tau2 == one.tau2


@pytest.mark.parametrize("tau2", ESTIMATORS)
@pytest.mark.parametrize("scale", [2.0**-40, 2.0**-20, 2.0**20, 2.0**40])
@given(studies=_studies)
def test_the_unit_of_the_effects_does_not_matter(
    scale: float, tau2: str, studies: list[tuple[float, float]]
) -> None:
    y, v = _arrays(studies)
    one, other = ev.pool(y, v, tau2=tau2), ev.pool(scale * y, scale**2 * v, tau2=tau2)
    assert one.tau2 is not None
    assert other.estimate == pytest.approx(scale * one.estimate, rel=1e-9)
    assert other.tau2 == pytest.approx(scale**2 * one.tau2, rel=1e-9)
    assert other.i2 == pytest.approx(one.i2, rel=1e-9)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-8)


@given(studies=_studies, shift=st.floats(-100.0, 100.0))
def test_shifting_all_effects_shifts_the_mean_and_nothing_else(
    studies: list[tuple[float, float]], shift: float
) -> None:
    y, v = _arrays(studies)
    one, other = ev.pool(y, v), ev.pool(y + shift, v)
    assert other.estimate == pytest.approx(one.estimate + shift, abs=1e-7)
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-5, abs=1e-7)


@given(studies=_studies)
def test_weights_sum_to_a_hundred_and_the_mean_lies_among_the_effects(
    studies: list[tuple[float, float]],
) -> None:
    y, v = _arrays(studies)
    fit = ev.pool(y, v)
    assert math.fsum(fit.weights) == pytest.approx(100.0)
    assert y.min() - 1e-12 <= fit.estimate <= y.max() + 1e-12


@pytest.mark.parametrize("tau2", ESTIMATORS)
@given(effect=_effect, variance=_variance, k=st.integers(2, 12))
def test_identical_studies_have_no_variance_between_them(
    tau2: str, effect: float, variance: float, k: int
) -> None:
    fit = ev.pool([effect] * k, [variance] * k, tau2=tau2)
    assert fit.tau2 == pytest.approx(0.0, abs=1e-20)
    assert fit.estimate == pytest.approx(effect)
    assert fit.standard_error == pytest.approx(math.sqrt(variance / k))


@given(studies=_studies)
def test_the_safeguarded_interval_is_never_narrower_than_the_plain_one(
    studies: list[tuple[float, float]],
) -> None:
    y, v = _arrays(studies)
    safe, plain, t = (ev.pool(y, v, interval=name) for name in ("HK_adhoc", "HK", "t"))
    assert safe.ci_high - safe.ci_low >= plain.ci_high - plain.ci_low - 1e-12
    assert safe.ci_high - safe.ci_low >= t.ci_high - t.ci_low - 1e-12


@given(studies=_studies)
def test_paule_mandel_makes_the_generalised_q_its_degrees_of_freedom(
    studies: list[tuple[float, float]],
) -> None:
    y, v = _arrays(studies)
    fit = ev.pool(y, v, tau2="PM")
    assert fit.tau2 is not None
    w = 1.0 / (v + fit.tau2)
    q = float(w @ (y - fit.estimate) ** 2)
    if fit.tau2 > 0.0:
        assert q == pytest.approx(y.size - 1.0, rel=1e-10)
    else:
        assert q <= (y.size - 1.0) * (1.0 + 1e-12)


@pytest.mark.parametrize("restricted", [True, False])
@given(studies=_studies)
def test_no_other_tau2_has_a_higher_likelihood(
    restricted: bool, studies: list[tuple[float, float]]
) -> None:
    y, v = _arrays(studies)
    fit = ev.pool(y, v, tau2="REML" if restricted else "ML", tau2_interval="none")
    assert fit.tau2 is not None
    model = MeanModel(y, v)
    best = model.log_likelihood(fit.tau2, restricted=restricted)
    top = float(np.var(y)) + float(v.max())
    others = [0.0, *np.geomspace(1e-6 * top, 100.0 * top, 60).tolist()]
    for other in others:
        assert model.log_likelihood(other, restricted=restricted) <= best + 1e-9 * abs(best) + 1e-9


@given(studies=st.lists(st.tuples(_effect, _variance), min_size=2, max_size=_SMALL))
def test_the_loop_for_few_studies_and_the_arrays_for_many_agree(
    studies: list[tuple[float, float]],
) -> None:
    y, v = _arrays(studies)
    loop, arrays = MeanModel(y, v), MeanModel(y, v)
    arrays.pairs = None
    for tau2 in (0.0, 0.3):
        ours, theirs = loop.sums_at(tau2), arrays.sums_at(tau2)
        largest = max(map(abs, theirs))
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12 * largest)
        assert loop.q_at(tau2) == pytest.approx(arrays.q_at(tau2), rel=1e-9, abs=1e-12)


@given(studies=_studies)
def test_one_shared_tau2_for_one_group_split_in_two_equal_halves_is_the_same(
    studies: list[tuple[float, float]],
) -> None:
    y, v = _arrays(studies)
    assume(float(np.ptp(y)) > 1e-6)
    both, groups = np.tile(y, 2), ["a"] * y.size + ["b"] * y.size
    fit = ev.subgroups(both, np.tile(v, 2), groups, shared_tau2=True)
    assert fit.q_between == pytest.approx(0.0, abs=1e-9)
    assert fit.groups[0].estimate == pytest.approx(fit.groups[1].estimate)


@given(studies=_studies)
def test_bounds_of_tau2_enclose_what_chance_allows(studies: list[tuple[float, float]]) -> None:
    y, v = _arrays(studies)
    fit, narrow = ev.pool(y, v), ev.pool(y, v, level=0.5)
    assert fit.tau2_ci_low is not None
    assert fit.tau2_ci_high is not None
    assert narrow.tau2_ci_low is not None
    assert narrow.tau2_ci_high is not None
    assert fit.tau2_ci_low <= narrow.tau2_ci_low
    assert narrow.tau2_ci_high <= fit.tau2_ci_high
