"""The league table: every treatment against every other, as papers print it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._result import Result
from filiform.evidence._text import between, shown, table
from filiform.evidence.effects.transform import back_transform
from filiform.evidence.network._direct import comparisons_of, direct_evidence
from filiform.evidence.network.effects import position
from filiform.evidence.network.ranking import p_scores

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from filiform.evidence.network.fit_network import Network


@dataclass(frozen=True, slots=True)
class LeagueCell:
    """An effect with its interval, on the scale that is read."""

    estimate: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True)
class LeagueTable(Result):
    """Effects of the treatment in the column against the one in the row, and the reverse.

    Attributes:
        treatments: in the order of the table.
        network: below the diagonal: network effects of column against row.
        direct: above the diagonal: direct effects of row against column; None without trials.
        scale: what the numbers are.
        level: of the intervals.
        model: "common" or "random".
        papers: the papers of the network.
    """

    treatments: tuple[str, ...]
    network: tuple[tuple[LeagueCell | None, ...], ...]
    direct: tuple[tuple[LeagueCell | None, ...], ...]
    scale: str
    level: float
    model: str
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return the table, the treatments on its diagonal."""
        t = len(self.treatments)
        rows = [
            [
                self.treatments[r] if r == c else _shown(self.network[r][c] or self.direct[r][c])
                for c in range(t)
            ]
            for r in range(t)
        ]
        return table([""] * t, rows)

    def to_frame(self) -> pd.DataFrame:
        """Return the table as texts."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        t = range(len(self.treatments))
        cells = [
            [
                self.treatments[r] if r == c else _shown(self.network[r][c] or self.direct[r][c])
                for c in t
            ]
            for r in t
        ]
        names = list(self.treatments)
        return pandas.DataFrame(cells, index=names, columns=names)


def league_table(
    net: Network,
    *,
    model: str = "random",
    order: Iterable[str] | None = None,
    transform: bool = False,
) -> LeagueTable:
    """Return the league table, network effects below and direct ones above the diagonal.

    Args:
        net: a fitted network.
        model: "common" or "random".
        order: the treatments in the order of the table; the best first where None.
        transform: whether to show ratios instead of their logarithms.

    Raises:
        EvidenceError: for an unknown treatment, one that is missing, or a measure without a
            transformation.
    """
    effects = net.effects(model)
    names = _order(net, effects.model, order)
    places = [position(net.treatments, name) for name in names]
    low, high, middle = effects.ci_low, effects.ci_high, effects.effects
    direct = _direct_matrices(net, effects.model)
    scale = net.data.measure if transform else "as analysed"
    if transform and not scale:
        raise EvidenceError(
            "the network has no measure to transform: name it when reading the data"
        )
    t = range(len(places))
    network = tuple(
        tuple(
            _cell(net, transform, middle[b, a], low[b, a], high[b, a]) if r > c else None
            for c, b in enumerate(places)
        )
        for r, a in enumerate(places)
    )
    above = tuple(
        tuple(_cell(net, transform, *direct[:, places[r], places[c]]) if r < c else None for c in t)
        for r in t
    )
    return LeagueTable(tuple(names), network, above, scale, net.level, effects.model, net.papers)


def _order(net: Network, model: str, order: Iterable[str] | None) -> list[str]:
    if order is not None:
        return treatment_order(net, order)
    best = np.argsort(-p_scores(net, model=model).p_scores, kind="stable")
    return [net.treatments[n] for n in best.tolist()]


def treatment_order(net: Network, order: Iterable[str]) -> list[str]:
    """Return an order of all treatments.

    Raises:
        EvidenceError: for an unknown treatment or one that is missing.
    """
    names = list(order)
    for name in names:
        position(net.treatments, name)
    missing = [name for name in net.treatments if name not in names]
    if missing or len(names) != len(net.treatments):
        raise EvidenceError(
            f"order names {len(names)} treatments of {len(net.treatments)}: name each once"
            + (f", {', '.join(missing)} too" if missing else "")
        )
    return names


def _direct_matrices(net: Network, model: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    from filiform.evidence._distributions import t_quantile  # noqa: PLC0415 - small and only here

    effects = net.effects(model)
    comparisons = comparisons_of(net.data)
    found = direct_evidence(net.data, comparisons, effects)
    half = t_quantile(net.level, float("inf")) * np.sqrt(found.variances)
    i, j = comparisons.first, comparisons.second
    t = len(net.treatments)
    matrices = np.full((3, t, t), np.nan)
    matrices[:, i, j] = found.effects, found.effects - half, found.effects + half
    matrices[:, j, i] = -found.effects, -found.effects - half, -found.effects + half
    return matrices


def _cell(
    net: Network, transform: bool, estimate: float, low: float, high: float
) -> LeagueCell | None:
    if np.isnan(estimate):
        return None
    values = float(estimate), float(low), float(high)
    if transform:
        return LeagueCell(*(float(back_transform(net.data.measure, value)) for value in values))
    return LeagueCell(*values)


def _shown(cell: LeagueCell | None) -> str:
    if cell is None:
        return "–"
    return f"{shown(cell.estimate, 3)} ({between(cell.ci_low, cell.ci_high, 3)})"
