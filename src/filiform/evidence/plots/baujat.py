"""Baujat plot: which study makes the heterogeneity, and which sways the result."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from filiform.errors import EvidenceError
from filiform.evidence._text import shown
from filiform.evidence.plots._canvas import ACCENT, attach, axes_or_new, plain
from filiform.evidence.plots._columns import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.transforms import Bbox

    from filiform.evidence.robustness.baujat import Baujat

# Half of the plot has room for a name of this many letters.
_LONGEST: Final = 28
# A study is named where it has more than this share of the largest value on either axis.
_NAMED: Final = 0.25


def baujat(points: Sequence[Baujat], *, axes: Axes | None = None) -> Axes:
    """Draw each study's part of the heterogeneity against its influence; return the axes.

    The studies that stand out are named: those with more than a quarter of the largest value on
    either axis, the furthest first, as long as no name hides another.

    Args:
        points: of `filiform.evidence.baujat`.
        axes: to draw into; a new figure where None.

    Raises:
        EvidenceError: for no study, or a value that is not finite (the study is named).

    *Source: Baujat, Mahé, Pignon and Hill 2002, Statistics in Medicine 21:2641,
    doi:10.1002/sim.1221.*
    """
    if not points:
        raise EvidenceError("there is no study to draw: give the result of baujat()")
    for one in points:
        if not (math.isfinite(one.heterogeneity) and math.isfinite(one.influence)):
            raise EvidenceError(
                f"study {one.label!r}: {one.heterogeneity} and {one.influence} have no place in a "
                "plot: leave the study out, or choose another estimator of tau2"
            )
    axes = axes_or_new(axes, 5.4, 4.4)
    x = [one.heterogeneity for one in points]
    y = [one.influence for one in points]
    axes.scatter(x, y, s=26, color=ACCENT, edgecolors="white", lw=0.5, zorder=3).set_gid("studies")
    axes.margins(0.1)
    axes.autoscale_view()
    _name(axes, points)
    axes.set_xlabel("Part of the heterogeneity (squared Pearson residual)")
    axes.set_ylabel("Influence on the pooled effect")
    plain(axes)
    return attach(axes, _description(points))


def _name(axes: Axes, points: Sequence[Baujat]) -> None:
    """Name the studies that stand out, the furthest first, where the name hides no other."""
    x = max(one.heterogeneity for one in points) or 1.0
    y = max(one.influence for one in points) or 1.0
    places = axes.transData.transform([(one.heterogeneity, one.influence) for one in points])
    kept: list[Bbox] = []
    for one in sorted(points, key=lambda own: -own.heterogeneity / x - own.influence / y):
        if max(one.heterogeneity / x, one.influence / y) <= _NAMED:
            continue
        left = one.heterogeneity > 0.5 * x
        text = axes.annotate(
            shortened(one.label, _LONGEST),
            xy=(one.heterogeneity, one.influence),
            xytext=(-6.0 if left else 6.0, 0.0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            size=8,
        )
        box = text.get_window_extent()
        if box.count_contains(places) or any(box.overlaps(other) for other in kept):
            text.remove()
        else:
            kept.append(box)


def _description(points: Sequence[Baujat]) -> str:
    warmest = max(points, key=lambda one: one.heterogeneity)
    strongest = max(points, key=lambda one: one.influence)
    return (
        f"Baujat plot of {len(points)} studies. Most heterogeneity comes from {warmest.label} "
        f"({shown(warmest.heterogeneity, 3)}), the most influence on the pooled effect from "
        f"{strongest.label} ({shown(strongest.influence, 3)})."
    )
