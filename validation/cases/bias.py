"""Cases of the family bias."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from filiform import evidence as ev
from validation.cases.columns import measure_of
from validation.cases.influence import tables
from validation.cases.pooling import estimator, studies

if TYPE_CHECKING:
    from validation.cases.case import Case

_OF_TABLES = ("Harbord", "Peters", "Deeks", "Schwarzer")


def bias(case: Case) -> dict[str, Any]:
    """What the case's test of small-study effects, or adjustment for them, gives."""
    return {
        "funnel_asymmetry": _asymmetry,
        "excess_significance": _excess,
        "fail_safe_n": _fail_safe,
        "lfk_index": _lfk,
        "limit_meta_analysis": _limit,
        "pet_peese": _pet_peese,
        "trim_and_fill": _trim_and_fill,
    }[case.call["fun"]](case)


def _asymmetry(case: Case) -> dict[str, Any]:
    call, test = case.call, case.call["test"]
    if test in _OF_TABLES:
        return _line(getattr(ev, test.casefold())(**tables(case)))
    if "measure" in call:
        own = ev.effect_size(measure_of(case), **tables(case))
        yi, vi = own.yi, own.vi
    else:
        yi, vi = studies(case)
    if test.startswith("Begg"):
        return _rank(ev.begg(yi, vi, exact=test != "Begg"))
    if test == "Thompson":
        return _line(ev.thompson_sharp(yi, vi))
    model = "rma" if "mixed" in test else "lm"
    return _line(ev.egger(yi, vi, model=model, predictor=call.get("predictor", "sei")))


def _rank(found: ev.AsymmetryTest) -> dict[str, Any]:
    return {**_line(found), "tau": found.rank_correlation}


def _line(found: ev.AsymmetryTest) -> dict[str, Any]:
    return {
        "stat": found.statistic,
        "df": found.df,
        "pval": found.p_value,
        "estimate": found.bias,
        "se": found.bias_standard_error,
        "limit_estimate": found.limit,
        "limit_ci_lb": found.limit_ci_low,
        "limit_ci_ub": found.limit_ci_high,
    }


def _excess(case: Case) -> dict[str, Any]:
    found = ev.excess_significance(*studies(case))
    return {
        "theta": found.effect,
        "observed": found.observed,
        "expected": found.expected,
        "ratio": found.ratio,
        "pval": found.p_value,
    }


def _fail_safe(case: Case) -> dict[str, Any]:
    found = ev.fail_safe_n(*studies(case), kind=case.call["type"])
    return {
        "fsnum": found.number,
        "pval": found.p_value,
        "target": found.target,
        "average": found.average,
    }


def _lfk(case: Case) -> dict[str, Any]:
    return {"lfk": ev.lfk_index(*studies(case)).index}


def _limit(case: Case) -> dict[str, Any]:
    found = ev.limit_meta_analysis(
        *studies(case), method=case.call["method"], tau2=case.call.get("tau2", "DL")
    )
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


def _pet_peese(case: Case) -> dict[str, Any]:
    found = ev.pet_peese(*studies(case))
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
    found = ev.trim_and_fill(
        *studies(case), estimator=case.call["estimator"], tau2=estimator(case), interval="z"
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
        "tau2": found.pooled.tau2 or 0.0,
    }
