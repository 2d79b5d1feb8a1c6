"""Peto's pooling of odds ratios."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from filiform.errors import EvidenceError
from filiform.evidence.effects.peto_odds_ratio import observed_less_expected
from filiform.evidence.pooling._common import Estimate, finished
from filiform.evidence.pooling._tables import checked_tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from filiform.evidence.pooling.common_effect import CommonEffect


def peto(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> CommonEffect:
    """Pool log odds ratios as Σ(O − E)/ΣV, with standard error 1/√ΣV.

    Q is Σ(O − E)²/V − (Σ(O − E))²/ΣV over the tables with V above 0; nothing is added to zeros.

    Good for rare events, small effects and groups of about the same size, and for nothing else.

    Args:
        events1: `(k,)` people with the event in the first group.
        n1: `(k,)` people in the first group.
        events2: `(k,)` people with the event in the second group.
        n2: `(k,)` people in the second group.
        level: of the interval, between 0 and 1.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for counts that cannot be, or where no study has information.

    *Source: Yusuf et al. 1985, Progress in Cardiovascular Diseases 27:335,
    doi:10.1016/S0033-0620(85)80003-7.*

    >>> round(peto([4, 6], [123, 306], [11, 29], [139, 303]).estimate, 3)
    -1.24
    """
    tables = checked_tables(events1, n1, events2, n2, labels)
    difference, variance = observed_less_expected(*tables.cells)
    total = float(variance.sum())
    if not total > 0.0:
        raise EvidenceError("no study has events in one group and people without: nothing to pool")
    inform = variance > 0.0
    found = Estimate(
        float(difference.sum()) / total,
        1.0 / math.sqrt(total),
        variance,
        int(inform.sum()),
    )
    return finished(
        "OR",
        tables.labels,
        found,
        level=level,
        method="Peto, OR, common effect",
        tests=(),
        papers=("peto", "heterogeneity"),
        effects=(difference[inform] / variance[inform], 1.0 / variance[inform]),
    )
