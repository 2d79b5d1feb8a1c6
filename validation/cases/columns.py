"""metafor's arguments as ours, and the studies that have all of them."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from filiform import evidence as ev

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validation.cases.case import Case

_ARGUMENTS: Final[Mapping[str, str]] = MappingProxyType({
    "m1i": "mean1", "m2i": "mean2", "sd1i": "sd1", "sd2i": "sd2", "n1i": "n1", "n2i": "n2",
    "ai": "events1", "ci": "events2", "x1i": "events1", "x2i": "events2", "t1i": "time1",
    "t2i": "time2", "xi": "events", "ti": "time", "ni": "n", "mi": "mean", "sdi": "sd",
    "ri": "correlation", "r2i": "r_squared",
})  # fmt: skip
# By an input that only some measures have: what metafor's letters mean there.
_ELSEWHERE: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({
    "both": {"ai": "both", "bi": "only1", "ci": "only2", "di": "neither"},
    "predictors": {"ti": "t_statistic", "mi": "predictors"},
    "alpha": {"ai": "alpha", "mi": "items"},
})  # fmt: skip
# DOR is meta's name where the groups are the ill and the healthy.
_OTHER_NAMES = {"OR2D": "OR2DL", "D2OR": "D2ORL", "DOR": "OR"}
_RULES = {"only0": "only_zero", "if0all": "if_any", "all": "all", "none": "none"}
INTERVALS = {"z": "z", "t": "t", "knha": "HK", "adhoc": "HK_adhoc", "Kenward-Roger": "KR"}


def complete(case: Case, names: list[str]) -> list[int]:
    """The places of the studies with nothing missing in these columns."""
    columns = [case.data[name] for name in names]
    return [
        i for i in range(len(columns[0])) if all(column[i] is not None for column in columns)
    ]  # fmt: skip


def measure_of(case: Case) -> str:
    """Our name of the case's measure."""
    return _OTHER_NAMES.get(case.measure, case.measure)


def arguments(case: Case) -> tuple[dict[str, Any], list[int]]:
    """What `effect_size` takes, of the studies with nothing missing, and their places."""
    inputs = case.call["inputs"]
    rows = complete(case, list(inputs.values()))
    given = {
        key: [float(case.data[name][i]) for i in rows] for key, name in inputs.items()
    }  # fmt: skip
    needed = ev.MEASURES[measure_of(case)].inputs
    if "bi" in given and "both" not in needed:
        given["n1i"] = _sums(given["ai"], given.pop("bi"))
        given["n2i"] = _sums(given["ci"], given.pop("di"))
    if "xi" in given and "mi" in given:
        given["ni"] = _sums(given["xi"], given.pop("mi"))
    if case.measure == "SMD" and {"ti", "di"} & given.keys():
        return _from_statistics(given), rows
    words = dict(_ARGUMENTS)
    for mark, own in _ELSEWHERE.items():
        words |= own if mark in needed else {}
    return {words[key]: column for key, column in given.items()}, rows


def _from_statistics(given: dict[str, list[float]]) -> dict[str, list[float]]:
    """Cohen's d or t of two groups as means d and 0 with a standard deviation of 1."""
    n1, n2 = given["n1i"], given["n2i"]
    difference = given.get("di") or [
        t * math.sqrt(1.0 / a + 1.0 / b) for t, a, b in zip(given["ti"], n1, n2, strict=True)
    ]
    ones, zeros = [1.0] * len(n1), [0.0] * len(n1)
    return {"mean1": difference, "sd1": ones, "n1": n1, "mean2": zeros, "sd2": ones, "n2": n2}


def _sums(first: list[float], second: list[float]) -> list[float]:
    return [a + b for a, b in zip(first, second, strict=True)]


def options(case: Case) -> dict[str, Any]:
    """What a case says beside the columns: corrections of zero cells, formulas of variances."""
    given = dict(case.call.get("escalc") or case.call.get("options") or {})
    found: dict[str, Any] = {}
    if "to" in given:
        found["zero_cells"] = _RULES[given.pop("to")]
    for theirs, ours in (("add", "added"), ("vtype", "variance")):
        if theirs in given:
            found[ours] = given.pop(theirs)
    if "drop00" in given:
        found["drop_without_events"] = given.pop("drop00")
    if "correct" in given:
        found["bias_correction"] = given.pop("correct")
    if given:
        raise ValueError(f"{case.name}: {', '.join(given)} is not understood")
    return found
