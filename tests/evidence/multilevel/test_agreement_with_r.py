"""Values made by validation/mixed_models.R with metafor 3.8.1 and clubSandwich 0.5.8.

metafor's optimisers stop at a flat likelihood: variances agree to about six digits, the
likelihood to ten; where ours is higher, ours is the better fit.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from filiform.evidence.multilevel import (
    Multilevel,
    Random,
    multilevel,
    nested,
    random_intercept,
    random_structure,
    working_covariance,
)
from filiform.evidence.multilevel._newton import maximise
from filiform.evidence.robust import robust

FILE = Path(__file__).parents[2] / "reference" / "mixed" / "mixed_models.json"
CASES = {case["name"]: case for case in json.loads(FILE.read_text())["cases"]}
# How far metafor's optimiser stops from the top, in variances, their mean and the likelihood.
VARIANCE, MEAN, LIKELIHOOD = 2e-4, 1e-4, 1e-6

BERKEY = [f"berkey1998-{s}-{m}" for s in ("UN", "CS", "HCS", "DIAG", "ID") for m in ("REML", "ML")]
ISHAK = [f"ishak2007-{s}-REML" for s in ("HAR", "AR", "CAR", "UN", "HCS")]


def berkey(structure: str, method: str) -> Multilevel:
    data = CASES[f"berkey1998-{structure}-{method}"]["data"]
    pd = np.array(data["PD"])
    return multilevel(
        data["yi"],
        data["V"],
        random=random_structure(
            "outcome | trial", inner=data["outcome"], outer=data["trial"], structure=structure
        ),
        moderators={"AL": 1.0 - pd, "PD": pd},
        intercept=False,
        method=method,
        interval="z",
    )


def ishak(structure: str) -> Multilevel:
    data = CASES[f"ishak2007-{structure}-REML"]["data"]
    term = random_structure(
        "time | study", inner=data["time"], outer=data["study"], structure=structure
    )
    times = {name: data[name] for name in ("t1", "t2", "t3", "t4")}
    return multilevel(
        data["yi"], data["V"], random=term, moderators=times, intercept=False, interval="z"
    )


def assink(interval: str) -> Multilevel:
    data = CASES["assink2016-nested"]["data"]
    return multilevel(
        data["yi"],
        working_covariance(data["vi"], data["study"], 0.6),
        random=nested({"study": data["study"], "effect": data["esid"]}),
        moderators={name: data[name] for name in ("year", "overt", "covert")},
        interval=interval,
    )


def crossed() -> Multilevel:
    data = CASES["konstantopoulos2011-crossed"]["data"]
    terms: list[Random] = [random_intercept(name, data[name]) for name in ("district", "year")]
    return multilevel(data["yi"], data["vi"], random=terms, interval="z")


def check(fit: Multilevel, expected: dict[str, list[float]]) -> None:
    criteria = fit.fit_statistics
    assert criteria.log_likelihood >= expected["loglik"][0] - 1e-9
    assert criteria.log_likelihood == pytest.approx(expected["loglik"][0], abs=LIKELIHOOD)
    assert criteria.aic == pytest.approx(expected["aic"][0], abs=1e-6)
    assert criteria.bic == pytest.approx(expected["bic"][0], abs=1e-6)
    assert fit.q == pytest.approx(expected["QE"][0], rel=1e-10)
    cs = fit.coefficients
    assert [c.estimate for c in cs] == pytest.approx(expected["estimate"], rel=MEAN)
    assert [c.standard_error for c in cs] == pytest.approx(expected["se"], rel=MEAN)
    assert [c.ci_low for c in cs] == pytest.approx(expected["ci_low"], rel=10 * MEAN)
    variances = expected["sigma2"] or expected["tau2"]
    ours = [c.value for c in fit.components if c.parameter != "rho" and c.i2 is not None]
    assert ours == pytest.approx(variances, rel=VARIANCE, abs=1e-7)
    rho = [c.value for c in fit.components if c.i2 is None]
    if rho:
        assert rho == pytest.approx(expected["rho"], rel=MEAN)
    if fit.qm is not None:
        assert fit.qm == pytest.approx(expected["QM"][0], rel=10 * MEAN)


@pytest.mark.parametrize("name", BERKEY)
def test_two_outcomes_a_trial_agree_in_every_structure(name: str) -> None:
    _, structure, method = name.split("-")
    check(berkey(structure, method), CASES[name]["expected"])


@pytest.mark.parametrize("name", ISHAK)
def test_repeated_times_agree_in_every_structure(name: str) -> None:
    check(ishak(name.split("-")[1]), CASES[name]["expected"])


def test_the_gradient_is_zero_at_the_top_of_every_structure() -> None:
    for fit in [berkey("UN", "REML"), ishak("UN"), ishak("HAR"), assink("z")]:
        model, theta = fit.fitted.model, fit.fitted.maximum.theta
        assert fit.converged
        assert np.abs(model.derivatives(theta).gradient).max() < 1e-7


def test_nested_effects_with_a_working_covariance_agree() -> None:
    check(assink("z"), CASES["assink2016-nested"]["expected"])


def test_the_working_covariance_is_that_of_vcalc() -> None:
    case = CASES["assink2016-vcalc"]
    found = working_covariance(case["data"]["vi"], case["data"]["study"], 0.6)
    assert found.sum() == pytest.approx(case["expected"]["total"][0], rel=1e-12)
    assert found[0].tolist() == pytest.approx(case["expected"]["row1"], rel=1e-12)


def test_contained_degrees_of_freedom_agree() -> None:
    expected = CASES["assink2016-contain"]["expected"]
    fit = assink("contain")
    assert [c.df for c in fit.coefficients] == expected["df"]
    assert [c.p_value for c in fit.coefficients] == pytest.approx(expected["pval"], rel=1e-4)
    assert [fit.qm_df1, fit.qm_df2] == expected["QM_df"]
    assert fit.qm_p == pytest.approx(expected["QM_p"][0], rel=1e-3)


def test_crossed_random_effects_agree_and_a_variance_of_zero_is_zero() -> None:
    fit = crossed()
    check(fit, CASES["konstantopoulos2011-crossed"]["expected"])
    assert fit.components[1].value == 0.0
    assert "at the boundary of 0: sigma2 of year" in fit.warnings


@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2"])
def test_robust_tests_of_several_moderators_agree(kind: str) -> None:
    expected = CASES[f"assink2016-robust-{kind}"]["expected"]
    data = CASES["assink2016-nested"]["data"]
    found = robust(assink("z"), data["study"], correction=kind)
    cs = found.coefficients
    assert [c.standard_error for c in cs] == pytest.approx(expected["se"], rel=1e-5)
    assert [c.p_value for c in cs] == pytest.approx(expected["pval"], rel=1e-4)
    assert found.qm == pytest.approx(expected["QM"][0], rel=1e-4)
    assert [found.qm_df1, found.qm_df2] == pytest.approx(expected["QM_df"], rel=1e-5)
    assert found.qm_p == pytest.approx(expected["QM_p"][0], rel=1e-3)


@pytest.mark.parametrize("kind", ["CR0", "CR1"])
def test_robust_variances_agree_where_random_effects_reach_across_clusters(kind: str) -> None:
    expected = CASES[f"konstantopoulos2011-crossed-robust-{kind}"]["expected"]
    data = CASES["konstantopoulos2011-crossed"]["data"]
    found = robust(crossed(), data["district"], correction=kind)
    assert found.mean.standard_error == pytest.approx(expected["se"][0], rel=1e-5)
    assert found.mean.df == expected["df"][0]


def test_profile_intervals_agree() -> None:
    expected = CASES["berkey1998-UN-confint"]["expected"]
    found = berkey("UN", "REML").component_intervals()
    for ours, key in zip(found, ("tau2_1", "tau2_2", "rho"), strict=True):
        assert [ours.ci_low, ours.ci_high] == pytest.approx(expected[key], rel=1e-3, abs=5e-5)


def test_a_profile_interval_ends_where_the_likelihood_has_fallen_by_chi_square() -> None:
    fit = berkey("UN", "REML")
    model, theta = fit.fitted.model, fit.fitted.maximum.theta
    low = fit.component_intervals()[1].ci_low
    assert low is not None
    held = theta.copy()
    held[1] = np.sqrt(low / fit.fitted.scale)
    bounds = model.bounds[0].copy(), model.bounds[1].copy()
    bounds[0][1] = bounds[1][1] = held[1]
    best = maximise(model.derivatives, model.value, held, bounds).value
    assert 2.0 * (model.value(theta) - best) == pytest.approx(3.841458820694124, rel=1e-8)


def test_random_effects_agree() -> None:
    expected = CASES["berkey1998-UN-ranef"]["expected"]
    found = {
        f"{r.group.split(': ')[1]} | {r.group.split(': ')[0]}": r
        for r in berkey("UN", "REML").random_effects()
    }
    ours = [found[name] for name in expected["names"]]
    assert [r.estimate for r in ours] == pytest.approx(expected["intrcpt"], rel=1e-3)
    assert [r.standard_error for r in ours] == pytest.approx(expected["se"], rel=1e-4)
