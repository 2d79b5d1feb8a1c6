"""Bubble plot: effects against a moderator, with the line of a meta-regression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError, unknown
from filiform.evidence._text import shown, shown_p
from filiform.evidence.plots._canvas import ACCENT, GREY, INK, PALE, attach, axes_or_new, plain
from filiform.evidence.plots.scale import scale_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from filiform.evidence.regression.result import MetaRegression

_POINTS = 101


def bubble(
    fit: MetaRegression,
    moderator: str,
    *,
    at: Mapping[str, object] | None = None,
    measure: str | None = None,
    unit: str | None = None,
    moderator_unit: str | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Draw the studies' effects against a moderator and the fitted line; return the axes.

    A circle's area is the study's weight. The band is the confidence interval of the mean, the
    dashed lines the prediction interval for a new study.

    Args:
        fit: of `meta_regression`.
        moderator: a numeric one that the model has by itself.
        at: where the others are held; a numeric one at its mean where it is not named.
        measure: what was pooled, such as "RR"; ratios get a log axis.
        unit: of the effect.
        moderator_unit: of the moderator.
        axes: to draw into; a new figure where None.

    Raises:
        EvidenceError: for a moderator that the model lacks or that is no number, or another one
            of which it must be said where it is held.

    *Source: Thompson and Higgins 2002, Statistics in Medicine 21:1559, doi:10.1002/sim.1187.*
    """
    scale = scale_of(measure)
    x = _values(fit, moderator)
    axes = axes_or_new(axes, 5.4, 4.2)
    pad = 0.04 * float(np.ptp(x)) or 1.0
    grid = np.linspace(float(x.min()) - pad, float(x.max()) + pad, _POINTS)
    held = _held(fit, moderator, at or {})
    predicted = fit.predict(
        {moderator: grid.tolist(), **{k: [v] * _POINTS for k, v in held.items()}}
    )
    low, high = (np.array([getattr(p, name) for p in predicted]) for name in ("ci_low", "ci_high"))
    axes.fill_between(grid, low, high, color=PALE, lw=0.0).set_gid("band")
    for name in ("pi_low", "pi_high"):
        (line,) = axes.plot(
            grid, [getattr(p, name) for p in predicted], color=GREY, ls="--", lw=0.9
        )
        line.set_gid(name)
    (line,) = axes.plot(grid, [p.estimate for p in predicted], color=INK, lw=1.3)
    line.set_gid("line")
    if scale.null is not None:
        axes.axhline(scale.null, color=GREY, lw=0.8, ls=":").set_gid("null")
    weights = np.array(fit.weights)
    sizes = np.maximum(320.0 * weights / weights.max(), 8.0)
    axes.scatter(
        x, fit.estimates, s=sizes, facecolors="none", edgecolors=ACCENT, lw=1.3, zorder=3
    ).set_gid("studies")
    axes.set_xlim(grid[0], grid[-1])
    positions, labels = scale.ticks(*axes.get_ylim())
    axes.set_yticks(positions, labels)
    axes.set_ylabel(scale.label(unit))
    axes.set_xlabel(moderator if moderator_unit is None else f"{moderator} ({moderator_unit})")
    plain(axes)
    return attach(axes, _description(fit, moderator, x))


def _values(fit: MetaRegression, moderator: str) -> NDArray[np.float64]:
    numeric = _numeric(fit)
    if _levels(fit, moderator):
        raise EvidenceError(
            f"{moderator!r} has levels, not numbers: draw a forest plot of subgroups instead"
        )
    if moderator not in numeric:
        raise EvidenceError(unknown("numeric moderator of the model", moderator, numeric))
    return np.asarray(fit.design.matrix[:, fit.design.names.index(moderator)])


def _numeric(fit: MetaRegression) -> list[str]:
    names = fit.design.levels
    return sorted(name for name in names if name in fit.design.names)


def _held(fit: MetaRegression, moderator: str, at: Mapping[str, object]) -> dict[str, object]:
    others = fit.design.levels.keys() - {moderator}
    for name in at:
        if name not in others:
            raise EvidenceError(unknown("other moderator of the model", name, others))
    found: dict[str, object] = {}
    for name in sorted(others):
        if name in at:
            found[name] = at[name]
        elif name in fit.design.names:
            found[name] = float(fit.design.matrix[:, fit.design.names.index(name)].mean())
        else:
            levels = ", ".join(_levels(fit, name))
            raise EvidenceError(
                f"the model has {name!r} too: say where it is held, at={{{name!r}: …}}"
                + (f", one of {levels}" if levels else "")
            )
    return found


def _levels(fit: MetaRegression, name: str) -> tuple[str, ...]:
    """Return the levels of a factor, none for a number."""
    return fit.design.levels[name].names if name in fit.design.levels else ()


def _description(fit: MetaRegression, moderator: str, x: NDArray[np.float64]) -> str:
    slope = fit.coefficients[fit.design.names.index(moderator)]
    span = f"{shown(float(x.min()), 4)} to {shown(float(x.max()), 4)}"
    interval = f"{shown(slope.ci_low, 3)} to {shown(slope.ci_high, 3)}"
    return (
        f"Bubble plot of {fit.k} studies: effect against {moderator} ({span}). The effect changes "
        f"by {shown(slope.estimate, 3)} for each unit ({100 * fit.level:g} % interval {interval}, "
        f"p {shown_p(slope.p_value)})."
    )
