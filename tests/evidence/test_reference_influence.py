from __future__ import annotations

import math
from typing import Any

import pytest
from tests.evidence.reference import Case, cases, compare

from filiform import evidence as ev

CASES = cases("influence")


def test_no_case_is_left_out() -> None:
    assert len(CASES) == 8
    assert {case.call["fun"] for case in CASES} == set(_RUNNERS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_diagnostics_are_metafors(case: Case) -> None:
    expected = case.expected
    if "influential" in expected:
        expected["influential"] = [value in {"TRUE", True} for value in expected["influential"]]
    for ours_to_name in ("slab", "digits"):  # labels and print settings that R keeps in the list
        for part in expected.values():
            if isinstance(part, dict):
                part.pop(ours_to_name, None)
    scale = 1.0 if "yi" not in case.data else max(abs(value) for value in case.column("yi"))
    assert compare(case, _RUNNERS[case.call["fun"]](case), scale) == []


def _influence(case: Case) -> dict[str, Any]:
    formula = case.call["formula"]
    moderators = None if formula == "~1" else {"ablat": case.data["ablat"]}
    y, v = case.column("yi"), case.column("vi")
    found = ev.influence(y, v, moderators, interval="z")
    without = ev.leave_one_out(y, v, interval="z").fits
    dfbetas = {
        "intrcpt" if name == "intercept" else name: found.dfbetas[:, j].tolist()
        for j, name in enumerate(found.coefficients)
    }
    errors = [abs(r / z) for r, z in zip(found.residual, found.rstandard, strict=True)]
    deleted = [abs(r / z) for r, z in zip(found.residual_deleted, found.rstudent, strict=True)]
    k = without.k.tolist()
    return {
        "rstudent": found.rstudent.tolist(),
        "dffits": found.dffits.tolist(),
        "cook_d": found.cook_distance.tolist(),
        "cov_r": found.covariance_ratio.tolist(),
        "tau2_del": found.tau2_deleted.tolist(),
        "QE_del": found.q_deleted.tolist(),
        "hat": found.hat.tolist(),
        "weight": found.weight.tolist(),
        "dfbs": dfbetas,
        "rstandard": found.rstandard.tolist(),
        "rstandard_resid": found.residual.tolist(),
        "rstandard_se": errors,
        "rstudent_resid": found.residual_deleted.tolist(),
        "rstudent_se": deleted,
        "influential": found.influential.tolist(),
        "leave1out": {
            "estimate": without.estimate.tolist(),
            "se": without.standard_error.tolist(),
            "stat": (without.estimate / without.standard_error).tolist(),
            "zval": (without.estimate / without.standard_error).tolist(),
            "pval": without.p_value.tolist(),
            "ci_lb": without.ci_low.tolist(),
            "ci_ub": without.ci_high.tolist(),
            "Q": without.q.tolist(),
            "Qp": [_chi2_tail(q, n - 1) for q, n in zip(without.q.tolist(), k, strict=True)],
            "Q_p": [_chi2_tail(q, n - 1) for q, n in zip(without.q.tolist(), k, strict=True)],
            "tau2": without.tau2.tolist(),
            "I2": without.i2.tolist(),
            "H2": [1.0 / (1.0 - i2 / 100.0) for i2 in without.i2.tolist()],
        },
    }


def _chi2_tail(q: float, df: int) -> float:
    from scipy.special import chdtrc  # noqa: PLC0415

    return float(chdtrc(df, q))


def _baujat(case: Case) -> dict[str, Any]:
    tau2 = "common" if case.call["tau2"] == "EE" else case.call["tau2"]
    found = ev.baujat(case.column("yi"), case.column("vi"), tau2=tau2)
    return {"x": [one.heterogeneity for one in found], "y": [one.influence for one in found]}


def _cumulative(case: Case) -> dict[str, Any]:
    found = ev.cumulative(
        case.column("yi"), case.column("vi"), order=case.column("year"), interval="z"
    )
    fits = found.fits
    return {
        "order": [place + 1 for place in found.order],
        "estimate": fits.estimate.tolist(),
        "se": fits.standard_error.tolist(),
        "pval": fits.p_value.tolist(),
        "ci_lb": fits.ci_low.tolist(),
        "ci_ub": fits.ci_high.tolist(),
        "Q": fits.q.tolist(),
        "tau2": fits.tau2.tolist(),
        "I2": fits.i2.tolist(),
    }


def _counts(case: Case) -> dict[str, list[float]]:
    columns = {name: case.column(name) for name in ("tpos", "tneg", "cpos", "cneg")}
    return {
        "events1": columns["tpos"],
        "n1": [a + b for a, b in zip(columns["tpos"], columns["tneg"], strict=True)],
        "events2": columns["cpos"],
        "n2": [c + d for c, d in zip(columns["cpos"], columns["cneg"], strict=True)],
    }


def _labbe(case: Case) -> dict[str, Any]:
    points = ev.labbe_points(**_counts(case))  # type: ignore[arg-type]
    return {"x": [point.x for point in points], "y": [point.y for point in points]}


def _radial(case: Case) -> dict[str, Any]:
    points = ev.radial_points(case.column("yi"), case.column("vi"))
    return {"x": [point.x for point in points], "y": [point.y for point in points]}


def _leave_one_out(case: Case) -> dict[str, Any]:
    found = ev.leave_one_out_tables(**_counts(case), measure="RR")  # type: ignore[arg-type]
    assert all(math.isfinite(one.estimate) for one in found)
    return {
        "estimate": [one.estimate for one in found],
        "se": [one.standard_error for one in found],
        "ci_lb": [one.ci_low for one in found],
        "ci_ub": [one.ci_high for one in found],
        "Q": [one.q for one in found],
    }


_RUNNERS = {
    "influence": _influence,
    "baujat": _baujat,
    "cumulative": _cumulative,
    "labbe": _labbe,
    "radial": _radial,
    "leave_one_out": _leave_one_out,
}
