"""Columns of text beside a plot, aligned with its rows and measured so that none overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

_GAP: Final = 10.0
_LONGEST: Final = 60
# Letters fitted to the pixels of a coarse screen take up to this much more than on paper.
_COARSE: Final = 1.06
# The height of the header, in rows.
HEADER_ROW: Final = -1.2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of text, one cell a row; "" where a row has none."""

    header: str
    cells: tuple[str, ...]
    align: Literal["left", "center", "right"] = "right"


def shortened(text: str, longest: int = _LONGEST) -> str:
    r"""Return a text in one line of at most 60 characters, its end marked where it was cut.

    >>> shortened("  Kim\n2012"), len(shortened("x" * 80))
    ('  Kim 2012', 60)
    """
    indent = text[: len(text) - len(text.lstrip(" "))]
    line = indent + " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def column_width(column: Column, size: float, bold: frozenset[int]) -> float:
    """Return the width of a column in points, for a font size."""
    header = text_width(column.header, size, bold=True)
    return max(
        [header, *(text_width(c, size, bold=i in bold) for i, c in enumerate(column.cells) if c)]
    )


def text_width(text: str, size: float, *, bold: bool) -> float:
    """Return the width of a text in points."""
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - only when a plot is made
    from matplotlib.textpath import text_to_path  # noqa: PLC0415 - only when a plot is made

    font = FontProperties(size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) * _COARSE


def total_width(columns: Sequence[Column], size: float, bold: frozenset[int]) -> float:
    """Return the width of columns side by side in points, with the gap to the plot."""
    return sum(column_width(column, size, bold) + _GAP for column in columns)


def place(
    axes: Axes, columns: Sequence[Column], size: float, bold: frozenset[int], *, left: bool
) -> None:
    """Write columns beside the axes, the rows at heights 0, 1, 2 …; the header above them."""
    start = -total_width(columns, size, bold) if left else _GAP
    for column in columns:
        width = column_width(column, size, bold)
        x = start + {"left": 0.0, "center": width / 2.0, "right": width}[column.align]
        for row, text in _lines(column):
            axes.annotate(
                text,
                xy=(0.0 if left else 1.0, row),
                xycoords=("axes fraction", "data"),
                xytext=(x, 0.0),
                textcoords="offset points",
                ha=column.align,
                va="center",
                size=size,
                weight="bold" if row == HEADER_ROW or row in bold else "normal",
                annotation_clip=False,
            )
        start += width + _GAP


def _lines(column: Column) -> Iterator[tuple[float, str]]:
    yield HEADER_ROW, column.header
    yield from ((float(row), text) for row, text in enumerate(column.cells) if text)
