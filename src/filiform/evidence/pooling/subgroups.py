"""Subgroups: pooled one by one, and compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence import _check
from filiform.evidence._distributions import chi2_tail
from filiform.evidence._grouped_model import GroupedModel
from filiform.evidence._model import MeanModel
from filiform.evidence._options import choose
from filiform.evidence._result import Result
from filiform.evidence._text import between, shown, shown_p, table
from filiform.evidence.pooling.pool import pool
from filiform.evidence.tau2._choice import ALIASES, ESTIMATORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike

    from filiform.evidence.pooling.pooled import Pooled


@dataclass(frozen=True, slots=True)
class Subgroups(Result):
    """Pooled subgroups and the test of differences between them.

    Attributes:
        names: of the subgroups, in the order of their first study.
        groups: the pooled effect of each.
        overall: all studies pooled.
        q_between: weighted squares of the subgroups' means about their weighted mean.
        df_between: number of subgroups less one.
        p_between: p-value of no difference between subgroups.
        shared_tau2: the τ² that all subgroups share, None where each has its own.
        method: what was done, in words.
        papers: the papers of exactly what was run.
    """

    names: tuple[str, ...]
    groups: tuple[Pooled, ...]
    overall: Pooled
    q_between: float
    df_between: int
    p_between: float
    shared_tau2: float | None
    method: str
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return a table that a person can read."""
        rows = [
            [
                name,
                str(fit.k),
                shown(fit.estimate),
                between(fit.ci_low, fit.ci_high),
                shown(fit.tau2),
            ]
            for name, fit in zip((*self.names, "all"), (*self.groups, self.overall), strict=True)
        ]
        header = ["subgroup", "studies", "estimate", f"{100 * self.overall.level:g} %", "tau²"]
        test = (
            f"between subgroups: Q {shown(self.q_between)} on {self.df_between} df, "
            f"p {shown_p(self.p_between)}"
        )
        return f"{self.method}\n\n{table(header, rows)}\n\n{test}"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a subgroup, and a last one of all studies."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that pooling does not need

        fits = (*self.groups, self.overall)
        names = ("k", "estimate", "standard_error", "ci_low", "ci_high", "p_value", "tau2", "i2")
        columns = {name: [getattr(fit, name) for fit in fits] for name in names}
        return pandas.DataFrame({"subgroup": (*self.names, "all"), **columns})


def subgroups(
    estimates: ArrayLike,
    variances: ArrayLike,
    groups: Sequence[object],
    *,
    tau2: str = "REML",
    interval: str = "HK_adhoc",
    shared_tau2: bool = False,
    level: float = 0.95,
    labels: Iterable[object] | None = None,
    prediction: str = "HK",
) -> Subgroups:
    """Pool each subgroup and test whether they differ.

    Q_between = Σ(μ_g − μ̄)²/SE_g² with weights 1/SE_g², on (groups − 1) degrees of freedom.

    Args:
        estimates: `(k,)` effects.
        variances: `(k,)` their sampling variances, above 0.
        groups: `(k,)` the subgroup of each study.
        tau2: estimator of the between-study variance, as for `pool`.
        interval: as for `pool`.
        shared_tau2: whether all subgroups share one τ², estimated within them.
        level: of all intervals, between 0 and 1.
        labels: `(k,)` names of the studies.
        prediction: as for `pool`.

    Raises:
        EvidenceError: for fewer than two subgroups or numbers that cannot be pooled.

    *Source: Borenstein, Hedges, Higgins and Rothstein 2009, Introduction to Meta-Analysis, chapter
    19; Cochrane Handbook for Systematic Reviews of Interventions, section 10.11.3.*

    >>> fit = subgroups([0.1, 0.3, 0.8, 0.9], [0.04] * 4, ["old", "old", "new", "new"])
    >>> fit.names, round(fit.p_between, 3)
    (('old', 'new'), 0.001)
    """
    y, v, names = _check.studies(estimates, variances, labels)
    membership = _check.study_labels(groups, y.size)
    levels = tuple(dict.fromkeys(membership))
    if len(levels) < 2:
        raise EvidenceError(f"all studies are in subgroup {levels[0]!r}: give at least two")
    rows = [np.array([own == name for own in membership]) for name in levels]
    shared = None
    if shared_tau2:
        shared = _shared(GroupedModel([MeanModel(y[row], v[row]) for row in rows]), tau2)
    fits = tuple(
        pool(
            y[row],
            v[row],
            tau2=tau2 if shared is None else shared,
            interval=interval,
            level=level,
            labels=[name for name, own in zip(names, row, strict=True) if own],
            prediction=prediction,
        )
        for row in rows
    )
    overall = pool(
        y, v, tau2=tau2, interval=interval, level=level, labels=names, prediction=prediction
    )
    q = _between(fits)
    return Subgroups(
        names=levels,
        groups=fits,
        overall=overall,
        q_between=q,
        df_between=len(levels) - 1,
        p_between=chi2_tail(q, len(levels) - 1),
        shared_tau2=shared,
        method=f"subgroups with {'one tau² for all' if shared_tau2 else 'a tau² each'}, {tau2}",
        papers=tuple(dict.fromkeys(paper for fit in (*fits, overall) for paper in fit.papers)),
    )


def _shared(model: GroupedModel, tau2: str) -> float:
    method = choose("tau2 estimator", tau2, ALIASES)
    if method not in ESTIMATORS:
        raise EvidenceError(f"subgroups cannot share a tau² by {method}: choose REML or DL")
    if model.k <= model.p:
        raise EvidenceError(
            f"{model.k} studies in {model.p} subgroups leave nothing to estimate a shared tau² "
            "from: give each subgroup its own"
        )
    return ESTIMATORS[method](model).value


def _between(fits: tuple[Pooled, ...]) -> float:
    if any(fit.standard_error == 0.0 for fit in fits):
        raise EvidenceError(
            "a subgroup whose effects agree exactly has a Hartung-Knapp standard error of 0: "
            'choose interval="HK_adhoc"'
        )
    w = [fit.standard_error**-2 for fit in fits]
    mean = math.fsum(a * fit.estimate for a, fit in zip(w, fits, strict=True)) / math.fsum(w)
    return math.fsum(a * (fit.estimate - mean) ** 2 for a, fit in zip(w, fits, strict=True))
