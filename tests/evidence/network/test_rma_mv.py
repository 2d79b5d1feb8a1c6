"""Networks are what metafor's rma.mv gives on contrasts whose covariances are told.

`validation/networks.R` made the values. rma.mv searches its likelihood, so its τ² is good to about
six digits; effects are compared at its τ² and are closed forms there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from filiform.evidence.network import NetworkData, fit_network, network_arms, network_regression

_FILE = Path(__file__).parents[2] / "reference" / "networks" / "rma_mv.json"
CASES: Final = {case["name"]: case for case in json.loads(_FILE.read_text("utf-8"))["cases"]}
# Relative, and absolute in units of the largest sampling variance of a τ² near its boundary.
SEARCHED = 2e-6
EXACT = 1e-8


def network_of(case: dict[str, Any]) -> NetworkData:
    """The arms of a case."""
    data = case["data"]
    if "mean" in data:
        return network_arms(
            "MD",
            data["study"],
            data["treatment"],
            means=data["mean"],
            sds=data["sd"],
            n=data["n"],
        )
    return network_arms(
        "OR",
        data["study"],
        data["treatment"],
        events=data["events"],
        n=data["n"],
    )


def test_every_data_set_is_there() -> None:
    assert sorted(CASES) == ["dong2013", "hasselblad1998", "pagliaro1992", "senn2013", "woods2010"]
    assert all({"REML", "ML"} < set(case["expected"]) for case in CASES.values())


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("name", sorted(CASES))
def test_metafor_finds_the_same_network(name: str, method: str) -> None:
    expected = CASES[name]["expected"]
    first, *others = expected["treatments"]
    told = {key: values[0] for key, values in expected[method].items()}
    data = network_of(CASES[name])
    found = fit_network(data, tau2=method, reference=first)
    assert found.tau2 == pytest.approx(told["tau2"], rel=SEARCHED, abs=SEARCHED)
    assert (found.q, found.q_df) == pytest.approx((told["q"], told["q_df"]), rel=EXACT)
    assert found.q_p == pytest.approx(told["q_p"], rel=1e-7)
    at_theirs = fit_network(data, tau2=told["tau2"], reference=first).random
    effects = np.array([at_theirs.effect(treatment, first) for treatment in others])
    assert np.allclose(effects[:, 0], expected[method]["estimate"], rtol=EXACT, atol=EXACT)
    assert np.allclose(effects[:, 1], expected[method]["standard_error"], rtol=EXACT)


@pytest.mark.parametrize("name", [n for n in sorted(CASES) if "log_size" in CASES[n]["expected"]])
def test_metafor_finds_the_same_slope(name: str) -> None:
    case = CASES[name]
    expected = case["expected"]["log_size"]
    size: dict[str, float] = {}
    for study, n in zip(case["data"]["study"], case["data"]["n"], strict=True):
        size[study] = size.get(study, 0.0) + n
    data = network_of(case)
    covariates = {"log size": [float(np.log(size[study])) for study in data.studies]}
    first = case["expected"]["treatments"][0]
    fit = network_regression(data, covariates, reference=first)
    assert fit.tau2 == pytest.approx(expected["tau2"][0], rel=SEARCHED, abs=SEARCHED)
    at_theirs = network_regression(data, covariates, reference=first, tau2=expected["tau2"][0])
    slope = {one.name: one for one in at_theirs.coefficients}["log size"]
    assert slope.estimate == pytest.approx(expected["estimate"][-1], rel=EXACT)
    assert slope.standard_error == pytest.approx(expected["standard_error"][-1], rel=EXACT)
