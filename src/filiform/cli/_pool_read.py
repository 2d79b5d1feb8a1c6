"""The studies of a table: their effects as given, or computed from their arms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.cli._sheet import listed
from filiform.errors import EvidenceError
from filiform.evidence.effects.effect_size import MEASURES, effect_size
from filiform.evidence.plots.scale import scale_of
from filiform.evidence.wording import choose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from filiform.cli._roles import Columns
    from filiform.evidence.effects.result import Effects

# A count may not exceed this one of its row.
_LIMITS: Final = (("events1", "n1"), ("events2", "n2"), ("events", "n"))
_OTHERS: Final = (("n1", "events1", "others1"), ("n2", "events2", "others2"))


@dataclass(frozen=True, slots=True)
class Studies:
    """Effects and what they came from.

    Attributes:
        effects: computed from the arms; None where they were given.
        estimates, variances: `(k,)`.
        labels: the names of the studies.
        measure: its canonical name, None where the table gives effects and no measure was named.
        inputs: the columns the effects were computed from, by role; empty where given.
        origin: in words, where the effects come from.
    """

    effects: Effects | None
    estimates: NDArray[np.float64]
    variances: NDArray[np.float64]
    labels: tuple[str, ...]
    measure: str | None
    inputs: dict[str, list[float]]
    origin: str


def read_studies(
    columns: Columns, *, measure: str | None, study: str | None, zero_cells: str | None
) -> Studies:
    """Return the studies of a table.

    With a measure, effects are computed from its columns where they are all there; else from the
    columns of effects and their variances or standard errors.

    Args:
        columns: of the table, by role.
        measure: what to compute, or what the effects are.
        study: the column of the names; known by its header where None.
        zero_cells: the rule for tables with a zero.

    Raises:
        EvidenceError: for columns that are missing, and cells that are not admissible.
    """
    labels = _labels(columns, study)
    if measure is None:
        return _given(columns, labels, None)
    name = choose("measure", measure, {key.casefold(): key for key in MEASURES})
    missing = [role for role in MEASURES[name].inputs if not _has(columns, role)]
    if not missing:
        return _computed(columns, labels, name, zero_cells)
    if columns.has("yi") and (columns.has("vi") or columns.has("sei")):
        return _given(columns, labels, name)
    raise EvidenceError(
        f"{columns.sheet.file}: {name} needs columns for {', '.join(MEASURES[name].inputs)}, or "
        f"for yi and vi (or sei); not found: {', '.join(missing)}; name them with --column "
        f"ROLE=HEADER, the headers are {listed(columns.sheet.columns)}"
    )


def _labels(columns: Columns, study: str | None) -> list[str]:
    if study is not None:
        return columns.sheet.texts(study)
    if columns.has("study"):
        return columns.texts("study")
    return [f"row {row}" for row in columns.sheet.rows]


def _has(columns: Columns, role: str) -> bool:
    """Return whether a role has its column, or two from which it follows."""
    if columns.has(role):
        return True
    return any(role == whole and columns.has(*parts) for whole, *parts in _OTHERS)


def _given(columns: Columns, labels: list[str], measure: str | None) -> Studies:
    y = columns.numbers("yi")
    spread = "vi" if columns.has("vi") or not columns.has("sei") else "sei"
    values = np.array(columns.numbers(spread))
    v = values if spread == "vi" else values * values
    origin = f"effects of columns {columns.headers['yi']} and {columns.headers[spread]}"
    return Studies(None, np.array(y), v, tuple(labels), measure, {}, origin)


def _computed(columns: Columns, labels: list[str], measure: str, zero_cells: str | None) -> Studies:
    inputs = {role: _input(columns, role) for role in MEASURES[measure].inputs}
    for part, whole in _LIMITS:
        if part in inputs and whole in inputs and columns.has(whole):
            columns.at_most(part, whole, inputs[part], inputs[whole])
    try:
        effects = _effects(measure, labels, inputs, zero_cells or "only_zero")
    except EvidenceError as error:
        raise EvidenceError(f"{columns.sheet.file}: {error}") from error
    origin = f"{effects.words}, from columns " + ", ".join(_headers(columns, inputs))
    return Studies(effects, effects.yi, effects.vi, effects.labels, measure, inputs, origin)


def _effects(
    measure: str, labels: list[str], inputs: dict[str, list[float]], zero_cells: str
) -> Effects:
    return effect_size(
        measure,
        mean1=inputs.get("mean1"),
        sd1=inputs.get("sd1"),
        n1=inputs.get("n1"),
        mean2=inputs.get("mean2"),
        sd2=inputs.get("sd2"),
        n2=inputs.get("n2"),
        events1=inputs.get("events1"),
        events2=inputs.get("events2"),
        time1=inputs.get("time1"),
        time2=inputs.get("time2"),
        mean=inputs.get("mean"),
        sd=inputs.get("sd"),
        n=inputs.get("n"),
        events=inputs.get("events"),
        time=inputs.get("time"),
        correlation=inputs.get("correlation"),
        labels=labels,
        zero_cells=zero_cells,
    )


def _input(columns: Columns, role: str) -> list[float]:
    for whole, part, other in _OTHERS:
        if role == whole and not columns.has(role):
            pairs = zip(columns.numbers(part), columns.numbers(other), strict=True)
            return _people(columns, other, [a + b for a, b in pairs])
    return columns.numbers(role)


def _people(columns: Columns, role: str, totals: list[float]) -> list[float]:
    for row, total in zip(columns.sheet.rows, totals, strict=True):
        if total == 0.0:
            raise columns.sheet.fault(
                row, columns.headers[role], "0", "more people: this group has none at all"
            )
    return totals


def _headers(columns: Columns, inputs: dict[str, list[float]]) -> Sequence[str]:
    roles = list(inputs)
    for whole, _, other in _OTHERS:
        if whole in inputs and not columns.has(whole):
            roles[roles.index(whole)] = other
    return [columns.headers[role] for role in roles]


def reads_as(measure: str | None) -> str | None:
    """Return what turns pooled numbers into those that are read; None for nothing.

    Args:
        measure: of the studies; None where it is not known, which reads as the exponential.
    """
    kind = "exp" if measure is None else scale_of(measure).transformation
    return None if kind == "identity" else kind
