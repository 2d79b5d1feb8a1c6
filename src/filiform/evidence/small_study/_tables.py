"""What the regression tests for 2 × 2 tables share.

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
from filiform.evidence.small_study.result import AsymmetryTest, few_studies

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.evidence.pooling._tables import Tables
    from filiform.evidence.small_study._line import Line


class Words(NamedTuple):
    """The name of a test, what it does, and its paper."""

    test: str
    method: str
    paper: str


def log_effects(tables: Tables, measure: str) -> NDArray[np.float64]:
    """Return each study's effect, `(k,)`."""
    a, b, c, d, labels = tables
    return effect_size(measure, events1=a, n1=a + b, events2=c, n2=c + d, labels=labels).yi


def refuse_empty(variance: NDArray[np.float64], tables: Tables) -> None:
    """Refuse tables without events, naming the first study.

    Raises:
        EvidenceError: if any variance is 0.
    """
    if not (variance > 0.0).all():
        name = tables.labels[int(np.flatnonzero(~(variance > 0.0))[0])]
        raise EvidenceError(
            f"study {name!r}: no events, or only events, in both groups says nothing: leave it out"
        )


def result_of_line(line: Line, tables: Tables, words: Words) -> AsymmetryTest:
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
        papers=(words.paper,),
    )
