"""The tables of a library, arranged by trial and by comparison."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from filiform.review import _flags
from filiform.review._comparison import Nodes, compare
from filiform.review._gathering import TrialRows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.knowledge import Library
    from filiform.review._comparison import Comparison

_TABLES_OF_RESULTS = frozenset({"outcomes", "contrasts"})

Pair = tuple[str, str]
"""An intervention and what it is compared with, as they are asked for."""


def trial_rows(library: Library) -> dict[str, TrialRows]:
    """Return each trial with its rows in the other tables and the flags of all its numbers."""
    doubted = {c.subject for c in library.contradictions if c.table in _TABLES_OF_RESULTS}
    contrasts, outcomes = defaultdict(list), defaultdict(list)
    for contrast in library.contrasts:
        contrasts[contrast.trial_id].append(contrast)
    for outcome in library.outcomes:
        outcomes[outcome.trial_id].append(outcome)
    return {
        name: TrialRows(
            trial=trial,
            arms={arm.arm_id: arm for arm in library.arms_of(name)},
            contrasts=tuple(contrasts[name]),
            outcomes=tuple(outcomes[name]),
            flags=_flags.of_design(trial)
            | (frozenset({"contradiction"}) if name in doubted else frozenset()),
        )
        for name, trial in library.trials.items()
    }


def comparisons_of(trials: Mapping[str, TrialRows], nodes: Nodes) -> tuple[Comparison, ...]:
    """Return every way in which two arms of a trial may be read."""
    return tuple(
        comparison
        for rows in trials.values()
        for a, b in combinations(rows.arms.values(), 2)
        for comparison in compare(a, b, nodes)
    )


def by_pair(
    comparisons: tuple[Comparison, ...], nodes: Nodes
) -> dict[Pair, tuple[Comparison, ...]]:
    """Return the comparisons under each pair of ids that asks for them.

    A sham needle stands under `sham` and under its own id.
    """
    found: dict[Pair, list[Comparison]] = defaultdict(list)
    for comparison in comparisons:
        if comparison.same_therapy:
            continue
        for intervention in nodes.names_of(comparison.intervention):
            for control in nodes.names_of(comparison.control):
                found[intervention, control].append(comparison)
    return {pair: tuple(members) for pair, members in found.items()}
