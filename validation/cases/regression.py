"""Cases of the family metareg."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from filiform import evidence as ev
from filiform.evidence.regression._formula import parse
from validation.cases.columns import INTERVALS, complete
from validation.cases.pooling import estimator, level

if TYPE_CHECKING:
    from validation.cases.case import Case


def regression(case: Case) -> dict[str, Any]:
    """What the case's kind of question about moderators gives."""
    return {
        "meta_regression": _regression,
        "linear_contrasts": _contrasts,
        "likelihood_ratio": _ratio,
        "model_comparison": _ratio,
        "blups": _blups,
        "blup": _blups,
    }[case.call["fun"]](case)


def moderators_of(formula: str) -> list[str]:
    """The names of the moderators in a formula."""
    factors = [factor for term in parse(formula).terms for factor in term]
    return list(dict.fromkeys(name for factor in factors for name in factor.names))


def columns(case: Case, formula: str) -> tuple[list[float], list[float], dict[str, list[Any]]]:
    """Effects, variances and moderators of the studies that have all of them."""
    names = moderators_of(formula)
    rows = complete(case, ["yi", "vi", *names])
    yi, vi = ([float(case.data[name][i]) for i in rows] for name in ("yi", "vi"))
    return yi, vi, {name: [case.data[name][i] for i in rows] for name in names}


def fit_of(case: Case, formula: str, **options: Any) -> ev.MetaRegression:
    """The case's model."""
    yi, vi, moderators = columns(case, formula)
    return ev.meta_regression(yi, vi, moderators, formula=formula, level=level(case), **options)


def as_in_r(name: str) -> str:
    """A coefficient's name as R has it."""
    return "intrcpt" if name == "intercept" else name.replace("=", "")


def _regression(case: Case) -> dict[str, Any]:
    call = case.call
    options = {"tau2": estimator(case), "interval": INTERVALS[call["ci"]]}
    fit = fit_of(case, call["formula"], **options)
    statistics = fit.fit_statistics()
    second = fit.df if math.isfinite(fit.df) else None
    found: dict[str, Any] = {
        "k": fit.k,
        "p": fit.p,
        "df": fit.df,
        "tau2": fit.tau2,
        "se_tau2": fit.tau2_standard_error,
        "tau2_ci_qp": [fit.tau2_ci_low, fit.tau2_ci_high],
        "QE": fit.q,
        "QE_df": fit.q_df,
        "QE_p": fit.q_p,
        "I2": fit.i2,
        "H2": fit.h2,
        "loglik": statistics.log_likelihood,
        "aic": statistics.aic,
        "bic": statistics.bic,
        "aicc": statistics.aicc,
        "coef_names": [as_in_r(one.name) for one in fit.coefficients],
        "vcov": [list(row) for row in fit.covariance],
        "QM": fit.qm,
        "QM_df": [fit.qm_df, second],
        "QM_p": fit.qm_p,
        "R2": fit.r2,
        "hat": list(fit.hat),
        **coefficients(fit.coefficients),
    }
    if "tau2_ci_pl" in case.expected:
        profile = fit_of(case, call["formula"], tau2_interval="profile_likelihood", **options)
        found["tau2_ci_pl"] = [profile.tau2_ci_low, profile.tau2_ci_high]
    if "test_btt" in case.expected:
        btt = case.expected["test_btt"]["btt"]
        qm, df, p_value = fit.test_of([fit.coefficients[j - 1].name for j in btt])
        found["test_btt"] = {"btt": btt, "QM": qm, "QM_df": [df, second], "QM_p": p_value}
    if "predict" in case.expected:
        found["predict"] = _predict(case, fit)
    return found


def coefficients(listed: Any) -> dict[str, list[float]]:
    """The columns of a table of coefficients."""
    return {
        "estimate": [one.estimate for one in listed],
        "se": [one.standard_error for one in listed],
        "stat": [one.statistic for one in listed],
        "pval": [one.p_value for one in listed],
        "ci_lb": [one.ci_low for one in listed],
        "ci_ub": [one.ci_high for one in listed],
    }


def _predict(case: Case, fit: ev.MetaRegression) -> dict[str, Any]:
    """At new values of the columns of the design, as metafor takes them: x'β and its error."""
    new = case.expected["predict"]["newmods"]
    rows = [row if isinstance(row, list) else [row] for row in new]
    first = [1.0] if fit.coefficients[0].name == "intercept" else []
    lines = [first + [float(value) for value in row] for row in rows]
    means = fit.contrasts(lines)
    half = [one.ci_high - one.estimate for one in means]
    wide = [
        h * math.hypot(one.standard_error, math.sqrt(fit.tau2)) / one.standard_error
        for h, one in zip(half, means, strict=True)
    ]
    return {
        "newmods": new,
        "pred": [one.estimate for one in means],
        "se": [one.standard_error for one in means],
        "ci_lb": [one.ci_low for one in means],
        "ci_ub": [one.ci_high for one in means],
        "pi_lb": [one.estimate - w for one, w in zip(means, wide, strict=True)],
        "pi_ub": [one.estimate + w for one, w in zip(means, wide, strict=True)],
    }


def _contrasts(case: Case) -> dict[str, Any]:
    interval = INTERVALS[case.call.get("ci", "z")]
    fit = fit_of(case, case.call["formula"], interval=interval)
    qm, _, p_value = fit.test_of_contrasts(case.call["X"])
    return {**coefficients(fit.contrasts(case.call["X"])), "QM": qm, "QM_p": p_value}


def _ratio(case: Case) -> dict[str, Any]:
    tau2 = estimator(case) or "ML"
    full = fit_of(case, case.call["full"], tau2=tau2)
    reduced = _reduced(case, case.call["reduced"], tau2)
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


def _reduced(case: Case, formula: str, tau2: str) -> ev.MetaRegression | ev.Pooled:
    if moderators_of(formula):
        return fit_of(case, formula, tau2=tau2)
    yi, vi, _ = columns(case, formula)
    return ev.pool(yi, vi, tau2=tau2)


def _blups(case: Case) -> dict[str, Any]:
    found = ev.blups(fit_of(case, case.call["formula"], tau2=estimator(case), interval="z"))
    return {
        "pred": [one.estimate for one in found],
        "se": [one.standard_error for one in found],
        "pi_lb": [one.low for one in found],
        "pi_ub": [one.high for one in found],
        "ranef": [one.deviation for one in found],
    }
