"""The result of a meta-regression."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError, unknown
from filiform.evidence._distributions import t_quantile, two_sided_p
from filiform.evidence._options import confidence
from filiform.evidence._result import Result
from filiform.evidence._text import between, plain_dict, shown, shown_p, table
from filiform.evidence.pooling.pooled import FitStatistics, information_criteria
from filiform.evidence.regression._contrasts import contrast_rows
from filiform.evidence.regression._design import columns_for
from filiform.evidence.regression._model import RegressionModel
from filiform.evidence.regression._omnibus import omnibus
from filiform.evidence.regression.inflation import VarianceInflation, variance_inflation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from filiform.evidence.regression._design import Design


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient: name, estimate, standard error, interval, statistic and p-value."""

    name: str
    estimate: float
    standard_error: float
    ci_low: float
    ci_high: float
    statistic: float
    p_value: float


@dataclass(frozen=True, slots=True)
class PredictedEffect:
    """The expected effect at some values of the moderators.

    Attributes:
        estimate: the mean effect there.
        standard_error: of the mean.
        ci_low, ci_high: confidence interval of the mean.
        pi_low, pi_high: prediction interval for a new study there.
    """

    estimate: float
    standard_error: float
    ci_low: float
    ci_high: float
    pi_low: float
    pi_high: float


@dataclass(frozen=True, slots=True)
class MetaRegression(Result):
    """A meta-regression.

    Attributes:
        coefficients: one a column of the design.
        covariance: of the coefficients, `(p, p)`.
        level: of all intervals.
        df: degrees of freedom of the coefficients' t; infinite for the normal.
        tau2: residual between-study variance, with standard error and interval.
        i2, h2: percent of residual variance between studies, and the ratio.
        r2: percent of τ² that the moderators explain; None where there was none.
        q, q_df, q_p: test of residual heterogeneity.
        qm, qm_df, qm_p: test of all moderators together (χ², or F on `qm_df` and `df`).
        labels, estimates, variances: what went in.
        weights: of each study, percent.
        hat: leverages.
        fitted, residuals: `(k,)`.
        design: the columns and how they were made.
        k, p: numbers of studies and coefficients.
        method: what was done, in words.
        tau2_method, interval: the canonical words chosen.
        iterations, converged: how τ² was found.
        warnings: what a reader must know.
        papers: the papers of exactly what was run.
    """

    coefficients: tuple[Coefficient, ...]
    covariance: tuple[tuple[float, ...], ...]
    level: float
    df: float
    tau2: float
    tau2_standard_error: float | None
    tau2_ci_low: float | None
    tau2_ci_high: float | None
    i2: float
    h2: float
    r2: float | None
    q: float
    q_df: int
    q_p: float
    qm: float
    qm_df: int
    qm_p: float
    labels: tuple[str, ...]
    estimates: tuple[float, ...]
    variances: tuple[float, ...]
    weights: tuple[float, ...]
    hat: tuple[float, ...]
    fitted: tuple[float, ...]
    residuals: tuple[float, ...]
    design: Design
    k: int
    p: int
    method: str
    tau2_method: str
    interval: str
    iterations: int
    converged: bool
    warnings: tuple[str, ...]
    papers: tuple[str, ...]

    def predict(
        self, moderators: Mapping[str, object], *, level: float | None = None
    ) -> tuple[PredictedEffect, ...]:
        """Return the expected effect at new values of the moderators.

        Args:
            moderators: name to `(m,)` values of the moderators in the model, or to one value.
            level: of the intervals; that of the fit where None.

        Raises:
            EvidenceError: for moderators that are missing, or levels that the fit does not know.
        """
        x = columns_for(self.design, moderators)
        wanted = self.level if level is None else confidence(level)
        quantile = t_quantile(wanted, self.df)
        beta, covariance = self._arrays()
        means = (x @ beta).tolist()
        errors = np.sqrt(np.einsum("mp,pq,mq->m", x, covariance, x)).tolist()
        found = []
        for mean, error in zip(means, errors, strict=True):
            half, wide = quantile * error, quantile * math.hypot(error, math.sqrt(self.tau2))
            found.append(
                PredictedEffect(mean, error, mean - half, mean + half, mean - wide, mean + wide)
            )
        return tuple(found)

    def contrasts(self, matrix: Sequence[Sequence[float]]) -> tuple[Coefficient, ...]:
        """Return linear combinations of the coefficients, one a row.

        Args:
            matrix: `(m, p)` what each coefficient is multiplied with.

        Raises:
            EvidenceError: for rows that are not as long as there are coefficients.
        """
        rows = self._rows(matrix)
        beta, covariance = self._arrays()
        quantile = t_quantile(self.level, self.df)
        values = (rows @ beta).tolist()
        errors = np.sqrt(np.einsum("mp,pq,mq->m", rows, covariance, rows)).tolist()
        return tuple(
            Coefficient(
                f"contrast {i}",
                value,
                error,
                value - quantile * error,
                value + quantile * error,
                value / error,
                two_sided_p(value / error, self.df),
            )
            for i, (value, error) in enumerate(zip(values, errors, strict=True), start=1)
        )

    def test_of(self, names: Sequence[str]) -> tuple[float, int, float]:
        """Return the test of some coefficients together: statistic, degrees of freedom, p-value.

        Args:
            names: of the coefficients.

        Raises:
            EvidenceError: for a name that no coefficient has.
        """
        known = [one.name for one in self.coefficients]
        for name in names:
            if name not in known:
                raise EvidenceError(unknown("coefficient", name, known))
        rows = np.eye(self.p)[[known.index(name) for name in dict.fromkeys(names)]]
        return self.test_of_contrasts(rows.tolist())

    def test_of_contrasts(self, matrix: Sequence[Sequence[float]]) -> tuple[float, int, float]:
        """Return the test of several linear combinations together.

        Args:
            matrix: `(m, p)` independent rows.

        Raises:
            EvidenceError: for rows of another length, or that depend on one another.
        """
        rows = self._rows(matrix)
        if np.linalg.matrix_rank(rows) < rows.shape[0]:
            raise EvidenceError("the contrasts depend on one another: leave some out")
        beta, covariance = self._arrays()
        return omnibus(rows @ beta, rows @ covariance @ rows.T, range(rows.shape[0]), self.df)

    def variance_inflation(self, *, by_term: bool = False) -> tuple[VarianceInflation, ...]:
        """Return how much the moderators inflate each other's variances.

        Args:
            by_term: whether the coefficients of one term (the levels of a factor) go together.

        Raises:
            EvidenceError: for fewer than two moderators.
        """
        return variance_inflation(
            self.design.names, self.design.groups(by_term=by_term), np.array(self.covariance)
        )

    def model(self) -> RegressionModel:
        """Return the model behind the fit, for further computations."""
        return RegressionModel(
            np.array(self.estimates),
            np.array(self.variances),
            self.design.matrix,
            self.design.names,
        )

    def fit_statistics(self) -> FitStatistics:
        """Return log-likelihood and information criteria."""
        restricted = self.tau2_method in {"REML", "given"}
        log_likelihood = self.model().log_likelihood(self.tau2, restricted=restricted)
        parameters = self.p + (self.tau2_method not in {"common", "given"})
        return information_criteria(
            log_likelihood, parameters, self.k, self.p, restricted=restricted
        )

    def summary(self) -> str:
        """Return a table that a person can read."""
        percent = f"{100 * self.level:g} %"
        rows = [
            [
                one.name,
                shown(one.estimate),
                shown(one.standard_error),
                between(one.ci_low, one.ci_high),
                shown_p(one.p_value),
            ]
            for one in self.coefficients
        ]
        lines = [
            f"{self.k} studies: {self.method}",
            "",
            table(["", "estimate", "SE", f"{percent} interval", "p"], rows),
            "",
            f"moderators together: {shown(self.qm)} on {self.qm_df} df, p {shown_p(self.qm_p)}",
            f"residual tau² {shown(self.tau2)}, I² {shown(self.i2, 3)} %, R² {shown(self.r2, 3)} %",
            f"residual Q {shown(self.q)} on {self.q_df} df, p {shown_p(self.q_p)}",
        ]
        return "\n".join(lines + [f"note: {warning}" for warning in self.warnings])

    def to_dict(self) -> dict[str, object]:
        """Return all fields as plain numbers, texts and lists, ready for JSON."""
        found = plain_dict(self)
        found["design"] = {"names": list(self.design.names), "matrix": self.design.matrix.tolist()}
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return one row a coefficient."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that fitting does not need

        return pandas.DataFrame(list(self.coefficients))

    def _arrays(self) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], ...]:
        beta = np.array([one.estimate for one in self.coefficients])
        return beta, np.array(self.covariance)

    def _rows(
        self, matrix: Sequence[Sequence[float]]
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return contrast_rows(matrix, tuple(one.name for one in self.coefficients))
