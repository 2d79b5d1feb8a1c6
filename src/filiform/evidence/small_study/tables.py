"""Tests of asymmetry for 2 × 2 tables: Harbord, Peters, Deeks, Schwarzer.

Egger's test is too often positive for odds ratios, whose standard errors depend on the ratio; these
tests do without that dependence.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._distributions import t_quantile, two_sided_p
from filiform.evidence.effects.effect_size import effect_size
from filiform.evidence.effects.peto_odds_ratio import observed_less_expected
from filiform.evidence.pooling._tables import Tables, checked_tables
from filiform.evidence.pooling.mantel_haenszel import mantel_haenszel
from filiform.evidence.small_study._line import Line, weighted_line
from filiform.evidence.small_study.kendall import kendall
from filiform.evidence.small_study.result import AsymmetryTest, few_studies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray


class _Words(NamedTuple):
    test: str
    method: str
    paper: str


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
    _refuse_empty(v, tables)
    line = weighted_line(1.0 / np.sqrt(v), z / v, v)
    return _of_line(
        line,
        tables,
        _Words(
            "Harbord's test",
            "regression of the efficient score",
            "Harbord RM, Egger M, Sterne JAC. A modified test for small-study effects in "
            "meta-analyses of controlled trials with binary endpoints. Statistics in Medicine "
            "2006;25:3443-3457. doi:10.1002/sim.2380",
        ),
    )


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
    _refuse_empty(weights, tables)
    line = weighted_line(1.0 / (a + b + c + d), _effects(tables, measure), weights)
    return _of_line(
        line,
        tables,
        _Words(
            "Peters' test",
            "regression on the inverse of the sample size",
            "Peters JL, Sutton AJ, Jones DR, Abrams KR, Rushton L. Comparison of two methods to "
            "detect publication bias in meta-analysis. JAMA 2006;295:676-680. "
            "doi:10.1001/jama.295.6.676",
        ),
    )


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
    line = weighted_line(1.0 / np.sqrt(size), _effects(tables, "OR"), size)
    return _of_line(
        line,
        tables,
        _Words(
            "Deeks' test",
            "regression on the effective sample size",
            "Deeks JJ, Macaskill P, Irwig L. The performance of tests of publication bias and "
            "other sample size effects in systematic reviews of diagnostic test accuracy was "
            "assessed. Journal of Clinical Epidemiology 2005;58:882-893. "
            "doi:10.1016/j.jclinepi.2005.01.016",
        ),
    )


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
    _refuse_empty(variance, tables)
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
        references=(
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


def _effects(tables: Tables, measure: str) -> NDArray[np.float64]:
    a, b, c, d, labels = tables
    return effect_size(measure, events1=a, n1=a + b, events2=c, n2=c + d, labels=labels).yi


def _refuse_empty(variance: NDArray[np.float64], tables: Tables) -> None:
    if not (variance > 0.0).all():
        name = tables.labels[int(np.flatnonzero(~(variance > 0.0))[0])]
        raise EvidenceError(
            f"study {name!r}: no events, or only events, in both groups says nothing: leave it out"
        )


def _of_line(line: Line, tables: Tables, words: _Words) -> AsymmetryTest:
    if line.slope_error == 0.0:
        raise EvidenceError("the studies lie on a line without error: there is nothing to test")
    statistic = line.slope / line.slope_error
    half = t_quantile(0.95, line.df) * line.intercept_error
    k = tables.a.size
    return AsymmetryTest(
        test=words.test,
        statistic=statistic,
        df=line.df,
        p_value=two_sided_p(statistic, math.inf if line.df == 0 else line.df),
        bias=line.slope,
        bias_standard_error=line.slope_error,
        limit=line.intercept,
        limit_ci_low=line.intercept - half,
        limit_ci_high=line.intercept + half,
        level=0.95,
        k=k,
        method=words.method,
        warnings=few_studies(k),
        references=(words.paper,),
    )
