"""Rankogram: the chance of every treatment to hold every rank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.evidence.plots._canvas import ACCENT, GREY, attach, axes_or_new
from filiform.evidence.plots._columns import shortened, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from filiform.evidence.network.ranking import RankProbabilities

_TALLEST: Final = 0.85
_LETTERS: Final = 9.0
# Few ranks get the width of this many: the words below need it.
_LEAST: Final = 4


def rankogram(ranking: RankProbabilities, *, axes: Axes | None = None) -> Axes:
    """Draw a row of bars for each treatment, the highest SUCRA on top; return the axes.

    A bar's height is the chance of that rank; a full row is a chance of 1.

    Args:
        ranking: of `rank_probabilities`.
        axes: to draw into; a new figure where None.

    *Source: Salanti, Ades and Ioannidis 2011, Journal of Clinical Epidemiology 64:163,
    doi:10.1016/j.jclinepi.2010.03.016.*
    """
    t = len(ranking.treatments)
    order = [int(i) for i in np.argsort(-ranking.sucra, kind="stable")]
    names = [shortened(ranking.treatments[place]) for place in order]
    beside = max(text_width(name, _LETTERS, bold=False) for name in names) / 72.0
    axes = axes_or_new(axes, 1.2 + beside + 0.45 * max(t, _LEAST), 0.9 + 0.45 * t)
    ranks = np.arange(1, t + 1)
    for row, place in enumerate(order):
        base = float(row) + 0.5
        bars = axes.bar(
            ranks, -_TALLEST * ranking.probabilities[place], bottom=base, width=0.8, color=ACCENT
        )
        for bar in bars:
            bar.set_gid(f"rank-{row}")
        axes.axhline(base, color=GREY, lw=0.6)
        axes.annotate(
            f"{ranking.sucra[place]:.2f}",
            xy=(1.0, base - 0.15),
            xycoords=("axes fraction", "data"),
            xytext=(6.0, 0.0),
            textcoords="offset points",
            size=9,
            annotation_clip=False,
        )
    axes.annotate(
        "SUCRA", xy=(1.0, 1.0), xycoords="axes fraction", xytext=(6.0, 2.0),
        textcoords="offset points", size=9, weight="bold", annotation_clip=False,
    )  # fmt: skip
    axes.set_xlim(0.4, t + 0.6)
    axes.set_ylim(t - 0.4, -0.5)
    axes.set_xticks(ranks)
    axes.set_xlabel("Rank (1 is best)")
    axes.set_yticks(np.arange(t) + 0.35, names, size=_LETTERS)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "left", "right"]].set_visible(False)
    return attach(axes, _description(ranking, order))


def _description(ranking: RankProbabilities, order: list[int]) -> str:
    rows = "; ".join(
        f"{ranking.treatments[i]}: SUCRA {ranking.sucra[i]:.2f}, most likely rank "
        f"{int(ranking.probabilities[i].argmax()) + 1} "
        f"({100.0 * float(ranking.probabilities[i].max()):.0f} %)"
        for i in order
    )
    return f"Rankogram of {len(order)} treatments, best first. {rows}."
