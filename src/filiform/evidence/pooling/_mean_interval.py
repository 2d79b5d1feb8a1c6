"""How sure the mean effect is: normal, t, Hartung-Knapp, Kenward-Roger."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.evidence._model import Model

NORMAL: Final = "normal"
STUDENT: Final = "t"
HARTUNG_KNAPP: Final = "hartung_knapp"
HARTUNG_KNAPP_ADHOC: Final = "hartung_knapp_adhoc"
KENWARD_ROGER: Final = "kenward_roger"

INTERVALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        NORMAL: NORMAL,
        "z": NORMAL,
        "wald": NORMAL,
        "classic": NORMAL,
        STUDENT: STUDENT,
        HARTUNG_KNAPP: HARTUNG_KNAPP,
        "HK": HARTUNG_KNAPP,
        "hk": HARTUNG_KNAPP,
        "hksj": HARTUNG_KNAPP,
        "knha": HARTUNG_KNAPP,
        HARTUNG_KNAPP_ADHOC: HARTUNG_KNAPP_ADHOC,
        "HK_adhoc": HARTUNG_KNAPP_ADHOC,
        "hk_adhoc": HARTUNG_KNAPP_ADHOC,
        "adhoc": HARTUNG_KNAPP_ADHOC,
        KENWARD_ROGER: KENWARD_ROGER,
        "kr": KENWARD_ROGER,
    }
)

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        NORMAL: "normal interval",
        STUDENT: "t interval",
        HARTUNG_KNAPP: "Hartung-Knapp interval",
        HARTUNG_KNAPP_ADHOC: "Hartung-Knapp interval, never narrower than the normal variance",
        KENWARD_ROGER: "Kenward-Roger interval",
    }
)


class Mean(NamedTuple):
    """The mean effect, its variance under the model, and Q(τ²) about the weighted mean."""

    estimate: float
    variance: float
    q: float


class Precision(NamedTuple):
    """The standard error of the mean and the degrees of freedom of its t distribution."""

    standard_error: float
    df: float


def precision(model: Model, tau2: float, mean: Mean, kind: str) -> Precision:
    """Return the standard error and degrees of freedom for the mean effect.

    With u = Q(τ²)/(k − 1), the weighted residual mean square:

        normal               √variance                    infinite
        t                    √variance                    k − 1
        hartung_knapp        √(u variance)                k − 1
        hartung_knapp_adhoc  √(max(1, u) variance)        k − 1
        kenward_roger        see `_kenward_roger`

    Args:
        model: k ≥ 2 studies.
        tau2: the between-study variance.
        mean: its variance and Q(τ²).
        kind: one of the canonical words of `INTERVALS`.

    *Source: Hartung and Knapp 2001, Statistics in Medicine 20:1771, doi:10.1002/sim.791; Rover,
    Knapp and Friede 2015, BMC Medical Research Methodology 15:99, doi:10.1186/s12874-015-0091-1.*
    """
    df = model.k - 1
    _, variance, q = mean
    if kind == HARTUNG_KNAPP_ADHOC:
        return Precision(math.sqrt(max(1.0, q / df) * variance), df)
    if kind == HARTUNG_KNAPP:
        return Precision(math.sqrt(q / df * variance), df)
    if kind == KENWARD_ROGER:
        return _kenward_roger(model, tau2)
    return Precision(math.sqrt(variance), df if kind == STUDENT else math.inf)


def _kenward_roger(model: Model, tau2: float) -> Precision:
    """Return the adjusted standard error and the approximate degrees of freedom.

    With W₁, W₂, W₃ the sums of w, w², w³ and I = W₂/2 − W₃/W₁ + (W₂/W₁)²/2 the information on τ²:

        variance = 1/W₁ + 2 (W₃ − W₂²/W₁) / (I W₁²),    df = 2 I / (W₂ variance)²

    *Source: Partlett and Riley 2017, Statistics in Medicine 36:301,
    doi:10.1002/sim.7140.*
    """
    w = 1.0 / (model.variances + tau2)
    w1, w2, w3 = float(w.sum()), float(w @ w), float((w * w) @ w)
    information = 0.5 * w2 - w3 / w1 + 0.5 * (w2 / w1) ** 2
    variance = 1.0 / w1 + 2.0 * (w3 - w2 * w2 / w1) / (information * w1 * w1)
    return Precision(math.sqrt(variance), 2.0 * information / (w2 * variance) ** 2)
