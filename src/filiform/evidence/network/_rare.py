"""What the methods for rare events share: which arms say something, and their result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._distributions import chi2_tail
from filiform.evidence._options import choose, confidence
from filiform.evidence._result import Result
from filiform.evidence._text import between, shown, shown_p, table
from filiform.evidence.network._references import cite
from filiform.evidence.network.arms import MEASURES, Arms, read_arms
from filiform.evidence.network.connection import components
from filiform.evidence.network.effects import NetworkEffects, position
from filiform.evidence.network.fit_network import SMALL_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray


class DesignTable(NamedTuple):
    """The trials of one design.

    Attributes:
        names: of its treatments.
        nodes: `(a,)` their positions.
        events, n: `(s, a)` by trial and arm.
    """

    names: tuple[str, ...]
    nodes: NDArray[np.intp]
    events: NDArray[np.float64]
    n: NDArray[np.float64]


class RareEvents(NamedTuple):
    """What is left to analyse."""

    treatments: tuple[str, ...]
    studies: tuple[str, ...]
    tables: tuple[DesignTable, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RareEventsNetwork(Result):
    """A network of log odds ratios under common effects.

    Attributes:
        treatments: names of those that are left.
        studies: names of the trials that are left.
        common: the effects.
        q_inconsistency, q_df, q_p: inconsistency between designs; None where the method has none.
        reference: the treatment that tables compare with.
        small_values: "desirable" or "undesirable".
        level: of the intervals.
        method: what was done.
        iterations: steps taken; 0 for closed forms.
        warnings: what was left out.
        papers: the papers of exactly what was run.
    """

    treatments: tuple[str, ...]
    studies: tuple[str, ...]
    common: NetworkEffects
    q_inconsistency: float | None
    q_df: int | None
    q_p: float | None
    reference: str
    small_values: str
    level: float
    method: str
    iterations: int
    warnings: tuple[str, ...]
    papers: tuple[str, ...]

    def effects(self, model: str = "common") -> NetworkEffects:
        """Return the effects; there is no other model than "common".

        Raises:
            EvidenceError: for another word.
        """
        choose("model", model, {"common": "common", "fixed": "common"})
        return self.common

    def summary(self) -> str:
        """Return every treatment against the reference, as log odds ratios."""
        e, r = self.common, self.common.position(self.reference)
        low, high, p = e.ci_low, e.ci_high, e.p_values
        rows = [
            [name, shown(float(e.effects[i, r])), between(low[i, r], high[i, r]), shown_p(p[i, r])]
            for i, name in enumerate(self.treatments)
            if i != r
        ]
        percent = f"{100 * self.level:g} % interval"
        lines = [
            f"{len(self.studies)} trials, {len(self.treatments)} treatments: log odds ratios",
            "",
            table([f"against {self.reference}", "effect", percent, "p"], rows),
        ]
        if self.q_inconsistency is not None:
            q = f"Q {shown(self.q_inconsistency)} on {self.q_df} df, p {shown_p(self.q_p)}"
            lines.append(f"inconsistency between designs: {q}")
        return "\n".join([*lines, *(f"note: {warning}" for warning in self.warnings)])

    def to_dict(self) -> dict[str, object]:
        """Return the results as plain numbers, texts and lists, ready for JSON."""
        e = self.common
        return {
            "treatments": list(self.treatments),
            "studies": list(self.studies),
            "effects": e.effects.tolist(),
            "standard_errors": e.standard_errors.tolist(),
            "ci_low": e.ci_low.tolist(),
            "ci_high": e.ci_high.tolist(),
            "q_inconsistency": self.q_inconsistency,
            "q_df": self.q_df,
            "q_p": self.q_p,
            "reference": self.reference,
            "level": self.level,
            "method": self.method,
            "iterations": self.iterations,
            "warnings": list(self.warnings),
            "references": list(self.papers),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a treatment against the reference."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        e, r = self.common, self.common.position(self.reference)
        return pandas.DataFrame(
            {
                "treatment": self.treatments,
                "effect": e.effects[:, r],
                "standard_error": e.standard_errors[:, r],
                "ci_low": e.ci_low[:, r],
                "ci_high": e.ci_high[:, r],
                "p_value": e.p_values[:, r],
            }
        )


def read_rare(
    studies: Iterable[object],
    treatments: Iterable[object],
    events: ArrayLike,
    n: ArrayLike,
) -> RareEvents:
    """Return the arms that say something, by design.

    Left out are trials without events or with events only, then arms without (or with only) events
    in all trials of their design, then designs of which one arm is left.

    Raises:
        EvidenceError: for numbers that cannot be used, or if what is left is in parts.
    """
    columns = {"events": events, "n": n}
    arms = read_arms("OR", studies, treatments, {key: columns[key] for key in MEASURES["OR"].needs})
    fraction = arms.columns["events"] % 1.0 != 0.0
    if fraction.any():
        row = int(np.flatnonzero(fraction)[0])
        raise EvidenceError(
            f"{arms.label(row)}: {arms.columns['events'][row]:g} events, a whole number is needed"
        )
    warnings: list[str] = []
    tables, used = [], []
    for trials in _by_design(arms, _informative(arms, warnings)):
        found = _table(arms, trials, warnings)
        if found is not None:
            tables.append(found)
            used += trials
    return _collect(arms, tables, used, warnings)


def _informative(arms: Arms, warnings: list[str]) -> NDArray[np.bool_]:
    """Return `(k,)` which trials have events in some and not in all."""
    count = len(arms.studies)
    events = np.bincount(arms.study, arms.columns["events"], count)
    free = np.bincount(arms.study, arms.columns["n"] - arms.columns["events"], count)
    for name, none in zip(arms.studies, ((events == 0.0) | (free == 0.0)).tolist(), strict=True):
        if none:
            warnings.append(f"study {name!r} has no events, or events only: left out")
    keep: NDArray[np.bool_] = (events > 0.0) & (free > 0.0)
    return keep


def _by_design(arms: Arms, keep: NDArray[np.bool_]) -> list[list[int]]:
    """Return the trials of each design."""
    sets: dict[int, list[int]] = {}
    for s, node in zip(arms.study.tolist(), arms.treatment.tolist(), strict=True):
        sets.setdefault(s, []).append(node)
    designs: dict[tuple[int, ...], list[int]] = {}
    for s, nodes in sets.items():
        if keep[s]:
            designs.setdefault(tuple(nodes), []).append(s)
    return [designs[key] for key in sorted(designs)]


def _table(arms: Arms, trials: list[int], warnings: list[str]) -> DesignTable | None:
    """Return the arms of a design that say something, None if that leaves fewer than two."""
    rows = np.array([np.flatnonzero(arms.study == s) for s in trials])
    events, n = arms.columns["events"][rows], arms.columns["n"][rows]
    nodes = arms.treatment[rows[0]]
    keep = (events.sum(axis=0) > 0.0) & ((n - events).sum(axis=0) > 0.0)
    names = [arms.treatments[node] for node in nodes.tolist()]
    for name, kept in zip(names, keep.tolist(), strict=True):
        if not kept:
            warnings.append(
                f"arm {name!r} of design {':'.join(names)} has no events, or events only: left out"
            )
    if keep.sum() < 2:
        warnings.append(f"design {':'.join(names)} has fewer than two arms left: left out")
        return None
    left = tuple(name for name, kept in zip(names, keep.tolist(), strict=True) if kept)
    return DesignTable(left, nodes[keep], events[:, keep], n[:, keep])


def _collect(
    arms: Arms, tables: list[DesignTable], used: list[int], warnings: list[str]
) -> RareEvents:
    if not tables:
        raise EvidenceError(
            "no trial has events in some persons and not in others: nothing to pool"
        )
    nodes = np.unique(np.concatenate([table.nodes for table in tables]))
    names = tuple(arms.treatments[node] for node in nodes.tolist())
    places = tuple(table._replace(nodes=np.searchsorted(nodes, table.nodes)) for table in tables)
    first = np.concatenate([np.full(table.nodes.size - 1, table.nodes[0]) for table in places])
    second = np.concatenate([table.nodes[1:] for table in places])
    part = components(first, second, len(names))
    if part.any():
        apart = "; ".join(
            ", ".join(name for name, own in zip(names, part.tolist(), strict=True) if own == i)
            for i in range(int(part.max()) + 1)
        )
        raise EvidenceError(
            f"without trials and arms that have no events the network falls into parts ({apart}): "
            "analyse them apart, or use inverse variance with an increment"
        )
    gone = [name for name in arms.treatments if name not in names]
    if gone:
        warnings.append(f"treatments without information: {', '.join(gone)}")
    studies = tuple(arms.studies[s] for s in sorted(used))
    return RareEvents(names, studies, places, tuple(warnings))


def result(
    rare: RareEvents,
    values: NDArray[np.float64],
    covariance: NDArray[np.float64],
    q: tuple[float, int] | None,
    *,
    method: str,
    reference: str | None,
    small_values: str,
    level: float,
    iterations: int = 0,
) -> RareEventsNetwork:
    """Return the fitted network.

    Raises:
        EvidenceError: for unknown words.
    """
    compared = rare.treatments[0] if reference is None else reference
    position(rare.treatments, compared)
    effects = NetworkEffects("common", rare.treatments, values, covariance, 0.0, confidence(level))
    return RareEventsNetwork(
        rare.treatments,
        rare.studies,
        effects,
        None if q is None else q[0],
        None if q is None else q[1],
        chi2_tail(*q) if q is not None and q[1] > 0 else None,
        compared,
        choose("small_values", small_values, SMALL_VALUES),
        level,
        method,
        iterations,
        rare.warnings,
        cite((method,)),
    )
