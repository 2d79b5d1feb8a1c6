"""Reference values for multilevel and robust fits: the whole grid, made with metafor 5.1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

import numpy as np
import pytest

from filiform.evidence import meta_regression, pool
from filiform.evidence.multilevel import (
    Multilevel,
    multilevel,
    nested,
    random_intercept,
    random_structure,
    three_level,
)
from filiform.evidence.robust import robust

FOLDER = Path(__file__).parents[2] / "reference" / "multilevel"
FILES = sorted(FOLDER.glob("*.json"))


class Case(TypedDict):
    data: dict[str, list[float]]
    call: dict[str, str]
    expected: dict[str, object]
    tol: dict[str, float]


def read(path: Path) -> Case:
    case: Case = json.loads(path.read_text())
    return case


def fitted(case: Case) -> Multilevel:
    data, call = case["data"], case["call"]
    y, v = data["yi"], data["vi"]
    if call.get("random") == "school | district":
        return multilevel(
            y,
            v,
            random=random_structure("s | d", inner=data["school"], outer=data["district"]),
            interval="z",
        )
    if "metagen" in call["r"]:
        return three_level(y, v, cluster=data["district"], interval="z")
    interval = "contain" if "dfs" in call else call.get("ci", "z")
    year = {"year": np.array(data["year"]) - 1990.0} if "formula" in call else None
    return multilevel(
        y,
        v,
        random=nested({"district": data["district"], "school": data["school"]}),
        moderators=year,
        method=call.get("method", "REML"),
        interval=interval,
    )


def flat(value: object) -> list[float]:
    if isinstance(value, list):
        return [x for item in value for x in flat(item)]
    return [float("inf") if value is None else float(str(value))]


def agree(found: object, expected: object, tol: float) -> None:
    a, b = flat(found), flat(expected)
    assert len(a) == len(b)
    for x, y in zip(a, b, strict=True):
        assert x == pytest.approx(y, rel=tol, abs=1e-3 * tol)


def test_the_grid_of_reference_values_is_whole() -> None:
    names = {path.stem for path in FILES}
    sets = {"bcg-ablat", "bcg-by-trial", "konstantopoulos2011"}
    robust_ones = {
        f"{name}-robust-{kind}" for name in sets for kind in ("cr0", "cr1", "cr2-satterthwaite")
    }
    models = {
        f"konstantopoulos2011-{name}"
        for name in (
            "metagen-cluster",
            "multivariate-parameterisation",
            "three-level-contain",
            "three-level-ml",
            "three-level-reml",
            "three-level-t",
            "three-level-year",
        )
    }
    assert names == robust_ones | models


@pytest.mark.parametrize("path", [f for f in FILES if "robust" not in f.stem], ids=lambda p: p.stem)
def test_a_multilevel_fit_agrees_with_metafor(path: Path) -> None:
    case = read(path)
    fit = fitted(case)
    expected, tol = case["expected"], case["tol"]["default"]
    found: dict[str, object] = {
        "k": fit.k,
        "estimate": [c.estimate for c in fit.coefficients],
        "se": [c.standard_error for c in fit.coefficients],
        "stat": [c.statistic for c in fit.coefficients],
        "df": [c.df for c in fit.coefficients],
        "pval": [c.p_value for c in fit.coefficients],
        "ci_lb": [c.ci_low for c in fit.coefficients],
        "ci_ub": [c.ci_high for c in fit.coefficients],
        "vcov": [list(row) for row in fit.covariance],
        "sigma2": [c.value for c in fit.components],
        "QE": fit.q,
        "QE_p": fit.q_p,
        "QM": fit.qm,
        "QM_df": [fit.qm_df1, fit.qm_df2],
        "QM_p": fit.qm_p,
        "loglik": fit.fit_statistics.log_likelihood,
        "aic": fit.fit_statistics.aic,
        "bic": fit.fit_statistics.bic,
        "pi_lb": fit.pi_low,
        "pi_ub": fit.pi_high,
        "rho": fit.components[-1].value,
        "tau2": [c.value for c in fit.components if c.parameter != "rho"],
    }
    for key, value in expected.items():
        if key == "coef_names":
            continue
        if key == "sigma2_ci_profile" and isinstance(value, dict):
            intervals = fit.component_intervals()
            pairs = [[c.ci_low, c.ci_high] for c in intervals]
            agree(pairs, list(value.values()), case["tol"][key])
            continue
        if isinstance(value, list) or not isinstance(found[key], list):
            agree(found[key], value, tol)
        else:
            agree(found[key], [value] if key != "df" or value is not None else [None], tol)


@pytest.mark.parametrize("path", [f for f in FILES if "robust" in f.stem], ids=lambda p: p.stem)
def test_a_robust_variance_agrees_with_metafor_and_clubsandwich(path: Path) -> None:
    case = read(path)
    data, call, expected = case["data"], case["call"], case["expected"]
    if "ablat" in call["model"]:
        fit = multilevel(
            data["yi"],
            data["vi"],
            random=random_intercept("trial", data["trial"]),
            moderators={"ablat": data["ablat"]},
        )
    else:
        fit = fitted(case)
    result = robust(fit, data[call["cluster"]], correction=call["type"][:3])
    cs, tol = result.coefficients, case["tol"]["default"]
    p = len(cs)
    agree([c.estimate for c in cs], listed(expected["estimate"]), tol)
    agree([c.standard_error for c in cs], listed(expected["se"]), tol)
    agree([c.statistic for c in cs], listed(expected["stat"]), tol)
    agree([c.p_value for c in cs], listed(expected["pval"]), tol)
    agree([c.ci_low for c in cs], listed(expected["ci_lb"]), tol)
    agree([c.ci_high for c in cs], listed(expected["ci_ub"]), tol)
    df = listed(expected["df"])
    agree([c.df for c in cs], df if len(df) == p else df * p, tol)
    agree([list(row) for row in result.covariance], expected["vcov"], tol)
    if "QM" in expected:
        agree([result.qm, result.qm_p], [expected["QM"], expected["QM_p"]], tol)
        agree([result.qm_df1, result.qm_df2], expected["QM_df"], tol)


def test_one_effect_a_cluster_gives_the_same_robust_variance_for_a_pooled_fit() -> None:
    data = read(FOLDER / "bcg-ablat-robust-cr0.json")["data"]
    pooled = robust(pool(data["yi"], data["vi"]), data["trial"])
    model = multilevel(data["yi"], data["vi"], random=random_intercept("trial", data["trial"]))
    same = robust(model, data["trial"])
    assert pooled.mean.standard_error == pytest.approx(same.mean.standard_error, rel=1e-9)
    assert pooled.mean.df == pytest.approx(same.mean.df, rel=1e-9)


@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2"])
def test_a_meta_regression_is_corrected_like_the_same_multilevel_model(kind: str) -> None:
    data = read(FOLDER / "bcg-ablat-robust-cr0.json")["data"]
    model = multilevel(
        data["yi"],
        data["vi"],
        random=random_intercept("trial", data["trial"]),
        moderators={"ablat": data["ablat"]},
    )
    regression = meta_regression(data["yi"], data["vi"], moderators={"ablat": data["ablat"]})
    one = robust(model, data["alloc"], correction=kind)
    other = robust(regression, data["alloc"], correction=kind)
    for a, b in zip(one.coefficients, other.coefficients, strict=True):
        assert a.standard_error == pytest.approx(b.standard_error, rel=1e-7)
        assert a.df == pytest.approx(b.df, rel=1e-7)
    assert one.qm == pytest.approx(other.qm, rel=1e-7)


def listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
