"""Network graph: which treatments were compared, how often, in how many people."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from filiform.errors import EvidenceError, unknown
from filiform.evidence.plots._canvas import ACCENT, GREY, attach, axes_or_new
from filiform.evidence.plots._columns import shortened, text_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from filiform.evidence.network.data import NetworkData

_WIDEST: Final = 9.0
# Points of a line for each trial, where the widest leaves room.
_EACH: Final = 2.0
_LARGEST: Final = 900.0
_SMALLEST: Final = 40.0
_OUTSIDE: Final = 1.13
_LETTERS: Final = 9.0
# Names are broken into lines of this many letters.
_LINE: Final = 24
# Inches from the middle to a treatment.
_RADIUS: Final = 2.0
# From this many treatments on names stand like rays: side by side they would overlap.
_MANY: Final = 15
# From this many lines on those of one trial carry no number.
_CROWDED: Final = 30


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
    names = [textwrap.fill(shortened(name), _LINE) for name in data.treatments]
    left, right, tall = _room(names, x)
    axes = axes_or_new(axes, _RADIUS * (left + right), _RADIUS * 2.0 * tall + 0.4)
    _draw_edges(axes, edges, x, y)
    largest = _LARGEST * min(1.0, _MANY / t)
    areas = np.maximum(largest * sizes / sizes.max(), min(_SMALLEST, largest))
    nodes = axes.scatter(x, y, s=areas, color=ACCENT, edgecolors="white", lw=1.0, zorder=3)
    nodes.set_gid("treatments")
    _draw_names(axes, names, angle)
    axes.set(xlim=(-left, right), ylim=(-tall, tall), aspect="equal")
    axes.set_axis_off()
    single = " A line without a number: one trial." if edges.trials.size >= _CROWDED else ""
    axes.text(
        0.5, -0.02, f"Line: number of trials. Area: number of {meaning}.{single}", size=8,
        color=GREY, ha="center", va="top", transform=axes.transAxes,
    )  # fmt: skip
    return attach(axes, _description(data, edges))


def _room(names: Sequence[str], x: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return how far the picture goes left, right, and up and down, in radii."""
    wide = np.array(
        [max(text_width(line, _LETTERS, bold=False) for line in name.split("\n")) for name in names]
    ) / (72.0 * _RADIUS)
    if len(names) >= _MANY:
        return (_OUTSIDE + float(wide.max()),) * 3
    beside = np.where(np.abs(x) < _UPRIGHT, 0.5, 1.0) * wide
    left = float((np.where(x < _UPRIGHT, beside, 0.0) - _OUTSIDE * x).max())
    right = float((np.where(x > -_UPRIGHT, beside, 0.0) + _OUTSIDE * x).max())
    lines = 1 + max(name.count("\n") for name in names)
    return (
        max(left, _OUTSIDE),
        max(right, _OUTSIDE),
        _OUTSIDE + lines * _LETTERS * 1.3 / (72.0 * _RADIUS),
    )


# A name this near the middle stands above or below its treatment, centred.
_UPRIGHT: Final = 0.2


def _draw_names(axes: Axes, names: Sequence[str], angle: NDArray[np.float64]) -> None:
    rays = len(names) >= _MANY
    for name, turn in zip(names, angle.tolist(), strict=True):
        a, b = math.cos(turn), math.sin(turn)
        side = "left" if a > 0.0 else "right"
        straight = abs(a) < _UPRIGHT and not rays
        axes.text(
            _OUTSIDE * a,
            _OUTSIDE * b,
            name.replace("\n", " ") if rays else name,
            ha="center" if straight else side,
            va=("bottom" if b > 0.0 else "top") if straight else "center",
            rotation=math.degrees(math.atan2(b, a) if a > 0.0 else math.atan2(-b, -a))
            if rays
            else 0.0,
            rotation_mode="anchor",
            size=_LETTERS,
        )


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
    widths = np.maximum(min(_EACH, _WIDEST / trials.max()) * trials, 0.8)
    lines = LineCollection(list(segments), linewidths=widths.tolist(), colors="0.6", zorder=1)
    lines.set_gid("comparisons")
    axes.add_collection(lines)
    # Off the middle, so that the numbers of lines that cross there do not meet.
    at = 0.62 * segments[:, 0] + 0.38 * segments[:, 1]
    least = 2 if trials.size >= _CROWDED else 1
    for (a, b), count in zip(at.tolist(), trials.tolist(), strict=True):
        if count < least:
            continue
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
