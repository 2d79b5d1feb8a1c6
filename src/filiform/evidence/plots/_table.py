"""What a forest plot shows, and how its columns and rows fit into axes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence.plots import _columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from filiform.evidence.plots._columns import Column
    from filiform.evidence.plots._rows import Row
    from filiform.evidence.plots.risk_of_bias import Sign
    from filiform.evidence.plots.scale import Scale

# Points and inches: the sizes of a page, chosen so that a row reads like a line of a paper.
FONT: Final = 9.0
ROW: Final = 0.21
_PANEL: Final = 2.9
_LEAST_PANEL: Final = 1.2
_ABOVE, _BELOW, _SIDE = 0.12, 0.62, 0.12
_SIGN: Final = 15.0
# Rows that the header takes besides those of the table.
_HEADER: Final = 1.2
# In axes of one's own rows stand no further apart than this many times a row.
_LOOSEST: Final = 1.4
# Letters shrink to this many points before axes are said to be too narrow.
_SMALLEST: Final = 5.0
_STEP: Final = 0.25
# A font no larger than this part of its row leaves room between the lines.
_FONT_TO_ROW: Final = 0.62


@dataclass(frozen=True, slots=True)
class Table:
    """Everything a forest plot shows.

    Attributes:
        rows: from top to bottom.
        left, right: columns of text, one cell a row.
        signs: risk of bias, domain to one sign a study.
        scale: of the axis.
        unit: of the effect, for the axis label.
        favours: words for effects below and above no effect.
        limits: of the axis, on the scale that is read; chosen where None.
    """

    rows: tuple[Row, ...]
    left: tuple[Column, ...]
    right: tuple[Column, ...]
    scale: Scale
    signs: Mapping[str, tuple[Sign | None, ...]] = field(default_factory=dict)
    unit: str | None = None
    favours: tuple[str, str] | None = None
    limits: tuple[float, float] | None = None

    @property
    def bold(self) -> frozenset[int]:
        """The rows whose text is bold."""
        return frozenset(i for i, row in enumerate(self.rows) if row.kind in {"heading", "summary"})

    @property
    def height(self) -> float:
        """The height in rows."""
        return len(self.rows) + _HEADER

    def sides(self, size: float) -> tuple[float, float]:
        """Return the points that the columns take left and right of the intervals."""
        left = _columns.total_width(self.left, size, self.bold)
        right = _columns.total_width(self.right, size, self.bold)
        return left, right + self.sign_width(size) * (len(self.signs) + 0.5 * bool(self.signs))

    def sign_width(self, size: float) -> float:
        """Return the points that a column of signs takes."""
        return _SIGN * size / FONT

    def panel(self, size: float) -> float:
        """Return the inches that the words for the two directions need side by side."""
        if self.favours is None:
            return 0.0
        below, above = self.favours
        return _columns.text_width(f"←  {below}    {above}  →", size, bold=False) / 72.0


def fitted(table: Table, axes: Axes | None) -> tuple[Axes, float]:
    """Return the axes of the intervals, between the columns, and the font size that fits.

    Args:
        table: what is shown.
        axes: whose place columns and intervals share; a new figure where None.

    Raises:
        EvidenceError: for axes without a figure, or too narrow for the columns.
    """
    if axes is None:
        return _new(table), FONT
    width, height = figure_size(axes)
    box = axes.get_position()
    row = min(box.height * height / table.height, _LOOSEST * ROW)
    size = _font(table, min(FONT, _FONT_TO_ROW * 72.0 * row), box.width * width)
    left, right = (part / 72.0 for part in table.sides(size))
    tall = row * table.height / height
    room = box.width - (left + right) / width
    axes.set_position((box.x0 + left / width, box.y1 - tall, room, tall))
    return axes, size


def figure_size(axes: Axes) -> tuple[float, float]:
    """Return width and height of the figure in inches.

    Raises:
        EvidenceError: for axes without a figure.
    """
    figure = axes.get_figure(root=True)
    if figure is None:
        raise EvidenceError("the axes belong to no figure: make them with figure.add_subplot()")
    width, height = figure.get_size_inches()
    return float(width), float(height)


def panel_width(axes: Axes) -> float:
    """Return the width of the axes in inches."""
    return axes.get_position().width * figure_size(axes)[0]


def row_points(table: Table, axes: Axes) -> float:
    """Return the height of a row in points, at most that in a figure of our own."""
    tall = axes.get_position().height * figure_size(axes)[1]
    return 72.0 * min(tall / table.height, ROW)


def _font(table: Table, largest: float, width: float) -> float:
    """Return the largest font size with which everything fits a width in inches."""
    smallest = min(largest, _SMALLEST)
    for size in np.arange(largest, smallest - _STEP / 2.0, -_STEP).tolist():
        if _needed(table, size) <= width:
            return float(size)
    raise EvidenceError(
        f"the axes are {width:.1f} inches wide: give at least {_needed(table, smallest):.1f} "
        "inches for these columns, or fewer columns"
    )


def _needed(table: Table, size: float) -> float:
    return sum(table.sides(size)) / 72.0 + max(_LEAST_PANEL, table.panel(size))


def _new(table: Table) -> Axes:
    from matplotlib.figure import Figure  # noqa: PLC0415 - only when a plot is made

    left, right = (part / 72.0 for part in table.sides(FONT))
    panel = max(_PANEL, table.panel(FONT))
    body = ROW * table.height
    width = _SIDE + left + panel + right + _SIDE
    below = _BELOW if table.favours is None else _BELOW + ROW
    height = _ABOVE + body + below
    return Figure(figsize=(width, height)).add_axes(
        ((_SIDE + left) / width, below / height, panel / width, body / height)
    )
