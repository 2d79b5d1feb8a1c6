"""The axes a plot is drawn into, and the words that say what it shows.

matplotlib is imported when a plot is made, never before; no plot touches `pyplot`, so none opens
a window or leaves a figure behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from filiform.errors import EvidenceError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# A plot's description travels with its axes as a text that is never drawn.
_DESCRIPTION: Final = "description"

INK: Final = "black"
GREY: Final = "0.45"
PALE: Final = "0.80"
# One blue that prints as a dark grey.
ACCENT: Final = "#1f5a96"


def axes_or_new(axes: Axes | None, width: float, height: float) -> Axes:
    """Return the given axes, or those of a new figure of a size in inches."""
    if axes is not None:
        return axes
    from matplotlib.figure import Figure  # noqa: PLC0415 - half a second that a result needs not

    return Figure(figsize=(width, height), layout="constrained").add_subplot()


def plain(axes: Axes) -> None:
    """Leave only the axis lines at the bottom and on the left."""
    axes.spines[["top", "right"]].set_visible(False)


def attach(axes: Axes, description: str) -> Axes:
    """Remember in words what the axes show, and return them with all texts meant literally."""
    from matplotlib.text import Text  # noqa: PLC0415 - half a second that a result needs not

    text = axes.text(0.0, 0.0, description, transform=axes.transAxes, visible=False)
    text.set_gid(_DESCRIPTION)
    for part in axes.findobj(Text):
        # A name with two dollar signs is no formula.
        if isinstance(part, Text):
            part.set_parse_math(False)
    return axes


def describe(axes: Axes) -> str:
    """Return what a plot shows in words, for people who do not see it (alt text).

    Args:
        axes: as returned by a plot of this package.

    Raises:
        EvidenceError: for axes without such a plot.

    >>> from filiform.evidence import pool
    >>> from filiform.evidence.plots import funnel
    >>> print(describe(funnel(pool([0.1, 0.3], [0.02, 0.03]))))
    Funnel plot of 2 studies: effect against standard error (0.141 to 0.173). Left of the pooled
    effect 0.18: 1; right: 1; outside the 95 % funnel: 0.
    """
    found = _own(axes)
    if not found:
        raise EvidenceError("these axes show no plot of ours: give axes that such a plot returned")
    return " ".join(found)


def description_of(figure: Figure) -> str:
    """Return the descriptions of all plots of a figure, "" where it has none."""
    return " ".join(text for axes in figure.axes for text in _own(axes))


def _own(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts if text.get_gid() == _DESCRIPTION]
