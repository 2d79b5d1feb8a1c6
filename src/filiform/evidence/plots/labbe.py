"""L'Abbé plot: the risk in one group against the risk in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError, unknown
from filiform.evidence import _check
from filiform.evidence.effects._inputs import checked_columns
from filiform.evidence.effects.effect_size import MEASURES
from filiform.evidence.plots._canvas import ACCENT, GREY, INK, attach, axes_or_new, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    from filiform.evidence.pooling.common_effect import CommonEffect
    from filiform.evidence.pooling.pooled import Pooled


def labbe(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    result: Pooled | CommonEffect | None = None,
    measure: str | None = None,
    labels: Iterable[object] | None = None,
    groups: tuple[str, str] = ("first group", "second group"),
    logarithmic: bool = False,
    axes: Axes | None = None,
) -> Axes:
    """Draw each study's risk in the first group against that in the second; return the axes.

    A circle's area is the number of people. On the diagonal both groups do alike; the dashed curve
    is the pooled effect.

    Args:
        events1: `(k,)` people with the event in the first group.
        n1: `(k,)` people in the first group.
        events2: `(k,)` people with the event in the second group.
        n2: `(k,)` people in the second group.
        result: the pooled effect of the same tables, for the curve.
        measure: what it is: "RR", "OR", "PETO" or "RD".
        labels: `(k,)` names of the studies, for messages.
        groups: what the two groups are called.
        logarithmic: whether the axes are logarithmic, for rare events; no risk may be 0 then.
        axes: to draw into; a new figure where None.

    Raises:
        EvidenceError: for counts that cannot be (the study is named), or a result whose measure
            is not told or has no curve here.

    *Source: L'Abbé, Detsky and O'Rourke 1987, Annals of Internal Medicine 107:224,
    doi:10.7326/0003-4819-107-2-224.*
    """
    given = {"events1": events1, "n1": n1, "events2": events2, "n2": n2}
    columns, names = checked_columns(MEASURES["RD"], given, labels)
    first = 100.0 * columns["events1"] / columns["n1"]
    second = 100.0 * columns["events2"] / columns["n2"]
    people = columns["n1"] + columns["n2"]
    axes = axes_or_new(axes, 4.8, 4.8)
    start, end = _range(np.append(first, second))
    if logarithmic:
        _check.refuse_where(
            (first == 0.0) | (second == 0.0),
            names,
            lambda _: "a risk of 0 has no place on a logarithmic axis: use a plain one",
        )
        start = 0.7 * float(min(first.min(), second.min()))
    (same,) = axes.plot([start, end], [start, end], color=GREY, lw=0.9, label="both groups alike")
    same.set_gid("null")
    if result is not None:
        base = np.linspace(start, end, 200)
        curve = 100.0 * _risk(base / 100.0, result.estimate, _measure(measure, result))
        inside = (curve >= 0.0) & (curve <= 100.0)
        (line,) = axes.plot(
            base[inside], curve[inside], color=INK, ls="--", lw=1.1, label="pooled effect"
        )
        line.set_gid("pooled")
    sizes = 320.0 * people / people.max()
    points = axes.scatter(
        second, first, s=np.maximum(sizes, 8.0), facecolors="none", edgecolors=ACCENT, lw=1.3
    )
    points.set_gid("studies")
    if logarithmic:
        _logarithmic(axes)
    axes.set(xlim=(start, end), ylim=(start, end), aspect="equal")
    axes.set_xlabel(f"Risk in the {groups[1]} (%)")
    axes.set_ylabel(f"Risk in the {groups[0]} (%)")
    axes.legend(fontsize=8, frameon=False, loc="upper left")
    plain(axes)
    return attach(axes, _description(first, second, groups))


def _range(risks: NDArray[np.float64]) -> tuple[float, float]:
    return 0.0, min(100.0, 1.08 * float(risks.max()) or 100.0)


def _logarithmic(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:g}")


_CURVES = ("RR", "OR", "PETO", "RD")


def _measure(measure: str | None, result: Pooled | CommonEffect) -> str:
    word = measure or getattr(result, "measure", None)
    if word is None:
        raise EvidenceError(
            "the pooled effect does not say what it measures: give measure='RR', 'OR' or 'RD'"
        )
    if word.upper() not in _CURVES:
        raise EvidenceError(unknown("measure of a L'Abbé plot", word, _CURVES))
    return str(word.upper())


def _risk(base: NDArray[np.float64], effect: float, measure: str) -> NDArray[np.float64]:
    """Return the risk in the first group for each risk in the second."""
    if measure == "RD":
        return np.asarray(base + effect)
    if measure == "RR":
        return np.asarray(base * np.exp(effect))
    odds = base * np.exp(effect)
    return np.asarray(odds / (1.0 - base + odds))


def _description(
    first: NDArray[np.float64], second: NDArray[np.float64], groups: tuple[str, str]
) -> str:
    higher = int((first > second).sum())
    lower = int((first < second).sum())
    return (
        f"L'Abbé plot of {first.size} studies. Risks run from {first.min():.3g} to "
        f"{first.max():.3g} % in the {groups[0]} and from {second.min():.3g} to "
        f"{second.max():.3g} % in the {groups[1]}; the {groups[0]} has the lower risk in {lower} "
        f"and the higher in {higher}."
    )
