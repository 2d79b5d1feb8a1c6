"""Rows of intervals between columns of text: the drawing behind every forest plot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence.plots import _columns
from filiform.evidence.plots._canvas import ACCENT, GREY, INK, PALE
from filiform.evidence.plots._table import fitted, panel_width, row_points
from filiform.evidence.plots.risk_of_bias import letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from filiform.evidence.plots._rows import Kind, Row
    from filiform.evidence.plots._table import Table

# Heights in rows: the top edge, and the rule below the header.
_TOP, _RULE = -1.7, -0.65
# Inches between ticks for each point of their labels' size.
_TICK: Final = 0.04
_MOST_TICKS: Final = 6
# Raster images end at 65,536 pixels: at 150 to the inch that is room for this many rows.
MOST_ROWS: Final = 2_000
# An interval may reach this many spans of the estimates beyond them before it ends in an arrow.
_REACH: Final = 1.0
_DRAWN: Final[tuple[Kind, ...]] = ("study", "summary", "prediction")


def draw(table: Table, axes: Axes | None) -> Axes:
    """Draw a table into axes, which shrink so that the columns fit beside the intervals.

    Raises:
        EvidenceError: for more rows than an image holds, or axes too narrow for the columns.
    """
    if len(table.rows) > MOST_ROWS:
        raise EvidenceError(
            f"{len(table.rows)} rows do not fit a forest plot, {MOST_ROWS} do: "
            "draw a funnel plot, or a part of the studies"
        )
    panel, size = fitted(table, axes)
    low, high = _limits(table)
    panel.set_xlim(low, high)
    panel.set_ylim(len(table.rows) - 0.5, _TOP)
    _lines(panel, table)
    _intervals(panel, table, low, high)
    _summaries(panel, table)
    drawn = [row for kind in _DRAWN for row in _of_kind(table.rows, kind)]
    _arrows(panel, drawn, low, high)
    _axis(panel, table, size, low, high)
    _text(panel, table, size)
    return panel


def _limits(table: Table) -> tuple[float, float]:
    if table.limits is not None:
        low, high = (table.scale.place(x) for x in table.limits)
        if not low < high:
            raise EvidenceError(f"limits {table.limits} are not in order: give the lower one first")
        return low, high
    core = [row.estimate for row in table.rows if row.estimate is not None]
    for kind in ("summary", "prediction"):
        core += [x for *_, low, high in _of_kind(table.rows, kind)[-1:] for x in (low, high)]
    if table.scale.null is not None:
        core.append(table.scale.null)
    reach = [x for row in table.rows for x in (row.low, row.high) if x is not None]
    span = (max(core) - min(core)) or (max(reach) - min(reach)) or 1.0
    low = max(min(core + reach), min(core) - _REACH * span)
    high = min(max(core + reach), max(core) + _REACH * span)
    pad = 0.03 * (high - low)
    return low - pad, high + pad


def _lines(axes: Axes, table: Table) -> None:
    last = max((i for i, row in enumerate(table.rows) if row.low is not None), default=0)
    if table.scale.null is not None:
        (line,) = axes.plot(
            [table.scale.null] * 2, [_RULE, last + 0.5], color=INK, lw=0.8, zorder=1
        )
        line.set_gid("null")
    for _, middle, _, _ in _of_kind(table.rows, "summary")[-1:]:
        (line,) = axes.plot([middle] * 2, [_RULE, last + 0.5], color=GREY, lw=0.8, ls=":", zorder=1)
        line.set_gid("pooled")


def _of_kind(rows: Sequence[Row], kind: Kind) -> list[tuple[int, float, float, float]]:
    """Return height, estimate and bounds of the rows of a kind that have an interval."""
    return [
        (i, math.nan if row.estimate is None else row.estimate, row.low, row.high)
        for i, row in enumerate(rows)
        if row.kind == kind and row.low is not None and row.high is not None
    ]


def _intervals(axes: Axes, table: Table, low: float, high: float) -> None:
    from matplotlib.collections import LineCollection  # noqa: PLC0415 - only when a plot is made

    found = _of_kind(table.rows, "study")
    if not found:
        return
    ends = [(i, max(a, low), min(b, high)) for i, _, a, b in found if a < high and b > low]
    lines = LineCollection([[(a, i), (b, i)] for i, a, b in ends], colors=INK, lw=1.0, zorder=4)
    lines.set_gid("intervals")
    axes.add_collection(lines)
    heaviest = max((row.weight or 0.0) for row in table.rows if row.kind == "study") or 1.0
    row = row_points(table, axes)
    sizes = [_area(row, table.rows[i].weight, heaviest) for i, *_ in found]
    squares = axes.scatter(
        [estimate for _, estimate, _, _ in found],
        [i for i, *_ in found],
        s=sizes,
        marker="s",
        color=ACCENT,
        linewidths=0.0,
        zorder=3,
    )
    squares.set_gid("studies")


def _area(row: float, weight: float | None, heaviest: float) -> float:
    """Return the area of a study's square in square points, proportional to its weight."""
    if weight is None:
        return (0.35 * row) ** 2
    return max(float((0.72 * row) ** 2 * weight / heaviest), (0.12 * row) ** 2)


def _arrows(
    axes: Axes, found: Sequence[tuple[int, float, float, float]], low: float, high: float
) -> None:
    """Mark the intervals that go on beyond the axis."""
    for name, edge, marker, rows in (
        ("beyond-low", low, "<", [i for i, _, a, _ in found if a < low]),
        ("beyond-high", high, ">", [i for i, _, _, b in found if b > high]),
    ):
        if rows:
            points = axes.scatter(
                [edge] * len(rows), rows, s=16, marker=marker, color=INK, zorder=5, clip_on=False
            )
            points.set_gid(name)


def _summaries(axes: Axes, table: Table) -> None:
    from matplotlib.collections import PolyCollection  # noqa: PLC0415 - only when a plot is made

    diamonds = [
        [(low, i), (middle, i - 0.32), (high, i), (middle, i + 0.32)]
        for i, middle, low, high in _of_kind(table.rows, "summary")
    ]
    bars = [
        [(low, i - 0.13), (high, i - 0.13), (high, i + 0.13), (low, i + 0.13)]
        for i, _, low, high in _of_kind(table.rows, "prediction")
    ]
    for name, shapes, fill in (("summary", diamonds, INK), ("prediction", bars, PALE)):
        if shapes:
            collection = PolyCollection(
                [np.array(shape) for shape in shapes],
                facecolors=fill,
                edgecolors=INK,
                lw=0.8,
                zorder=4,
            )
            collection.set_gid(name)
            axes.add_collection(collection, autolim=False)


def _axis(axes: Axes, table: Table, size: float, low: float, high: float) -> None:
    axes.spines[["top", "left", "right"]].set_visible(False)
    axes.set_yticks([])
    most = max(2, min(_MOST_TICKS, int(panel_width(axes) / (_TICK * size))))
    positions, labels = table.scale.ticks(low, high, most)
    axes.set_xticks(positions, labels, size=size)
    axes.set_xticks([], minor=True)
    axes.set_xlabel(table.scale.label(table.unit), size=size)
    if table.favours is None:
        return
    axes.xaxis.labelpad = 2.0 * size
    below, above = table.favours
    for text, x, align in ((f"←  {below}", 0.0, "left"), (f"{above}  →", 1.0, "right")):
        axes.annotate(
            text,
            xy=(x, 0.0),
            xycoords="axes fraction",
            xytext=(0.0, -2.2 * size),
            textcoords="offset points",
            ha=align,
            va="top",
            size=size,
            annotation_clip=False,
        )


def _text(axes: Axes, table: Table, size: float) -> None:
    bold = table.bold
    _columns.place(axes, table.left, size, bold, left=True)
    _columns.place(axes, table.right, size, bold, left=False)
    left, right = table.sides(size)
    if table.signs:
        _signs(axes, table, size, _columns.total_width(table.right, size, bold))
    notes = [(i, row.label) for i, row in enumerate(table.rows) if row.kind == "note"]
    for i, text in notes:
        axes.annotate(
            text,
            xy=(0.0, i),
            xycoords=("axes fraction", "data"),
            xytext=(-left, 0.0),
            textcoords="offset points",
            va="center",
            size=0.9 * size,
            annotation_clip=False,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            zorder=6,
        )
    width = 72.0 * panel_width(axes)
    rule = ((-left) / width, 1.0 + right / width)
    axes.plot(
        rule, [_RULE, _RULE], transform=axes.get_yaxis_transform(), color=INK, lw=0.8, clip_on=False
    )


def _signs(axes: Axes, table: Table, size: float, start: float) -> None:
    """Draw the judgements: a disc and its sign, a letter above each column."""
    from matplotlib.transforms import ScaledTranslation  # noqa: PLC0415 - only when a plot is made

    figure = axes.get_figure(root=True)
    step = table.sign_width(size)
    for n, (domain, signs) in enumerate(table.signs.items()):
        x = start + step * (n + 1.0)
        shift = ScaledTranslation(x / 72.0, 0.0, figure.dpi_scale_trans) if figure else None
        transform = axes.get_yaxis_transform() + shift if shift else axes.get_yaxis_transform()
        shown = [
            (i, sign)
            for i, row in enumerate(table.rows)
            if row.study is not None and (sign := signs[row.study]) is not None
        ]
        discs = axes.scatter(
            [1.0] * len(shown),
            [i for i, _ in shown],
            s=(0.8 * step) ** 2,
            c=[sign.colour for _, sign in shown],
            edgecolors=INK,
            linewidths=0.5,
            transform=transform,
            clip_on=False,
        )
        discs.set_gid(f"risk-of-bias-{domain}")
        for row, text in [(_columns.HEADER_ROW, letter(n)), *((i, sign.text) for i, sign in shown)]:
            axes.annotate(
                text,
                xy=(1.0, row),
                xycoords=("axes fraction", "data"),
                xytext=(x, 0.0),
                textcoords="offset points",
                ha="center",
                va="center",
                size=size,
                weight="bold",
                annotation_clip=False,
            )
