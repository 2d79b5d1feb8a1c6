"""What we compute for a reference case of any family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validation.cases.bias import bias
from validation.cases.effect_sizes import effect_sizes
from validation.cases.influence import influence
from validation.cases.multilevel import multilevel
from validation.cases.pooling import pooling, studies
from validation.cases.regression import regression

if TYPE_CHECKING:
    from validation.cases.case import Case


def answer(case: Case) -> dict[str, Any]:
    """Our numbers, by the fields of `expected`."""
    return {
        "escalc": effect_sizes,
        "pairwise": pooling,
        "metareg": regression,
        "multilevel": multilevel,
        "influence": influence,
        "bias": bias,
    }[case.family](case)


# Labels and print settings that R keeps in its lists.
_PRINTED = {"slab", "digits"}


def expected_of(case: Case) -> dict[str, Any]:
    """What other programs found, as far as it says something.

    metafor's R² is null where its inner fit without moderators stopped before the tight tolerance
    that cases are made with, and its correlation of a diagonal structure is a 0 that was not asked.
    """
    found = {name: _without_print_settings(value) for name, value in case.expected.items()}
    if "influential" in found:
        found["influential"] = [value in {"TRUE", True} for value in found["influential"]]
    if found.get("R2", 0.0) is None:
        del found["R2"]
    if case.call.get("struct") == "DIAG":
        found.pop("rho", None)
    return found


def _without_print_settings(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: own for name, own in value.items() if name not in _PRINTED}


def scale_of(case: Case) -> float:
    """The scale of the effects: the largest of them."""
    if case.family == "escalc":
        return max(abs(float(y)) for y in case.expected["yi"] if y is not None)
    if case.family == "pairwise":
        return max(abs(float(y)) for y in studies(case)[0])
    if "yi" in case.data:
        return max(abs(float(y)) for y in case.data["yi"] if y is not None)
    return 1.0
