"""Coefficients with their tests: alone, as linear combinations, and several together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from filiform.errors import EvidenceError, unknown
from filiform.evidence._distributions import chi2_tail, f_tail, t_quantile, two_sided_p
from filiform.evidence._text import between, shown, shown_p, table
from filiform.evidence.pooling.pooled import Predicted
from filiform.evidence.regression._contrasts import contrast_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient of a regression.

    Attributes:
        name: of its column; "intercept" for the mean effect.
        estimate: the coefficient.
        standard_error: of it.
        statistic: estimate / standard error.
        df: degrees of freedom; infinite for the normal.
        p_value: two-sided, of no effect.
        ci_low, ci_high: its interval.
    """

    name: str
    estimate: float
    standard_error: float
    statistic: float
    df: float
    p_value: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True)
class JointTest:
    """A test of several coefficients together.

    Attributes:
        statistic: chi-square where `df2` is infinite, else F.
        df1, df2: its degrees of freedom.
        p_value: of all of them being 0.
    """

    statistic: float
    df1: int
    df2: float
    p_value: float


class Estimated(NamedTuple):
    """Coefficients `(p,)` with their covariance `(p, p)` and degrees of freedom `(p,)`."""

    names: tuple[str, ...]
    beta: Array
    covariance: Array
    df: tuple[float, ...]

    def coefficients(self, level: float) -> tuple[Coefficient, ...]:
        """Return each with its test and interval."""
        errors = np.sqrt(np.diagonal(self.covariance)).tolist()
        rows = zip(self.names, self.beta.tolist(), errors, self.df, strict=True)
        return tuple(coefficient(*row, level) for row in rows)

    def contrasts(self, matrix: Sequence[Sequence[float]], level: float) -> tuple[Coefficient, ...]:
        """Return linear combinations, one a row; the fewest degrees of freedom in it are its own.

        Raises:
            EvidenceError: for rows that are not `(p,)` finite numbers, or 0 throughout.
        """
        rows = contrast_rows(matrix, self.names)
        values = (rows @ self.beta).tolist()
        errors = np.sqrt(np.einsum("mp,pq,mq->m", rows, self.covariance, rows)).tolist()
        return tuple(
            coefficient(f"contrast {i + 1}", value, error, self._df(rows[i]), level)
            for i, (value, error) in enumerate(zip(values, errors, strict=True))
        )

    def joint(self, matrix: Sequence[Sequence[float]]) -> JointTest:
        """Return the test of several independent linear combinations together.

        Raises:
            EvidenceError: for rows as in `contrasts`, or that depend on one another.
        """
        rows = contrast_rows(matrix, self.names)
        if np.linalg.matrix_rank(rows) < rows.shape[0]:
            raise EvidenceError("the contrasts depend on one another: leave some out")
        b, inner = rows @ self.beta, rows @ self.covariance @ rows.T
        statistic, m = float(b @ np.linalg.solve(inner, b)), rows.shape[0]
        df = min(self._df(row) for row in rows)
        if math.isinf(df):
            return JointTest(statistic, m, df, chi2_tail(statistic, m))
        return JointTest(statistic / m, m, df, f_tail(statistic / m, m, df))

    def joint_of(self, names: Sequence[str]) -> JointTest:
        """Return the test of some coefficients together.

        Raises:
            EvidenceError: for a name that no coefficient has, or none at all.
        """
        for name in names:
            if name not in self.names:
                raise EvidenceError(unknown("coefficient", name, self.names))
        places = [self.names.index(name) for name in dict.fromkeys(names)]
        return self.joint(np.eye(len(self.names))[places].tolist())

    def predicted(self, x: Array, tau2: float, level: float) -> tuple[Predicted, ...]:
        """Return the expected effect at `(m, p)` rows of a design, and where new studies lie."""
        means = (x @ self.beta).tolist()
        errors = np.sqrt(np.einsum("mp,pq,mq->m", x, self.covariance, x)).tolist()
        found = []
        for row, mean, error in zip(x, means, errors, strict=True):
            quantile = t_quantile(level, self._df(row))
            half, wide = quantile * error, quantile * math.hypot(error, math.sqrt(tau2))
            ends = mean - half, mean + half, mean - wide, mean + wide
            found.append(Predicted(mean, error, *ends, level, "as pooled"))
        return tuple(found)

    def _df(self, row: Array) -> float:
        return min(df for df, value in zip(self.df, row.tolist(), strict=True) if value != 0.0)


def estimated(
    coefficients: Sequence[Coefficient], covariance: Sequence[Sequence[float]]
) -> Estimated:
    """Return the coefficients of a result, to go on computing with."""
    return Estimated(
        tuple(c.name for c in coefficients),
        np.array([c.estimate for c in coefficients]),
        np.array(covariance),
        tuple(c.df for c in coefficients),
    )


def coefficient(name: str, estimate: float, error: float, df: float, level: float) -> Coefficient:
    """Return a coefficient with its test and interval."""
    statistic = estimate / error
    half = t_quantile(level, df) * error
    return Coefficient(
        name,
        estimate,
        error,
        statistic,
        df,
        two_sided_p(statistic, df),
        estimate - half,
        estimate + half,
    )


def coefficient_table(coefficients: tuple[Coefficient, ...], percent: str) -> str:
    """Return coefficients as a table."""
    rows = [
        [
            c.name,
            shown(c.estimate),
            shown(c.standard_error),
            between(c.ci_low, c.ci_high),
            shown_p(c.p_value),
        ]
        for c in coefficients
    ]
    return table(["", "estimate", "SE", f"{percent} interval", "p"], rows)
