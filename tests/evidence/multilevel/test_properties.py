"""Identities that hold for every data set."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filiform.errors import EvidenceError
from filiform.evidence import likelihood_ratio, meta_regression, pool
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


def test_a_likelihood_ratio_of_multilevel_models_is_twice_the_difference() -> None:
    y, v = [0.1, 0.5, -0.2, 0.9, 0.3, 0.7, 0.4, 0.2], [0.02, 0.05, 0.01, 0.03] * 2
    groups, x = [1, 1, 2, 2, 3, 3, 4, 4], [1.0, 2.0, 0.5, 3.0, 1.5, 2.5, 2.0, 1.2]
    nest = nested({"g": groups, "s": range(8)})
    one = multilevel(y, v, random=nest, moderators={"x": x}, method="ML")
    other = multilevel(y, v, random=nest, method="ML")
    found = likelihood_ratio(one, other)
    rise = one.fit_statistics.log_likelihood - other.fit_statistics.log_likelihood
    assert found.statistic == pytest.approx(2.0 * rise)
    assert (found.df, found.r2) == (1, None)
    fewer = likelihood_ratio(
        multilevel(y, v, random=nest), multilevel(y, v, random=random_intercept("s", range(8)))
    )
    assert fewer.df == 1
    assert fewer.statistic >= 0.0


def test_models_that_cannot_be_compared_by_likelihood_are_refused() -> None:
    y, v, x = [0.1, 0.5, -0.2, 0.9, 0.3, 0.7], [0.02] * 6, [1.0, 2.0, 0.5, 3.0, 1.5, 2.5]
    term = random_intercept("g", [1, 1, 2, 2, 3, 3])
    one = multilevel(y, v, random=term, moderators={"x": x})
    other = multilevel(y, v, random=term)
    with pytest.raises(EvidenceError, match='fit both with method="ML"'):
        likelihood_ratio(one, other)
    with pytest.raises(EvidenceError, match="fit both by multilevel"):
        likelihood_ratio(one, pool(y, v))
    with pytest.raises(EvidenceError, match="the two models rest on other studies"):
        likelihood_ratio(one, multilevel(y[::-1], v, random=term, moderators={"x": x}))
    full = meta_regression(y, v, {"x": x, "z": [2.0, 7.0, 1.0, 8.0, 2.0, 8.0]}, tau2="ML")
    lone = meta_regression(y, v, {"w": [3.0, 1.0, 4.0, 1.0, 5.0, 9.0]}, tau2="ML")
    with pytest.raises(EvidenceError, match="moderators that the full one lacks"):
        likelihood_ratio(full, lone)


def test_a_factor_in_a_formula_is_its_indicators() -> None:
    y, v = [0.1, 0.5, -0.2, 0.9, 0.3, 0.7, 0.4, 0.2], [0.02, 0.05, 0.01, 0.03] * 2
    term = random_intercept("g", [1, 1, 2, 2, 3, 3, 4, 4])
    arm, x = ["dry", "wet"] * 4, [1.0, 2.0, 0.5, 3.0, 1.5, 2.5, 2.0, 1.2]
    words = multilevel(y, v, random=term, moderators={"arm": arm, "x": x}, formula="~ x * arm")
    wet = [float(a == "wet") for a in arm]
    numbers = multilevel(
        y,
        v,
        random=term,
        moderators={"x": x, "wet": wet, "both": [a * b for a, b in zip(x, wet, strict=True)]},
    )
    assert [c.name for c in words.coefficients] == ["intercept", "x", "arm=wet", "x:arm=wet"]
    for a, b in zip(words.coefficients, numbers.coefficients, strict=True):
        assert a.estimate == pytest.approx(b.estimate, abs=1e-9)
    assert words.test_of(["arm=wet", "x:arm=wet"]).df1 == 2
    new = words.predict({"x": 2.0, "arm": "wet"})
    at = numbers.predict({"x": 2.0, "wet": 1.0, "both": 2.0})
    assert new.estimate == pytest.approx(at.estimate, abs=1e-9)
    row = words.contrasts([[1.0, 2.0, 1.0, 2.0]])[0]
    assert row.estimate == pytest.approx(new.estimate)
    assert [one.coefficients for one in words.variance_inflation(by_term=True)] == [1, 1, 1]


@settings(max_examples=10)
@given(st.floats(0.1, 10.0))
def test_variance_inflation_does_not_depend_on_the_unit_of_a_moderator(unit: float) -> None:
    y, v = [0.1, 0.5, -0.2, 0.9, 0.3, 0.7, 0.4, 0.2], [0.02, 0.05, 0.01, 0.03] * 2
    x, z = [1.0, 2.0, 0.5, 3.0, 1.5, 2.5, 2.0, 1.2], [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0]
    one = meta_regression(y, v, {"x": x, "z": z}, tau2="DL").variance_inflation()
    other = meta_regression(y, v, {"x": [unit * a for a in x], "z": z}, tau2="DL")
    assert [a.factor for a in other.variance_inflation()] == pytest.approx([a.factor for a in one])
    assert one[0].factor >= 1.0
    with pytest.raises(EvidenceError, match="at least 2 moderators are needed"):
        meta_regression(y, v, {"x": x}).variance_inflation()


def test_three_levels_take_moderators_as_nested_terms_do() -> None:
    y, v = [0.1, 0.5, -0.2, 0.9, 0.3, 0.7, 0.4, 0.2], [0.02, 0.05, 0.01, 0.03] * 2
    trial, x = [1, 1, 2, 2, 3, 3, 4, 4], [1.0, 2.0, 0.5, 3.0, 1.5, 2.5, 2.0, 1.2]
    one = three_level(y, v, cluster=trial, moderators={"x": x}, formula="~ x + I(x^2)")
    terms = nested({"cluster": trial, "effect": range(8)})
    other = multilevel(y, v, random=terms, moderators={"x": x}, formula="~ x + I(x^2)")
    assert one.coefficients == other.coefficients
