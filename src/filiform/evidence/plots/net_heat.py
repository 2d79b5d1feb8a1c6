"""Net heat plot: which designs bring inconsistency into a network."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._text import shown
from filiform.evidence.plots._canvas import attach, axes_or_new
from filiform.evidence.plots._columns import shortened, text_width
from filiform.evidence.plots.scale import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from filiform.evidence.network.net_heat import NetHeat

_CELL: Final = 0.62
_LETTERS: Final = 8.0
# Beyond this no colour gets stronger: one large cell would leave all others white.
_STRONGEST: Final = 8.0


def net_heat(heat: NetHeat, *, axes: Axes | None = None) -> Axes:
    """Draw the net heat matrix and return the axes.

    Each cell says by how much detaching the design of its column lowers (above 0, warm) or raises
    (below 0, cold) the inconsistency of the effect in its row; the grey square's area is how much
    the design contributes to that effect. The numbers stand in the cells, so the colours are not
    needed.

    Args:
        heat: of `filiform.evidence.network.net_heat`.
        axes: to draw into; a new figure where None.

    Raises:
        EvidenceError: for a network of which no design can be detached.

    *Source: Krahn, Binder and König 2013, BMC Medical Research Methodology 13:35,
    doi:10.1186/1471-2288-13-35.*
    """
    if not heat.columns:
        raise EvidenceError(
            "no design can be detached from this network, so there is no heat to draw: "
            "it has no loop in which evidence could disagree"
        )
    rows, columns = heat.heat.shape
    names = [shortened(name) for name in heat.columns]
    effects = [shortened(name) for name in heat.rows]
    beside, above = (
        max(text_width(name, _LETTERS, bold=False) for name in some) / 72.0
        for some in (effects, names)
    )
    slanted = above * math.sqrt(0.5)
    axes = axes_or_new(axes, 0.8 + beside + _CELL * columns + slanted, 0.8 + slanted + _CELL * rows)
    bound = min(float(np.abs(heat.heat).max()) or 1.0, _STRONGEST)
    image = axes.imshow(
        np.clip(heat.heat, -bound, bound), cmap="RdBu_r", vmin=-1.6 * bound, vmax=1.6 * bound
    )
    image.set_gid("heat")
    _squares(axes, heat.shares)
    digits = _decimals(float(np.abs(heat.heat).max()))
    for (row, column), value in np.ndenumerate(heat.heat):
        text = number(float(value), digits)
        axes.text(float(column), float(row), text, size=8, ha="center", va="center", zorder=3)
    axes.set_xticks(
        range(columns), names, rotation=45, ha="left", rotation_mode="anchor", size=_LETTERS
    )
    axes.set_yticks(range(rows), effects, size=_LETTERS)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xlabel("Design detached")
    axes.set_ylabel("Effect of a design")
    axes.tick_params(length=0)
    return attach(axes, _description(heat))


def _decimals(largest: float) -> int:
    """Return how many decimals show the largest heat with two digits, one to three."""
    return min(max(1 - math.floor(math.log10(largest)), 1), 3) if largest > 0.0 else 1


def _squares(axes: Axes, shares: NDArray[np.float64]) -> None:
    from matplotlib.collections import PolyCollection  # noqa: PLC0415 - only when a plot is made

    largest = float(shares.max()) or 1.0
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    squares = [
        np.array([column, row]) + corners * np.sqrt(share / largest)
        for (row, column), share in np.ndenumerate(shares)
    ]
    drawn = PolyCollection(squares, facecolors="0.6", alpha=0.45, edgecolors="none", zorder=2)
    drawn.set_gid("shares")
    axes.add_collection(drawn)


def _description(heat: NetHeat) -> str:
    row, column = np.unravel_index(int(heat.heat.argmax()), heat.heat.shape)
    return (
        f"Net heat plot of {len(heat.rows)} effects and {len(heat.columns)} designs. "
        f"Inconsistency between designs: Q {shown(float(heat.inconsistency.sum()), 3)}. "
        f"It falls most for {heat.rows[int(row)]} when {heat.columns[int(column)]} is detached "
        f"(by {shown(float(heat.heat.max()), 3)})."
    )
