"""The result of a multilevel model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._distributions import t_quantile
from filiform.evidence._options import confidence
from filiform.evidence._result import Result
from filiform.evidence._text import between, plain_dict, shown, shown_p, table
from filiform.evidence.multilevel._blup import RandomEffect, random_effects
from filiform.evidence.multilevel._profile import profile_interval
from filiform.evidence.multilevel.coefficients import (
    Coefficient,
    Estimated,
    JointTest,
    coefficient_table,
)
from filiform.evidence.pooling.pooled import FitStatistics, Predicted
from filiform.evidence.regression._design import columns_for
from filiform.evidence.regression.inflation import VarianceInflation, variance_inflation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from filiform.evidence.multilevel._fitting import Fitted


@dataclass(frozen=True, slots=True)
class Component:
    """One variance or correlation of the random effects.

    Attributes:
        term: the name of its random term.
        parameter: "sigma2", "tau2", "tau2[level]" or "rho".
        groups: how many groups the term has.
        value: the estimate; None for a correlation of effects that do not vary.
        i2: percent of the variance of the effects; None for correlations.
    """

    term: str
    parameter: str
    groups: int
    value: float | None
    i2: float | None


@dataclass(frozen=True, slots=True)
class ComponentInterval:
    """The profile likelihood interval of a variance or correlation.

    Attributes:
        term, parameter, value: as in `Component`.
        ci_low, ci_high: None where the profile is not available.
        level: of confidence.
    """

    term: str
    parameter: str
    value: float | None
    ci_low: float | None
    ci_high: float | None
    level: float


@dataclass(frozen=True, slots=True)
class Multilevel(Result):
    """A multilevel or multivariate model. What a model does not give is None.

    Attributes:
        coefficients: of the design, in its order.
        covariance: `(p, p)` of the coefficients.
        components: variances and correlations of the random effects, in the order of the terms.
        pi_low, pi_high: prediction interval of a new effect; None with moderators, or where each
            inner level has its own variance (`predict` asks for the level).
        q: of no heterogeneity beyond sampling; `q_df` its degrees of freedom, `q_p` its p-value.
        qm: of all moderators together; chi-square with `qm_df1` where `qm_df2` is infinite,
            else F with `qm_df1` and `qm_df2`; `qm_p` its p-value.
        fit_statistics: log-likelihood and information criteria.
        k: number of effects.
        labels: their names.
        level: of all intervals.
        method: "REML" or "ML".
        interval: "normal", "t" or "t_contain".
        iterations: Newton's steps.
        converged: whether the likelihood is at its top to the last digits.
        warnings: what a reader must know.
        papers: the papers of exactly what was run.
        fitted: the model itself, for later questions.
    """

    coefficients: tuple[Coefficient, ...]
    covariance: tuple[tuple[float, ...], ...]
    components: tuple[Component, ...]
    pi_low: float | None
    pi_high: float | None
    q: float
    q_df: int
    q_p: float
    qm: float | None
    qm_df1: int | None
    qm_df2: float | None
    qm_p: float | None
    fit_statistics: FitStatistics
    k: int
    labels: tuple[str, ...]
    level: float
    method: str
    interval: str
    iterations: int
    converged: bool
    warnings: tuple[str, ...]
    papers: tuple[str, ...]
    fitted: Fitted = field(repr=False, compare=False)

    @property
    def mean(self) -> Coefficient:
        """The first coefficient: the mean effect, where there are no moderators."""
        return self.coefficients[0]

    def predict(
        self,
        at: Mapping[str, object] | None = None,
        *,
        inner: object | None = None,
        level: float | None = None,
    ) -> Predicted:
        """Return the mean effect at values of the moderators, and where a new effect would lie.

        Args:
            at: a number or level for each moderator; none where the model has none.
            inner: the inner level of the new effect, where levels have their own variances;
                without it there is no prediction interval then.
            level: of both intervals; that of the fit where None.

        Raises:
            EvidenceError: for moderators that are missing or unknown, or an unknown inner level.
        """
        wanted = self.level if level is None else confidence(level)
        x = self._row(at or {})
        mean = float(x @ self.fitted.beta)
        error = float(np.sqrt(x @ self.fitted.covariance @ x))
        df = min(c.df for c, value in zip(self.coefficients, x, strict=True) if value != 0.0)
        half = t_quantile(wanted, df) * error
        spread = self._variance(None if inner is None else str(inner))
        low = high = None
        if spread is not None:
            wide = t_quantile(wanted, df) * float(np.sqrt(error**2 + spread))
            low, high = mean - wide, mean + wide
        return Predicted(mean, error, mean - half, mean + half, low, high, wanted, "as pooled")

    def contrasts(self, matrix: Sequence[Sequence[float]]) -> tuple[Coefficient, ...]:
        """Return linear combinations of the coefficients, one a row.

        Args:
            matrix: `(m, p)` what each coefficient is multiplied with.

        Raises:
            EvidenceError: for rows that are not as long as there are coefficients.
        """
        return self._estimated.contrasts(matrix, self.level)

    def test_of(self, names: Sequence[str]) -> JointTest:
        """Return the test of some coefficients together.

        Args:
            names: of the coefficients.

        Raises:
            EvidenceError: for a name that no coefficient has.
        """
        return self._estimated.joint_of(names)

    def test_of_contrasts(self, matrix: Sequence[Sequence[float]]) -> JointTest:
        """Return the test of several linear combinations together.

        Args:
            matrix: `(m, p)` independent rows.

        Raises:
            EvidenceError: for rows of another length, or that depend on one another.
        """
        return self._estimated.joint(matrix)

    def variance_inflation(self, *, by_term: bool = False) -> tuple[VarianceInflation, ...]:
        """Return how much the moderators inflate each other's variances.

        Args:
            by_term: whether the coefficients of one term (the levels of a factor) go together.

        Raises:
            EvidenceError: for fewer than two moderators.
        """
        made = self.fitted.data.design
        return variance_inflation(made.names, made.groups(by_term=by_term), self.fitted.covariance)

    def component_intervals(self, *, level: float | None = None) -> tuple[ComponentInterval, ...]:
        """Return profile likelihood intervals of all variances and correlations.

        A bound at the edge of what is admissible is that edge. The correlations of an unstructured
        matrix of three levels or more have none.

        Raises:
            EvidenceError: for a level outside 0 to 1.
        """
        wanted = self.level if level is None else confidence(level)
        places = [
            (i, j)
            for i, term in enumerate(self.fitted.model.terms)
            for j in range(len(term.structure.parameters))
        ]
        found = []
        for component, (i, j) in zip(self.components, places, strict=True):
            low, high = (
                (None, None)
                if component.value is None
                else profile_interval(self.fitted, i, j, wanted)
            )
            found.append(
                ComponentInterval(
                    component.term, component.parameter, component.value, low, high, wanted
                )
            )
        return tuple(found)

    def random_effects(self, *, level: float | None = None) -> tuple[RandomEffect, ...]:
        """Return best linear unbiased predictions of all random effects.

        Raises:
            EvidenceError: for a level outside 0 to 1.
        """
        wanted = self.level if level is None else confidence(level)
        return random_effects(self.fitted, self.interval, wanted)

    def summary(self) -> str:
        """Return a table that a person can read."""
        percent = f"{100 * self.level:g} %"
        lines = [
            f"{self.k} effects: multilevel model, {self.method}",
            "",
            coefficient_table(self.coefficients, percent),
            "",
            table(
                ["between", "parameter", "groups", "value", "I² %"],
                [
                    [c.term, c.parameter, str(c.groups), shown(c.value), shown(c.i2, 3)]
                    for c in self.components
                ],
            ),
            "",
        ]
        if self.pi_low is not None:
            lines.append(f"new effect: {between(self.pi_low, self.pi_high)} ({percent} prediction)")
        lines.append(f"Q {shown(self.q)} on {self.q_df} df, p {shown_p(self.q_p)}")
        if self.qm is not None:
            lines.append(
                f"moderators together: {shown(self.qm)} on {self.qm_df1} df, p {shown_p(self.qm_p)}"
            )
        return "\n".join([*lines, *(f"note: {warning}" for warning in self.warnings)])

    def to_dict(self) -> dict[str, object]:
        """Return all fields but the model itself, ready for JSON."""
        found = plain_dict(self)
        del found["fitted"]
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return one row a coefficient."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that fitting does not need

        return pandas.DataFrame([plain_dict(c) for c in self.coefficients])

    def _row(self, at: Mapping[str, object]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        needed = self.fitted.data.design.levels
        if sorted(at) != sorted(needed):
            raise EvidenceError(
                f"moderators given: {', '.join(at) or 'none'}; needed: "
                f"{', '.join(needed) or 'none'}: give one value for each"
            )
        rows = columns_for(self.fitted.data.design, at)
        if rows.shape[0] != 1:
            raise EvidenceError(f"{rows.shape[0]} new effects at once: ask for one at a time")
        return np.asarray(rows[0], dtype=np.float64).ravel()

    @property
    def _estimated(self) -> Estimated:
        return Estimated(
            tuple(c.name for c in self.coefficients),
            self.fitted.beta,
            self.fitted.covariance,
            tuple(c.df for c in self.coefficients),
        )

    def _variance(self, inner: str | None) -> float | None:
        """Return the variance of a new effect about its mean, None where the level decides."""
        variances = [c for c in self.components if c.parameter != "rho" and c.i2 is not None]
        levels = {c.parameter for c in variances if "[" in c.parameter}
        if levels and inner is None:
            return None
        if inner is not None and f"tau2[{inner}]" not in levels:
            shown_levels = ", ".join(sorted(name[5:-1] for name in levels)) or "none"
            raise EvidenceError(f"unknown inner level {inner!r}: admissible: {shown_levels}")
        return sum(
            c.value or 0.0
            for c in variances
            if "[" not in c.parameter or c.parameter == f"tau2[{inner}]"
        )
