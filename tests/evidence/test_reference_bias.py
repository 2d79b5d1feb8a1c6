from __future__ import annotations

from typing import Any

import pytest
from tests.evidence.reference import Case, cases, compare

from filiform import evidence as ev

CASES = cases("bias")


def test_no_case_is_left_out() -> None:
    assert len(CASES) == 27


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_small_study_methods_agree(case: Case) -> None:
    scale = 1.0
    if "yi" in case.data:
        scale = max(abs(value) for value in case.column("yi"))
    assert compare(case, _ours(case), scale) == []


def _ours(case: Case) -> dict[str, Any]:
    name = case.name.removeprefix("bcg-").split("-")[0]
    return {
        "begg": _begg,
        "egger": _egger,
        "excess": _excess,
        "failsafe": _fail_safe,
        "lfk": _lfk,
        "limitmeta": _limit,
        "metabias": _metabias,
        "pet": _pet_peese,
        "trimfill": _trim_and_fill,
    }[name](case)


def _studies(case: Case) -> tuple[list[float], list[float]]:
    return case.column("yi"), case.column("vi")


def _begg(case: Case) -> dict[str, Any]:
    found = ev.begg(*_studies(case))
    pairs = found.k * (found.k - 1) / 2
    return {"tau": found.bias / pairs, "pval": found.p_value}


def _egger(case: Case) -> dict[str, Any]:
    model = "lm" if "lm" in case.name else "rma"
    found = ev.egger(*_studies(case), model=model, predictor=case.call["predictor"])
    return {
        "stat": found.statistic,
        "df": found.df,
        "pval": found.p_value,
        "limit_estimate": found.limit,
        "limit_ci_lb": found.limit_ci_low,
        "limit_ci_ub": found.limit_ci_high,
    }


def _excess(case: Case) -> dict[str, Any]:
    found = ev.excess_significance(*_studies(case))
    return {
        "theta": found.effect,
        "observed": found.observed,
        "expected": found.expected,
        "ratio": found.ratio,
        "pval": found.p_value,
    }


def _fail_safe(case: Case) -> dict[str, Any]:
    found = ev.fail_safe_n(*_studies(case), kind=case.call["type"])
    return {
        "fsnum": found.number,
        "pval": found.p_value,
        "target": found.target,
        "average": found.average,
    }


def _lfk(case: Case) -> dict[str, Any]:
    return {"lfk": ev.lfk_index(*_studies(case)).index}


def _limit(case: Case) -> dict[str, Any]:
    found = ev.limit_meta_analysis(*_studies(case), method=case.call["method"])
    return {
        "estimate": found.estimate,
        "se": found.standard_error,
        "ci_lb": found.ci_low,
        "ci_ub": found.ci_high,
        "pval": found.p_value,
        "alpha": found.alpha,
        "beta": found.beta,
        "Q": found.q,
        "Q_small": found.q_small,
        "Q_resid": found.q_residual,
        "G2": found.g2,
        "shrunken": list(found.shrunken),
    }


def _metabias(case: Case) -> dict[str, Any]:
    given = {
        "events1": case.column("ai"),
        "n1": case.column("n1"),
        "events2": case.column("ci"),
        "n2": case.column("n2"),
    } if "n1" in case.data else case.inputs()  # fmt: skip
    test = case.call["test"]
    if test in {"Harbord", "Peters", "Deeks", "Schwarzer"}:
        found = getattr(ev, test.casefold())(**given)
    else:
        effects = ev.effect_size("OR", **given)  # type: ignore[arg-type]
        if test == "Begg":
            found = ev.begg(effects.yi, effects.vi, exact=False)
        elif test == "Thompson":
            found = ev.thompson_sharp(effects.yi, effects.vi)
        else:
            found = ev.egger(effects.yi, effects.vi)
    return {
        "stat": found.statistic,
        "df": found.df,
        "pval": found.p_value,
        "estimate": found.bias,
        "se": found.bias_standard_error,
    }


def _pet_peese(case: Case) -> dict[str, Any]:
    found = ev.pet_peese(*_studies(case))
    return {
        name: {
            "estimate": one.estimate,
            "se": one.standard_error,
            "stat": one.statistic,
            "pval": one.p_value,
            "slope": one.slope,
            "slope_se": one.slope_standard_error,
            "slope_p": one.slope_p,
        }
        for name, one in (("pet", found.pet), ("peese", found.peese))
    }


def _trim_and_fill(case: Case) -> dict[str, Any]:
    tau2 = "common" if case.call["tau2"] == "EE" else case.call["tau2"]
    found = ev.trim_and_fill(
        *_studies(case), estimator=case.call["estimator"], tau2=tau2, interval="z"
    )
    return {
        "k0": found.missing,
        "se_k0": found.missing_standard_error,
        "side": found.side,
        "p_k0": found.missing_p,
        "filled_yi": list(found.filled_estimates),
        "estimate": found.pooled.estimate,
        "se": found.pooled.standard_error,
        "ci_lb": found.pooled.ci_low,
        "ci_ub": found.pooled.ci_high,
        "tau2": found.pooled.tau2,
    }
