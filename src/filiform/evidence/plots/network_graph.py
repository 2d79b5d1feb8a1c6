"""Network graph: which treatments were compared, how often, in how many people."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from filiform.errors import EvidenceError, unknown
from filiform.evidence.plots._canvas import ACCENT, GREY, attach, axes_or_new
from filiform.evidence.plots._columns import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from filiform.evidence.network.data import NetworkData

_WIDEST: Final = 9.0
_LARGEST: Final = 900.0
_SMALLEST: Final = 40.0
_OUTSIDE: Final = 1.13


class _Edges(NamedTuple):
    """The comparisons `(c,)`: their treatments and how many trials have each."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    trials: NDArray[np.intp]


def network_graph(
    data: NetworkData,
    *,
    participants: Mapping[str, float] | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Draw treatments on a circle, joined where trials compared them; return the axes.

    A line is as wide as it has trials, and says how many. A treatment's area is its number of
    participants, or of trials where participants are not given.

    Args:
        data: of `network_contrasts` or `network_arms` (a fitted network has it as `data`).
        participants: how many people each treatment was given to.
        axes: to draw into; a new figure where None.

    Raises:
        EvidenceError: for participants of a treatment that the network lacks, or of too few.

    *Source: Salanti 2012, Research Synthesis Methods 3:80, doi:10.1002/jrsm.1037.*
    """
    edges = _edges(data)
    sizes, meaning = _sizes(data, participants)
    t = len(data.treatments)
    angle = math.pi / 2.0 - 2.0 * math.pi * np.arange(t) / t
    x, y = np.cos(angle), np.sin(angle)
    axes = axes_or_new(axes, 5.6, 5.2)
    _draw_edges(axes, edges, x, y)
    areas = np.maximum(_LARGEST * sizes / sizes.max(), _SMALLEST)
    nodes = axes.scatter(x, y, s=areas, color=ACCENT, edgecolors="white", lw=1.0, zorder=3)
    nodes.set_gid("treatments")
    for name, a, b in zip(data.treatments, x, y, strict=True):
        axes.text(
            _OUTSIDE * a,
            _OUTSIDE * b,
            shortened(name),
            ha="center" if abs(a) < 0.2 else ("left" if a > 0.0 else "right"),
            va="center" if abs(b) < 0.9 else ("bottom" if b > 0.0 else "top"),
            size=9,
        )
    axes.set(xlim=(-1.25, 1.25), ylim=(-1.3, 1.25), aspect="equal")
    axes.set_axis_off()
    axes.text(
        0.5, -0.02, f"Line: number of trials. Area: number of {meaning}.", size=8, color=GREY,
        ha="center", va="top", transform=axes.transAxes,
    )  # fmt: skip
    return attach(axes, _description(data, edges))


def _edges(data: NetworkData) -> _Edges:
    t = len(data.treatments)
    found, trials = np.unique(data.first * t + data.second, return_counts=True)
    return _Edges(found // t, found % t, trials)


def _sizes(
    data: NetworkData, participants: Mapping[str, float] | None
) -> tuple[NDArray[np.float64], str]:
    if participants is None:
        pairs = np.unique(
            np.stack((np.tile(data.study, 2), np.concatenate((data.first, data.second)))), axis=1
        )
        return np.bincount(pairs[1], minlength=len(data.treatments)).astype(float), "trials"
    for name, people in participants.items():
        if name not in data.treatments:
            raise EvidenceError(unknown("treatment", name, data.treatments))
        if not 0.0 < people < math.inf:
            raise EvidenceError(f"treatment {name!r}: {people} participants, above 0 is needed")
    missing = [name for name in data.treatments if name not in participants]
    if missing:
        raise EvidenceError(f"participants of {', '.join(missing)} are not given: give all or none")
    return np.array([float(participants[name]) for name in data.treatments]), "participants"


def _draw_edges(axes: Axes, edges: _Edges, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    from matplotlib.collections import LineCollection  # noqa: PLC0415 - only when a plot is made

    first, second, trials = edges
    segments = np.stack((np.stack((x[first], y[first]), 1), np.stack((x[second], y[second]), 1)), 1)
    widths = np.maximum(_WIDEST * trials / trials.max(), 0.8)
    lines = LineCollection(list(segments), linewidths=widths.tolist(), colors="0.6", zorder=1)
    lines.set_gid("comparisons")
    axes.add_collection(lines)
    # Off the middle, so that the numbers of lines that cross there do not meet.
    at = 0.62 * segments[:, 0] + 0.38 * segments[:, 1]
    for (a, b), count in zip(at.tolist(), trials.tolist(), strict=True):
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
        axes.text(a, b, str(count), size=8, ha="center", va="center", bbox=box, zorder=2)


def _description(data: NetworkData, edges: _Edges) -> str:
    most = int(edges.trials.argmax())
    pair = f"{data.treatments[edges.first[most]]} and {data.treatments[edges.second[most]]}"
    multi = int((data.arms > 2).sum())
    return (
        f"Network of {len(data.treatments)} treatments ({', '.join(data.treatments)}) and "
        f"{len(data.studies)} trials, {multi} of them with three arms or more. "
        f"{edges.trials.size} pairs were compared; most often {pair}, in "
        f"{int(edges.trials[most])} trials."
    )
