"""Selection models: agreement with metafor's selmodel, identities, refusals.

Pinned values are made by validation/mixed_models.R with metafor 3.8.1, whose optimiser stops at
about five digits (three to two for the beta and half-normal functions, where it integrates).
"""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from filiform.errors import EvidenceError
from filiform.evidence import pool
from filiform.evidence.regression._model import RegressionModel
from filiform.evidence.selection import Selection, selection
from filiform.evidence.selection._likelihood import Selected
from filiform.evidence.selection._weights import SMOOTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = Path(__file__).parents[2] / "reference" / "mixed" / "mixed_models.json"
CASES = {
    case["name"]: case
    for case in json.loads(FILE.read_text())["cases"]
    if "delta" in case["expected"]
}
STEPS = {
    "hackshaw1998-3PSM": [0.025],
    "hackshaw1998-3PSM-05": [0.05],
    "hackshaw1998-4PSM": [0.025, 0.5],
    "hackshaw1998-5PSM": [0.05, 0.1, 0.5],
    "bcg-3PSM-less": [0.025],
    "bcg-3PSM-two.sided": [0.05],
}
# How far metafor's maximum and its numerical Hessian are off.
LOOSE = {"beta": 1e-2, "halfnorm": 7e-2, "logistic": 1e-3, "power": 1e-4, "negexp": 5e-4}


def fit(name: str) -> Selection:
    data = CASES[name]["data"]
    kind = name.split("-", maxsplit=1)[1]
    side = {"3PSM-less": "less", "3PSM-two.sided": "two_sided"}.get(kind, "greater")
    if name in STEPS:
        return selection(data["yi"], data["vi"], steps=STEPS[name], alternative=side)
    return selection(data["yi"], data["vi"], function=kind, alternative=side)


@pytest.mark.parametrize("name", CASES)
def test_a_model_agrees_with_metafor(name: str) -> None:
    found, expected = fit(name), CASES[name]["expected"]
    tol = LOOSE.get(name.split("-", maxsplit=1)[1], 2e-5)
    top = found.fit_statistics.log_likelihood
    assert found.converged
    assert top == pytest.approx(expected["loglik"][0], abs=5e-4)
    assert top >= expected["loglik"][0] - 1e-9
    assert found.estimate == pytest.approx(expected["estimate"][0], rel=tol)
    assert found.standard_error == pytest.approx(expected["se"][0], rel=tol)
    assert found.tau2 == pytest.approx(expected["tau2"][0], rel=tol)
    assert found.tau2_standard_error == pytest.approx(expected["se_tau2"][0], rel=tol)
    assert [w.value for w in found.weights] == pytest.approx(expected["delta"], rel=tol)
    assert found.lrt == pytest.approx(expected["LRT"][0], rel=1e-3)
    assert found.lrt_df == expected["LRT_df"][0]
    assert found.lrt_tau2 == pytest.approx(expected["LRT_tau2"][0], rel=1e-3)


def unselected(y: NDArray[np.float64], v: NDArray[np.float64]) -> RegressionModel:
    return RegressionModel(y, v, np.ones((y.size, 1)), ("intercept",))


@pytest.mark.parametrize("name", CASES)
def test_the_gradient_is_zero_at_the_top(name: str) -> None:
    data = CASES[name]["data"]
    found = fit(name)
    steps = tuple(STEPS.get(name, ()))
    sign = -1.0 if found.alternative == "less" else 1.0
    model = Selected(
        unselected(sign * np.array(data["yi"]), np.array(data["vi"])),
        steps,
        SMOOTH.get(found.function),
        found.alternative == "two_sided",
    )
    deltas = [w.value for w in found.weights][1 if steps else 0 :]
    theta = np.array([sign * found.estimate / model.transform[0, 0], found.tau2, *deltas])
    assert np.abs(model.gradient(theta)).max() < 1e-5


@pytest.mark.parametrize("two_sided", [False, True])
@pytest.mark.parametrize("function", ["step", *SMOOTH])
def test_the_selected_density_integrates_to_one(function: str, two_sided: bool) -> None:
    steps = (0.025, 0.5) if function == "step" else ()
    delta = [0.6, 0.3] if function == "step" else [1.7, 1.3][: len(SMOOTH[function].start)]
    v = np.array([0.04, 0.04])

    def density(y: float) -> float:
        twice = unselected(np.array([y, y]), v)
        model = Selected(twice, steps, SMOOTH.get(function), two_sided)
        theta = np.array([0.2 / model.transform[0, 0], 0.05, *delta])
        return math.exp(0.5 * model.value(theta))

    tails = [0.5 * p for p in (1e-5, 0.025, 0.5, 1.0 - 1e-5)] if two_sided else [1e-5, 0.025]
    cuts = {0.0} | {sign * float(norm.ppf(p)) * 0.2 for p in (*tails, 0.5) for sign in (-1, 1)}
    ends = [-2.5, *sorted(cuts), 2.9]
    pieces = [quad(density, *piece, epsabs=1e-11, limit=400)[0] for piece in pairwise(ends)]
    assert sum(pieces) == pytest.approx(1.0, abs=1e-8)


def test_no_selection_is_the_ml_model() -> None:
    data = CASES["hackshaw1998-3PSM"]["data"]
    found = selection(data["yi"], data["vi"])
    plain = pool(data["yi"], data["vi"], tau2="ML", interval="normal")
    assert found.unadjusted == pytest.approx(plain.estimate, rel=1e-8)
    assert found.unadjusted_tau2 == pytest.approx(plain.tau2, rel=1e-7)
    assert found.lrt == pytest.approx(
        2.0 * (found.fit_statistics.log_likelihood - plain.fit_statistics().log_likelihood),
        abs=1e-9,
    )


@settings(max_examples=6)
@given(st.sampled_from([1e-3, 1.0, 1e5]), st.booleans())
def test_sign_unit_and_order_do_not_matter(unit: float, turn: bool) -> None:
    data = CASES["hackshaw1998-4PSM"]["data"]
    y, v = np.array(data["yi"]), np.array(data["vi"])
    plain = fit("hackshaw1998-4PSM")
    sign = -1.0 if turn else 1.0
    other = selection(
        sign * unit * y[::-1],
        unit**2 * v[::-1],
        steps=[0.025, 0.5],
        alternative="less" if turn else "greater",
    )
    assert other.estimate == pytest.approx(sign * unit * plain.estimate, rel=1e-5)
    assert other.tau2 == pytest.approx(unit**2 * plain.tau2, rel=1e-5)
    assert [w.value for w in other.weights] == pytest.approx(
        [w.value for w in plain.weights], rel=1e-5
    )


def test_selection_that_was_simulated_is_found_again() -> None:
    rng = np.random.default_rng(3)
    v = rng.uniform(0.01, 0.1, 6000)
    y = rng.normal(0.1, np.sqrt(v + 0.02))
    seen = (y / np.sqrt(v) > norm.ppf(0.975)) | (rng.uniform(size=v.size) < 0.3)
    found = selection(y[seen], v[seen])
    assert found.estimate == pytest.approx(0.1, abs=0.02)
    assert found.weights[1].value == pytest.approx(0.3, abs=0.06)
    assert found.unadjusted > found.estimate + 0.03


def test_what_cannot_be_fitted_is_refused() -> None:
    y, v = [0.5, 0.6, 0.7, 0.8, 0.9], [0.01] * 5
    with pytest.raises(EvidenceError, match=r"no study has a p-value in 0\.025 < p ≤ 1: its wei"):
        selection(y, v)
    with pytest.raises(EvidenceError, match="3 studies and 3 parameters, at least 4 studies are"):
        selection(y[:3], v[:3])
    with pytest.raises(EvidenceError, match=r"steps are \[0\.5, 0\.1\], p-values that rise"):
        selection(y, v, steps=[0.5, 0.1])
    with pytest.raises(EvidenceError, match="unknown selection function 'betta': did you mean"):
        selection(y, v, function="betta")
    with pytest.raises(EvidenceError, match="study 'B': the variance is 0, above 0 is needed"):
        selection(y, [0.01, 0.0, 0.01, 0.01, 0.01], labels="ABCDE")


def test_results_are_readable_and_travel_as_json() -> None:
    found = fit("hackshaw1998-5PSM")
    assert "no selection: χ²" in found.summary()
    assert json.loads(json.dumps(found.to_dict()))["k"] == 37
    assert found.to_frame()["studies"].sum() == 37
    assert any("Hedges LV, Vevea JL" in paper for paper in found.references())
