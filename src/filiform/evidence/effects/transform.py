"""Back from the scale on which effects are pooled to the scale that people read."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from filiform.errors import EvidenceError
from filiform.evidence._options import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _identity(x: float) -> float:
    return x


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        raise EvidenceError(
            f"exp({x:g}) is more than a number can hold: is this effect the logarithm of a ratio?"
        ) from None


def _expit(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0.0 else math.exp(x) / (1.0 + math.exp(x))


def _sine_squared(x: float) -> float:
    return math.sin(min(max(x, 0.0), math.pi / 2.0)) ** 2


def _square(x: float) -> float:
    return x * x if x > 0.0 else 0.0


def _alpha_of_cube_root(value: float) -> float:
    return 1.0 - (1.0 - value) ** 3


def _alpha_of_logarithm(value: float) -> float:
    return -math.expm1(-value)


TRANSFORMATIONS: Final[Mapping[str, Callable[[float], float]]] = MappingProxyType(
    {
        "identity": _identity,
        "exp": _exp,
        "expit": _expit,
        "tanh": math.tanh,
        "sine_squared": _sine_squared,
        "square": _square,
        "alpha_of_cube_root": _alpha_of_cube_root,
        "alpha_of_logarithm": _alpha_of_logarithm,
    }
)

BY_MEASURE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "exp": (
            "RR", "OR", "PETO", "IRR", "ROM", "ROMC", "VR", "CVR", "PLN", "IRLN", "MNLN",
            "CVLN", "SDLN", "MPRR", "MPOR", "MPORC", "MPPETO", "MPORM", "VRC", "CVRC",
        ),
        "expit": ("PLO",),
        "tanh": ("ZCOR", "ZPHI", "ZPCOR"),
        "alpha_of_cube_root": ("AHW",),
        "alpha_of_logarithm": ("ABT",),
        "sine_squared": ("PAS",),
        "square": ("IRS",),
        "identity": (
            "MD", "SMD", "SMDH", "SMD1", "SMD1H", "RD", "MC", "SMCC", "SMCR", "SMCRH", "SMCRP",
            "SMCRPH", "PHI", "YUQ", "YUY", "RTET", "PBIT", "OR2DN", "OR2DL", "D2ORN", "D2ORL",
            "PR", "IR", "IRD", "IRSD", "MN", "SMN", "COR", "UCOR", "AS", "MPRD", "PCOR",
            "SPCOR", "RPB", "RBIS", "ARAW",
        ),
    }
)  # fmt: skip

_ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {name: name for name in TRANSFORMATIONS}
    | {
        word: name
        for name, measures in BY_MEASURE.items()
        for measure in measures
        for word in (measure, measure.casefold())
    }
)


def back_transform(measure: str, value: float) -> float:
    """Return a pooled value on the scale that people read.

    Args:
        measure: a measure such as "RR", or one of "exp", "expit", "tanh", "sine_squared",
            "square", "identity". The Freeman-Tukey measures need the sample size: see
            `ev.freeman_tukey_proportion`.
        value: on the scale of the pooling.

    Raises:
        EvidenceError: for an unknown word, the nearest one is named; or for NaN.

    >>> round(back_transform("RR", -0.7145), 4)
    0.4894
    """
    transform = TRANSFORMATIONS[choose("measure or transformation", measure, _ALIASES)]
    if value != value:  # noqa: PLR0124 - only NaN differs from itself; an infinite bound is one
        raise EvidenceError("there is no value to transform: it is nan")
    return transform(value)
