"""Edges that the first grid lacks, made with R by `validation/pin_with_r.R`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.evidence.reference import Case, cases, compare

from filiform import evidence as ev

CASES = cases("extra")
SIZES = [case for case in CASES if case.call["fun"] == "effect_sizes"]
POOLED = [case for case in CASES if case.call["fun"] == "meta"]

_ARGUMENTS = {
    "m1i": "mean1", "m2i": "mean2", "sd1i": "sd1", "sd2i": "sd2", "n1i": "n1", "n2i": "n2",
    "ai": "events1", "ci": "events2", "x1i": "events1", "x2i": "events2", "t1i": "time1",
    "t2i": "time2", "xi": "events", "ti": "time", "ni": "n", "mi": "mean", "sdi": "sd",
    "ri": "correlation",
}  # fmt: skip
_RULES = {"only0": "only_zero", "if0all": "if_any", "all": "all", "none": "none"}
_INTERVALS = {"z": "z", "knha": "HK", "adhoc": "HK_adhoc"}
TABLES = [case for case in CASES if case.call["fun"] == "tables"]


def test_no_case_is_left_out() -> None:
    assert len(CASES) == 130
    assert len(SIZES) + len(POOLED) + len(TABLES) == len(CASES)


@pytest.mark.parametrize("case", SIZES, ids=lambda case: case.name)
def test_effect_sizes_are_metafors(case: Case) -> None:
    given: dict[str, Any] = {_ARGUMENTS[name]: case.column(name) for name in case.data}
    options = dict(case.call["options"])
    if "to" in options:
        given |= {"zero_cells": _RULES[options.pop("to")], "added": options.pop("add")}
    if "vtype" in options:
        given["variance"] = options.pop("vtype")
    if options.pop("drop00", False):
        given["drop_without_events"] = True
    assert options == {}
    # metafor 3.8.1, which made these cases, does not correct it (validation/divergences.md).
    given["bias_correction"] = case.measure not in {"ROM", "ROMC"}
    found = ev.effect_size(case.measure, **given)
    expected = {
        name: [value for value in values if value is not None]
        for name, values in case.expected.items()
    }
    case.expected.update(expected)
    vi = found.vi
    if case.measure in {"SMDH", "SMCRH"}:
        vi = vi * _squared_factor(case.measure, given)
    ours = {"yi": found.yi.tolist(), "vi": vi.tolist()}
    assert compare(case, ours, float(np.abs(found.yi).max()) or 1.0) == []


def _squared_factor(measure: str, given: dict[str, Any]) -> Any:
    """Hedges' factor squared, which metafor multiplied these two variances with before 4.6."""
    from filiform.evidence.effects.small_sample import hedges_factor  # noqa: PLC0415

    if measure == "SMDH":
        df = np.array(given["n1"]) + np.array(given["n2"]) - 2.0
    else:
        df = np.array(given["n"]) - 1.0
    return hedges_factor(df) ** 2


@pytest.mark.parametrize("case", POOLED, ids=lambda case: case.name)
def test_pooling_agrees(case: Case) -> None:
    y, v = case.column("yi"), case.column("vi")
    fit = ev.pool(
        y,
        v,
        tau2="common" if case.call["tau2"] == "EE" else case.call["tau2"],
        interval=_INTERVALS[case.call["ci"]],
    )
    ours = {
        "k": fit.k,
        "estimate": fit.estimate,
        "se": fit.standard_error,
        "stat": fit.statistic,
        "pval": fit.p_value,
        "ci_lb": fit.ci_low,
        "ci_ub": fit.ci_high,
        "tau2": 0.0 if fit.tau2 is None else fit.tau2,
        "QE": fit.q,
        "QE_p": fit.q_p,
        "I2": fit.i2,
        "H2": fit.h2,
        "tau2_ci_qp": [fit.tau2_ci_low, fit.tau2_ci_high],
    }
    assert compare(case, ours, float(np.abs(y).max())) == []


@pytest.mark.parametrize("case", TABLES, ids=lambda case: case.name)
def test_tables_are_pooled_alike(case: Case) -> None:
    given: dict[str, Any] = {_ARGUMENTS[name]: case.column(name) for name in case.data}
    if case.measure == "PETO":
        fit = ev.peto(**given)
    else:
        fit = ev.mantel_haenszel(**given, measure=case.measure)
    ours = {
        "k": fit.k,
        "estimate": fit.estimate,
        "se": fit.standard_error,
        "pval": fit.p_value,
        "ci_lb": fit.ci_low,
        "ci_ub": fit.ci_high,
        "QE": fit.q,
        "QE_p": fit.q_p,
    }
    assert compare(case, ours, 1.0) == []
