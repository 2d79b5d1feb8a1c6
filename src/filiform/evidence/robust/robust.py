"""Cluster-robust variances: standard errors that hold though effects of a cluster are correlated.

They correct any fit for a dependence that was not modelled, or modelled by a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._distributions import f_tail
from filiform.evidence._options import choose, confidence
from filiform.evidence._result import Result
from filiform.evidence._text import plain_dict, shown, shown_p
from filiform.evidence.multilevel._design import INTERCEPT
from filiform.evidence.multilevel.coefficients import (
    Coefficient,
    coefficient,
    coefficient_table,
)
from filiform.evidence.robust import _sandwich
from filiform.evidence.robust._working import Working, working

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from filiform.evidence.multilevel.result import Multilevel
    from filiform.evidence.pooling.pooled import Pooled
    from filiform.evidence.regression.result import MetaRegression

    Array = NDArray[np.float64]

_CORRECTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {word: word.upper() for word in ("CR0", "CR1", "CR2", "cr0", "cr1", "cr2")}
)
# Fewer degrees of freedom than this make Satterthwaite's approximation doubtful.
_FEW = 4.0

_REFERENCES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "CR0": (
            (
                "Hedges LV, Tipton E, Johnson MC. Robust variance estimation in meta-regression "
                "with dependent effect size estimates. Research Synthesis Methods 2010;1:39-65. "
                "doi:10.1002/jrsm.5"
            ),
        ),
        "CR2": (
            (
                "Tipton E, Pustejovsky JE. Small-sample adjustments for tests of moderators and "
                "model fit using robust variance estimation in meta-regression. Journal of "
                "Educational and Behavioral Statistics 2015;40:604-634. "
                "doi:10.3102/1076998615606099"
            ),
            (
                "Pustejovsky JE, Tipton E. Small-sample methods for cluster-robust variance "
                "estimation and hypothesis testing in fixed effects models. Journal of Business "
                "and Economic Statistics 2018;36:672-683. doi:10.1080/07350015.2016.1247004"
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Robust(Result):
    """Coefficients with cluster-robust standard errors.

    Attributes:
        coefficients: as estimated by the fit, their errors and tests robust.
        covariance: `(p, p)` robust.
        qm: F statistic of all moderators together (of the mean effect, where there are none), on
            `qm_df1` and `qm_df2` degrees of freedom; `qm_p` its p-value.
        k: number of effects.
        clusters: number of clusters.
        correction: "CR0", "CR1" or "CR2".
        level: of all intervals.
        method: what was done, in words.
        warnings: what a reader must know.
        papers: the papers of exactly what was run.
    """

    coefficients: tuple[Coefficient, ...]
    covariance: tuple[tuple[float, ...], ...]
    qm: float
    qm_df1: int
    qm_df2: float
    qm_p: float
    k: int
    clusters: int
    correction: str
    level: float
    method: str
    warnings: tuple[str, ...]
    papers: tuple[str, ...]

    @property
    def mean(self) -> Coefficient:
        """The first coefficient: the mean effect, where there are no moderators."""
        return self.coefficients[0]

    def summary(self) -> str:
        """Return a table that a person can read."""
        lines = [
            f"{self.k} effects in {self.clusters} clusters: {self.method}",
            "",
            coefficient_table(self.coefficients, f"{100 * self.level:g} %"),
            "",
        ]
        lines.append(
            f"F {shown(self.qm)} on {self.qm_df1} and {shown(self.qm_df2, 3)} df, "
            f"p {shown_p(self.qm_p)}"
        )
        return "\n".join([*lines, *(f"note: {warning}" for warning in self.warnings)])

    def to_frame(self) -> pd.DataFrame:
        """Return one row a coefficient."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that fitting does not need

        return pandas.DataFrame([plain_dict(c) for c in self.coefficients])


def robust(
    fit: Multilevel | MetaRegression | Pooled,
    clusters: Iterable[object],
    *,
    correction: str = "CR2",
    level: float = 0.95,
) -> Robust:
    """Return a fit with cluster-robust standard errors, tests and intervals.

        CR0  as it is, t with m − p degrees of freedom for m clusters and p coefficients
        CR1  times m/(m − p), the same degrees of freedom
        CR2  unbiased if the working model is right, t with Satterthwaite's degrees of freedom,
             several coefficients by the approximate Hotelling test (HTZ)

    Args:
        fit: from `pool`, `meta_regression` or `multilevel`.
        clusters: `(k,)` the cluster of each effect, in the order of the fit.
        correction: "CR0", "CR1" or "CR2".
        level: of all intervals.

    Raises:
        EvidenceError: for fewer clusters than coefficients need, or CR2 with random effects that
            reach across clusters.

    The first eight schools of Konstantopoulos 2011 (metafor's dat), in two districts:

    >>> from filiform.evidence import pool
    >>> y = [-0.18, -0.22, 0.23, -0.30, 0.13, -0.26, 0.19, 0.32]
    >>> fit = pool(y, [0.118, 0.118, 0.144, 0.144, 0.014, 0.014, 0.015, 0.024])
    >>> corrected = robust(fit, [11] * 4 + [12] * 4)
    >>> round(corrected.mean.estimate, 3), round(corrected.mean.df, 3), corrected.clusters
    (0.036, 1.0, 2)

    *Source: Pustejovsky and Tipton 2018, Journal of Business and Economic Statistics 36:672,
    doi:10.1080/07350015.2016.1247004.*
    """
    kind = choose("correction", correction, _CORRECTIONS)
    wanted = confidence(level)
    cut = working(fit, clusters)
    m, p = len(cut.clusters), cut.beta.size
    if m <= p:
        raise EvidenceError(
            f"{m} clusters and {p} coefficients leave no degrees of freedom, at least "
            f"{p + 1} clusters are needed: drop a moderator"
        )
    if kind == "CR2":
        return _small_sample(cut, wanted)
    shares = _sandwich.plain(cut)
    inflation = m / (m - p) if kind == "CR1" else 1.0
    covariance = inflation * shares.T @ shares
    words = "cluster-robust variance CR0, t interval"
    if kind == "CR1":
        words = "cluster-robust variance CR1 (inflated for the number of clusters), t interval"
    return _result(cut, _Found(kind, words, covariance, np.full(p, float(m - p)), None), wanted)


class _Found(NamedTuple):
    """A robust covariance matrix with the degrees of freedom of the coefficients."""

    kind: str
    words: str
    covariance: Array
    df: Array
    S: Array | None


def _small_sample(cut: Working, level: float) -> Robust:
    if cut.M is None:
        raise EvidenceError(
            "CR2 needs clusters that random effects and sampling covariances do not reach across: "
            "cluster at the outermost level, or use CR1"
        )
    influence = _sandwich.adjusted(cut, cut.M)
    shares = _sandwich.scores(cut, influence)
    S = _sandwich.joint(cut, cut.M, influence)
    words = "cluster-robust variance CR2, t interval with Satterthwaite's degrees of freedom"
    df = _sandwich.satterthwaite(S)
    return _result(cut, _Found("CR2", words, shares.T @ shares, df, S), level)


def _result(cut: Working, found: _Found, level: float) -> Robust:
    kind, words, covariance, df, S = found
    errors = np.sqrt(np.diagonal(covariance))
    _seen(errors, cut)
    coefficients = tuple(
        coefficient(name, float(b), float(se), float(d), level)
        for name, b, se, d in zip(cut.coefficients, cut.beta, errors, df, strict=True)
    )
    qm, df1, df2 = _together(cut, covariance, float(df[0]), S)
    few = [c.name for c in coefficients if kind == "CR2" and c.df < _FEW]
    warnings = (
        (f"fewer than {_FEW:g} degrees of freedom, the p-value is rough: {', '.join(few)}",)
        if few
        else ()
    )
    return Robust(
        coefficients,
        tuple(tuple(row) for row in covariance.tolist()),
        qm,
        df1,
        df2,
        f_tail(qm, df1, df2),
        cut.X.shape[0],
        len(cut.clusters),
        kind,
        level,
        words,
        warnings,
        _REFERENCES["CR2" if kind == "CR2" else "CR0"],
    )


def _seen(errors: Array, cut: Working) -> None:
    """Refuse a coefficient whose robust error is 0: its column varies within one cluster only."""
    size = np.sqrt(np.diagonal(cut.C))
    for name, error, expected in zip(cut.coefficients, errors, size, strict=True):
        if not error > 1e-10 * expected:
            raise EvidenceError(
                f"the robust variance of {name} is 0: the clusters show no spread about it, "
                "use the interval of the fit"
            )


def _together(
    cut: Working, covariance: Array, df: float, S: Array | None
) -> tuple[float, int, float]:
    """Return the F statistic of the moderators (or the mean) with its degrees of freedom."""
    at = [i for i, name in enumerate(cut.coefficients) if name != INTERCEPT]
    at = at or [0]
    L = np.eye(cut.beta.size)[at]
    b, q = L @ cut.beta, len(at)
    inner = L @ covariance @ L.T
    if np.linalg.matrix_rank(inner, hermitian=True) < q:
        raise EvidenceError(
            f"{len(cut.clusters)} clusters are too few to test {q} moderators together: drop one"
        )
    statistic = float(b @ np.linalg.solve(inner, b))
    if S is None:
        return statistic / q, q, df
    eta = _sandwich.hotelling(S, L)
    if eta <= q - 1:
        raise EvidenceError(
            f"{len(cut.clusters)} clusters are too few to test {q} moderators together: drop one"
        )
    return (eta - q + 1) / (eta * q) * statistic, q, eta - q + 1
