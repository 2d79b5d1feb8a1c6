"""Deeks' test: regression on the effective sample size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence.pooling._tables import checked_tables
from filiform.evidence.small_study._line import weighted_line
from filiform.evidence.small_study._tables import Words, log_effects, result_of_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from filiform.evidence.small_study.result import AsymmetryTest


def deeks(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    labels: Iterable[object] | None = None,
) -> AsymmetryTest:
    """Regress the log (diagnostic) odds ratio on 1/√ESS with weights ESS = 4 n1 n2/(n1 + n2).

    Args:
        events1: `(k,)` people with the event in the first group.
        n1: `(k,)` people in the first group.
        events2: `(k,)` people with the event in the second group.
        n2: `(k,)` people in the second group.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for counts that cannot be, or all studies of one size.

    *Source: Deeks, Macaskill and Irwig 2005, Journal of Clinical Epidemiology 58:882,
    doi:10.1016/j.jclinepi.2005.01.016.*

    >>> deeks([4, 6, 3], [123, 306, 231], [11, 29, 11], [139, 303, 220]).df
    1
    """
    tables = checked_tables(events1, n1, events2, n2, labels)
    a, b, c, d = tables.cells
    size = 4.0 * (a + b) * (c + d) / (a + b + c + d)
    line = weighted_line(1.0 / np.sqrt(size), log_effects(tables, "OR"), size)
    return result_of_line(
        line,
        tables,
        Words(
            "Deeks' test",
            "regression on the effective sample size",
            "Deeks JJ, Macaskill P, Irwig L. The performance of tests of publication bias and "
            "other sample size effects in systematic reviews of diagnostic test accuracy was "
            "assessed. Journal of Clinical Epidemiology 2005;58:882-893. "
            "doi:10.1016/j.jclinepi.2005.01.016",
        ),
    )
