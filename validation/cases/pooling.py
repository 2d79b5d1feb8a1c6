"""Cases of the family pairwise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtrit

from filiform import evidence as ev
from validation.cases.columns import INTERVALS, arguments, complete
from validation.cases.effect_sizes import effects_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from validation.cases.case import Case


def studies(case: Case) -> tuple[Any, Any]:
    """Effects and variances: computed from the inputs, or as they are given."""
    inputs = case.call.get("inputs", {})
    if inputs and "yi" not in inputs:
        effects = effects_of(case)[0]
        return effects.yi, effects.vi
    names = [inputs.get("yi", "yi"), inputs.get("vi", "vi")]
    rows = complete(case, names)
    yi, vi = (np.array([float(case.data[name][i]) for i in rows]) for name in names)
    return yi, vi


def estimator(case: Case) -> Any:
    """Our word for the case's τ²."""
    tau2 = case.call.get("tau2_value", case.call.get("tau2"))
    return "common" if tau2 in {"EE", "FE", "CE"} else tau2


def level(case: Case) -> float:
    """The level of intervals, as a share."""
    return float(case.call.get("level", 95)) / 100.0


def pooling(case: Case) -> dict[str, Any]:
    """What the case's kind of pooling gives."""
    return _kind(case)(case)


def _kind(case: Case) -> Callable[[Case], dict[str, Any]]:
    call = case.call
    if "subgroup" in call:
        return _subgroups
    if "transform" in call:
        return _back_transformed
    if call.get("ci") == "henmi-copas":
        return _henmi_copas
    if call.get("weighting") in {"MH", "Peto"}:
        return _tables if call.get("model") == "common" else _revman5
    return _meta if str(call.get("r", "")).startswith("meta") else _pool


def _weights(case: Case, vi: Any) -> Any:
    weights = case.call.get("weights")
    if case.call.get("weighted") is False:
        return 1.0
    return 1.0 / np.sqrt(vi) if weights == "1/sqrt(vi)" else weights


def _pool(case: Case) -> dict[str, Any]:
    yi, vi = studies(case)

    def fit(prediction: str, tau2_interval: str) -> ev.Pooled:
        return ev.pool(
            yi,
            vi,
            tau2=estimator(case),
            interval=INTERVALS[case.call["ci"]],
            level=level(case),
            prediction=prediction,
            tau2_interval=tau2_interval,
            weights=_weights(case, vi),
        )

    one = fit("metafor", "QP")
    return {
        **_numbers(one),
        **_profile_and_generalised(case, fit),
        "yi": yi.tolist(),
        "vi": vi.tolist(),
        "p": 1,
    }


def _profile_and_generalised(
    case: Case, fit: Callable[[str, str], ev.Pooled]
) -> dict[str, list[float | None]]:
    found = {}
    for field, kind in (("tau2_ci_pl", "PL"), ("tau2_ci_genq", "generalised_q")):
        if case.expected.get(field):
            one = fit("none", kind)
            found[field] = [one.tau2_ci_low, one.tau2_ci_high]
    return found


def _numbers(one: ev.Pooled) -> dict[str, Any]:
    alone = one.k == 1
    statistics = None if alone else one.fit_statistics()
    return {
        "k": one.k,
        "estimate": one.estimate,
        "se": one.standard_error,
        "stat": one.statistic,
        "df": one.df,
        "pval": one.p_value,
        "ci_lb": one.ci_low,
        "ci_ub": one.ci_high,
        "tau2": 0.0 if one.tau2_method in {"common", "none"} else one.tau2,
        "se_tau2": one.tau2_standard_error,
        "QE": one.q,
        "QE_df": one.q_df,
        "QE_p": one.q_p,
        "I2": 0.0 if alone else one.i2,
        "H2": 1.0 if alone else one.h2,
        "loglik": statistics and statistics.log_likelihood,
        "aic": statistics and statistics.aic,
        "bic": statistics and statistics.bic,
        "aicc": statistics and statistics.aicc,
        "pi_lb": one.ci_low if alone else one.pi_low,
        "pi_ub": one.ci_high if alone else one.pi_high,
        "pi_riley_lb": _riley(one, -1),
        "pi_riley_ub": _riley(one, +1),
        "tau2_ci_qp": [one.tau2_ci_low, one.tau2_ci_high],
        "I2_ci_qp": [one.i2_ci_low, one.i2_ci_high],
        "H2_ci_qp": [one.h2_ci_low, one.h2_ci_high],
        "weights_pct": list(one.weights),
    }


def _riley(fit: ev.Pooled, side: int) -> float | None:
    """Metafor's predict(predtype="Riley"): t on k - 2 with the standard error of the interval."""
    if fit.tau2_method in {"common", "none"} or fit.tau2 is None:
        return None
    df = fit.k - 1 if fit.tau2_method == "given" else fit.k - 2
    if df < 1:
        return None
    quantile = float(stdtrit(df, 0.5 + fit.level / 2))
    return fit.estimate + side * quantile * math.hypot(fit.standard_error, math.sqrt(fit.tau2))


def _tables(case: Case) -> dict[str, Any]:
    given, _ = arguments(case)
    if case.call["weighting"] == "Peto":
        fit = ev.peto(**given, level=level(case))
    elif "time1" in given:
        fit = ev.mantel_haenszel_rates(**given, measure=case.measure, level=level(case))
    else:
        rule = case.call.get("mh_to", "none")
        fit = ev.mantel_haenszel(
            **given,
            measure=case.measure,
            zero_cells={"if0all": "if_any", "only0": "only_zero"}.get(rule, rule),
            added=case.call.get("mh_add", 0.5),
            level=level(case),
        )
    return _of_tables(fit)


def _of_tables(fit: ev.CommonEffect) -> dict[str, Any]:
    tests = {test.name: test for test in fit.tests}
    keys = {"Cochran": "CO", "Cochran-Mantel-Haenszel": "MH", "Breslow-Day": "BD", "Tarone": "TA"}
    found: dict[str, Any] = {}
    for name, key in keys.items():
        found[key] = tests[name].statistic if name in tests else None
        found[f"{key}p"] = tests[name].p_value if name in tests else None
    if "Mantel-Haenszel" in tests:
        found["MH"], found["MHp"] = (
            tests["Mantel-Haenszel"].statistic,
            tests["Mantel-Haenszel"].p_value,
        )
    return found | {
        "k": fit.k,
        "k_pos": fit.k_informative if fit.tests or "Peto" in fit.method else None,
        "estimate": fit.estimate,
        "se": fit.standard_error,
        "stat": fit.statistic,
        "pval": fit.p_value,
        "ci_lb": fit.ci_low,
        "ci_ub": fit.ci_high,
        "QE": fit.q,
        "QE_p": fit.q_p,
        "I2": fit.i2,
        "H2": fit.h2,
    }


def _one(fit: ev.Pooled | ev.CommonEffect, weights: list[float], df: float) -> dict[str, Any]:
    return {
        "estimate": fit.estimate,
        "se": fit.standard_error,
        "ci_lb": fit.ci_low,
        "ci_ub": fit.ci_high,
        "stat": fit.statistic,
        "pval": fit.p_value,
        "weights": weights,
        "df": df,
    }


def _random_part(yi: Any, vi: Any, fit: ev.Pooled, common: dict[str, Any]) -> dict[str, Any]:
    q_based = ev.heterogeneity_from_q(fit.q, fit.k, level=fit.level)
    tau2 = 0.0 if fit.tau2 is None else fit.tau2
    return {
        "k": fit.k,
        "TE": yi.tolist(),
        "seTE": np.sqrt(vi).tolist(),
        "common": common,
        "random": _one(fit, (1.0 / (vi + tau2)).tolist(), fit.df),
        "tau2": fit.tau2,
        "se_tau2": fit.tau2_standard_error,
        "tau2_ci": [fit.tau2_ci_low, fit.tau2_ci_high],
        "Q": fit.q,
        "Q_df": fit.q_df,
        "Q_p": fit.q_p,
        "I2": q_based.i2 / 100,
        "I2_ci": _hundredth(q_based.i2_ci_low, q_based.i2_ci_high),
        "H": q_based.h,
        "H_ci": [q_based.h_ci_low, q_based.h_ci_high],
        "pi_lb": fit.pi_low,
        "pi_ub": fit.pi_high,
    }


def _hundredth(*values: float | None) -> list[float | None]:
    return [None if value is None else value / 100 for value in values]


def _meta(case: Case) -> dict[str, Any]:
    yi, vi = studies(case)
    name = case.call.get("pi", "V").split(" ")[0].replace("-", "_")
    interval = INTERVALS[case.call["ci"]]
    tau2 = estimator(case)
    fit = ev.pool(yi, vi, tau2=tau2, interval=interval, prediction=name, level=level(case))
    common = ev.pool(yi, vi, tau2="common", interval="z", level=level(case))
    found = _random_part(yi, vi, fit, _one(common, (1.0 / vi).tolist(), math.inf))
    return found | {"pi_df": _prediction_df(name, fit)}


def _prediction_df(name: str, fit: ev.Pooled) -> float:
    return {
        "S": math.inf,
        "V": fit.k - 1,
        "HK": fit.k - 1,
        "HTS": fit.k - 2,
        "HK_PR": fit.k - 2,
        "KR": fit.df,
        "KR_PR": fit.df - 1,
    }[name]


def _revman5(case: Case) -> dict[str, Any]:
    given, _ = arguments(case)
    yi, vi = studies(case)
    fit = ev.revman5(**given, measure=case.measure, level=level(case))
    common = ev.mantel_haenszel(
        **given,
        measure=case.measure,
        risk_difference_variance="greenland_robins",
        level=level(case),
    )
    a, n1, c, n2 = (np.array(given[name]) for name in ("events1", "n1", "events2", "n2"))
    total = {"OR": (n1 - a) * c, "RR": c * n1, "RD": n1 * n2}[case.measure] / (n1 + n2)
    weights = (np.array(common.weights) / 100 * total.sum()).tolist()
    found = _random_part(yi, vi, fit, _one(common, weights, math.inf))
    return found | {"pi_df": fit.k - 2}


def _subgroups(case: Case) -> dict[str, Any]:
    yi, vi = studies(case)
    groups = case.data[case.call["subgroup"]]
    fit = ev.subgroups(
        yi,
        vi,
        groups,
        tau2=estimator(case),
        interval=INTERVALS[case.call["ci"]],
        shared_tau2=case.call["tau_common"],
        prediction="V",
        level=level(case),
    )
    common = ev.subgroups(yi, vi, groups, tau2="common", interval="z", level=level(case))
    overall = _random_part(
        yi, vi, fit.overall, _one(common.overall, (1.0 / vi).tolist(), math.inf)
    )  # fmt: skip
    return {
        "overall": overall | {"pi_df": fit.overall.k - 1},
        "subgroups": {
            "levels": list(fit.names),
            "k": [group.k for group in fit.groups],
            "common": _columns(common.groups),
            "random": _columns(fit.groups),
            "tau2": [group.tau2 for group in fit.groups],
            "Q": [group.q for group in fit.groups],
            "I2": [ev.heterogeneity_from_q(g.q, g.k).i2 / 100 for g in fit.groups],
            "Q_between_common": common.q_between,
            "df_between": common.df_between,
            "p_between_common": common.p_between,
            "Q_between_random": fit.q_between,
            "p_between_random": fit.p_between,
            "df_between_random": fit.df_between,
        },
    }


def _columns(groups: tuple[ev.Pooled, ...]) -> dict[str, Any]:
    return {
        "estimate": [group.estimate for group in groups],
        "se": [group.standard_error for group in groups],
        "ci_lb": [group.ci_low for group in groups],
        "ci_ub": [group.ci_high for group in groups],
    }


def _henmi_copas(case: Case) -> dict[str, Any]:
    fit = ev.henmi_copas(*studies(case), level=level(case))
    return {
        "estimate": fit.estimate,
        "se": fit.standard_error,
        "ci_lb": fit.ci_low,
        "ci_ub": fit.ci_high,
        "tau2": fit.tau2,
    }


def _back_transformed(case: Case) -> dict[str, Any]:
    fit = ev.pool(
        *studies(case),
        tau2=estimator(case),
        interval=INTERVALS[case.call["ci"]],
        prediction="as_interval",
        level=level(case),
    ).back_transformed(case.call["transform"])
    return {
        "estimate": fit.estimate,
        "ci_lb": fit.ci_low,
        "ci_ub": fit.ci_high,
        "pi_lb": fit.pi_low,
        "pi_ub": fit.pi_high,
    }
