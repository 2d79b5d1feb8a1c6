"""Every reference case made with netmeta 3.4, asserted whole."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.evidence.network.networks import (
    CASES,
    DATASETS,
    by_treatment,
    columns,
    dataset,
    network_of,
    without_diagonal,
)
from tests.evidence.reference import Case, compare

from filiform.evidence.network import (
    ComparisonSplit,
    Network,
    NetworkEffects,
    NetworkMatrix,
    QTest,
    SplitEffect,
    contributions,
    flow_measures,
    hat_matrix,
    hypergeometric_network,
    mantel_haenszel_network,
    node_split,
    p_scores,
    q_decomposition,
    rank_probabilities,
    study_impact,
)
from filiform.evidence.network._design import Nodes
from filiform.evidence.network._direct import comparisons_of, direct_evidence
from filiform.evidence.network._weights import weights

if TYPE_CHECKING:
    from collections.abc import Callable

MODELS = ("common", "random")
# netmeta's hypergeometric network stops its optimiser (L-BFGS-B, R's default) at a relative change
# of 2e-9 of the likelihood: its effects are good to four decimals, ours solve the equations
# (`test_rare_events`).
LOOSE = {"dong2013-netmetabin-NCH": 5e-3}
# netmeta inverts the variances of all comparisons by a pseudoinverse that takes what is below
# √ε = 1.5e-8 of the largest for 0. Leaving a trial out by a standard error of 1000 times the
# largest makes it forget, in dong2013, trials 1, 3, 12 and 36 (standard errors below 0.25) each
# time as well. The case is reproduced by forgetting them too.
FORGETFUL = "dong2013-study-impact"


def test_no_case_is_left_out() -> None:
    assert len(CASES) == 29
    assert {_runner(case) for case in CASES} == {
        _fit, _contributions, _decomposition, _hat, _measures, _mantel_haenszel, _hypergeometric,
        _split, _ranks, _impact, _given_tau2,
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_netmeta_and_we_agree(case: Case) -> None:
    if case.name in LOOSE:
        case.tol["default"] = LOOSE[case.name]
    assert compare(case, _runner(case)(case), 1.0) == []


def _runner(case: Case) -> Callable[[Case], dict[str, Any]]:
    kind = case.name.removeprefix(f"{dataset(case)}-")
    if kind in {"DL", "REML", "ML"}:
        return _fit
    runners = {
        "contributions": _contributions,
        "decomposition": _decomposition,
        "hat": _hat,
        "measures": _measures,
        "netmetabin-MH": _mantel_haenszel,
        "netmetabin-NCH": _hypergeometric,
        "node": _split,
        "rank": _ranks,
        "study": _impact,
        "tau": _given_tau2,
    }
    return runners[kind if kind in runners else kind.split("-")[0]]


def _fit(case: Case) -> dict[str, Any]:
    """Effects, heterogeneity, prediction, direct and indirect evidence.

    netmeta estimated τ² by REML and ML as if contrasts of a trial with its baseline were
    independent (see `test_heterogeneity`): so do we here.
    """
    method = case.call["tau2"]
    net = network_of(dataset(case), method if method == "DL" else f"{method}_independent")
    parts = q_decomposition(net)
    predicted = net.prediction()
    assert predicted is not None
    found = {
        "k": len(net.data.studies),
        "m": net.data.first.size,
        "n": len(net.treatments),
        "d": len(parts.designs),
        "treatments": list(net.treatments),
        "tau2": net.tau2,
        **_q("Q", QTest(net.q, net.q_df, net.q_p), "Q"),
        **_q("Q_heterogeneity", parts.within, "Q_het"),
        **_q("Q_inconsistency", parts.between, "Q_inc"),
        "I2": _share(net.i2),
        "I2_ci": [_share(net.i2_ci_low), _share(net.i2_ci_high)],
    }
    for name, matrix in (("pi_lower", predicted[0]), ("pi_upper", predicted[1])):
        if name in case.expected:
            found[name] = by_treatment(case.expected[name], net.treatments, matrix)
    for model in MODELS:
        found[model] = _model(net, model, case.expected[model])
    return found


def _model(net: Network, model: str, expected: dict[str, Any]) -> dict[str, Any]:
    effects = net.effects(model)
    matrices = _effects(effects) | _direct(net, effects)
    found: dict[str, Any] = {
        name: by_treatment(expected[name], net.treatments, matrix)
        for name, matrix in matrices.items()
        if name in expected
    }
    scores = p_scores(net, model=model)
    order = [net.treatments.index(name) for name in expected["p_scores"]["treat"]]
    found["p_scores"] = {
        "treat": expected["p_scores"]["treat"],
        "score": scores.p_scores[order].tolist(),
    }
    return found


def _effects(effects: NetworkEffects) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    return {
        "effects": effects.effects,
        "se": effects.standard_errors,
        "lower": effects.ci_low,
        "upper": effects.ci_high,
        "pval": without_diagonal(effects.p_values),
    }


def _direct(
    net: Network, effects: NetworkEffects
) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    comparisons = comparisons_of(net.data)
    direct = direct_evidence(net.data, comparisons, effects)
    i, j = comparisons.first, comparisons.second
    share = np.zeros_like(effects.effects)
    share[i, j] = share[j, i] = direct.proportion
    own, error = np.full_like(share, np.nan), np.full_like(share, np.nan)
    own[i, j], own[j, i] = direct.effects, -direct.effects
    error[i, j] = error[j, i] = np.sqrt(direct.variances)
    # All evidence is direct: nothing is left to be indirect.
    rest = np.where(1.0 - share < 1e-8, np.nan, 1.0 - share)
    indirect = (effects.effects - share * np.nan_to_num(own)) / rest
    return {
        "prop_direct": without_diagonal(share),
        "direct_effects": own,
        "direct_se": error,
        "indirect_effects": without_diagonal(indirect),
        "indirect_se": without_diagonal(effects.standard_errors / np.sqrt(rest)),
    }


def _given_tau2(case: Case) -> dict[str, Any]:
    effects = network_of(dataset(case), case.call["tau2_value"]).random
    found = _effects(effects)
    expected = case.expected["random"]
    return {
        "random": {
            name: by_treatment(matrix, effects.treatments, found[name])
            for name, matrix in expected.items()
        }
    }


def _contributions(case: Case) -> dict[str, Any]:
    net = network_of(dataset(case))
    return {
        model: _labelled(
            case.expected[model], contributions(net, method=case.call["method"], model=model)
        )
        for model in MODELS
    }


def _hat(case: Case) -> dict[str, Any]:
    net = network_of(dataset(case))
    return {
        model: _labelled(case.expected[model], hat_matrix(net, model=model, kind="full"))
        for model in MODELS
    }


def _impact(case: Case) -> dict[str, Any]:
    net = network_of(dataset(case))
    found = {model: study_impact(net, model=model) for model in MODELS}
    if case.name == FORGETFUL:
        found = {model: _forgetting(net, model) for model in MODELS}
    return {model: _labelled(case.expected[model], found[model]) for model in MODELS}


def _forgetting(net: Network, model: str) -> NetworkMatrix:
    """The impact when every refit forgets the most precise comparisons too."""
    plain, data, tau2 = study_impact(net, model=model), net.data, net.effects(model).tau2
    far = 1000.0**2 * float(data.variances.max())
    nodes = Nodes(data.first, data.second, len(net.treatments))
    i, j = np.triu_indices(len(net.treatments), 1)
    rows = []
    for number in range(len(data.studies)):
        variances = np.where(data.study == number, far, data.variances)
        w = weights(replace(data, variances=variances), tau2)
        w[w * w.min() ** -1 * math.sqrt(np.finfo(float).eps) > 1.0] = 0.0
        g = nodes.inverse(nodes.information(w))
        without = g[i, i] + g[j, j] - 2.0 * g[i, j]
        rows.append(1.0 - net.effects(model).variances[i, j] / without)
    return NetworkMatrix(plain.rows, plain.columns, np.array(rows), model, plain.method, ())


def _decomposition(case: Case) -> dict[str, Any]:
    parts = q_decomposition(network_of(dataset(case)))
    expected = case.expected
    designs = {design.design: design for design in parts.designs}
    within = [designs[name].within for name in expected["by_design"]["design.1"]]
    names = expected["detach"]["design.1"]
    assert {name for name in designs if designs[name].detached} == set(names)
    detached = [test for name in names if (test := designs[name].detached)]
    assert parts.tau2_within is not None
    assert parts.between_random is not None
    again = parts.between_random
    return {
        "total": _tests([parts.total, parts.within, parts.between]),
        # The first name is netmeta's running number of the design.
        "by_design": {**expected["by_design"], **_tests(within)},
        "detach": {**expected["detach"], **_tests(detached)},
        "between_random": {
            "Q": again.q,
            "df": again.df,
            "pval": again.p,
            "tau.within": math.sqrt(parts.tau2_within),
        },
        "between_designs_preset": {},
    }


def _measures(case: Case) -> dict[str, Any]:
    found = flow_measures(network_of(dataset(case)))
    order = [found.comparisons.index(name) for name in case.expected["comparison"]]
    return {
        "comparison": case.expected["comparison"],
        "proportion_direct": found.proportion_direct[order].tolist(),
        "mean_path": found.mean_path[order].tolist(),
        "min_parallel": found.min_parallel[order].tolist(),
    }


def _ranks(case: Case) -> dict[str, Any]:
    """Treatments drawn independently with quasi-variances, as netmeta does."""
    net = network_of(dataset(case))
    found: dict[str, Any] = {}
    for model in MODELS:
        ranks = rank_probabilities(net, model=model, covariance="quasi")
        expected = case.expected[model]
        order = [net.treatments.index(name) for name in expected["treat"]]
        found[model] = {
            "treat": expected["treat"],
            "sucra": ranks.sucra[order].tolist(),
            "rank_probabilities": {
                **expected["rank_probabilities"],
                "values": ranks.probabilities[order].tolist(),
            },
        }
    # Simulated: its error is absolute.
    case.tol["default"] *= 1000.0
    for model in MODELS:
        _near(found[model], case.expected[model], 0.02)
    return found


def _near(found: dict[str, Any], expected: dict[str, Any], room: float) -> None:
    assert np.allclose(found["sucra"], expected["sucra"], rtol=0.0, atol=room)
    ours = np.array(found["rank_probabilities"]["values"])
    theirs = np.array(expected["rank_probabilities"]["values"])
    assert np.allclose(ours, theirs, rtol=0.0, atol=room)
    assert np.abs(ours - theirs).max() > 0.0


def _mantel_haenszel(case: Case) -> dict[str, Any]:
    arms = columns(dataset(case), "arms")
    found = mantel_haenszel_network(
        arms["id"], arms["treatment"], arms["death"], arms["randomized"]
    )
    return _rare(case, found.common, len(found.studies)) | {
        "Q_inconsistency": found.q_inconsistency,
        "Q_inc_df": found.q_df,
        "Q_inc_p": found.q_p,
    }


def _hypergeometric(case: Case) -> dict[str, Any]:
    arms = columns(dataset(case), "arms")
    found = hypergeometric_network(arms["id"], arms["treatment"], arms["death"], arms["randomized"])
    return _rare(case, found.common, len(found.studies)) | {
        "Q_inconsistency": found.q_inconsistency,
        "Q_inc_df": found.q_df,
        "Q_inc_p": found.q_p,
    }


def _rare(case: Case, effects: NetworkEffects, studies: int) -> dict[str, Any]:
    matrices = _effects(effects)
    return {
        "k": studies,
        "n": len(effects.treatments),
        "treatments": list(effects.treatments),
        "common": {
            name: by_treatment(matrix, effects.treatments, matrices[name])
            for name, matrix in case.expected["common"].items()
        },
        # netmeta gives a total and a heterogeneity for no method for rare events.
        "Q": None,
        "Q_df": None,
        "Q_heterogeneity": None,
    }


def _split(case: Case) -> dict[str, Any]:
    splits = node_split(network_of(dataset(case)), method=case.call["method"])
    found: dict[str, Any] = {}
    for model, listed in (("common", splits.common), ("random", splits.random)):
        named = {f"{split.treatment1}:{split.treatment2}": split for split in listed}
        ordered = [named[name] for name in case.expected["comparison"]]
        found[f"prop_{model}"] = [split.proportion for split in ordered]
        found["k"] = [split.studies for split in ordered]
        names = case.expected["comparison"]
        found[model] = {
            "direct": {
                "comparison": names,
                **_evidence([s.direct for s in ordered]),
                **_trials(ordered),
            },
            "indirect": {"comparison": names, **_evidence([s.indirect for s in ordered])},
            "compare": {"comparison": names, **_evidence([s.difference for s in ordered])},
        }
        found[model]["compare"]["z"] = found[model]["compare"]["statistic"]
    found["comparison"] = case.expected["comparison"]
    return found


def _evidence(listed: list[SplitEffect | None]) -> dict[str, Any]:
    fields = {
        "TE": "estimate",
        "seTE": "standard_error",
        "lower": "ci_low",
        "upper": "ci_high",
        "statistic": "statistic",
        "p": "p_value",
    }
    return {
        theirs: [None if part is None else getattr(part, ours) for part in listed]
        for theirs, ours in fields.items()
    }


def _trials(ordered: list[ComparisonSplit]) -> dict[str, Any]:
    tau2 = [split.tau2 for split in ordered]
    return {
        "n": [None] * len(ordered),
        "Q": [split.q for split in ordered],
        "tau2": tau2,
        "tau": [None if value is None else math.sqrt(value) for value in tau2],
        "I2": [_share(split.i2) for split in ordered],
    }


def _labelled(expected: dict[str, Any], found: NetworkMatrix) -> dict[str, Any]:
    assert sorted(found.rows) == sorted(expected["rows"])
    assert sorted(found.columns) == sorted(expected["cols"])
    rows = [found.rows.index(name) for name in expected["rows"]]
    cols = [found.columns.index(name) for name in expected["cols"]]
    return {
        "rows": expected["rows"],
        "cols": expected["cols"],
        "values": found.matrix[np.ix_(rows, cols)].tolist(),
    }


def _q(name: str, test: QTest, short: str) -> dict[str, Any]:
    return {name: test.q, f"{short}_df": test.df, f"{short}_p": test.p}


def _tests(listed: list[QTest]) -> dict[str, Any]:
    return {
        "Q": [test.q for test in listed],
        "df": [test.df for test in listed],
        "pval": [test.p for test in listed],
    }


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100.0


def test_the_two_data_sets_are_those_of_the_cases() -> None:
    assert DATASETS == ("dong2013", "senn2013")
