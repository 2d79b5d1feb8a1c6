"""Influence panel: deletion diagnostics of every study, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._text import shown
from filiform.evidence.plots._canvas import ACCENT, GREY, INK, attach, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from filiform.evidence.robustness.influence import Influence


class _Panel(NamedTuple):
    """One diagnostic: its name in the result, its words, and where it is usual."""

    field: str
    words: str
    usual: float | None


PANELS: Final = (
    _Panel("rstudent", "Studentised residual", 0.0),
    _Panel("dffits", "DFFITS", 0.0),
    _Panel("cook_distance", "Cook's distance", None),
    _Panel("covariance_ratio", "Covariance ratio", 1.0),
    _Panel("tau2_deleted", "τ² without it", None),
    _Panel("q_deleted", "Q without it", None),
    _Panel("hat", "Leverage (hat)", None),
    _Panel("weight", "Weight (%)", None),
)
_COLUMNS: Final = 2
# More studies than this are numbered at every few of them.
_MOST_TICKS: Final = 16


def influence(result: Influence, *, axes: Sequence[Axes] | None = None) -> tuple[Axes, ...]:
    """Draw eight diagnostics against the studies and return their axes.

    Influential studies are large black diamonds, the others small blue circles. The studies are
    numbered in their order; the description of the last panel names the influential ones.

    Args:
        result: of `filiform.evidence.influence`.
        axes: eight, in the order of `PANELS`; a new figure where None.

    Raises:
        EvidenceError: for another number of axes, or a value that is not finite (the study is
            named).

    *Source: Viechtbauer and Cheung 2010, Research Synthesis Methods 1:112, doi:10.1002/jrsm.11.*
    """
    if axes is None:
        axes = _new()
    if len(axes) != len(PANELS):
        raise EvidenceError(
            f"{len(axes)} axes for {len(PANELS)} diagnostics: give {len(PANELS)}, or none"
        )
    found = tuple(_draw(panel, result, own) for panel, own in zip(PANELS, axes, strict=True))
    attach(found[-1], _influential(result))
    return found


def _new() -> Sequence[Axes]:
    from matplotlib.figure import Figure  # noqa: PLC0415 - only when a plot is made

    rows = len(PANELS) // _COLUMNS
    figure = Figure(figsize=(8.4, 1.9 * rows), layout="constrained")
    return [figure.add_subplot(rows, _COLUMNS, i + 1) for i in range(len(PANELS))]


def _draw(panel: _Panel, result: Influence, axes: Axes) -> Axes:
    values: NDArray[np.float64] = getattr(result, panel.field)
    _check.finite(panel.words, values, result.labels)
    places = np.arange(1, values.size + 1)
    axes.plot(places, values, color=GREY, lw=0.7, zorder=1)
    marked = result.influential
    for chosen, name, marker, size, colour in (
        (~marked, "studies", "o", 18.0, ACCENT),
        (marked, "influential", "D", 40.0, INK),
    ):
        points = axes.scatter(
            places[chosen], values[chosen], s=size, marker=marker, color=colour, zorder=3
        )
        points.set_gid(name)
    if panel.usual is not None:
        axes.axhline(panel.usual, color=GREY, lw=0.8, ls=":").set_gid("usual")
    axes.set_ylabel(panel.words, size=8)
    axes.set_xlabel("Study", size=8)
    step = -(-values.size // _MOST_TICKS)
    axes.set_xticks(places[::step])
    axes.tick_params(labelsize=8)
    plain(axes)
    most = int(np.abs(values - (panel.usual or 0.0)).argmax())
    return attach(
        axes,
        f"{panel.words} of {values.size} studies, {shown(float(values.min()), 3)} to "
        f"{shown(float(values.max()), 3)}; the furthest is {result.labels[most]} "
        f"({shown(float(values[most]), 3)}).",
    )


def _influential(result: Influence) -> str:
    names = [name for name, mark in zip(result.labels, result.influential, strict=True) if mark]
    return f"Influential: {', '.join(names)}." if names else "No study is influential."
