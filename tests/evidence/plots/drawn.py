"""Looks at what was drawn: artists by their name, and their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.collections import Collection, LineCollection, PathCollection
from matplotlib.lines import Line2D

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from numpy.typing import NDArray


def artist(axes: Axes, name: str) -> Artist:
    """The one artist of that name."""
    found = [one for one in axes.get_children() if one.get_gid() == name]
    assert len(found) == 1, f"{len(found)} artists are called {name}"
    return found[0]


def names(axes: Axes) -> set[str]:
    return {gid for one in axes.get_children() if (gid := one.get_gid()) is not None}


def points(axes: Axes, name: str) -> NDArray[np.float64]:
    """The centres of a scatter, `(k, 2)`."""
    found = artist(axes, name)
    assert isinstance(found, Collection)
    return np.asarray(found.get_offsets(), dtype=float)


def sizes(axes: Axes, name: str) -> NDArray[np.float64]:
    found = artist(axes, name)
    assert isinstance(found, PathCollection)
    return np.asarray(found.get_sizes(), dtype=np.float64)


def segments(axes: Axes, name: str) -> NDArray[np.float64]:
    """The lines of a collection, `(k, 2, 2)`."""
    found = artist(axes, name)
    assert isinstance(found, LineCollection)
    return np.array(found.get_segments())


def line(axes: Axes, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    found = artist(axes, name)
    assert isinstance(found, Line2D)
    return np.asarray(found.get_xdata(), dtype=float), np.asarray(found.get_ydata(), dtype=float)


def outlines(axes: Axes, name: str) -> list[NDArray[np.float64]]:
    """The corners of the shapes of a collection, the closing one left out."""
    found = artist(axes, name)
    assert isinstance(found, Collection)
    return [np.asarray(path.vertices, dtype=float)[:-1] for path in found.get_paths()]


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts if text.get_visible()]


def tick_labels(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.get_xticklabels()]


def written(axes: Axes) -> list[Text]:
    """All texts that are seen: the axes' own, its title's, its labels' and its ticks'."""
    every = [
        *axes.texts,
        axes.xaxis.label,
        axes.yaxis.label,
        *(axes.get_xticklabels() + axes.get_yticklabels() if axes.axison else []),
    ]
    return [text for text in every if text.get_visible() and text.get_text()]
