"""Funnel plot: are small studies different from large ones?"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._distributions import t_quantile
from filiform.evidence._options import confidence
from filiform.evidence._text import shown
from filiform.evidence.plots._canvas import ACCENT, GREY, INK, attach, axes_or_new, plain
from filiform.evidence.plots.scale import decimals_for, scale_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from filiform.evidence.plots.scale import Scale
    from filiform.evidence.pooling.pooled import Pooled
    from filiform.evidence.small_study.trim_and_fill import TrimAndFill

# From the least significant region outwards: white, then lighter and lighter greys.
_SHADES: Final = ("white", "0.66", "0.80", "0.92")
_MOST_CONTOURS: Final = len(_SHADES) - 1


def funnel(
    result: Pooled,
    *,
    measure: str | None = None,
    contours: Sequence[float] = (),
    filled: TrimAndFill | None = None,
    axes: Axes | None = None,
    unit: str | None = None,
) -> Axes:
    """Draw effects against their standard errors and return the axes.

    The dashed lines hold the stated share of the studies if all had one effect: the pooled one
    ± z times the standard error. Contours instead shade where a study differs from no effect at
    each level, which tells missing significance from other causes of a lopsided funnel.

    Args:
        result: of `pool`.
        measure: what was pooled, such as "RR"; ratios get a log axis.
        contours: up to 3 levels such as (0.90, 0.95, 0.99); none where empty.
        filled: of `trim_and_fill`: the studies that it adds are hollow circles.
        axes: to draw into; a new figure where None.
        unit: of the effect.

    Raises:
        EvidenceError: for an unknown measure, or levels that are not between 0 and 1.

    *Source: Sterne and Egger 2001, Journal of Clinical Epidemiology 54:1046,
    doi:10.1016/S0895-4356(01)00377-8; Peters et al. 2008, Journal of Clinical Epidemiology 61:991,
    doi:10.1016/j.jclinepi.2007.11.010 (contours); Duval and Tweedie 2000, Biometrics 56:455,
    doi:10.1111/j.0006-341X.2000.00455.x (trim and fill).*
    """
    scale = scale_of(measure)
    levels = _levels(contours)
    y, se = np.array(result.estimates), np.sqrt(np.array(result.variances))
    added, added_se = _added(filled)
    axes = axes_or_new(axes, 6.4, 4.2)
    bottom = 1.08 * float(np.concatenate((se, added_se)).max())
    z = t_quantile(result.level, math.inf)
    low, high = _range(np.concatenate((y, added)), result.estimate, z * bottom)
    axes.set_xlim(low, high)
    axes.set_ylim(bottom, 0.0)
    if levels and scale.null is not None:
        _contours(axes, levels, scale.null, bottom)
    else:
        (lines,) = axes.plot(
            [result.estimate - z * bottom, result.estimate, result.estimate + z * bottom],
            [bottom, 0.0, bottom],
            color=GREY,
            ls="--",
            lw=0.9,
            label=f"{100 * result.level:g} % of studies",
        )
        lines.set_gid("funnel")
    pooled = axes.axvline(result.estimate, color=INK, lw=0.9, label="pooled effect")
    pooled.set_gid("pooled")
    points = axes.scatter(y, se, s=26, color=ACCENT, edgecolors="white", lw=0.5, zorder=3)
    points.set_gid("studies")
    if added.size:
        hollow = axes.scatter(
            added, added_se, s=26, facecolors="white", edgecolors=INK, zorder=3, label="filled in"
        )
        hollow.set_gid("filled")
    _finish(axes, scale, unit)
    return attach(axes, _description(result, scale, se, added.size, levels))


def _levels(contours: Sequence[float]) -> list[float]:
    levels = sorted(confidence(level) for level in contours)
    if len(levels) > _MOST_CONTOURS:
        raise EvidenceError(
            f"{len(levels)} contours, {_MOST_CONTOURS} greys can be told apart: give fewer levels"
        )
    return levels


def _added(
    filled: TrimAndFill | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if filled is None:
        return np.empty(0), np.empty(0)
    return np.array(filled.filled_estimates), np.sqrt(np.array(filled.filled_variances))


def _range(y: NDArray[np.float64], middle: float, half: float) -> tuple[float, float]:
    low, high = min(float(y.min()), middle - half), max(float(y.max()), middle + half)
    pad = 0.04 * (high - low)
    return low - pad, high + pad


def _contours(axes: Axes, levels: list[float], null: float, bottom: float) -> None:
    """Shade where the p-value of a study against no effect lies between two levels."""
    edges = [0.0, *(t_quantile(level, math.inf) for level in levels), math.inf]
    marks = [0.0, *levels, 1.0]
    left, right = axes.get_xlim()
    far = max(right - null, null - left) / bottom
    for n, ((a, b), (lower, upper)) in enumerate(
        zip(pairwise(edges), pairwise(marks), strict=True)
    ):
        inner, outer = a * bottom, min(b, max(far, a) * 1e3) * bottom
        label = f"p > {1 - upper:.3g}" if n == 0 else f"p {1 - upper:.3g} to {1 - lower:.3g}"
        if n == len(levels):
            label = f"p < {1 - lower:.3g}"
        for side in (-1.0, 1.0):
            (region,) = axes.fill(
                [null, null + side * inner, null + side * outer],
                [0.0, bottom, bottom],
                facecolor=_SHADES[n],
                edgecolor=GREY,
                lw=0.4,
                zorder=0,
                label=label if side > 0.0 else None,
            )
            region.set_gid(f"contour-{n}-{'low' if side < 0.0 else 'high'}")
    # What lies above the outermost line is beyond every level.
    axes.set_facecolor(_SHADES[len(levels)])


def _finish(axes: Axes, scale: Scale, unit: str | None) -> None:
    positions, labels = scale.ticks(*axes.get_xlim())
    axes.set_xticks(positions, labels)
    axes.set_xlabel(scale.label(unit))
    axes.set_ylabel("Standard error" + (" of the log" if scale.transformation == "exp" else ""))
    axes.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    plain(axes)


def _description(
    result: Pooled, scale: Scale, se: NDArray[np.float64], added: int, levels: list[float]
) -> str:
    y = np.array(result.estimates)
    half = t_quantile(result.level, math.inf) * se
    left, outside = (
        int((y < result.estimate).sum()),
        int((np.abs(y - result.estimate) > half).sum()),
    )
    pooled = scale.text(result.estimate, decimals_for(scale, y - half, y + half))
    words = (
        f"Funnel plot of {result.k} {'study' if result.k == 1 else 'studies'}: effect against "
        f"standard error ({shown(float(se.min()), 3)} to {shown(float(se.max()), 3)}). "
        f"Left of the pooled effect {pooled}: {left}; right: {result.k - left}; outside the "
        f"{100 * result.level:g} % funnel: {outside}."
    )
    if added:
        words += f" Trim and fill adds {added}."
    if levels:
        words += " Shaded by the p-value of a study against no effect."
    return words
