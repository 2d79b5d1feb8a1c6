"""Tests on several 2 × 2 tables: of no association, and of equal odds ratios."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence._distributions import chi2_tail
from filiform.evidence.pooling.common_effect import TableTest

if TYPE_CHECKING:
    from filiform.evidence.pooling._tables import Tables


def table_tests(tables: Tables, log_odds_ratio: float) -> tuple[TableTest, ...]:
    """Return Cochran's, Cochran-Mantel-Haenszel's, Breslow-Day's and Tarone's tests.

    The first two have the continuity correction ½; the last two compare each table with the one
    that the common odds ratio expects.

    *Source: Cochran 1954, Biometrics 10:417; Mantel and Haenszel 1959, Journal of the National
    Cancer Institute 22:719, doi:10.1093/jnci/22.4.719; Breslow and Day 1980, Statistical Methods in
    Cancer Research 1, section 4.4; Tarone 1985, Biometrika 72:91, doi:10.1093/biomet/72.1.91.*
    """
    a, b, c, d = tables.cells
    n1, n2, events = a + b, c + d, a + c
    n = n1 + n2
    excess = (abs(float((a - n1 * events / n).sum())) - 0.5) ** 2
    spread = (n1 / n) * (n2 / n) * events * (b + d)
    cochran = excess / float((spread / n).sum())
    mantel = excess / float((spread / (n - 1.0)).sum())
    return (
        TableTest("Cochran", cochran, 1, chi2_tail(cochran, 1)),
        TableTest("Cochran-Mantel-Haenszel", mantel, 1, chi2_tail(mantel, 1)),
        *_equal_odds_ratios(tables, math.exp(log_odds_ratio)),
    )


def _equal_odds_ratios(tables: Tables, odds_ratio: float) -> tuple[TableTest, ...]:
    a, b, c, d = tables.cells
    n1, n2, events = a + b, c + d, a + c
    expected = _expected(odds_ratio, n1, n2, events)
    informative = (expected > 0.0) & (events > 0.0) & (b + d > 0.0)
    difference = (a - expected)[informative]
    cells = np.stack([expected, n1 - expected, events - expected, n2 - events + expected])
    variance = 1.0 / (1.0 / cells[:, informative]).sum(axis=0)
    df = int(informative.sum()) - 1
    breslow = float((difference**2 / variance).sum())
    tarone = max(0.0, breslow - float(difference.sum()) ** 2 / float(variance.sum()))
    return (
        TableTest("Breslow-Day", breslow, df, chi2_tail(breslow, df)),
        TableTest("Tarone", tarone, df, chi2_tail(tarone, df)),
    )


def _expected(
    odds_ratio: float,
    n1: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    n2: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    events: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the first cell that fits the margins and the odds ratio, by the stable quadratic."""
    half = odds_ratio * (n1 + events) + (n2 - events)
    root = np.sqrt(half**2 - 4.0 * n1 * events * odds_ratio * (odds_ratio - 1.0))
    return np.asarray(2.0 * odds_ratio * n1 * events / (half + root))
