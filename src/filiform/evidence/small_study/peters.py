"""Peters' test: regression on the inverse of the sample size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.evidence.pooling._tables import checked_tables
from filiform.evidence.small_study._line import weighted_line
from filiform.evidence.small_study._tables import Words, log_effects, refuse_empty, result_of_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from filiform.evidence.small_study.result import AsymmetryTest


def peters(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    measure: str = "OR",
    labels: Iterable[object] | None = None,
) -> AsymmetryTest:
    """Regress the effect on 1/N with weights of the pooled events, 1/(1/events + 1/others).

    Args:
        events1: `(k,)` people with the event in the first group.
        n1: `(k,)` people in the first group.
        events2: `(k,)` people with the event in the second group.
        n2: `(k,)` people in the second group.
        measure: of effect, "OR" in the paper.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for counts that cannot be, or all studies of one size.

    *Source: Peters, Sutton, Jones, Abrams and Rushton 2006, JAMA 295:676,
    doi:10.1001/jama.295.6.676.*

    >>> peters([4, 6, 3], [123, 306, 231], [11, 29, 11], [139, 303, 220]).df
    1
    """
    tables = checked_tables(events1, n1, events2, n2, labels)
    a, b, c, d = tables.cells
    weights = (a + c) * (b + d) / (a + b + c + d)
    refuse_empty(weights, tables)
    line = weighted_line(1.0 / (a + b + c + d), log_effects(tables, measure), weights)
    return result_of_line(
        line,
        tables,
        Words(
            "Peters' test",
            "regression on the inverse of the sample size",
            "Peters JL, Sutton AJ, Jones DR, Abrams KR, Rushton L. Comparison of two methods to "
            "detect publication bias in meta-analysis. JAMA 2006;295:676-680. "
            "doi:10.1001/jama.295.6.676",
        ),
    )
