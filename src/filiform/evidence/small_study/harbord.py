"""Harbord's test: regression of the efficient score of the odds ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.effects.peto_odds_ratio import observed_less_expected
from filiform.evidence.pooling._tables import checked_tables
from filiform.evidence.small_study._line import weighted_line
from filiform.evidence.small_study._tables import Words, refuse_empty, result_of_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from filiform.evidence.small_study.result import AsymmetryTest


def harbord(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    labels: Iterable[object] | None = None,
) -> AsymmetryTest:
    """Regress Z/V on 1/√V with weights V, of the efficient score Z = O − E of the odds ratio.

    Args:
        events1: `(k,)` people with the event in the first group.
        n1: `(k,)` people in the first group.
        events2: `(k,)` people with the event in the second group.
        n2: `(k,)` people in the second group.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for counts that cannot be, tables without events, or all equally precise.

    *Source: Harbord, Egger and Sterne 2006, Statistics in Medicine 25:3443, doi:10.1002/sim.2380.*

    >>> test = harbord([4, 6, 3], [123, 306, 231], [11, 29, 11], [139, 303, 220])
    >>> test.df
    1
    """
    tables = checked_tables(events1, n1, events2, n2, labels)
    z, v = observed_less_expected(*tables.cells)
    refuse_empty(v, tables)
    line = weighted_line(1.0 / np.sqrt(v), z / v, v)
    return result_of_line(
        line,
        tables,
        Words(
            "Harbord's test",
            "regression of the efficient score",
            "Harbord RM, Egger M, Sterne JAC. A modified test for small-study effects in "
            "meta-analyses of controlled trials with binary endpoints. Statistics in Medicine "
            "2006;25:3443-3457. doi:10.1002/sim.2380",
        ),
    )
