"""Cases of the family influence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scipy.special import chdtrc

from filiform import evidence as ev
from validation.cases.columns import INTERVALS, arguments
from validation.cases.pooling import estimator, studies
from validation.cases.regression import as_in_r, columns, moderators_of

if TYPE_CHECKING:
    from validation.cases.case import Case


def influence(case: Case) -> dict[str, Any]:
    """What the case's diagnostic gives."""
    return {
        "influence": _influence,
        "baujat": _baujat,
        "cumulative": _cumulative,
        "labbe": _labbe,
        "radial": _radial,
        "leave_one_out": _leave_one_out,
    }[case.call["fun"]](case)


def _influence(case: Case) -> dict[str, Any]:
    formula = case.call["formula"]
    interval, tau2 = INTERVALS[case.call.get("ci", "z")], estimator(case)
    yi, vi, moderators = columns(case, formula)
    given = moderators if moderators_of(formula) else None
    found = ev.influence(
        yi, vi, given, formula=formula if given else None, tau2=tau2, interval=interval
    )
    dfbetas = {
        as_in_r(name): found.dfbetas[:, j].tolist() for j, name in enumerate(found.coefficients)
    }
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
        "rstandard_se": _errors(found.residual, found.rstandard),
        "rstudent_resid": found.residual_deleted.tolist(),
        "rstudent_se": _errors(found.residual_deleted, found.rstudent),
        "influential": found.influential.tolist(),
        "leave1out": _left_out(ev.leave_one_out(yi, vi, tau2=tau2, interval=interval).fits),
    }


def _errors(residuals: Any, standardised: Any) -> list[float]:
    return [abs(r / z) for r, z in zip(residuals.tolist(), standardised.tolist(), strict=True)]


def _left_out(fits: ev.PooledMany) -> dict[str, Any]:
    p_values = [
        float(chdtrc(k - 1, q)) for q, k in zip(fits.q.tolist(), fits.k.tolist(), strict=True)
    ]  # fmt: skip
    statistic = (fits.estimate / fits.standard_error).tolist()
    return {
        "estimate": fits.estimate.tolist(),
        "se": fits.standard_error.tolist(),
        "stat": statistic,
        "zval": statistic,
        "pval": fits.p_value.tolist(),
        "ci_lb": fits.ci_low.tolist(),
        "ci_ub": fits.ci_high.tolist(),
        "Q": fits.q.tolist(),
        "Qp": p_values,
        "Q_p": p_values,
        "tau2": fits.tau2.tolist(),
        "I2": fits.i2.tolist(),
        "H2": [1.0 / (1.0 - i2 / 100.0) for i2 in fits.i2.tolist()],
    }


def _baujat(case: Case) -> dict[str, Any]:
    found = ev.baujat(*studies(case), tau2=estimator(case))
    return {"x": [one.heterogeneity for one in found], "y": [one.influence for one in found]}


def _cumulative(case: Case) -> dict[str, Any]:
    yi, vi = studies(case)
    order = case.call["order"].split(" ")[0]
    found = ev.cumulative(
        yi,
        vi,
        order=case.column(order),
        tau2=estimator(case),
        interval=INTERVALS[case.call.get("ci", "z")],
    )
    fits = found.fits
    return {"order": [place + 1 for place in found.order], **_left_out(fits)}


def tables(case: Case) -> dict[str, Any]:
    """The two by two tables of a case, by its inputs or by the columns' usual names."""
    if "inputs" in case.call:
        return arguments(case)[0]
    for a, b, c, d in (("tpos", "tneg", "cpos", "cneg"), ("ai", "bi", "ci", "di")):
        if b in case.data:
            own = [case.column(name) for name in (a, b, c, d)]
            return {
                "events1": own[0],
                "n1": [x + y for x, y in zip(own[0], own[1], strict=True)],
                "events2": own[2],
                "n2": [x + y for x, y in zip(own[2], own[3], strict=True)],
            }
    keys = {"events1": "ai", "n1": "n1i", "events2": "ci", "n2": "n2i"}
    return {
        key: case.column(name if name in case.data else name.removesuffix("i"))
        for key, name in keys.items()
    }


def _labbe(case: Case) -> dict[str, Any]:
    scale = {"RR": "PLN", "OR": "PLO", "RD": "PR", "AS": "PAS"}[case.call.get("measure", "RR")]
    given = tables(case)
    rows = zip(*given.values(), strict=True)
    # metafor leaves studies without any event, or with nothing else, out of the plot.
    kept = [row for row in rows if 0.0 < row[0] + row[2] < row[1] + row[3]]
    columns = dict(zip(given, zip(*kept, strict=True), strict=True))
    points = ev.labbe_points(**columns, scale=scale)
    return {"x": [point.x for point in points], "y": [point.y for point in points]}


def _radial(case: Case) -> dict[str, Any]:
    yi, vi = studies(case)
    tau2 = estimator(case)
    own = 0.0 if tau2 in {None, "common"} else ev.pool(yi, vi, tau2=tau2).tau2 or 0.0
    points = ev.radial_points(yi, vi, tau2=own)
    return {"x": [point.x for point in points], "y": [point.y for point in points]}


def _leave_one_out(case: Case) -> dict[str, Any]:
    if case.call.get("weighting") != "MH":
        yi, vi = studies(case)
        interval = INTERVALS[case.call.get("ci", "z")]
        return _left_out(ev.leave_one_out(yi, vi, tau2=estimator(case), interval=interval).fits)
    found = ev.leave_one_out_tables(**tables(case), measure=case.measure)
    return {
        "estimate": [one.estimate for one in found],
        "se": [one.standard_error for one in found],
        "ci_lb": [one.ci_low for one in found],
        "ci_ub": [one.ci_high for one in found],
        "Q": [one.q for one in found],
    }
