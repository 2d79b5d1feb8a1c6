"""A network of treatments from a table: one row a comparison, or one row an arm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.cli._sheet import listed
from filiform.errors import EvidenceError
from filiform.evidence.network.arms import MEASURES, network_arms
from filiform.evidence.network.data import TOLERANCE, network_contrasts
from filiform.evidence.wording import choose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.cli._roles import Columns
    from filiform.evidence.network.data import NetworkData

# What the library calls the columns of arms, by their role at the terminal.
_ROLE_OF = {"events": "events", "n": "n", "means": "mean", "sds": "sd", "times": "time"}


def read_network(
    columns: Columns, *, measure: str | None, study: str | None, tolerance: float = TOLERANCE
) -> NetworkData:
    """Return the network of a table.

    With columns treatment1 and treatment2 each row is a comparison, its effect in yi and its
    precision in sei or vi; with a column treatment each row is an arm.

    Args:
        columns: of the table, by role.
        measure: what the effects are, or what to compute from the arms.
        study: the column of the trials; known by its header where None.
        tolerance: how far the comparisons of one trial may contradict each other.

    Raises:
        EvidenceError: for columns that are missing, cells that are not admissible, or trials that
            cannot be used.
    """
    trials = columns.sheet.texts(study) if study is not None else columns.texts("study")
    try:
        if columns.has("treatment1", "treatment2"):
            return _contrasts(columns, trials, measure, tolerance)
        return _arms(columns, trials, measure)
    except EvidenceError as error:
        if str(error).startswith(columns.sheet.file):
            raise
        raise EvidenceError(
            f"{columns.sheet.file}{_rows(columns, trials, error)}: {error}"
        ) from error


def _rows(columns: Columns, trials: list[str], error: EvidenceError) -> str:
    """Return where the trial stands that an error begins with, and its arm where it names one."""
    named = [str(error).startswith(f"study {name!r}") for name in trials]
    if columns.has("treatment"):
        arms = [
            f"arm {name!r}" in str(error).partition(":")[0] for name in columns.texts("treatment")
        ]
        both = [trial and arm for trial, arm in zip(named, arms, strict=True)]
        named = both if any(both) else named
    rows = [str(row) for row, own in zip(columns.sheet.rows, named, strict=True) if own]
    if not rows:
        return ""
    return f", row {rows[0]}" if len(rows) == 1 else f", rows {', '.join(rows)}"


def participants_of(columns: Columns) -> Mapping[str, float] | None:
    """Return how many people each treatment was given to, None where the table has no arms."""
    if not columns.has("treatment", "n") or columns.has("treatment1", "treatment2"):
        return None
    found: dict[str, float] = {}
    for name, people in zip(columns.texts("treatment"), columns.numbers("n"), strict=True):
        found[name] = found.get(name, 0.0) + people
    return found


def _contrasts(
    columns: Columns, trials: list[str], measure: str | None, tolerance: float
) -> NetworkData:
    one, two = columns.texts("treatment1"), columns.texts("treatment2")
    for row, first, second in zip(columns.sheet.rows, one, two, strict=True):
        if first == second:
            raise columns.sheet.fault(
                row,
                columns.headers["treatment2"],
                second,
                f"another treatment than in column {columns.headers['treatment1']}",
            )
    y = columns.numbers("yi")
    if columns.has("sei"):
        errors = columns.numbers("sei")
    else:
        errors = np.sqrt(np.array(columns.numbers("vi"))).tolist()
    return network_contrasts(
        y, errors, one, two, trials, measure=measure or "", tolerance=tolerance
    )


def _arms(columns: Columns, trials: list[str], measure: str | None) -> NetworkData:
    treatments = columns.texts("treatment")
    if measure is None:
        raise EvidenceError(
            f"{columns.sheet.file}: one row an arm needs --measure, one of {', '.join(MEASURES)}"
        )
    name = choose("measure", measure, {key.casefold(): key for key in MEASURES})
    needs = MEASURES[name].needs
    missing = [_ROLE_OF[key] for key in needs if not columns.has(_ROLE_OF[key])]
    if missing:
        raise EvidenceError(
            f"{columns.sheet.file}: {name} of arms needs columns for "
            f"{', '.join(_ROLE_OF[key] for key in needs)}; not found: {', '.join(missing)}; name "
            f"them with --column ROLE=HEADER, the headers are {listed(columns.sheet.columns)}"
        )
    values = {key: columns.numbers(_ROLE_OF[key]) for key in needs}
    if "events" in values and "n" in values:
        columns.at_most("events", "n", values["events"], values["n"])
    return network_arms(
        name,
        trials,
        treatments,
        events=values.get("events"),
        n=values.get("n"),
        means=values.get("means"),
        sds=values.get("sds"),
        times=values.get("times"),
    )
