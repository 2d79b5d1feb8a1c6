"""Rankings and rank probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from tests.evidence.network.networks import DATASETS, network_of

from filiform.errors import EvidenceError
from filiform.evidence.network import (
    fit_network,
    network_contrasts,
    p_scores,
    rank_probabilities,
)


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("model", ["common", "random"])
def test_the_p_score_is_the_sucra(name: str, model: str) -> None:
    # Rücker and Schwarzer 2015: equal for normal effects.
    net = network_of(name)
    ranks = rank_probabilities(net, model=model)
    assert np.allclose(ranks.sucra, p_scores(net, model=model).p_scores, atol=0.002)


@pytest.mark.parametrize("covariance", ["full", "quasi"])
def test_every_rank_is_held_and_every_treatment_has_one(covariance: str) -> None:
    ranks = rank_probabilities(network_of("senn2013"), covariance=covariance)
    assert np.allclose(ranks.probabilities.sum(axis=0), 1.0)
    assert np.allclose(ranks.probabilities.sum(axis=1), 1.0)
    assert np.allclose(ranks.cumulative[:, -1], 1.0)


def test_the_lattice_gives_the_same_every_time_and_a_generator_its_own() -> None:
    net = network_of("dong2013")
    one, two = (rank_probabilities(net, draws=500).probabilities for _ in range(2))
    assert np.array_equal(one, two)
    drawn = [
        rank_probabilities(net, draws=4000, rng=np.random.default_rng(seed)).probabilities
        for seed in (1, 1, 2)
    ]
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])
    assert np.allclose(drawn[0], rank_probabilities(net).probabilities, atol=0.04)


def test_where_treatments_are_independent_both_ways_agree() -> None:
    # All against a hub that is known exactly but for a hair: effects hardly share an error.
    names, effects = ["A", "B", "C", "D"], [0.3, 0.1, -0.2, 0.0]
    hub = network_contrasts(effects, [0.4, 0.2, 0.3, 0.01], names, ["hub"] * 4, range(4))
    net = fit_network(hub, tau2="common")
    full = rank_probabilities(net, draws=60_000).probabilities
    quasi = rank_probabilities(net, covariance="quasi").probabilities
    assert np.allclose(full, quasi, atol=0.005)


def test_two_treatments_have_the_chance_of_the_normal_curve() -> None:
    net = fit_network(network_contrasts([-0.392], [0.2], ["A"], ["B"], [1]), tau2="common")
    for covariance in ("full", "quasi"):
        ranks = rank_probabilities(net, small_values="desirable", covariance=covariance)
        # Phi(1.96) = 0.9750
        assert ranks.probabilities[0, 0] == pytest.approx(0.975, abs=2e-4)


def test_no_draws_are_refused() -> None:
    with pytest.raises(EvidenceError, match="0 draws, at least 1 is needed"):
        rank_probabilities(network_of("dong2013"), draws=0)
