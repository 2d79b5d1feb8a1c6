"""Cases of the family multilevel: models with several random effects, and robust variances."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from filiform import evidence as ev
from validation.cases.columns import complete
from validation.cases.pooling import level
from validation.cases.regression import as_in_r, coefficients, columns, fit_of, moderators_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validation.cases.case import Case

_TYPES = {"cr0": "CR0", "cr1": "CR1", "cr2-satterthwaite": "CR2", "cr2": "CR2"}


def multilevel(case: Case) -> dict[str, Any]:
    """What a multilevel model, or a robust variance, gives."""
    if case.call["fun"] == "robust":
        return _robust(case)
    fit = _fit(case, case.call["random"], case.call.get("formula"))
    found: dict[str, Any] = {
        "k": fit.k,
        "coef_names": [as_in_r(one.name) for one in fit.coefficients],
        "df": _degrees([one.df for one in fit.coefficients]),
        "vcov": [list(row) for row in fit.covariance],
        "sigma2": [one.value for one in fit.components if one.parameter == "sigma2"],
        "tau2": [one.value for one in fit.components if one.parameter.startswith("tau2")],
        "rho": [one.value for one in fit.components if one.parameter.startswith("rho")],
        "QE": fit.q,
        "QE_p": fit.q_p,
        "QM": fit.qm,
        "QM_df": [fit.qm_df1, None if fit.qm_df2 == math.inf else fit.qm_df2],
        "QM_p": fit.qm_p,
        "loglik": fit.fit_statistics.log_likelihood,
        "aic": fit.fit_statistics.aic,
        "bic": fit.fit_statistics.bic,
        "pi_lb": fit.pi_low,
        "pi_ub": fit.pi_high,
        **coefficients(fit.coefficients),
    }
    if "metagen" in case.call.get("r", ""):
        found["tau2"] = found["sigma2"]
    if "sigma2_ci_profile" in case.expected:
        bounds = [[one.ci_low, one.ci_high] for one in fit.component_intervals()]
        found["sigma2_ci_profile"] = {str(i): pair for i, pair in enumerate(bounds, 1)}
    return found


def _degrees(df: Sequence[float]) -> list[float | None]:
    return [None if math.isinf(one) else one for one in df]


def _fit(case: Case, random: str, formula: str | None) -> ev.Multilevel:
    call = case.call
    grouping = dict.fromkeys(re.findall(r"[^\W\d][\w.]*", random))
    names = ["yi", "vi", *(name for name in grouping if name != "row")]
    rows = complete(case, names + (moderators_of(formula) if formula else []))
    data = {name: [column[i] for i in rows] for name, column in case.data.items()}
    interval = "contain" if call.get("dfs") == "contain" else call.get("ci", "z")
    return ev.multilevel(
        data["yi"],
        _covariances(call.get("V"), data),
        random=_terms(random, call.get("struct"), data),
        moderators={name: data[name] for name in moderators_of(formula)} if formula else None,
        formula=formula,
        method=call.get("method", "REML"),
        interval={"contain": "t_contain", "z": "normal"}.get(interval, interval),
        level=level(case),
    )


def _terms(random: str, structure: str | None, data: dict[str, Any]) -> list[ev.Random]:
    """`1 | a/b`, `1 | a + 1 | b` or `inner | outer`; `row` is the effect itself."""
    data = {"row": list(range(len(data["yi"]))), **data}
    found: list[ev.Random] = []
    for part in re.split(r"[+,](?=[^|]*\|)", random):
        inner, groups = (word.strip() for word in part.strip(" ~").split("|"))
        if inner == "1" and "/" in groups:
            found += ev.nested({name: data[name] for name in groups.split("/")})
        elif inner == "1":
            found.append(ev.random_intercept(groups, data[groups]))
        else:
            name = re.sub(r"factor\((.*)\)", r"\1", inner)
            found.append(
                ev.random_structure(
                    part.strip(),
                    inner=data[name],
                    outer=data[groups],
                    structure=structure or "CS",
                )
            )
    return found


def _covariances(words: str | None, data: dict[str, Any]) -> Any:
    """The sampling variances, or the covariances that `V` speaks of."""
    if words is None:
        return data["vi"]
    if words.startswith("vcalc"):
        cluster = re.search(r"cluster\s*=\s*([\w.]+)", words)
        rho = re.search(r"rho\s*=\s*([\d.]+)", words)
        if cluster is None or rho is None:
            raise ValueError(f"{words!r} is not understood")
        return ev.working_covariance(data["vi"], data[cluster[1]], float(rho[1]))
    block = re.search(r"\((.*)\) by ([\w.]+)", words)
    if block is None:
        raise ValueError(f"{words!r} is not understood")
    return _blocks([data[name.strip()] for name in block[1].split(",")], data[block[2]])


def _blocks(columns: list[list[float]], groups: list[object]) -> Any:
    found = np.zeros((len(groups), len(groups)))
    for group in dict.fromkeys(groups):
        rows = [i for i, own in enumerate(groups) if own == group]
        for i in rows:
            for place, j in enumerate(rows):
                found[i, j] = columns[place][i]
    return found


def _model(case: Case) -> ev.Multilevel | ev.MetaRegression | ev.Pooled:
    words = case.call["model"]
    mods = re.search(r"mods\s*=\s*(~[^,)]*(?:\([^)]*\)[^,)]*)*)", words)
    random = re.search(r"random\s*=\s*~\s*([^,)]+)", words)
    formula = mods[1].strip() if mods else None
    if random:
        return _fit(case, random[1].strip(), formula)
    if formula:
        return fit_of(case, formula, interval="z")
    yi, vi, _ = columns(case, "~ 1")
    return ev.pool(yi, vi, interval="z")


def _robust(case: Case) -> dict[str, Any]:
    cluster = case.data[case.call["cluster"]]
    found = ev.robust(_model(case), cluster, correction=_TYPES[case.call["type"]])
    degrees = [one.df for one in found.coefficients]
    df = case.expected["df"]
    return {
        "df": degrees if isinstance(df, list) and len(df) == len(degrees) else degrees[:1],
        "vcov": [list(row) for row in found.covariance],
        "QM": found.qm,
        "QM_df": [found.qm_df1, found.qm_df2],
        "QM_p": found.qm_p,
        **coefficients(found.coefficients),
    }
