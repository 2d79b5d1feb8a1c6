"""Network meta-regression, against metafor."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from tests.evidence.network.networks import columns, contrasts

from filiform.errors import EvidenceError
from filiform.evidence.network import NetworkRegression, fit_network, network_regression


def log_size(name: str) -> list[float]:
    """The logarithm of each trial's number of persons."""
    arms = columns(name, "arms")
    study, n = ("study", "ni") if name == "senn2013" else ("id", "randomized")
    persons: Counter[str] = Counter()
    for trial, size in zip(arms[study], arms[n], strict=True):
        persons[str(trial)] += size
    return [float(np.log(persons[trial])) for trial in contrasts(name).studies]


def regression(name: str, tau2: str = "REML", assumption: str = "common") -> NetworkRegression:
    return network_regression(
        contrasts(name),
        {"log size": log_size(name)},
        reference="placebo" if name == "senn2013" else "Placebo",
        tau2=tau2,
        assumption=assumption,
    )


# R 4.2.2, metafor 3.8-1: rma.mv(TE, V, mods = cbind(X, nonref * log(n)), ...), V with the
# covariances within trials, rho = 0.5, method = "REML" and no random effects.
@pytest.mark.parametrize(
    ("name", "tau2", "first", "slope", "digits"),
    [
        ("senn2013", "REML", (0.201360542, 0.768416357), (-0.213869428, 0.149888297), 1e-6),
        ("senn2013", "common", (-0.370713835435, 0.39045599085),
         (-0.0931014411535, 0.0764784450904), 1e-10),
        ("dong2013", "REML", (-0.11168660, 0.56186669), (0.01263360, 0.06999064), 1e-5),
        ("dong2013", "common", (-0.126957901412, 0.527740970671),
         (0.0175389832165, 0.0640256026329), 1e-10),
    ],
)  # fmt: skip
def test_metafor_finds_the_same_coefficients(
    name: str,
    tau2: str,
    first: tuple[float, float],
    slope: tuple[float, float],
    digits: float,
) -> None:
    found = regression(name, tau2).coefficients
    pairs = [(c.estimate, c.standard_error) for c in (found[0], found[-1])]
    assert pairs[0] == pytest.approx(first, rel=digits)
    assert pairs[1] == pytest.approx(slope, rel=digits)
    assert found[-1].name == "log size"


def test_metafor_finds_the_same_residual_variance_and_q() -> None:
    found = regression("senn2013")
    assert found.tau2 == pytest.approx(0.098981055481, rel=1e-5)
    assert found.residual.q == pytest.approx(95.5021111172, rel=1e-10)
    assert found.residual.df == 17
    common = regression("dong2013", "common")
    assert common.moderators.q == pytest.approx(0.0750414945848, rel=1e-9)
    assert common.residual.q == pytest.approx(41.0624009936, rel=1e-10)


def test_effects_at_a_value_add_the_slope_against_the_reference_only() -> None:
    found = regression("senn2013")
    at = found.effects({"log size": 5.0})
    slope = found.coefficients[-1].estimate
    zero = found.effects_at_zero
    one, two = zero.effect("metformin", "placebo")[0], at.effect("metformin", "placebo")[0]
    assert two - one == pytest.approx(5.0 * slope)
    assert at.effect("metformin", "acarbose") == pytest.approx(
        zero.effect("metformin", "acarbose"), rel=1e-9
    )
    again = found.effects({"log size": 0.0})
    assert np.allclose(again.standard_errors, zero.standard_errors, atol=1e-12)


def test_the_common_slope_is_read_off_wherever_the_covariate_begins() -> None:
    one = regression("dong2013", "DL")
    shifted = network_regression(
        contrasts("dong2013"),
        {"log size": np.array(log_size("dong2013")) - 3.0},
        reference="Placebo",
        tau2="DL",
    )
    assert one.tau2 == pytest.approx(shifted.tau2, abs=1e-12)
    assert one.coefficients[-1].estimate == pytest.approx(shifted.coefficients[-1].estimate)
    here, there = one.effects({"log size": 6.0}), shifted.effects({"log size": 3.0})
    assert np.allclose(here.effects, there.effects, atol=1e-9)
    assert np.allclose(here.standard_errors, there.standard_errors, atol=1e-9)


def test_independent_slopes_are_one_a_treatment() -> None:
    data = contrasts("dong2013")
    sizes = log_size("dong2013")
    found = network_regression(
        data, {"log size": sizes}, reference="Placebo", assumption="independent", tau2="common"
    )
    names = [c.name for c in found.coefficients]
    others = [name for name in data.treatments if name != "Placebo"]
    assert names == [*others, *(f"{name}:log size" for name in others)]
    assert found.residual.df == fit_network(data).q_df - 5
    at = found.effects({"log size": 6.0})
    expected = found.coefficients[0].estimate + 6.0 * found.coefficients[5].estimate
    assert at.effect("ICS", "Placebo")[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("covariates", "message"),
    [
        ({}, "no covariate is given"),
        ({"year": [2000.0]}, "covariate year has 1 values for 26 trials"),
        ({"year": [float("nan")] + [2000.0] * 25}, "study 'De Fronzo .1995.': the covariate|year"),
        ({"same": [1.0] * 26}, "cannot tell same apart from the treatments"),
    ],
)
def test_covariates_that_cannot_be_used_are_refused(
    covariates: dict[str, list[float]], message: str
) -> None:
    with pytest.raises(EvidenceError, match=message):
        network_regression(contrasts("senn2013"), covariates, reference="placebo")


def test_effects_at_unknown_or_missing_covariates_are_refused() -> None:
    found = regression("dong2013", "common")
    with pytest.raises(EvidenceError, match="unknown covariate 'year'"):
        found.effects({"year": 1.0})
    with pytest.raises(EvidenceError, match="no value for log size"):
        found.effects({})
