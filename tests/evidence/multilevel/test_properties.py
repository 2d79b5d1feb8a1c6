"""Identities that hold for every data set."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiform.evidence import pool
from filiform.evidence.multilevel import (
    Multilevel,
    multilevel,
    nested,
    random_intercept,
    random_structure,
    three_level,
    working_covariance,
)
from filiform.evidence.robust import robust

EFFECT = st.floats(-2.0, 2.0).map(lambda x: round(x, 3))
VARIANCE = st.floats(0.01, 0.5).map(lambda x: round(x, 3))
STUDIES = st.lists(st.tuples(EFFECT, VARIANCE), min_size=9, max_size=12)


def columns(studies: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray, list[int]]:
    y = np.array([s[0] for s in studies])
    v = np.array([s[1] for s in studies])
    return y, v, [i // 3 for i in range(len(studies))]


def variances(fit: Multilevel) -> list[float]:
    return [c.value for c in fit.components if c.value is not None]


@settings(max_examples=40)
@given(STUDIES)
def test_one_random_effect_a_study_is_the_pairwise_model(
    studies: list[tuple[float, float]],
) -> None:
    y, v, _ = columns(studies)
    fit = multilevel(y, v, random=random_intercept("study", range(y.size)), interval="z")
    pooled = pool(y, v, interval="z")
    found, expected = variances(fit)[0], pooled.tau2 or 0.0
    top = pooled.fit_statistics().log_likelihood
    assert fit.fit_statistics.log_likelihood == pytest.approx(top, abs=1e-9)
    assert found == pytest.approx(expected, rel=1e-7, abs=1e-9)
    assert fit.mean.estimate == pytest.approx(pooled.estimate, rel=1e-7, abs=1e-9)
    assert fit.mean.standard_error == pytest.approx(pooled.standard_error, rel=1e-7)
    assert fit.q == pytest.approx(pooled.q, rel=1e-9, abs=1e-9)


@settings(max_examples=25)
@given(STUDIES, st.sampled_from([-1.0, 1.0]), st.sampled_from([1e-6, 1e-3, 1e6]))
def test_sign_unit_and_order_do_not_matter(
    studies: list[tuple[float, float]], sign: float, unit: float
) -> None:
    y, v, groups = columns(studies)
    plain = three_level(y, v, cluster=groups)
    turned = three_level(sign * unit * y[::-1], unit**2 * v[::-1], cluster=list(reversed(groups)))
    assert turned.mean.estimate == pytest.approx(
        sign * unit * plain.mean.estimate, rel=1e-6, abs=1e-8 * unit
    )
    assert turned.mean.standard_error == pytest.approx(unit * plain.mean.standard_error, rel=1e-6)
    assert variances(turned) == pytest.approx(
        [unit**2 * x for x in variances(plain)], rel=1e-5, abs=1e-8 * unit**2
    )
    n = y.size - 1
    assert turned.fit_statistics.log_likelihood == pytest.approx(
        plain.fit_statistics.log_likelihood - n * math.log(unit), abs=1e-8
    )


@settings(max_examples=20)
@given(STUDIES)
def test_nested_intercepts_are_compound_symmetry_when_the_correlation_is_positive(
    studies: list[tuple[float, float]],
) -> None:
    y, v, groups = columns(studies)
    ids = list(range(y.size))
    nest = multilevel(y, v, random=nested({"g": groups, "s": ids}), interval="z")
    inner = [i % 3 for i in ids]
    term = random_structure("s | g", inner=inner, outer=groups, structure="CS")
    compound = multilevel(y, v, random=term, interval="z")
    assert compound.fit_statistics.log_likelihood >= nest.fit_statistics.log_likelihood - 1e-9
    rho = compound.components[1].value
    if rho is not None and rho > 0.0:
        assert nest.fit_statistics.log_likelihood == pytest.approx(
            compound.fit_statistics.log_likelihood, abs=1e-8
        )


@given(STUDIES)
def test_a_working_correlation_of_zero_is_independence(studies: list[tuple[float, float]]) -> None:
    _, v, groups = columns(studies)
    assert np.array_equal(working_covariance(v, groups, 0.0), np.diag(v))


@settings(max_examples=20)
@given(STUDIES)
def test_a_diagonal_matrix_of_covariances_is_the_column_of_variances(
    studies: list[tuple[float, float]],
) -> None:
    y, v, groups = columns(studies)
    one = three_level(y, v, cluster=groups)
    other = three_level(y, np.diag(v), cluster=groups)
    assert one.mean.estimate == pytest.approx(other.mean.estimate, rel=1e-9, abs=1e-12)
    assert variances(one) == pytest.approx(variances(other), rel=1e-7, abs=1e-10)


@settings(max_examples=25)
@given(STUDIES, st.sampled_from(["CR0", "CR1", "CR2"]))
def test_a_robust_error_follows_the_unit_and_not_the_sign_or_order(
    studies: list[tuple[float, float]], kind: str
) -> None:
    y, v, groups = columns(studies)
    y = y + np.arange(y.size) * 0.1
    plain = robust(pool(y, v), groups, correction=kind)
    turned = robust(pool(-1e3 * y[::-1], 1e6 * v[::-1]), groups[::-1], correction=kind)
    assert turned.mean.standard_error == pytest.approx(1e3 * plain.mean.standard_error, rel=1e-6)
    assert turned.mean.df == pytest.approx(plain.mean.df, rel=1e-6)
    assert turned.mean.p_value == pytest.approx(plain.mean.p_value, rel=1e-5)


@settings(max_examples=15)
@given(STUDIES)
def test_the_profile_interval_holds_the_estimate(studies: list[tuple[float, float]]) -> None:
    y, v, groups = columns(studies)
    for c in three_level(y, v, cluster=groups).component_intervals():
        assert c.ci_low is not None
        assert c.ci_high is not None
        assert c.value is not None
        assert c.ci_low <= c.value <= c.ci_high


@settings(max_examples=15)
@given(STUDIES)
def test_random_effects_of_a_level_sum_to_zero_and_vanish_without_variance(
    studies: list[tuple[float, float]],
) -> None:
    y, v, groups = columns(studies)
    fit = three_level(y, v, cluster=groups)
    for component in fit.components:
        found = [r for r in fit.random_effects() if r.term == component.term]
        assert sum(r.estimate for r in found) == pytest.approx(0.0, abs=1e-8)
        if component.value == 0.0:
            assert all(r.estimate == 0.0 for r in found)
