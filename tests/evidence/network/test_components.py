"""Component networks, against metafor and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.evidence.network.networks import contrasts

from filiform.errors import EvidenceError
from filiform.evidence.network import (
    NetworkData,
    component_network,
    fit_network,
    network_contrasts,
)


def dong() -> NetworkData:
    """The combination of two inhalers named as one."""
    data = contrasts("dong2013")
    return replace(
        data, treatments=tuple(name.replace("LABA-ICS", "LABA+ICS") for name in data.treatments)
    )


# R 4.2.2, metafor 3.8-1: rma.mv with the components' differences as moderators, V with the
# covariances within trials; placebo is inactive.
def test_metafor_finds_the_same_components() -> None:
    net = component_network(dong(), inactive="Placebo", tau2="common")
    found = {e.name: (e.estimate, e.standard_error) for e in net.common_components}
    expected = {
        "ICS": (-0.0686717464110, 0.0617959047282),
        "LABA": (-0.1562711359711, 0.0627099082524),
        "TIO-HH": (-0.0950680586737, 0.0653369950414),
        "TIO-SMI": (0.408176020565, 0.187270444599),
    }
    assert found.keys() == expected.keys()
    for name, pair in expected.items():
        assert found[name] == pytest.approx(pair, rel=1e-10)
    assert net.additive.q == pytest.approx(43.502338229, rel=1e-10)
    assert net.additive.df == 54
    # Standard network: Q 41.1374424881623 on 53 df (reference case dong2013-DL).
    assert net.difference.q == pytest.approx(43.502338229 - 41.1374424881623, rel=1e-8)
    assert net.difference.df == 1


def test_metafor_finds_the_same_components_with_heterogeneity() -> None:
    net = component_network(dong(), inactive="Placebo", tau2="REML")
    assert net.tau2 == pytest.approx(0.00966952833635, rel=1e-4)
    ics = net.random_components[0]
    assert (ics.estimate, ics.standard_error) == pytest.approx(
        (-0.1039473479039, 0.0773289647318), rel=1e-5
    )


def test_an_interaction_for_every_combination_is_the_network_itself() -> None:
    data = dong()
    net = component_network(data, inactive="Placebo", tau2="DL", interactions=["ICS*LABA"])
    plain = fit_network(data, tau2="DL")
    assert net.common is not None
    assert np.allclose(net.common.effects, plain.common.effects, atol=1e-10)
    assert np.allclose(net.common.standard_errors, plain.common.standard_errors, atol=1e-10)
    assert net.difference.q == pytest.approx(0.0, abs=1e-9)
    assert (net.difference.df, net.difference.p) == (0, None)


def test_components_without_combinations_are_the_network_itself() -> None:
    data = contrasts("senn2013")
    net = component_network(data, inactive="placebo", tau2="DL")
    plain = fit_network(data, tau2="DL")
    assert net.tau2 == pytest.approx(plain.tau2, rel=1e-12)
    assert net.random is not None
    assert np.allclose(net.random.effects, plain.random.effects, atol=1e-10)
    assert (net.i2, net.i2_ci_low) == pytest.approx((plain.i2, plain.i2_ci_low))


def test_parts_are_joined_by_a_component_that_they_share() -> None:
    # Needling + exercise against exercise, and needling against nothing: two parts, one question.
    data = network_contrasts(
        [-1.0, -1.4],
        [0.3, 0.4],
        ["needling+exercise", "needling"],
        ["exercise", "nothing"],
        ["one", "two"],
    )
    net = component_network(data, inactive="nothing", tau2="common")
    needling = next(e for e in net.common_components if e.name == "needling")
    # By hand: weights 1/0.09 and 1/0.16.
    assert needling.estimate == pytest.approx((-1.0 / 0.09 - 1.4 / 0.16) / (1 / 0.09 + 1 / 0.16))
    assert needling.standard_error == pytest.approx((1 / 0.09 + 1 / 0.16) ** -0.5)
    assert "joining 2 parts" in net.method
    assert net.additive.q == pytest.approx(0.4**2 / 0.25)
    assert (net.standard.df, net.difference.df) == (0, 1)
    # Exercise alone against nothing was never asked, not even by a combination.
    assert (net.common, net.random) == (None, None)
    assert net.compare("needling", "nothing").estimate == needling.estimate
    assert net.compare("exercise", "nothing").estimate is None
    assert "are not determined" in net.warnings[0]


def test_what_no_trial_tells_is_none_and_said() -> None:
    data = network_contrasts(
        [0.5, 0.4, 0.9], [0.2] * 3, ["A+B", "A", "A+B"], ["A", "P", "P"], [1, 2, 3]
    )
    net = component_network(data, tau2="common")
    found = {e.name: e.estimate for e in net.common_components}
    assert found == {"A": None, "B": pytest.approx(0.5), "P": None}
    assert "cannot tell these components apart: A, P" in net.warnings[0]
    plain = fit_network(data, tau2="common")
    assert net.common is not None
    assert np.allclose(net.common.effects, plain.common.effects)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"inactive": "sugar"}, "unknown treatment 'sugar'"),
        ({"separator": ""}, "the separator is empty"),
        ({"interactions": ["LABA"]}, r"not a pair of components: write it as \"A\*B\""),
        ({"interactions": ["LABA*ISC"]}, "unknown component 'ISC': did you mean 'ICS'"),
        ({"interactions": ["LABA*TIO-HH"]}, "no treatment has both components"),
    ],
)
def test_components_that_make_no_sense_are_refused(options: dict[str, str], message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        component_network(dong(), **options)  # type: ignore[arg-type]


def test_a_component_without_a_name_is_refused() -> None:
    data = network_contrasts([0.5], [0.2], ["A+"], ["P"], [1])
    with pytest.raises(EvidenceError, match=r"treatment 'A\+' has a component without a name"):
        component_network(data)


def test_parts_that_share_no_component_are_not_compared() -> None:
    data = network_contrasts([0.5, 0.4], [0.2, 0.2], ["A+B", "C"], ["A", "D"], [1, 2])
    net = component_network(data)
    assert net.compare("C", "D").estimate == pytest.approx(0.4)
    assert net.compare("A+B", "A", model="common").standard_error == pytest.approx(0.2)
    assert net.compare("A", "C").estimate is None
    assert net.compare("A", "A").estimate == 0.0
    with pytest.raises(EvidenceError, match="unknown treatment 'E'"):
        net.compare("A", "E")
