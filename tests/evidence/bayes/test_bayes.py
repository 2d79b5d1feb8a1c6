"""The Bayesian model: a printed example, an independent integration, identities, refusals."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, simpson

from filiform.errors import EvidenceError
from filiform.evidence.bayes import (
    TauPrior,
    bayes,
    half_cauchy,
    half_normal,
    log_normal,
    log_t,
    rhodes_2015,
    turner_2015,
    uniform,
)

SCHOOLS = [28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16]
ERRORS = [14.9, 10.2, 16.3, 11.0, 9.4, 11.4, 10.4, 17.6]
VARIANCES = [s * s for s in ERRORS]
PRIORS = [
    half_normal(10.0),
    half_cauchy(25.0),
    uniform(30.0),
    log_normal(3.0, 1.5),
    log_t(3.0, 2.3),
]


def test_rubins_eight_schools_are_those_that_bayesmeta_prints() -> None:
    # The vignette "bayesmeta" of the R package (Rover): half-Cauchy(25) for tau, normal(0, 50²)
    # for mu. Its grid approximates mu to about 1e-3 (delta 0.01, epsilon 0.0001); tau is exact.
    found = bayes(SCHOOLS, VARIANCES, prior=half_cauchy(25.0), mu_prior=(0.0, 50.0))
    tau, mu = found.tau, found.mu
    assert [tau.median, tau.mean, tau.sd, tau.low, tau.high] == pytest.approx(
        [4.758539, 5.884511, 4.869904, 0.0, 15.165894], abs=5e-7
    )
    assert [mu.median, mu.mean, mu.sd, mu.low, mu.high] == pytest.approx(
        [7.962961, 7.985729, 4.995762, -1.823353, 17.824562], abs=3e-3
    )


@pytest.mark.parametrize("prior", PRIORS, ids=lambda p: p.kind)
def test_an_independent_fine_grid_gives_the_same(prior: TauPrior) -> None:
    found = bayes(SCHOOLS, VARIANCES, prior=prior, interval="central")
    u = np.linspace(-30.0, 12.0, 400_001)
    if math.isfinite(prior.upper):
        u = np.linspace(-30.0, math.log(prior.upper), 400_001)
    tau = np.exp(u)
    y, v = np.array(SCHOOLS), np.array(VARIANCES)
    w0 = sum(1.0 / (vi + tau * tau) for vi in v)
    w1 = sum(yi / (vi + tau * tau) for yi, vi in zip(y, v, strict=True))
    mean = w1 / w0
    log_l = -0.5 * np.log(w0)
    for yi, vi in zip(y, v, strict=True):
        log_l += -0.5 * np.log(vi + tau * tau) - 0.5 * (yi - mean) ** 2 / (vi + tau * tau)
    density = np.exp(log_l - log_l.max() + prior.log_density(tau)) * tau
    total = simpson(density, x=u)
    assert found.mu.mean == pytest.approx(simpson(density * mean, x=u) / total, rel=1e-5)
    assert found.tau.mean == pytest.approx(simpson(density * tau, x=u) / total, rel=1e-5)
    below = u <= math.log(found.tau.median)
    half = simpson(density[below], x=u[below]) / total
    assert half == pytest.approx(0.5, abs=2e-4)


@pytest.mark.parametrize("prior", [*PRIORS, turner_2015(), rhodes_2015()], ids=lambda p: p.words)
def test_a_prior_is_a_density_with_its_own_distribution_function(prior: TauPrior) -> None:
    def at(u: float) -> float:
        tau = np.array([math.exp(u)])
        return float(np.exp(prior.log_density(tau))[0] * tau[0])

    top = math.log(prior.typical)
    mass = quad(at, -60.0, top, epsabs=1e-13, epsrel=1e-12, limit=500)[0]
    left = prior.below(math.exp(-60.0))
    assert left + mass == pytest.approx(prior.below(prior.typical), abs=1e-9)


def test_half_of_a_half_cauchy_lies_below_its_scale() -> None:
    assert half_cauchy(0.4).below(0.4) == pytest.approx(0.5, rel=1e-14)
    assert turner_2015("pain", "pharmacological_vs_placebo").below(
        math.exp(-1.83 / 2.0)
    ) == pytest.approx(0.5, rel=1e-14)


def test_published_priors_are_those_of_the_tables() -> None:
    # Turner 2015, Table IV and page 993; Rhodes 2015, Table 3 and section 3.3.
    assert turner_2015().words.startswith("log-normal(-2.56, 1.74²)")
    assert turner_2015("all_cause_mortality", "pharmacological_vs_placebo").scale == 1.34
    assert rhodes_2015().words.startswith("log-t(-3.44, 2.59², 5)")


EFFECT = st.floats(-2.0, 2.0).map(lambda x: round(x, 3))
VARIANCE = st.floats(0.01, 0.5).map(lambda x: round(x, 3))
STUDIES = st.lists(st.tuples(EFFECT, VARIANCE), min_size=2, max_size=8)


@settings(max_examples=15)
@given(STUDIES, st.sampled_from([-1.0, 1.0]), st.sampled_from([1e-6, 1e3, 1e6]))
def test_sign_unit_and_order_do_not_matter(
    studies: list[tuple[float, float]], sign: float, unit: float
) -> None:
    y, v = np.array(studies).T
    plain = bayes(y, v, prior=half_normal(0.5), interval="central")
    other = bayes(
        sign * unit * y[::-1], unit**2 * v[::-1], prior=half_normal(0.5 * unit), interval="central"
    )
    assert other.mu.median == pytest.approx(sign * unit * plain.mu.median, abs=1e-8 * unit)
    assert other.tau.median == pytest.approx(unit * plain.tau.median, rel=1e-8)
    ends = sorted((sign * unit * plain.mu.low, sign * unit * plain.mu.high))
    assert [other.mu.low, other.mu.high] == pytest.approx(ends, abs=1e-8 * unit)


@settings(max_examples=15)
@given(STUDIES)
def test_the_shortest_interval_is_not_longer_than_the_central_one(
    studies: list[tuple[float, float]],
) -> None:
    y, v = np.array(studies).T
    short = bayes(y, v, prior=half_normal(0.5))
    central = bayes(y, v, prior=half_normal(0.5), interval="central")
    for name in ("mu", "tau"):
        a, b = getattr(short, name), getattr(central, name)
        assert a.high - a.low <= (b.high - b.low) * (1.0 + 1e-6)
    inside = short.posterior.below(short.tau.high) - short.posterior.below(short.tau.low)
    assert inside == pytest.approx(0.95, abs=1e-8)


def test_a_prior_at_zero_is_the_common_effect_and_nothing_is_drawn_apart() -> None:
    found = bayes(SCHOOLS, VARIANCES, prior=half_normal(1e-9), interval="central")
    w = 1.0 / np.array(VARIANCES)
    mean = float(w @ np.array(SCHOOLS) / w.sum())
    assert found.mu.mean == pytest.approx(mean, rel=1e-9)
    assert found.mu.sd == pytest.approx(1.0 / math.sqrt(w.sum()), rel=1e-9)
    assert [s.mean for s in found.shrinkage()] == pytest.approx([mean] * 8, rel=1e-9)


def test_shrinkage_lies_between_the_study_and_the_mean() -> None:
    found = bayes(SCHOOLS, VARIANCES, prior=half_cauchy(25.0))
    assert found.mu.mean is not None
    for school, study in zip(SCHOOLS, found.shrinkage(), strict=True):
        assert study.mean is not None
        low, high = sorted((school, found.mu.mean))
        assert low - 1.0 <= study.mean <= high + 1.0


def test_ten_thousand_studies_and_a_prior_far_off_are_integrated() -> None:
    rng = np.random.default_rng(7)
    v = rng.uniform(0.02, 0.2, 10_000)
    y = rng.normal(0.3, np.sqrt(v + 0.09))
    found = bayes(y, v, prior=half_normal(0.02), interval="central")
    assert found.tau.median == pytest.approx(0.3, abs=0.02)
    assert found.posterior.weight.sum() == pytest.approx(1.0, rel=1e-12)


def test_moments_that_do_not_exist_are_none() -> None:
    found = bayes([0.1, 0.4], [0.02, 0.03], prior=half_cauchy(0.5))
    assert found.tau.mean is not None
    assert found.tau.sd is None
    assert found.new_study.sd is None
    assert found.warnings == ("2 studies say little of tau: its prior rules",)


def test_the_probability_above_the_median_is_one_half() -> None:
    found = bayes(SCHOOLS, VARIANCES, prior=half_normal(5.0))
    assert found.probability_above(found.mu.median) == pytest.approx(0.5, abs=1e-12)
    assert found.probability_above(found.new_study.median, new_study=True) == pytest.approx(0.5)
    with pytest.raises(EvidenceError, match="the value is nan, a finite number is needed"):
        found.probability_above(math.nan)


def test_what_cannot_be_used_is_refused() -> None:
    with pytest.raises(EvidenceError, match="study 'B': the variance is -1, above 0 is needed"):
        bayes([1.0, 2.0], [1.0, -1.0], prior=half_normal(1.0), labels=["A", "B"])
    with pytest.raises(EvidenceError, match="the scale of the prior is 0, a number above 0"):
        half_normal(0)
    with pytest.raises(EvidenceError, match="the location of the prior is nan"):
        log_normal(math.nan, 1.0)
    with pytest.raises(EvidenceError, match="one study says nothing of tau"):
        bayes([1.0], [1.0], prior=half_cauchy(1.0))
    with pytest.raises(EvidenceError, match="a standard deviation above 0 are needed"):
        bayes([1.0, 2.0], [1.0, 1.0], prior=half_normal(1.0), mu_prior=(0.0, 0.0))
    with pytest.raises(EvidenceError, match="unknown interval 'shortst': did you mean 'shortest'"):
        bayes([1.0, 2.0], [1.0, 1.0], prior=half_normal(1.0), interval="shortst")
    with pytest.raises(EvidenceError, match="unknown outcome 'pian': did you mean 'pain'"):
        turner_2015("pian", "pharmacological_vs_placebo")
    with pytest.raises(EvidenceError, match="unknown comparison for pain 'sham'"):
        turner_2015("pain", "sham")


def test_results_are_readable_and_travel_as_json() -> None:
    found = bayes(SCHOOLS, VARIANCES, prior=half_cauchy(25.0), labels="ABCDEFGH")
    assert "half-Cauchy(25)" in found.summary()
    assert json.loads(json.dumps(found.to_dict()))["k"] == 8
    assert found.to_frame()["name"].tolist() == ["mu", "tau", "new study", *"ABCDEFGH"]
    assert any("bayesmeta" in paper for paper in found.references())
