"""`filiform network`: a network meta-analysis of a person's own table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from filiform.cli._network_read import participants_of, read_network
from filiform.cli._pool import number_or_word
from filiform.cli._pool_read import reads_as
from filiform.cli._progress import Progress
from filiform.cli._roles import columns_of
from filiform.cli._sheet import read_sheet
from filiform.cli._to_json import to_json
from filiform.errors import EvidenceError, unknown
from filiform.evidence import plots
from filiform.evidence.network.component import component_network
from filiform.evidence.network.connection import parts
from filiform.evidence.network.contribution import contributions
from filiform.evidence.network.decomposition import q_decomposition
from filiform.evidence.network.fit_network import fit_network
from filiform.evidence.network.league import league_table
from filiform.evidence.network.net_heat import net_heat
from filiform.evidence.network.node_split import node_split
from filiform.evidence.network.ranking import p_scores, rank_probabilities

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from matplotlib.axes import Axes

    from filiform.evidence.network.component import ComponentNetwork
    from filiform.evidence.network.data import NetworkData
    from filiform.evidence.network.fit_network import Network


class _Answer(Protocol):
    """What the parts of an analysis have in common."""

    def summary(self) -> str:
        """Return a text."""

    def to_dict(self) -> dict[str, object]:
        """Return plain data."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of the command line, None or () where one was left out."""

    data: Path
    measure: str | None
    columns: tuple[str, ...]
    study: str | None
    reference: str | None
    tau2: str
    model: str
    small_values: str
    level: float
    exp: bool
    node_splits: bool
    contributions: bool
    components: bool
    inactive: str | None
    plot: Path | None
    plot_kind: str | None
    favours: tuple[str, str] | None
    unit: str | None
    tolerance: float


@dataclass(frozen=True, slots=True)
class _All:
    """A fitted network and what the command line says of it."""

    wanted: Wanted
    net: Network
    participants: Mapping[str, float] | None


def answer(wanted: Wanted, *, as_json: bool) -> str:
    """Return what to print; write the plot where one is asked for.

    Raises:
        EvidenceError: for a table, a word or numbers that cannot be used.
    """
    kind = _kind_of_plot(wanted)
    if wanted.inactive and not wanted.components:
        raise EvidenceError("--inactive names a treatment for --components: give both, or neither")
    columns = columns_of(read_sheet(wanted.data), wanted.columns)
    data = read_network(
        columns, measure=wanted.measure, study=wanted.study, tolerance=wanted.tolerance
    )
    if wanted.exp and not data.measure:
        raise EvidenceError("--exp needs to know what the effects are: give --measure, as OR")
    if wanted.exp and reads_as(data.measure) is None:
        raise EvidenceError(
            f"{data.measure} is analysed as it is read, there is nothing to transform back: "
            "leave --exp out"
        )
    if wanted.components and kind is None and parts(data).max() > 0:
        # No trial joins the parts, but components may: there is no other network to fit.
        return _printed(wanted, {"components": _components(wanted, data)}, as_json=as_json)
    net = _fitted(wanted, data)
    asked = _parts(wanted, data, net)
    found: dict[str, _Answer] = {"network": net}
    with Progress(len(asked) + 1) as progress:
        for name, part in asked.items():
            found[name] = part()
            progress.step()
        if kind is not None and wanted.plot is not None:
            axes = _KINDS[kind](_All(wanted, net, participants_of(columns)))
            plots.save(axes, wanted.plot)
        progress.step()
    return _printed(wanted, found, as_json=as_json)


def _fitted(wanted: Wanted, data: NetworkData) -> Network:
    return fit_network(
        data,
        tau2=number_or_word(wanted.tau2),
        reference=wanted.reference,
        small_values=wanted.small_values,
        level=wanted.level,
    )


def _components(wanted: Wanted, data: NetworkData) -> ComponentNetwork:
    return component_network(
        data, tau2=number_or_word(wanted.tau2), inactive=wanted.inactive, level=wanted.level
    )


def _parts(wanted: Wanted, data: NetworkData, net: Network) -> dict[str, Callable[[], _Answer]]:
    """Return what is asked of the network, by name, each computed when it is called."""
    found: dict[str, Callable[[], _Answer]] = {
        "league": lambda: league_table(net, model=wanted.model, transform=wanted.exp),
        "ranking": lambda: p_scores(net, model=wanted.model),
        "decomposition": lambda: q_decomposition(net),
    }
    if wanted.node_splits:
        found["node_splits"] = lambda: node_split(net)
    if wanted.contributions:
        found["contributions"] = lambda: contributions(net, model=wanted.model)
    if wanted.components:
        found["components"] = lambda: _components(wanted, data)
    return found


_TITLES: Final = {
    "league": "League table: column against row below the diagonal (direct evidence above it)",
    "ranking": "Ranking",
    "decomposition": "Heterogeneity and inconsistency",
    "node_splits": "Direct against indirect evidence",
    "contributions": "Contributions of direct evidence",
    "components": "Additive components",
}


def _printed(wanted: Wanted, found: Mapping[str, _Answer], *, as_json: bool) -> str:
    if as_json:
        return to_json({name: one.to_dict() for name, one in found.items()})
    whole = [found["network"].summary()] if "network" in found else []
    named = [(title, found[name]) for name, title in _TITLES.items() if name in found]
    rest = [f"{title}\n\n{one.summary()}" for title, one in named]
    if wanted.plot is not None:
        rest.append(f"The plot is in {wanted.plot}.")
    return f"{wanted.data.name}: " + "\n\n\n".join([*whole, *rest])


def _kind_of_plot(wanted: Wanted) -> str | None:
    if wanted.plot is None:
        if wanted.plot_kind is not None:
            raise EvidenceError("--plot-kind says what --plot FILE draws: give the file as well")
        return None
    if wanted.plot.suffix.lower() not in {".svg", ".png", ".pdf"}:
        raise EvidenceError(
            f"the plot {wanted.plot.name!r} does not end in .svg, .png or .pdf: name it so"
        )
    kind = (wanted.plot_kind or "graph").casefold().replace("-", "_")
    if kind not in _KINDS:
        raise EvidenceError(unknown("kind of plot", wanted.plot_kind, _KINDS))
    return kind


def _graph(given: _All) -> Axes:
    return plots.network_graph(given.net.data, participants=given.participants)


def _forest(given: _All) -> Axes:
    return plots.network_forest(
        given.net, model=given.wanted.model, favours=given.wanted.favours, unit=given.wanted.unit
    )


def _rankogram(given: _All) -> Axes:
    return plots.rankogram(rank_probabilities(given.net, model=given.wanted.model))


def _net_heat(given: _All) -> Axes:
    return plots.net_heat(net_heat(given.net, model=given.wanted.model))


_KINDS: Final[Mapping[str, Callable[[_All], Axes]]] = {
    "graph": _graph,
    "forest": _forest,
    "rankogram": _rankogram,
    "net_heat": _net_heat,
}
