"""The between-study variance of a network, by every method."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.evidence.network.networks import contrasts, network_of

from filiform import evidence as ev
from filiform.evidence.network import fit_network, network_contrasts, q_decomposition
from filiform.evidence.network._design import Nodes
from filiform.evidence.network._model import NetworkModel


# R 4.2.2, metafor 3.8-1: rma.mv(TE, V, mods = X, random = ~ factor(comp) | studlab, rho = 0.5), V
# with the covariances of the contrasts of a trial, control = list(rel.tol = 1e-12).
@pytest.mark.parametrize(
    ("name", "method", "expected"),
    [
        ("senn2013", "REML", 0.09991454),
        ("senn2013", "ML", 0.05638303),
        ("dong2013", "REML", 0.003437183),
        ("dong2013", "ML", 0.0),
    ],
)
def test_metafor_finds_the_same_variance_when_covariances_are_told(
    name: str, method: str, expected: float
) -> None:
    assert network_of(name, method).tau2 == pytest.approx(expected, rel=1e-5, abs=1e-8)


# The same, V diagonal, the reference as baseline: what netmeta 3.4 does with contrasts.
@pytest.mark.parametrize(("method", "expected"), [("REML", 0.101048), ("ML", 0.05673584)])
def test_without_the_covariances_it_is_netmetas(method: str, expected: float) -> None:
    assert network_of("senn2013", f"{method}_independent").tau2 == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize("name", ["senn2013", "dong2013"])
def test_the_estimate_is_the_top_of_the_likelihood(name: str, *, restricted: bool) -> None:
    net = network_of(name, "REML" if restricted else "ML")
    data = net.data
    model = NetworkModel(data, Nodes(data.first, data.second, len(net.treatments)))
    assert net.tau2 is not None
    top = model.log_likelihood(net.tau2, restricted=restricted)
    grid = [0.0, *(net.tau2 + np.linspace(-0.9, 3.0, 40) * max(net.tau2, 1e-4))]
    heights = [model.log_likelihood(max(0.0, t), restricted=restricted) for t in grid]
    assert top >= max(heights) - 1e-12
    assert net.converged


def test_the_sums_are_the_derivatives_of_the_likelihood() -> None:
    data = contrasts("senn2013")
    model = NetworkModel(data, Nodes(data.first, data.second, len(data.treatments)))
    at, step = 0.07, 1e-5
    sums = model.sums_at(at)
    for restricted, trace in ((True, sums.tr_p), (False, sums.sum_w)):
        high = model.log_likelihood(at + step, restricted=restricted)
        low = model.log_likelihood(at - step, restricted=restricted)
        assert (high - low) / (2 * step) == pytest.approx(0.5 * (sums.ypp - trace), rel=1e-6)


def test_netmeta_prints_the_same_for_senn() -> None:
    # Balduzzi et al. 2023, Journal of Statistical Software 106(2), doi:10.18637/jss.v106.i02:
    # tau^2 = 0.1087; tau = 0.3297; I^2 = 81.4% [72.0%; 87.7%];
    # between designs Q = 22.53, 7 df, p = 0.0021.
    net = network_of("senn2013")
    between = q_decomposition(net).between
    assert net.tau2 == pytest.approx(0.1087, abs=5e-5)
    assert (net.i2, net.i2_ci_low, net.i2_ci_high) == pytest.approx((81.4, 72.0, 87.7), abs=0.05)
    assert between.q == pytest.approx(22.53, abs=0.005)
    assert between.df == 7
    assert between.p == pytest.approx(0.0021, abs=5e-5)


@pytest.mark.parametrize("method", ["DL", "REML", "ML", 0.3])
def test_two_treatments_are_a_pairwise_analysis(method: str | float) -> None:
    effects, errors = [-0.9, -0.2, -1.4, 0.3, -0.5], [0.2, 0.25, 0.4, 0.3, 0.15]
    net = fit_network(
        network_contrasts(effects, errors, ["new"] * 5, ["old"] * 5, range(5)), tau2=method
    )
    pooled = ev.pool(effects, np.square(errors), tau2=method, interval="normal")
    found = net.random.effect("new", "old")
    assert found == pytest.approx((pooled.estimate, pooled.standard_error), rel=1e-10)
    assert net.tau2 == pytest.approx(pooled.tau2, rel=1e-9)
    assert net.q == pytest.approx(pooled.q, rel=1e-12)
    assert net.q_df == pooled.q_df


def test_a_variance_of_zero_is_the_common_effect() -> None:
    net = network_of("senn2013", "common")
    assert net.tau2 == 0.0
    assert np.array_equal(net.random.effects, net.common.effects)


def test_without_degrees_of_freedom_there_is_no_variance() -> None:
    net = fit_network(network_contrasts([0.5], [0.2], ["A"], ["B"], ["only"]))
    assert (net.tau2, net.i2, net.q_p, net.prediction()) == (None, None, None, None)
    assert "heterogeneity cannot be estimated" in net.warnings[0]
    assert net.random.effect("A", "B") == pytest.approx((0.5, 0.2))


def test_trials_that_agree_leave_no_variance() -> None:
    data = contrasts("senn2013")
    theta = np.arange(len(data.treatments)) * 0.1
    flat = replace(data, effects=theta[data.first] - theta[data.second])
    for method in ("DL", "REML", "ML"):
        net = fit_network(flat, tau2=method)
        assert net.tau2 == 0.0
        assert net.q == pytest.approx(0.0, abs=1e-20)
