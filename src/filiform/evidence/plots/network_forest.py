"""Forest plot of a network: every treatment against one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.plots._canvas import attach
from filiform.evidence.plots._columns import Column, shortened
from filiform.evidence.plots._drawing import draw
from filiform.evidence.plots._rows import Row
from filiform.evidence.plots._table import Table
from filiform.evidence.plots.scale import decimals_for, scale_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from filiform.evidence.network.fit_network import Network
    from filiform.evidence.plots.scale import Scale


def network_forest(
    net: Network,
    *,
    reference: str | None = None,
    model: str = "random",
    measure: str | None = None,
    favours: tuple[str, str] | None = None,
    unit: str | None = None,
    limits: tuple[float, float] | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Draw the network's effects of every treatment against one; return the axes.

    Args:
        net: a fitted network.
        reference: the treatment compared with; the network's own where None.
        model: "common" or "random".
        measure: what was analysed, such as "OR"; what the network was told where None.
        favours: words below the axis for effects below and above no effect.
        unit: of the effect.
        limits: of the axis, on the scale that is read.
        axes: to draw into; a new figure where None.

    Raises:
        EvidenceError: for a treatment that the network lacks, or unknown words.
    """
    effects = net.effects(model)
    against = net.reference if reference is None else reference
    r = effects.position(against)
    scale = scale_of(measure or net.data.measure or None)
    middle, low, high = (m[:, r] for m in (effects.effects, effects.ci_low, effects.ci_high))
    others = [i for i in np.argsort(middle, kind="stable").tolist() if i != r]
    rows = tuple(
        Row("study", net.treatments[i], float(middle[i]), float(low[i]), float(high[i]))
        for i in others
    )
    digits = decimals_for(scale, low[others], high[others])
    cells = tuple(_text(row, scale, digits) for row in rows)
    left = Column(f"Against {against}", tuple(shortened(row.label) for row in rows), "left")
    right = [Column(f"{scale.short} ({100 * net.level:g} % CI)", cells)]
    predicted = net.prediction()
    if predicted is not None and effects.model == "random":
        limits_of = [(predicted[0][i, r], predicted[1][i, r]) for i in others]
        right.append(
            Column("New trial", tuple(_between(scale, a, b, digits) for a, b in limits_of))
        )
    table = Table(rows, (left,), tuple(right), scale, unit=unit, favours=favours, limits=limits)
    listed = "; ".join(f"{row.label} {cell}" for row, cell in zip(rows, cells, strict=True))
    return attach(
        draw(table, axes),
        f"Forest plot of a network of {len(net.treatments)} treatments, {scale.words}, "
        f"{effects.model} effects against {against}: {listed}.",
    )


def _text(row: Row, scale: Scale, digits: int) -> str:
    if row.estimate is None or row.low is None or row.high is None:
        return ""
    return f"{scale.text(row.estimate, digits)} {_between(scale, row.low, row.high, digits)}"


def _between(scale: Scale, low: float, high: float, digits: int) -> str:
    return f"({scale.text(float(low), digits)} to {scale.text(float(high), digits)})"
