"""Plots of evidence: each takes a result, draws into matplotlib axes and returns them.

from filiform.evidence import plots
axes = plots.forest(fit, measure="RR")
plots.save(axes, "forest.svg")
plots.describe(axes)          # what it shows, in words
"""

from __future__ import annotations

from filiform.evidence.plots._canvas import describe
from filiform.evidence.plots._save import save
from filiform.evidence.plots.baujat import baujat
from filiform.evidence.plots.bubble import bubble
from filiform.evidence.plots.forest import forest
from filiform.evidence.plots.funnel import funnel
from filiform.evidence.plots.influence import influence
from filiform.evidence.plots.labbe import labbe
from filiform.evidence.plots.net_heat import net_heat
from filiform.evidence.plots.network_forest import network_forest
from filiform.evidence.plots.network_funnel import network_funnel
from filiform.evidence.plots.network_graph import network_graph
from filiform.evidence.plots.radial import radial
from filiform.evidence.plots.rankogram import rankogram
from filiform.evidence.plots.series import cumulative, leave_one_out

__all__ = [
    "baujat",
    "bubble",
    "cumulative",
    "describe",
    "forest",
    "funnel",
    "influence",
    "labbe",
    "leave_one_out",
    "net_heat",
    "network_forest",
    "network_funnel",
    "network_graph",
    "radial",
    "rankogram",
    "save",
]
