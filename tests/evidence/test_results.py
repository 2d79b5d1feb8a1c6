"""The contract of results: frozen dataclasses that say themselves in four ways."""

from __future__ import annotations

import dataclasses
import inspect
import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from filiform import evidence as ev
from filiform.evidence._result import Result, Rows

if TYPE_CHECKING:
    from collections.abc import Callable

_Y = [0.10, 0.30, 0.35, 0.65, 0.45, 0.15, 0.80, 0.95]
_V = [0.03, 0.03, 0.05, 0.01, 0.05, 0.02, 0.10, 0.20]
_A, _N1 = [4, 6, 3, 62], [123, 306, 231, 13598]
_C, _N2 = [11, 29, 11, 248], [139, 303, 220, 12867]
_TABLES = (_A, _N1, _C, _N2)
_DOSE = {"dose": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 9.0]}

# What goes into a fit, or is one row or cell of a result.
_PARTS = {
    "Baujat", "Blup", "Bootstrapped", "Coefficient", "ComparisonSplit", "Component",
    "ComponentEffect",
    "ComponentFit", "ComponentInterval", "DesignQ", "FitStatistics", "FunnelPoint", "JointTest",
    "LeagueCell", "VarianceInflation",
    "Look", "NetworkCoefficient", "NetworkData", "NetworkEffects", "Point", "Posterior",
    "Predicted", "PredictedEffect", "QTest", "Random", "RandomEffect", "SplitEffect", "TableTest",
    "TauPrior", "Weight",
}  # fmt: skip


def _classes() -> dict[str, type]:
    found = {name: getattr(ev, name) for name in ev.__all__}
    return {name: thing for name, thing in found.items() if inspect.isclass(thing)}


def _is_frozen(kind: type) -> bool:
    parameters = getattr(kind, "__dataclass_params__", None)
    return parameters is not None and bool(parameters.frozen)


def _network() -> ev.Network:
    data = ev.network_contrasts(
        [0.3, 0.5, 0.1, 0.4, 0.3, 0.7],
        [0.2, 0.2, 0.3, 0.25, 0.2, 0.3],
        ["A", "A", "B", "A", "B", "A"],
        ["B", "C", "C", "B", "C", "C"],
        ["1", "2", "3", "4", "5", "6"],
    )
    return ev.fit_network(data)


def _regression(tau2: str = "REML") -> ev.MetaRegression:
    return ev.meta_regression(_Y, _V, _DOSE, tau2=tau2)


_RESULTS: dict[str, Callable[[], object]] = {
    "effect_size": lambda: ev.effect_size("OR", events1=_A, n1=_N1, events2=_C, n2=_N2),
    "pool": lambda: ev.pool(_Y, _V),
    "pool_many": lambda: ev.pool_many([_Y, _Y[::-1]], [_V, _V]),
    "mantel_haenszel": lambda: ev.mantel_haenszel(*_TABLES),
    "peto": lambda: ev.peto(*_TABLES),
    "revman5": lambda: ev.revman5(*_TABLES),
    "henmi_copas": lambda: ev.henmi_copas(_Y, _V),
    "subgroups": lambda: ev.subgroups(_Y, _V, list("aaaabbbb")),
    "heterogeneity_from_q": lambda: ev.heterogeneity_from_q(20.0, 8),
    "meta_regression": _regression,
    "likelihood_ratio": lambda: ev.likelihood_ratio(_regression("ML"), ev.pool(_Y, _V, tau2="ML")),
    "permutation_test": lambda: ev.permutation_test(ev.pool(_Y, _V)),
    "blups": lambda: ev.blups(ev.pool(_Y, _V)),
    "leave_one_out": lambda: ev.leave_one_out(_Y, _V),
    "leave_one_out_tables": lambda: ev.leave_one_out_tables(*_TABLES),
    "cumulative": lambda: ev.cumulative(_Y, _V),
    "influence": lambda: ev.influence(_Y, _V),
    "bootstrap": lambda: ev.bootstrap(_Y, _V, random=np.random.default_rng(1)),
    "baujat": lambda: ev.baujat(_Y, _V),
    "radial_points": lambda: ev.radial_points(_Y, _V),
    "labbe_points": lambda: ev.labbe_points(*_TABLES),
    "egger": lambda: ev.egger(_Y, _V),
    "begg": lambda: ev.begg(_Y, _V),
    "trim_and_fill": lambda: ev.trim_and_fill(_Y, _V),
    "fail_safe_n": lambda: ev.fail_safe_n(_Y, _V),
    "excess_significance": lambda: ev.excess_significance(_Y, _V),
    "lfk_index": lambda: ev.lfk_index(_Y, _V),
    "limit_meta_analysis": lambda: ev.limit_meta_analysis(_Y, _V),
    "pet_peese": lambda: ev.pet_peese(_Y, _V),
    "combine_groups": lambda: ev.combine_groups([ev.Group(9, 1.0, 2.0), ev.Group(7, 2.0, 2.0)]),
    "mean_sd_from_quantiles": lambda: ev.mean_sd_from_quantiles(9, 5.0, minimum=1.0, maximum=8.0),
    "effect_from_interval": lambda: ev.effect_from_interval(0.1, 0.5),
    "smd_from_log_odds_ratio": lambda: ev.smd_from_log_odds_ratio(0.5, 0.1),
    "bayes": lambda: ev.bayes(_Y, _V, prior=ev.half_normal(0.5)),
    "sequential": lambda: ev.sequential(_Y, _V, smallest_effect=0.5),
    "boundaries": lambda: ev.boundaries([0.25, 0.5, 1.0]),
    "multilevel": lambda: ev.three_level(_Y, _V, cluster="aabbccdd"),
    "robust": lambda: ev.robust(_regression(), list("aabbccdd")),
    "selection": lambda: ev.selection(_Y, _V),
    "glmm": lambda: ev.glmm("OR", events1=_A, n1=_N1, events2=_C, n2=_N2),
    "fit_network": _network,
    "league_table": lambda: ev.league_table(_network()),
    "p_scores": lambda: ev.p_scores(_network()),
    "rank_probabilities": lambda: ev.rank_probabilities(_network()),
    "q_decomposition": lambda: ev.q_decomposition(_network()),
    "node_split": lambda: ev.node_split(_network()),
    "net_heat": lambda: ev.net_heat(_network()),
    "contributions": lambda: ev.contributions(_network()),
    "flow_measures": lambda: ev.flow_measures(_network()),
    "comparison_adjusted_funnel": lambda: ev.comparison_adjusted_funnel(_network(), order=["A", "B", "C"]),  # noqa: E501
    "component_network": lambda: ev.component_network(_network().data),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(_classes()) - _PARTS))
def test_every_public_result_is_a_frozen_dataclass_with_the_four_methods(name: str) -> None:
    kind = _classes()[name]
    assert issubclass(kind, Result)
    assert _is_frozen(kind)
    for method in ("summary", "to_frame", "to_dict", "references"):
        assert inspect.isfunction(getattr(kind, method)), method


@pytest.mark.parametrize("name", sorted(_PARTS))
def test_every_part_of_a_result_is_a_frozen_dataclass(name: str) -> None:
    assert _is_frozen(_classes()[name])


@pytest.mark.parametrize("name", sorted(_RESULTS))
def test_every_function_returns_a_result_that_says_itself_in_four_ways(name: str) -> None:
    result = _RESULTS[name]()
    assert isinstance(result, Result)
    assert result.summary().strip()
    frame = result.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) >= 1
    papers = result.references()
    assert papers
    assert len(set(papers)) == len(papers)
    plain = json.loads(json.dumps(result.to_dict()))
    assert plain["references"] == list(papers)
    assert "papers" not in plain


def test_rows_are_a_sequence() -> None:
    rows = ev.radial_points([1.0, 2.0], [0.25, 0.25], labels=["A", "B"])
    assert isinstance(rows, Rows)
    assert len(rows) == 2
    assert [row.label for row in rows] == ["A", "B"]
    assert rows[1:] == (rows[1],)
    assert "radial plot" in rows.summary()
    assert list(rows.to_frame().columns) == ["label", "x", "y"]


def test_a_result_cannot_be_changed() -> None:
    fit = ev.pool(_Y, _V)
    with pytest.raises(dataclasses.FrozenInstanceError):
        fit.estimate = 0.0  # type: ignore[misc]


def test_many_pooled_effects_say_how_they_spread_and_what_did_not_converge() -> None:
    many = ev.pool_many([_Y, _Y[::-1]], [_V, _V])
    assert many.summary().startswith("2 meta-analyses: REML, Hartung-Knapp interval")
    assert "did not converge" not in many.summary()
    failed = dataclasses.replace(many, converged=np.array([True, False]))
    assert failed.summary().endswith("note: tau² of 1 did not converge")
    assert many.to_frame()["estimate"].tolist() == many.estimate.tolist()
