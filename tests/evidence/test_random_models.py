"""Random data through every model with moderators, made with R by `validation/random_models.R`."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from tests.evidence.reference import ROOT, Case, compare

from filiform import evidence as ev

FOLDER = ROOT / "extra" / "models"
INTERVALS = {"z": "z", "t": "t", "knha": "HK", "adhoc": "HK_adhoc"}
NEW = {"x": [3.0, 7.5], "year": [1990, 2030], "g": ["a", "c"], "h": ["yes", "no"]}
# The steps of R's routines leave this much open, however tightly they are asked (README).
METAREG, MIXED = 2e-7, 1e-6
# Steps are exact in both; the other functions are integrated, and flat at their top.
STEPS, SMOOTH = 1e-6, 5e-5
# lme4 asked tightly; metafor's own search of the exact likelihood; lme4's Laplace approximation.
COUNTS = {"CM.EL": 2e-2, "UM.RS": 0.1}
COUNTS_ELSEWHERE = 2e-6


@cache
def cases(family: str) -> tuple[Case, ...]:
    read = json.loads((FOLDER / f"{family}.json").read_text(encoding="utf-8"))["cases"]
    return tuple(Case(c["name"], c["data"], c["call"], c["expected"], c["tol"]) for c in read)


def within(case: Case, tolerance: float, ours: dict[str, Any], scale: float) -> None:
    own = Case(case.name, case.data, case.call, case.expected, {"default": tolerance})
    assert compare(own, ours, scale) == []


def test_no_case_is_left_out() -> None:
    counts = {path.stem: len(cases(path.stem)) for path in sorted(FOLDER.glob("*.json"))}
    assert counts == {
        "glmm": 26,
        "metareg": 56,
        "multilevel": 73,
        "robust": 36,
        "selection": 16,
    }


REGRESSIONS = [case for case in cases("metareg") if "fun" not in case.call]
PERMUTATIONS = [case for case in cases("metareg") if "fun" in case.call]


@pytest.mark.parametrize("case", REGRESSIONS, ids=lambda case: case.name)
def test_meta_regression_agrees(case: Case) -> None:
    fit = regression(case)
    cs, statistics = fit.coefficients, fit.fit_statistics()
    ours: dict[str, Any] = {
        "k": fit.k,
        "p": fit.p,
        "names": [as_in_r(one.name) for one in cs],
        "estimate": [one.estimate for one in cs],
        "se": [one.standard_error for one in cs],
        "stat": [one.statistic for one in cs],
        "pval": [one.p_value for one in cs],
        "ci_lb": [one.ci_low for one in cs],
        "ci_ub": [one.ci_high for one in cs],
        "tau2": fit.tau2,
        "se_tau2": fit.tau2_standard_error,
        "tau2_ci": [fit.tau2_ci_low, fit.tau2_ci_high],
        "QE": fit.q,
        "QE_p": fit.q_p,
        "QM": fit.qm,
        "QM_df": [fit.qm_df, fit.df if case.call["ci"] != "z" else None],
        "QM_p": fit.qm_p,
        "I2": fit.i2,
        "H2": fit.h2,
        "R2": fit.r2,
        "loglik": statistics.log_likelihood,
        "aic": statistics.aic,
        "bic": statistics.bic,
        "hat": list(fit.hat),
        "pred": predictions(case, fit),
        "contrast": compared(case, fit),
        "blup": {
            "pred": [one.estimate for one in ev.blups(fit)] if fit.tau2_method != "common" else [],
            "se": [one.standard_error for one in ev.blups(fit)]
            if fit.tau2_method != "common"
            else [],
        },
    }
    if "vif" in case.expected:
        ours["vif"] = [one.factor for one in fit.variance_inflation()]
    if "LRT" in case.expected:
        null = ev.pool(case.column("yi"), case.column("vi"), tau2="ML")
        ratio = ev.likelihood_ratio(fit, null)
        ours["LRT"] = {"LRT": ratio.statistic, "pval": ratio.p_value}
    within(case, METAREG, ours, 1.0)


def regression(case: Case) -> ev.MetaRegression:
    tau2 = "common" if case.call["tau2"] == "EE" else case.call["tau2"]
    return ev.meta_regression(
        case.column("yi"),
        case.column("vi"),
        {name: case.data[name] for name in ("x", "year", "g", "h")},
        formula=case.call["formula"],
        tau2=tau2,
        interval=INTERVALS[case.call["ci"]],
    )


def as_in_r(name: str) -> str:
    return "intrcpt" if name == "intercept" else name.replace("=", "")


def predictions(case: Case, fit: ev.MetaRegression) -> dict[str, Any]:
    found = fit.predict(NEW)
    # metafor's equal-effects model has no prediction interval; ours is that of the mean.
    none = case.call["tau2"] == "EE"
    return {
        "estimate": [one.estimate for one in found],
        "se": [one.standard_error for one in found],
        "ci_lb": [one.ci_low for one in found],
        "ci_ub": [one.ci_high for one in found],
        "pi_lb": None if none else [one.pi_low for one in found],
        "pi_ub": None if none else [one.pi_high for one in found],
    }


def compared(case: Case, fit: ev.MetaRegression) -> dict[str, Any]:
    rows = case.expected["contrast"]["X"]
    found = fit.contrasts(rows)
    qm, _, p_value = fit.test_of_contrasts(rows)
    return {
        "X": rows,
        "estimate": [one.estimate for one in found],
        "se": [one.standard_error for one in found],
        "pval": [one.p_value for one in found],
        "QM": qm,
        "QM_p": p_value,
    }


@pytest.mark.parametrize("case", PERMUTATIONS, ids=lambda case: case.name)
def test_exact_permutation_tests_agree(case: Case) -> None:
    found = ev.permutation_test(regression(case))
    assert found.exact
    within(case, 1e-9, {"pval": list(found.p_values), "QM_p": found.omnibus_p}, 1.0)


def multilevel(case: Case) -> ev.Multilevel:
    data, structure = case.data, case.call["struct"]
    trial, effect, rho = data["trial"], data["esid"], case.call["rho"]
    variances: Any = case.column("vi")
    if rho:
        variances = ev.working_covariance(variances, trial, rho)
    outcome = [("pain", "function", "quality", "sleep")[i - 1] for i in effect]
    return ev.multilevel(
        case.column("yi"),
        variances,
        random=terms(structure, data, outcome),
        moderators={"x": data["x"], "arm": data["arm"], "outcome": outcome},
        formula=case.call["formula"],
        method=case.call["method"],
        interval="z",
    )


def terms(
    structure: str, data: dict[str, list[Any]], outcome: list[str]
) -> ev.Random | list[ev.Random]:
    trial, effect = data["trial"], data["esid"]
    if structure == "nested":
        return list(ev.nested({"trial": trial, "effect": effect}))
    crossed = [ev.random_intercept(name, data[name]) for name in ("trial", "country", "esid")]
    if structure in {"crossed", "three"}:
        return crossed[:2] if structure == "crossed" else crossed
    inner = data["time"] if structure in {"AR", "HAR", "CAR"} else outcome
    return ev.random_structure("inner | trial", inner=inner, outer=trial, structure=structure)


@pytest.mark.parametrize("case", cases("multilevel"), ids=lambda case: case.name)
def test_multilevel_models_agree(case: Case) -> None:
    fit = multilevel(case)
    cs = fit.coefficients
    ours: dict[str, Any] = {
        "names": [as_in_r(one.name) for one in cs],
        "estimate": [one.estimate for one in cs],
        "se": [one.standard_error for one in cs],
        "pval": [one.p_value for one in cs],
        "ci_lb": [one.ci_low for one in cs],
        "ci_ub": [one.ci_high for one in cs],
        "QE": fit.q,
        "QE_p": fit.q_p,
        "QM": fit.qm,
        "QM_p": fit.qm_p,
        "loglik": fit.fit_statistics.log_likelihood,
        "aic": fit.fit_statistics.aic,
        "edge": case.expected["edge"],
        # A correlation of what does not vary is not estimated; metafor's is where it stood.
        "components": [
            theirs if one.value is None else one.value
            for one, theirs in zip(fit.components, case.expected["components"], strict=True)
        ],
    }
    if fit.qm is None:
        ours |= {name: case.expected[name] for name in ("QM", "QM_p")}
    if "vif" in case.expected:
        ours["vif"] = [one.factor for one in fit.variance_inflation()]
    assert fit.fit_statistics.log_likelihood >= case.expected["loglik"] - 1e-8
    within(case, MIXED, ours, 1.0)


@pytest.mark.parametrize("case", cases("robust"), ids=lambda case: case.name)
def test_robust_variances_agree(case: Case) -> None:
    of = next(other for other in cases("multilevel") if other.name == case.call["of"])
    found = ev.robust(multilevel(of), of.data["trial"], correction=case.call["correction"])
    cs = found.coefficients
    df = case.expected["df"]
    ours: dict[str, Any] = {
        "estimate": [one.estimate for one in cs],
        "se": [one.standard_error for one in cs],
        "df": [one.df for one in cs][: len(df)],
        "pval": [one.p_value for one in cs],
        "ci_lb": [one.ci_low for one in cs],
        "ci_ub": [one.ci_high for one in cs],
        "QM": found.qm,
        "QM_df": [found.qm_df1, found.qm_df2],
        "QM_p": found.qm_p,
    }
    within(case, MIXED, ours, 1.0)


COLUMNS = {
    "OR": {"events1": "ai", "n1": "n1i", "events2": "ci", "n2": "n2i"},
    "IRR": {"events1": "ai", "time1": "t1i", "events2": "ci", "time2": "t2i"},
    "PLO": {"events": "ai", "n": "n1i"},
    "IRLN": {"events": "ai", "time": "t1i"},
}


@pytest.mark.parametrize("case", cases("glmm"), ids=lambda case: case.name)
def test_generalised_linear_mixed_models_agree(case: Case) -> None:
    measure, model = case.call["measure"], case.call["model"]
    given: dict[str, Any] = {name: case.data[own] for name, own in COLUMNS[measure].items()}
    fit = ev.glmm(
        measure,
        model=model or None,
        moderators={"x": case.data["x"], "g": case.data["g"]},
        formula=case.call["formula"],
        **given,
    )
    cs, expected = fit.coefficients, dict(case.expected)
    # lme4 leaves constants out of its likelihood, and has another test of what is left over.
    del expected["loglik"]
    if model == "UM.RS":
        del expected["QE_LRT"], expected["QE_df"]
    if fit.qm is None:
        del expected["QM"], expected["QM_p"]
    ours: dict[str, Any] = {
        "names": [as_in_r(one.name) for one in cs],
        "estimate": [one.estimate for one in cs],
        "se": [one.standard_error for one in cs],
        "pval": [one.p_value for one in cs],
        "ci_lb": [one.ci_low for one in cs],
        "ci_ub": [one.ci_high for one in cs],
        "tau2": fit.tau2,
        "QM": fit.qm,
        "QM_p": fit.qm_p,
        "QE_LRT": fit.q,
        "QE_df": fit.q_df,
        "I2": fit.i2,
        "H2": fit.h2,
    }
    if measure == "OR" and model == "CM.EL":
        assert fit.fit_statistics.log_likelihood >= case.expected["loglik"] - 1e-9
        if fit.tau2 == 0.0:
            assert expected.pop("tau2") < 1e-3
            del expected["I2"], expected["H2"]
    own = Case(case.name, case.data, case.call, expected, case.tol)
    loose = measure == "OR" or model == "UM.RS"
    within(own, COUNTS.get(model, COUNTS_ELSEWHERE) if loose else COUNTS_ELSEWHERE, ours, 1.0)


@pytest.mark.parametrize("case", cases("selection"), ids=lambda case: case.name)
def test_selection_models_agree(case: Case) -> None:
    call, theirs = case.call, case.expected["selmodel"]
    fit = ev.selection(
        case.column("yi"),
        case.column("vi"),
        function=call["type"],
        steps=call["steps"],
        alternative=call["alternative"],
        moderators={"x": case.data["x"], "g": case.data["g"]},
        formula=call["formula"],
    )
    cs = fit.coefficients
    deltas = [one.value for one in fit.weights][1 if call["type"] == "stepfun" else 0 :]
    ours: dict[str, Any] = {
        "estimate": [one.estimate for one in cs],
        "se": [one.standard_error for one in cs],
        "tau2": fit.tau2,
        "delta": deltas,
        "loglik": fit.fit_statistics.log_likelihood,
        "selmodel": theirs,
    }
    steps = call["type"] == "stepfun"
    within(case, STEPS if steps else SMOOTH, ours, 1.0)
    # selmodel stops where its optimiser is content, and its integrals are good to three digits.
    assert fit.fit_statistics.log_likelihood >= theirs["loglik"] - (1e-8 if steps else 1e-3)
    assert [one.estimate for one in cs] == pytest.approx(theirs["estimate"], rel=0.05, abs=5e-3)
    assert fit.lrt == pytest.approx(theirs["LRT"], rel=0.05, abs=0.1)
