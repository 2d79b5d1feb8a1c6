"""Every result can be read, put in a table and written as JSON."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.evidence.network.networks import arms, columns, contrasts, network_of

from filiform.evidence.network import (
    comparison_adjusted_funnel,
    component_network,
    contributions,
    fit_network,
    flow_measures,
    hypergeometric_network,
    league_table,
    net_heat,
    network_contrasts,
    network_regression,
    node_split,
    p_scores,
    q_decomposition,
    rank_probabilities,
    study_impact,
)

if TYPE_CHECKING:
    from collections.abc import Callable

DONG = columns("dong2013", "arms")
RESULTS: dict[str, Callable[[], Any]] = {
    "network": lambda: network_of("senn2013"),
    "decomposition": lambda: q_decomposition(network_of("senn2013")),
    "node_split": lambda: node_split(network_of("senn2013"), method="SIDDE"),
    "contributions": lambda: contributions(network_of("dong2013"), by="study"),
    "flow": lambda: flow_measures(network_of("senn2013")),
    "heat": lambda: net_heat(network_of("senn2013"), model="random"),
    "scores": lambda: p_scores(network_of("senn2013")),
    "ranks": lambda: rank_probabilities(network_of("dong2013"), draws=200),
    "league": lambda: league_table(fit_network(arms("dong2013")), transform=True),
    "impact": lambda: study_impact(network_of("senn2013")),
    "funnel": lambda: comparison_adjusted_funnel(
        network_of("dong2013"), order=contrasts("dong2013").treatments
    ),
    "components": lambda: component_network(contrasts("senn2013"), inactive="placebo"),
    "regression": lambda: network_regression(
        contrasts("dong2013"), {"x": np.arange(41.0)}, reference="Placebo"
    ),
    "rare": lambda: hypergeometric_network(
        DONG["id"], DONG["treatment"], DONG["death"], DONG["randomized"], reference="Placebo"
    ),
}
SAYS = {
    "network": "tau² 0.1087, I² 81.4 % (72 to 87.7)",
    "decomposition": "between designs, tau 0.3797 within",
    "node_split": "metformin vs sulfonylurea",
    "contributions": "LABA:Placebo",
    "flow": "minimal parallelism",
    "heat": "placebo:acarbose:metformin",
    "scores": "rosiglitazone   0.8934",
    "ranks": "SUCRA",
    "league": "TIO-SMI",
    "impact": "Willms (1999)",
    "funnel": "adjusted effect",
    "components": "additivity: Q",
    "regression": "against Placebo, common coefficients",
    "rare": "37 trials, 6 treatments: log odds ratios",
}


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_a_result_is_text_table_and_json(name: str) -> None:
    result = RESULTS[name]()
    said = result.summary()
    assert SAYS[name] in said
    assert len(result.to_frame()) > 0
    written = json.dumps(result.to_dict(), allow_nan=False)
    assert len(written) > 100


@pytest.mark.parametrize("name", sorted(set(RESULTS) - {"league"}))
def test_a_result_names_its_papers(name: str) -> None:
    papers = RESULTS[name]().references()
    assert papers
    assert all(paper[0].isupper() and "2" in paper for paper in papers)


def test_the_summary_compares_with_the_reference() -> None:
    lines = network_of("senn2013").summary().splitlines()
    assert lines[0].startswith("26 trials, 10 treatments: frequentist network")
    assert lines[2].split()[:2] == ["against", "placebo"]
    row = next(line for line in lines if line.startswith("rosiglitazone"))
    # senn2013-DL: -1.2335 against placebo, 95 % interval -1.4839 to -0.9830 rounded as printed.
    assert "-1.229" in row or "-1.23" in row


def test_the_league_table_has_ratios_below_and_direct_ones_above() -> None:
    table = league_table(fit_network(arms("dong2013")), order=None, transform=True)
    t = len(table.treatments)
    assert all(table.network[r][c] is None for r in range(t) for c in range(r, t))
    below = table.network[1][0]
    assert below is not None
    assert below.ci_low < below.estimate < below.ci_high
    assert min(below.estimate, below.ci_low) > 0.0
    assert table.scale == "OR"
    assert any(cell is None for cell in table.direct[0][1:])


def test_the_funnel_is_centred_on_each_comparison() -> None:
    net = network_of("senn2013", "common")
    points = comparison_adjusted_funnel(net, order=net.treatments[::-1], model="common").points
    sums: dict[tuple[str, str], float] = {}
    for point in points:
        key = point.treatment1, point.treatment2
        sums[key] = sums.get(key, 0.0) + point.adjusted / point.standard_error**2
        assert net.treatments.index(point.treatment1) > net.treatments.index(point.treatment2)
    assert all(math.isclose(total, 0.0, abs_tol=1e-8) for total in sums.values())


def test_one_trial_answers_every_question() -> None:
    net = fit_network(network_contrasts([0.5], [0.2], ["A"], ["B"], ["only"]))
    assert contributions(net).matrix.tolist() == [[1.0]]
    assert q_decomposition(net).between_random is None
    assert "no comparison has both" in node_split(net).summary()
    assert "no design can be detached" in net_heat(net).summary()
    assert flow_measures(net).mean_path.tolist() == [pytest.approx(1.0)]
    assert study_impact(net).matrix[0, 0] == pytest.approx(1.0, abs=1e-5)
    assert "heterogeneity cannot be estimated" in net.summary()
    assert json.dumps(net.to_dict(), allow_nan=False)
