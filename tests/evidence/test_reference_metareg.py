from __future__ import annotations

import math
from typing import Any

import pytest
from tests.evidence.reference import Case, cases, compare

from filiform import evidence as ev

CASES = cases("metareg")

_INTERVALS = {"z": "z", "knha": "HK"}


def test_no_case_is_left_out() -> None:
    assert len(CASES) == 20
    assert {_runner(case) for case in CASES} == {_regression, _contrasts, _ratio, _blups}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_meta_regression_is_metafors(case: Case) -> None:
    # metafor's R² is null where its inner fit without moderators stopped before the tight
    # tolerance that the cases were made with; there is nothing to compare.
    if case.expected.get("R2", 0.0) is None:
        del case.expected["R2"]
    scale = max(abs(value) for value in case.column("yi"))
    assert compare(case, _runner(case)(case), scale) == []


def _runner(case: Case) -> Any:
    kind = case.call["fun"]
    return {
        "meta_regression": _regression,
        "linear_contrasts": _contrasts,
        "likelihood_ratio": _ratio,
        "model_comparison": _ratio,
        "blups": _blups,
        "blup": _blups,
    }[kind]


def _fit(case: Case, formula: str, **options: Any) -> ev.MetaRegression:
    moderators = {name: case.data[name] for name in ("ablat", "year", "alloc")}
    return ev.meta_regression(
        case.column("yi"), case.column("vi"), moderators, formula=formula, **options
    )


def _regression(case: Case) -> dict[str, Any]:
    call = case.call
    tau2 = "common" if call["tau2"] == "EE" else call["tau2"]
    options = {"tau2": tau2, "interval": _INTERVALS[call["ci"]]}
    fit = _fit(case, call["formula"], **options)
    statistics = fit.fit_statistics()
    likelihood = None
    if tau2 in {"ML", "REML"}:
        profile = _fit(case, call["formula"], tau2_interval="profile_likelihood", **options)
        likelihood = [profile.tau2_ci_low, profile.tau2_ci_high]
    second = None if math.isinf(fit.df) else fit.df
    found = {
        "k": fit.k,
        "p": fit.p,
        "estimate": [one.estimate for one in fit.coefficients],
        "se": [one.standard_error for one in fit.coefficients],
        "stat": [one.statistic for one in fit.coefficients],
        "pval": [one.p_value for one in fit.coefficients],
        "ci_lb": [one.ci_low for one in fit.coefficients],
        "ci_ub": [one.ci_high for one in fit.coefficients],
        "df": fit.df,
        "tau2": fit.tau2,
        "se_tau2": fit.tau2_standard_error,
        "tau2_ci_qp": [fit.tau2_ci_low, fit.tau2_ci_high],
        "tau2_ci_pl": likelihood,
        "QE": fit.q,
        "QE_df": fit.q_df,
        "QE_p": fit.q_p,
        "I2": fit.i2,
        "H2": fit.h2,
        "loglik": statistics.log_likelihood,
        "aic": statistics.aic,
        "bic": statistics.bic,
        "aicc": statistics.aicc,
        "coef_names": [_as_in_r(one.name) for one in fit.coefficients],
        "vcov": [list(row) for row in fit.covariance],
        "QM": fit.qm,
        "QM_df": [fit.qm_df, second],
        "QM_p": fit.qm_p,
        "R2": fit.r2,
        "hat": list(fit.hat),
    }
    if "test_btt" in case.expected:
        btt = case.expected["test_btt"]["btt"]
        qm, df, p_value = fit.test_of([fit.coefficients[j - 1].name for j in btt])
        found["test_btt"] = {"btt": btt, "QM": qm, "QM_df": [df, second], "QM_p": p_value}
    if "predict" in case.expected:
        found["predict"] = _predict(case, fit)
    return found


def _as_in_r(name: str) -> str:
    return "intrcpt" if name == "intercept" else name.replace("=", "")


def _predict(case: Case, fit: ev.MetaRegression) -> dict[str, Any]:
    new = case.expected["predict"]["newmods"]
    rows = [row if isinstance(row, list) else [row] for row in new]
    moderators = {"ablat": [row[0] for row in rows]}
    if "year" in case.call["formula"]:
        moderators["year"] = [row[1] for row in rows]
    effects = fit.predict(moderators)
    return {
        "newmods": new,
        "pred": [one.estimate for one in effects],
        "se": [one.standard_error for one in effects],
        "ci_lb": [one.ci_low for one in effects],
        "ci_ub": [one.ci_high for one in effects],
        "pi_lb": [one.pi_low for one in effects],
        "pi_ub": [one.pi_high for one in effects],
    }


def _contrasts(case: Case) -> dict[str, Any]:
    fit = _fit(case, case.call["formula"], interval="z")
    found = fit.contrasts(case.call["X"])
    qm, _, p_value = fit.test_of_contrasts(case.call["X"])
    return {
        "estimate": [one.estimate for one in found],
        "se": [one.standard_error for one in found],
        "stat": [one.statistic for one in found],
        "pval": [one.p_value for one in found],
        "QM": qm,
        "QM_p": p_value,
    }


def _ratio(case: Case) -> dict[str, Any]:
    full = _fit(case, case.call["full"], tau2="ML")
    reduced = ev.pool(case.column("yi"), case.column("vi"), tau2="ML")
    found = ev.likelihood_ratio(full, reduced)
    return {
        "LRT": found.statistic,
        "pval": found.p_value,
        "R2": found.r2,
        "loglik_full": full.fit_statistics().log_likelihood,
        "loglik_reduced": reduced.fit_statistics().log_likelihood,
        "aic_full": full.fit_statistics().aic,
        "aic_reduced": reduced.fit_statistics().aic,
    }


def _blups(case: Case) -> dict[str, Any]:
    found = ev.blups(_fit(case, case.call["formula"], interval="z"))
    return {
        "pred": [one.estimate for one in found],
        "se": [one.standard_error for one in found],
        "pi_lb": [one.low for one in found],
        "pi_ub": [one.high for one in found],
        "ranef": [one.deviation for one in found],
    }
