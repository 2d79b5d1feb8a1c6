"""I² and H from Cochran's Q, with intervals (the peers' default where τ² plays no part)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._distributions import t_quantile
from filiform.evidence._options import confidence
from filiform.evidence._result import Result
from filiform.evidence.references import cite


@dataclass(frozen=True, slots=True)
class QBased(Result):
    """Heterogeneity from Q.

    Attributes:
        i2, i2_ci_low, i2_ci_high: percent of the variance that is not chance.
        h, h_ci_low, h_ci_high: the ratio of standard deviations, 1 where there is none.
        level: of the intervals.
        papers: the paper.
    """

    i2: float
    i2_ci_low: float | None
    i2_ci_high: float | None
    h: float
    h_ci_low: float | None
    h_ci_high: float | None
    level: float
    papers: tuple[str, ...]


def heterogeneity_from_q(q: float, k: int, *, level: float = 0.95) -> QBased:
    """Return I² and H from Q with test-based intervals.

    H = √(Q/(k − 1)), at least 1, and I² = 1 − 1/H². The standard error of log H is
    ½(log Q − log(k − 1))/(√(2Q) − √(2k − 3)) where Q > k, else
    √((1 − 1/(3(k − 2)²))/(2(k − 2))).

    Args:
        q: Cochran's Q, 0 or above.
        k: number of studies, 2 or more; intervals need 3.
        level: of confidence, between 0 and 1.

    Raises:
        EvidenceError: for a Q or a number of studies that cannot be.

    *Source: Higgins and Thompson 2002, Statistics in Medicine 21:1539,
    doi:10.1002/sim.1186.*

    >>> found = heterogeneity_from_q(152.233, 13)
    >>> round(found.i2, 1), round(found.i2_ci_low, 1), round(found.i2_ci_high, 1)
    (92.1, 88.3, 94.7)
    """
    level = confidence(level)
    q, k = _check.single(("Q", q))[0], int(_check.single(("the number of studies", k))[0])
    if k < 2 or q < 0.0:
        raise EvidenceError(f"Q {q} of {k} studies: a Q of 0 or above and 2 studies are needed")
    papers = cite(("heterogeneity",))
    h = max(1.0, math.sqrt(q / (k - 1)))
    if k == 2:
        return QBased(_i2(h), None, None, h, None, None, level, papers)
    if q > k:
        spread = 0.5 * math.log(q / (k - 1)) / (math.sqrt(2.0 * q) - math.sqrt(2.0 * k - 3.0))
    else:
        less = k - 2
        spread = math.sqrt((1.0 - 1.0 / (3.0 * less * less)) / (2.0 * less))
    factor = math.exp(t_quantile(level, math.inf) * spread)
    low, high = max(1.0, h / factor), max(1.0, h * factor)
    return QBased(_i2(h), _i2(low), _i2(high), h, low, high, level, papers)


def _i2(h: float) -> float:
    return 100.0 * (1.0 - 1.0 / (h * h))
