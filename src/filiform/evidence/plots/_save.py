"""A plot as a file: the same bytes every time, with its description inside."""

from __future__ import annotations

import html
import io
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from filiform.errors import EvidenceError, unknown
from filiform.evidence.plots._canvas import description_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# What each format calls the description; a date would make two equal plots differ.
_METADATA: Final[Mapping[str, tuple[str, Mapping[str, None]]]] = MappingProxyType(
    {
        "svg": ("Description", MappingProxyType({"Date": None})),
        "png": ("Description", MappingProxyType({})),
        "pdf": ("Subject", MappingProxyType({"CreationDate": None})),
    }
)
_DPI: Final = 150


def save(axes: Axes, path: str | Path) -> Path:
    """Write the figure of a plot to a file and return where it is.

    Args:
        axes: as returned by a plot.
        path: ends in .svg, .png or .pdf. Equal plots give equal bytes: no date, fixed ids. The
            description is inside: in SVG as the image's label for screen readers.

    Raises:
        EvidenceError: for another ending, or a place that cannot be written.
    """
    target = Path(path)
    kind = target.suffix.lower().removeprefix(".")
    if kind not in _METADATA:
        raise EvidenceError(unknown("kind of plot file", kind, _METADATA))
    figure = axes.get_figure(root=True)
    if figure is None:
        raise EvidenceError("the axes belong to no figure: give axes that a plot returned")
    data = render(figure, kind)
    try:
        target.write_bytes(data)
    except OSError as error:
        raise EvidenceError(
            f"cannot write {target}: {error.strerror}; choose another place"
        ) from error
    return target


def render(figure: Figure, kind: str) -> bytes:
    """Return the figure as the bytes of a file; `kind` is "svg", "png" or "pdf"."""
    import matplotlib as mpl  # noqa: PLC0415 - half a second that a result needs not

    text = description_of(figure)
    key, undated = _METADATA[kind]
    to = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "filiform", "svg.fonttype": "none", "pdf.fonttype": 42}):
        figure.savefig(
            to, format=kind, dpi=_DPI, bbox_inches="tight", metadata={key: text, **undated}
        )
    data = to.getvalue()
    if kind != "svg":
        return data
    label = f'<svg role="img" aria-label="{html.escape(text)}" '
    return data.replace(b"<svg ", label.encode(), 1)
