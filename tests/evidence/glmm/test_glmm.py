"""Generalised linear mixed models: agreement, identities, refusals.

Pinned values are made by validation/mixed_models.R with metafor 3.8.1 on lme4 1.1-31, whose
optimiser stops at three to five digits.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from filiform.errors import EvidenceError
from filiform.evidence.glmm import MODELS, Glmm, glmm
from filiform.evidence.glmm._models import build, counts

if TYPE_CHECKING:
    from filiform.evidence.glmm._marginal import Marginal

FILE = Path(__file__).parents[2] / "reference" / "mixed" / "mixed_models.json"
CASES = {case["name"]: case for case in json.loads(FILE.read_text())["cases"]}
# What metafor's maximiser leaves open, by model; UM.RS is a Laplace approximation there.
TOLERANCE = {"UM.FS": 5e-4, "UM.RS": 2e-2, "CM.EL": 5e-4, "CM.AL": 5e-5, "100": 2e-5, "7": 5e-4}

NAMES = [
    "nielweise2007-OR-UM.FS",
    "nielweise2007-OR-UM.RS",
    "nielweise2007-OR-CM.AL",
    "nielweise2007-OR-CM.EL",
    "nielweise2007-PLO-7",
    "nielweise2007-PLO-100",
    "nielweise2008-IRR-UM.FS",
    "nielweise2008-IRR-UM.RS",
    "nielweise2008-IRR-CM.EL",
    "nielweise2008-IRLN",
    "bcg-OR-UM.FS",
]


class Data(TypedDict, total=False):
    ai: list[float]
    n1i: list[float]
    ci: list[float]
    n2i: list[float]
    x1i: list[float]
    t1i: list[float]
    x2i: list[float]
    t2i: list[float]


def fit(name: str) -> Glmm:
    data: Data = CASES[name]["data"]
    parts = name.split("-")
    if parts[1] == "PLO":
        return glmm("PLO", events=data["ci"], n=data["n2i"])
    if parts[1] == "IRLN":
        return glmm("IRLN", events=data["x2i"], time=data["t2i"])
    if parts[1] == "IRR":
        return glmm(
            "IRR",
            model=parts[2],
            events1=data["x1i"],
            time1=data["t1i"],
            events2=data["x2i"],
            time2=data["t2i"],
        )
    return odds(data["ai"], data["n1i"], data["ci"], data["n2i"], model=parts[2])


def odds(a: list[float], n1: list[float], c: list[float], n2: list[float], *, model: str) -> Glmm:
    return glmm("OR", model=model, events1=a, n1=n1, events2=c, n2=n2)


def test_every_count_case_of_the_validation_is_compared() -> None:
    made = {name for name, case in CASES.items() if {"ai", "x1i"} & set(case["data"])}
    assert made == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_model_agrees_with_metafor(name: str) -> None:
    found, expected = fit(name), CASES[name]["expected"]
    tol = TOLERANCE.get(name.rsplit("-", maxsplit=1)[-1], 5e-5)
    assert found.converged
    assert found.k == expected["k"][0]
    assert found.estimate == pytest.approx(expected["estimate"][0], rel=tol)
    assert found.standard_error == pytest.approx(expected["se"][0], rel=tol)
    assert found.tau2 == pytest.approx(expected["tau2"][0], rel=tol)
    assert found.i2 == pytest.approx(expected["I2"][0], rel=tol)
    assert found.h2 == pytest.approx(expected["H2"][0], rel=tol)
    assert found.ci_low == pytest.approx(expected["ci_low"][0], rel=tol)
    if found.q is not None:
        assert found.q == pytest.approx(expected["QE_LRT"][0], rel=1e-8)
        assert found.q_df == expected["QE_df"][0]


@pytest.mark.parametrize("name", ["nielweise2007-OR-UM.RS", "nielweise2008-IRR-UM.RS"])
def test_one_node_is_the_laplace_approximation_that_metafor_uses_for_two_effects(
    name: str,
) -> None:
    data, expected = CASES[name]["data"], CASES[name]["expected"]
    rates = "t1i" in data
    keys = ("x1i", "t1i", "x2i", "t2i") if rates else ("ai", "n1i", "ci", "n2i")
    inputs = (
        ("events1", "time1", "events2", "time2") if rates else ("events1", "n1", "events2", "n2")
    )
    measure = "IRR" if rates else "OR"
    found = counts(measure, {i: data[k] for i, k in zip(inputs, keys, strict=True)}, None)
    laplace = build(measure, "UM.RS", found, 1, np.ones((found.y.shape[0], 1)))
    full = replace(laplace, points=21)
    top = fit(name)
    phi = np.array([top.estimate, 0.0, math.sqrt(top.tau2), math.sqrt(top.sigma2 or 0.0)])

    def highest(model: Marginal) -> float:
        found = minimize_scalar(
            lambda x: -model.value(phi + np.array([0.0, x, 0.0, 0.0])), bounds=(-9.0, 0.0)
        )
        return -float(found.fun)

    assert highest(laplace) == pytest.approx(expected["loglik"][0], abs=5e-3)
    assert highest(full) == pytest.approx(top.fit_statistics.log_likelihood, abs=1e-6)


def test_the_exact_conditional_likelihood_is_metafors() -> None:
    found = fit("nielweise2007-OR-CM.EL").fit_statistics.log_likelihood
    expected = CASES["nielweise2007-OR-CM.EL"]["expected"]["loglik"][0]
    assert found == pytest.approx(expected, abs=5e-6)
    assert found > expected


def test_the_likelihood_is_that_of_an_independent_integration() -> None:
    events, n = [3.0, 0.0, 12.0, 5.0], [20.0, 31.0, 40.0, 18.0]
    found = glmm("PLO", events=events, n=n)
    tau = math.sqrt(found.tau2)

    def one(y: float, size: float) -> float:
        choose = math.comb(int(size), int(y))

        def integrand(z: float) -> float:
            p = 1.0 / (1.0 + math.exp(-(found.estimate + tau * z)))
            density = math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
            return float(choose * p**y * (1.0 - p) ** (size - y) * density)

        return float(quad(integrand, -12.0, 12.0, epsabs=0.0, epsrel=1e-12, limit=400)[0])

    expected = sum(math.log(one(y, size)) for y, size in zip(events, n, strict=True))
    assert found.fit_statistics.log_likelihood == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("name", NAMES)
def test_more_nodes_change_nothing(name: str) -> None:
    assert not [warning for warning in fit(name).warnings if "more nodes" in warning]


COUNT = st.integers(1, 12)
TABLE = st.lists(st.tuples(COUNT, COUNT), min_size=4, max_size=6)


def is_mixed(table: list[tuple[int, int]]) -> bool:
    return len({a for a, _ in table}) > 1


@settings(max_examples=10)
@given(TABLE.filter(is_mixed), st.sampled_from(["CM.EL", "CM.AL", "UM.FS"]))
def test_exchanging_the_groups_turns_the_sign_and_order_does_not_matter(
    table: list[tuple[int, int]], model: str
) -> None:
    a, c = [float(x) for x, _ in table], [float(x) for _, x in table]
    n1, n2 = [30.0] * len(a), [40.0] * len(a)
    plain = odds(a, n1, c, n2, model=model)
    turned = odds(c[::-1], n2, a[::-1], n1, model=model)
    assert turned.estimate == pytest.approx(-plain.estimate, abs=1e-6)
    assert turned.tau2 == pytest.approx(plain.tau2, abs=1e-6, rel=1e-5)
    assert turned.fit_statistics.log_likelihood == pytest.approx(
        plain.fit_statistics.log_likelihood, abs=1e-8
    )


@settings(max_examples=8)
@given(TABLE.filter(is_mixed), st.sampled_from([1e-3, 1e4]))
def test_the_unit_of_time_shifts_a_log_rate_and_nothing_else(
    table: list[tuple[int, int]], unit: float
) -> None:
    events = [float(x) for x, _ in table]
    time = [10.0 * x for _, x in table]
    plain = glmm("IRLN", events=events, time=time)
    turned = glmm("IRLN", events=events, time=[unit * t for t in time])
    assert turned.estimate == pytest.approx(plain.estimate - math.log(unit), abs=1e-6)
    assert turned.tau2 == pytest.approx(plain.tau2, abs=1e-7, rel=1e-5)


@settings(max_examples=8)
@given(TABLE.filter(is_mixed))
def test_counting_who_had_no_event_turns_the_log_odds(table: list[tuple[int, int]]) -> None:
    events = [float(x) for x, _ in table]
    n = [20.0] * len(events)
    plain = glmm("PLO", events=events, n=n)
    other = glmm("PLO", events=[20.0 - x for x in events], n=n)
    assert other.estimate == pytest.approx(-plain.estimate, abs=1e-7)


def test_studies_alike_leave_nothing_between_them() -> None:
    found = glmm("PLO", events=[5, 5, 5], n=[20, 20, 20])
    assert found.tau2 == 0.0
    assert found.estimate == pytest.approx(math.log(5 / 15), rel=1e-9)
    assert "tau² is at its boundary of 0" in found.warnings


def test_studies_without_events_in_both_groups_are_left_out_by_name() -> None:
    found = glmm(
        "OR",
        events1=[1, 0, 4],
        n1=[20, 30, 40],
        events2=[3, 0, 5],
        n2=[20, 30, 40],
        labels=["Ito", "Roe", "Kim"],
    )
    assert found.dropped == ("Roe",)
    assert found.labels == ("Ito", "Kim")
    assert any("left out: Roe" in warning for warning in found.warnings)


def test_a_broken_count_is_named() -> None:
    with pytest.raises(EvidenceError, match=r"study 'Roe': events is 2\.5, a whole number"):
        glmm("PLO", events=[1, 2.5], n=[10, 10], labels=["Ito", "Roe"])
    with pytest.raises(EvidenceError, match="study '2': events 12 exceeds n 10"):
        glmm("PLO", events=[1, 12], n=[10, 10])
    with pytest.raises(EvidenceError, match="study '1': n1 is 0, a number of people above 0"):
        glmm("OR", events1=[0, 1], n1=[0, 5], events2=[1, 1], n2=[5, 5])


def test_inputs_that_are_missing_or_spare_are_named() -> None:
    with pytest.raises(EvidenceError, match="PLO needs events, n: n not given"):
        glmm("PLO", events=[1, 2])
    with pytest.raises(EvidenceError, match="PLO needs events, n and has no use for time"):
        glmm("PLO", events=[1, 2], n=[3, 4], time=[1, 1])


def test_a_likelihood_without_a_top_is_refused() -> None:
    with pytest.raises(EvidenceError, match=r"all 2 studies have the fewest events .* first group"):
        glmm("OR", events1=[0, 0], n1=[9, 9], events2=[3, 2], n2=[9, 9])
    with pytest.raises(EvidenceError, match=r"all 2 studies have the most events .* infinite"):
        glmm("PLO", events=[9, 9], n=[9, 9])
    with pytest.raises(EvidenceError, match="1 study with events, at least 2 are needed"):
        glmm("OR", events1=[1, 0], n1=[9, 9], events2=[3, 0], n2=[9, 9])


def test_unknown_words_name_the_nearest() -> None:
    with pytest.raises(EvidenceError, match="unknown measure 'RR'"):
        glmm("RR", events1=[1, 2], n1=[9, 9], events2=[3, 1], n2=[9, 9])
    with pytest.raises(EvidenceError, match=r"unknown model for OR 'UM\.F': did you mean 'UM\.FS"):
        glmm("OR", model="UM.F", events1=[1, 2], n1=[9, 9], events2=[3, 1], n2=[9, 9])
    with pytest.raises(EvidenceError, match="points is 3, from 5 to 100 is admissible"):
        glmm("PLO", events=[1, 2], n=[9, 9], points=3)


def test_results_are_readable_and_travel_as_json() -> None:
    found = fit("nielweise2007-OR-CM.EL")
    assert "odds ratio" in found.summary()
    assert json.loads(json.dumps(found.to_dict()))["k"] == 17
    frame = found.to_frame()
    assert list(frame.columns) == ["label", "events1", "size1", "events2", "size2"]
    assert len(frame) == 17
    assert any("Stijnen" in paper for paper in found.references())
    assert set(MODELS) == {"OR", "IRR", "PLO", "IRLN"}
    assert found.pi_low is not None
    assert found.pi_high is not None
    assert found.pi_low < found.ci_low < found.estimate < found.ci_high < found.pi_high


def test_t_intervals_are_wider_than_normal_ones() -> None:
    data: Data = CASES["nielweise2008-IRLN"]["data"]
    normal = glmm("IRLN", events=data["x2i"], time=data["t2i"])
    student = glmm("IRLN", events=data["x2i"], time=data["t2i"], interval="t")
    assert student.df == 8.0
    assert student.ci_high - student.ci_low > normal.ci_high - normal.ci_low
