"""Leave one study out, each in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._options import confidence
from filiform.evidence._result import Result, Rows
from filiform.evidence._text import between, plain_dict, shown, table
from filiform.evidence.many._deletions import Deletions
from filiform.evidence.many.pool_many import PooledMany, chosen, finished, pool_models
from filiform.evidence.pooling.mantel_haenszel import mantel_haenszel

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import ArrayLike

    from filiform.evidence.pooling.common_effect import CommonEffect

_PAPER: Final = (
    "Viechtbauer W, Cheung MW-L. Outlier and influence diagnostics for meta-analysis. Research "
    "Synthesis Methods 2010;1:112-125. doi:10.1002/jrsm.11"
)


@dataclass(frozen=True, slots=True, eq=False)
class Series(Result):
    """Many pooled effects in a row that means something.

    Attributes:
        labels: what each is: the study left out, or the last one added.
        order: places of the studies, from 0, in the order used.
        fits: the pooled effects, arrays `(k,)`.
        method: what was done, in words.
        papers: the papers of exactly what was run.
    """

    labels: tuple[str, ...]
    order: tuple[int, ...]
    fits: PooledMany
    method: str
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return a table that a person can read."""
        fits = self.fits
        rows = [
            [label, str(k), shown(b), between(low, high), shown(t), shown(i2, 3)]
            for label, k, b, low, high, t, i2 in zip(
                self.labels,
                fits.k.tolist(),
                fits.estimate.tolist(),
                fits.ci_low.tolist(),
                fits.ci_high.tolist(),
                fits.tau2.tolist(),
                fits.i2.tolist(),
                strict=True,
            )
        ]
        header = ["", "studies", "estimate", f"{100 * fits.level:g} % interval", "tau²", "I² %"]
        return f"{self.method}\n\n{table(header, rows)}"

    def to_dict(self) -> dict[str, object]:
        """Return all fields as plain numbers, texts and lists, ready for JSON."""
        fits = plain_dict(self.fits)
        del fits["references"]
        head = {"labels": list(self.labels), "order": list(self.order)}
        return {**head, **fits, "method": self.method, "references": list(self.papers)}

    def to_frame(self) -> pd.DataFrame:
        """Return one row a fit."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that fitting does not need

        fits = self.fits
        return pandas.DataFrame(
            {
                "label": self.labels,
                "k": fits.k,
                "estimate": fits.estimate,
                "standard_error": fits.standard_error,
                "ci_low": fits.ci_low,
                "ci_high": fits.ci_high,
                "p_value": fits.p_value,
                "tau2": fits.tau2,
                "i2": fits.i2,
                "q": fits.q,
            }
        )


def leave_one_out(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    tau2: str = "REML",
    interval: str = "HK_adhoc",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> Series:
    """Pool all studies but one, each left out in turn.

    Args:
        estimates: `(k,)` effects, k of 2 or more.
        variances: `(k,)` their sampling variances, above 0.
        tau2: estimator as for `pool_many`.
        interval: as for `pool_many`.
        level: of the intervals, between 0 and 1.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for one study, or numbers that cannot be pooled.

    *Source: Viechtbauer and Cheung 2010, Research Synthesis Methods 1:112, doi:10.1002/jrsm.11.*

    >>> without = leave_one_out([0.1, 0.2, 0.9], [0.05, 0.05, 0.05], labels=["A", "B", "C"])
    >>> without.fits.estimate.round(2).tolist()
    [0.55, 0.5, 0.15]
    """
    y, v, names = _check.studies(estimates, variances, labels)
    if y.size < 2:
        raise EvidenceError("one study cannot be left out of itself: give at least two")
    method, kind = chosen(tau2, interval)
    level = confidence(level)
    parts = pool_models(Deletions(y, v, np.arange(y.size)), method, kind)
    fits = finished([parts], method, kind, level)
    return Series(
        names,
        tuple(range(y.size)),
        fits,
        f"each study left out in turn, {method}",
        (_PAPER, *fits.papers),
    )


def leave_one_out_tables(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    measure: str = "OR",
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> Rows[CommonEffect]:
    """Pool all 2 × 2 tables but one by Mantel-Haenszel, each left out in turn.

    Args:
        events1: `(k,)` people with the event in the first group.
        n1: `(k,)` people in the first group.
        events2: `(k,)` people with the event in the second group.
        n2: `(k,)` people in the second group.
        measure: "OR", "RR" or "RD".
        level: of the intervals, between 0 and 1.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for one study, or counts that cannot be pooled.

    *Source: Mantel and Haenszel 1959, Journal of the National Cancer Institute 22:719,
    doi:10.1093/jnci/22.4.719.*

    >>> found = leave_one_out_tables([4, 6, 3], [123, 306, 231], [11, 29, 11], [139, 303, 220])
    >>> [round(one.estimate, 2) for one in found]
    [-1.58, -1.15, -1.42]
    """
    columns = [_check.numbers("counts", column) for column in (events1, n1, events2, n2)]
    k = max(column.size for column in columns)
    columns = [np.full(k, column[0]) if column.size == 1 else column for column in columns]
    _check.same_length(tuple(zip(("events1", "n1", "events2", "n2"), columns, strict=True)))
    if k < 2:
        raise EvidenceError("one study cannot be left out of itself: give at least two")
    names = _check.study_labels(labels, k)
    found = []
    for i in range(k):
        keep = np.arange(k) != i
        a, size1, c, size2 = (column[keep] for column in columns)
        rest = [name for j, name in enumerate(names) if j != i]
        found.append(mantel_haenszel(a, size1, c, size2, measure=measure, level=level, labels=rest))
    method = f"each study left out in turn, {found[0].method}"
    return Rows(tuple(found), method, (_PAPER, *found[0].papers))
