"""Radial plot (Galbraith): each study's precision and how far it lies from no effect."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._distributions import t_quantile
from filiform.evidence._text import shown
from filiform.evidence.plots._canvas import ACCENT, GREY, INK, PALE, attach, axes_or_new
from filiform.evidence.plots.scale import scale_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from filiform.evidence.plots.scale import Scale
    from filiform.evidence.pooling.pooled import Pooled


def radial(
    result: Pooled,
    *,
    measure: str | None = None,
    axes: Axes | None = None,
    unit: str | None = None,
) -> Axes:
    """Draw x = 1/√(v + τ²) against z = y/√(v + τ²) and return the axes.

    The slope of the line from the origin through a point is the study's effect, read on the right
    axis; the solid line is the pooled effect, and the band around it (± the normal quantile) holds
    the stated share of studies that agree with it.

    Args:
        result: of `pool`.
        measure: what was pooled, such as "RR"; the right axis then shows ratios.
        axes: to draw into; a new figure where None.
        unit: of the effect.

    Raises:
        EvidenceError: for an unknown measure.

    *Source: Galbraith 1988, Statistics in Medicine 7:889, doi:10.1002/sim.4780070807.*
    """
    scale = scale_of(measure)
    total = np.array(result.variances) + (result.tau2 or 0.0)
    x = 1.0 / np.sqrt(total)
    z = np.array(result.estimates) * x
    axes = axes_or_new(axes, 5.6, 4.4)
    end = 1.08 * float(x.max())
    half = t_quantile(result.level, math.inf)
    ends = np.array([0.0, end])
    band = axes.fill_between(
        ends, result.estimate * ends - half, result.estimate * ends + half, color=PALE, lw=0.0
    )
    band.set_gid("band")
    (line,) = axes.plot(ends, result.estimate * ends, color=INK, lw=1.1)
    line.set_gid("pooled")
    zero = axes.axhline(0.0, color=GREY, lw=0.8, ls=":")
    zero.set_gid("null")
    axes.scatter(x, z, s=26, color=ACCENT, edgecolors="white", lw=0.5, zorder=3).set_gid("studies")
    axes.set_xlim(0.0, end)
    slopes = np.append(np.array(result.estimates), result.estimate)
    low, high = float(slopes.min()) * end, float(slopes.max()) * end
    values = np.append(z, (result.estimate * end - half, result.estimate * end + half, -half, half))
    pad = 0.06 * float(np.ptp(values))
    axes.set_ylim(float(values.min()) - pad, float(values.max()) + pad)
    axes.set_xlabel(
        "Precision, 1 / √(variance + τ²)" if result.tau2 else "Precision, 1 / √variance"
    )
    axes.set_ylabel("Effect / its standard deviation (z)")
    axes.spines["top"].set_visible(False)
    _effects(axes, scale, end, unit, (low, high))
    outside = int((np.abs(z - result.estimate * x) > half).sum())
    return attach(axes, _description(result, x, outside))


def _effects(
    axes: Axes, scale: Scale, end: float, unit: str | None, span: tuple[float, float]
) -> None:
    """Put the effects on the right, where the line of each meets the edge."""
    right = axes.secondary_yaxis(
        "right", functions=(lambda z: np.asarray(z) / end, lambda y: np.asarray(y) * end)
    )
    low, high = (edge / end for edge in axes.get_ylim())
    positions, labels = scale.ticks(
        max(low, min(span) / end - 1.0), min(high, max(span) / end + 1.0)
    )
    right.set_yticks(positions, labels)
    right.set_ylabel(scale.label(unit))


def _description(result: Pooled, x: NDArray[np.float64], outside: int) -> str:
    return (
        f"Radial plot of {result.k} studies, precision {shown(float(x.min()), 3)} to "
        f"{shown(float(x.max()), 3)}. The pooled effect {shown(result.estimate, 3)} is the line's "
        f"slope; {outside} {'study lies' if outside == 1 else 'studies lie'} outside its "
        f"{100 * result.level:g} % band."
    )
