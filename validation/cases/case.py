"""A reference case, and what of it differs from what we compute."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# Fields that are variances: their floor is the square of the effects' scale.
_VARIANCES = {"vi", "tau2", "se_tau2", "tau2_ci", "tau2_ci_qp", "tau2_ci_pl", "tau2_ci_genq",
              "tau2_del", "vcov", "sigma2"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One reference case."""

    name: str
    data: dict[str, Any]
    call: dict[str, Any]
    expected: dict[str, Any]
    tol: dict[str, float]
    family: str = ""

    @property
    def measure(self) -> str:
        """The measure of effect."""
        return str(self.call["measure"])

    def column(self, name: str) -> list[float]:
        """A column of numbers."""
        return [float(value) for value in self.data[name]]

    def inputs(self) -> dict[str, list[float]]:
        """The arguments of `effect_size`, from metafor's ai, bi, ci, di or ai, n1i, ci, n2i."""
        given = {key: self.column(name) for key, name in self.call["inputs"].items()}
        if "bi" in given:
            given["n1i"] = [a + b for a, b in zip(given["ai"], given["bi"], strict=True)]
            given["n2i"] = [c + d for c, d in zip(given["ci"], given["di"], strict=True)]
        return {
            "events1": given["ai"],
            "n1": given["n1i"],
            "events2": given["ci"],
            "n2": given["n2i"],
        }


def read(path: Path) -> list[Case]:
    """The cases of a folder with one a file, in the order of their names, or of one file."""
    if path.is_file():
        return [_case(one) for one in json.loads(path.read_text(encoding="utf-8"))["cases"]]
    return [
        _case(json.loads(one.read_text(encoding="utf-8"))) for one in sorted(path.glob("*.json"))
    ]


def _case(one: dict[str, Any]) -> Case:
    return Case(
        one["name"],
        one["data"],
        one["call"],
        one["expected"],
        {"default": 1e-8} | one["tol"],
        one["family"],
    )


def compare(case: Case, ours: dict[str, Any], scale: float) -> list[str]:
    """What differs: a line for each field that is missing or not within its tolerance."""
    return _compare(case, "", case.expected, ours, scale)


def _compare(
    case: Case, path: str, expected: dict[str, Any], ours: dict[str, Any], scale: float
) -> list[str]:
    wrong = []
    for field, value in expected.items():
        name = f"{path}{field}"
        if field not in ours:
            wrong.append(f"{name} is not computed")
        elif isinstance(value, dict):
            wrong += _compare(case, f"{name}.", value, ours[field], scale)
        elif not _equal(case, name, value, ours[field], scale):
            wrong.append(f"{name}: expected {value}, found {ours[field]}")
    return wrong


def _equal(case: Case, name: str, expected: object, ours: object, scale: float) -> bool:
    if isinstance(expected, list):
        if not isinstance(ours, (list, tuple)):
            ours = [ours]
        return len(expected) == len(ours) and all(
            _equal(case, name, e, o, scale) for e, o in zip(expected, ours, strict=True)
        )
    if isinstance(ours, (list, tuple)) and len(ours) == 1:
        ours = ours[0]
    if expected in {"Infinity", "-Infinity"}:
        expected = math.inf if expected == "Infinity" else -math.inf
    if expected is None or isinstance(expected, (str, bool)):
        return expected == ours
    if not isinstance(ours, (int, float)) or not isinstance(expected, (int, float)):
        return False
    if math.isinf(expected):
        return ours == expected
    field = name.rsplit(".", 1)[-1]
    tolerance = case.tol.get(name, case.tol.get(field, case.tol["default"]))
    floor = 1e-3 * (scale * scale if field in _VARIANCES else scale)
    return abs(ours - expected) <= tolerance * max(abs(expected), floor)
