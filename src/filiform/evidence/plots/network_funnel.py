"""Comparison-adjusted funnel plot: are small trials of a network different from large ones?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._distributions import t_quantile
from filiform.evidence._text import shown
from filiform.evidence.plots._canvas import ACCENT, GREY, INK, attach, axes_or_new, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from filiform.evidence.network.funnel import NetworkFunnel

# Shapes tell comparisons apart without colour; filled in blue first, then hollow.
_SHAPES: Final = ("o", "s", "^", "v", "D", "<", ">", "P", "X", "*", "p", "h")
_MOST: Final = 2 * len(_SHAPES)
_LEVEL: Final = 0.95


def network_funnel(
    funnel: NetworkFunnel, *, unit: str | None = None, axes: Axes | None = None
) -> Axes:
    """Draw each trial's effect minus that of its comparison against its standard error.

    The treatments must have been put in an order that means something, such as from old to new:
    a lopsided funnel then says that small trials favour one end of it. Each comparison has its own
    sign; the dashed lines hold 95 % of the trials if those of a comparison had one effect.

    Args:
        funnel: of `comparison_adjusted_funnel`.
        unit: of the effect.
        axes: to draw into; a new figure where None.

    Raises:
        EvidenceError: for more comparisons than there are signs (24).

    *Source: Chaimani and Salanti 2012, Research Synthesis Methods 3:161, doi:10.1002/jrsm.57.*
    """
    names = list(dict.fromkeys((one.treatment1, one.treatment2) for one in funnel.points))
    if len(names) > _MOST:
        raise EvidenceError(
            f"{len(names)} comparisons, {_MOST} signs can be told apart: draw a part of the network"
        )
    axes = axes_or_new(axes, 7.6, 4.4)
    bottom = 1.08 * max(one.standard_error for one in funnel.points)
    half = t_quantile(_LEVEL, math.inf) * bottom
    (lines,) = axes.plot([-half, 0.0, half], [bottom, 0.0, bottom], color=GREY, ls="--", lw=0.9)
    lines.set_gid("funnel")
    axes.axvline(0.0, color=INK, lw=0.9).set_gid("null")
    for n, pair in enumerate(names):
        own = [p for p in funnel.points if (p.treatment1, p.treatment2) == pair]
        points = axes.scatter(
            [one.adjusted for one in own],
            [one.standard_error for one in own],
            s=30,
            marker=_SHAPES[n % len(_SHAPES)],
            facecolors=ACCENT if n < len(_SHAPES) else "white",
            edgecolors=INK,
            lw=0.6,
            zorder=3,
            label=f"{pair[0]} : {pair[1]}",
        )
        points.set_gid(f"comparison-{n}")
    axes.set_ylim(bottom, 0.0)
    label = "Effect minus that of its comparison"
    axes.set_xlabel(label if unit is None else f"{label} ({unit})")
    axes.set_ylabel("Standard error")
    axes.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    plain(axes)
    return attach(axes, _description(funnel, len(names)))


def _description(funnel: NetworkFunnel, comparisons: int) -> str:
    adjusted = np.array([one.adjusted for one in funnel.points])
    errors = np.array([one.standard_error for one in funnel.points])
    outside = int((np.abs(adjusted) > t_quantile(_LEVEL, math.inf) * errors).sum())
    return (
        f"Comparison-adjusted funnel plot of {adjusted.size} contrasts of {comparisons} "
        f"comparisons, treatments from {funnel.order[0]} to {funnel.order[-1]}. Standard errors "
        f"{shown(float(errors.min()), 3)} to {shown(float(errors.max()), 3)}. Left of the middle: "
        f"{int((adjusted < 0.0).sum())}; right: {int((adjusted > 0.0).sum())}; outside the "
        f"95 % funnel: {outside}."
    )
