"""Coordinates of two plots: Galbraith's radial plot and L'Abbé's plot of two risks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.evidence import _check
from filiform.evidence._result import Rows
from filiform.evidence.effects.effect_size import effect_size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike


_GALBRAITH: Final = (
    "Galbraith RF. A note on graphical presentation of estimated odds ratios from several clinical "
    "trials. Statistics in Medicine 1988;7:889-894. doi:10.1002/sim.4780070807"
)
_LABBE: Final = (
    "L'Abbé KA, Detsky AS, O'Rourke K. Meta-analysis in clinical research. Annals of Internal "
    "Medicine 1987;107:224-233. doi:10.7326/0003-4819-107-2-224"
)


@dataclass(frozen=True, slots=True)
class Point:
    """A study in a plot."""

    label: str
    x: float
    y: float


def radial_points(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    tau2: float = 0.0,
    labels: Iterable[object] | None = None,
) -> Rows[Point]:
    """Return 1/√(v + τ²) and y/√(v + τ²) of each study: a line from 0 is an effect.

    Args:
        estimates: `(k,)` effects.
        variances: `(k,)` their sampling variances, above 0.
        tau2: between-study variance, 0 or above.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for numbers that cannot be used.

    *Source: Galbraith 1988, Statistics in Medicine 7:889, doi:10.1002/sim.4780070807.*

    >>> radial_points([1.0], [0.25])[0]
    Point(label='1', x=2.0, y=2.0)
    """
    y, v, names = _check.studies(estimates, variances, labels)
    scale = 1.0 / np.sqrt(v + tau2)
    points = tuple(
        Point(*row) for row in zip(names, scale.tolist(), (y * scale).tolist(), strict=True)
    )
    return Rows(points, "radial plot", (_GALBRAITH,))


def labbe_points(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    scale: str = "PLN",
    labels: Iterable[object] | None = None,
) -> Rows[Point]:
    """Return the second group's risk (x) and the first group's (y) of each study.

    Args:
        events1: `(k,)` people with the event in the first group.
        n1: `(k,)` people in the first group.
        events2: `(k,)` people with the event in the second group.
        n2: `(k,)` people in the second group.
        scale: of the risks: "PR", "PLN" (for risk ratios), "PLO" (odds ratios) or "PAS".
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for counts that cannot be.

    *Source: L'Abbe, Detsky and O'Rourke 1987, Annals of Internal Medicine 107:224,
    doi:10.7326/0003-4819-107-2-224.*

    >>> point = labbe_points([5], [10], [1], [10], scale="PR")[0]
    >>> point.x, point.y
    (0.1, 0.5)
    """
    first = effect_size(scale, events=events1, n=n1, labels=labels)
    second = effect_size(scale, events=events2, n=n2, labels=first.labels)
    points = tuple(
        Point(label, x, y)
        for label, x, y in zip(first.labels, second.yi.tolist(), first.yi.tolist(), strict=True)
        if math.isfinite(x)
    )
    return Rows(points, f"L'Abbé plot, {first.words}", (_LABBE,))
