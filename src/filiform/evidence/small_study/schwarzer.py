"""Schwarzer's test: rank correlation of counts with their hypergeometric variance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence.pooling._tables import checked_tables
from filiform.evidence.pooling.mantel_haenszel import mantel_haenszel
from filiform.evidence.small_study._tables import refuse_empty
from filiform.evidence.small_study.kendall import kendall
from filiform.evidence.small_study.result import AsymmetryTest, few_studies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike


def schwarzer(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    labels: Iterable[object] | None = None,
) -> AsymmetryTest:
    """Correlate ranks of (a − E)/√V with 1/V.

    E and V are those of the noncentral hypergeometric distribution at the Mantel-Haenszel ratio.

    Args:
        events1: `(k,)` people with the event in the first group, whole numbers.
        n1: `(k,)` people in the first group.
        events2: `(k,)` people with the event in the second group.
        n2: `(k,)` people in the second group.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for counts that cannot be, or are not whole.

    *Source: Schwarzer, Antes and Schumacher 2007, Statistics in Medicine 26:721,
    doi:10.1002/sim.2588.*

    >>> schwarzer([4, 6, 3], [123, 306, 231], [11, 29, 11], [139, 303, 220]).k
    3
    """
    tables = checked_tables(events1, n1, events2, n2, labels)
    a, b, c, d = tables.cells
    if a.size < 3:
        raise EvidenceError(f"{a.size} studies have no order to test: give at least 3")
    if any((cell != np.round(cell)).any() for cell in tables.cells):
        raise EvidenceError("counts must be whole numbers for the hypergeometric distribution")
    log_ratio = mantel_haenszel(a, a + b, c, c + d, measure="OR").estimate
    moments = [
        _hypergeometric(int(first), int(second), int(events), log_ratio)
        for first, second, events in zip(a + b, c + d, a + c, strict=True)
    ]
    mean, variance = (np.array(column) for column in zip(*moments, strict=True))
    refuse_empty(variance, tables)
    found = kendall((a - mean) / np.sqrt(variance), 1.0 / variance)
    return AsymmetryTest(
        test="Schwarzer's test",
        statistic=found.score / found.score_error,
        df=None,
        p_value=found.normal_p,
        bias=found.score,
        bias_standard_error=found.score_error,
        limit=None,
        limit_ci_low=None,
        limit_ci_high=None,
        level=0.95,
        k=a.size,
        method=f"rank correlation of counts, Kendall's tau {found.tau:.4g}",
        warnings=few_studies(a.size),
        papers=(
            (
                "Schwarzer G, Antes G, Schumacher M. A test for publication bias in meta-analysis "
                "with sparse binary data. Statistics in Medicine 2007;26:721-733. "
                "doi:10.1002/sim.2588"
            ),
        ),
    )


def _hypergeometric(n1: int, n2: int, events: int, log_ratio: float) -> tuple[float, float]:
    """Return mean and variance of the first cell given its margins and the odds ratio."""
    from scipy.special import gammaln  # noqa: PLC0415 - slow to import, see _distributions

    x = np.arange(max(0, events - n2), min(n1, events) + 1, dtype=np.float64)
    logs = (
        x * log_ratio
        - gammaln(x + 1.0)
        - gammaln(n1 - x + 1.0)
        - gammaln(events - x + 1.0)
        - gammaln(n2 - events + x + 1.0)
    )
    share = np.exp(logs - logs.max())
    share /= share.sum()
    mean = float(share @ x)
    return mean, float(share @ (x - mean) ** 2)
