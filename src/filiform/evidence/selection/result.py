"""The result of a selection model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from filiform.evidence._options import confidence
from filiform.evidence._result import Result
from filiform.evidence._text import plain_dict, shown, shown_p, table
from filiform.evidence.multilevel.coefficients import Coefficient, coefficient_table, estimated
from filiform.evidence.regression._design import columns_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from filiform.evidence.pooling.pooled import FitStatistics, Predicted
    from filiform.evidence.regression._design import Design


@dataclass(frozen=True, slots=True)
class Weight:
    """One parameter of the selection function.

    Attributes:
        name: the interval of p-values, or the parameter.
        value: relative probability of being seen (steps), or the parameter.
        standard_error: of it; None where it is fixed or at a bound.
        studies: how many p-values lie in the interval; None for smooth functions.
    """

    name: str
    value: float
    standard_error: float | None
    studies: int | None


@dataclass(frozen=True, slots=True)
class Selection(Result):
    """A selection model.

    Attributes:
        estimate: the mean effect, adjusted for selection; with moderators the first coefficient.
        standard_error: of it.
        ci_low, ci_high: its interval.
        level: of the interval.
        p_value: two-sided, of no effect.
        tau2: between-study variance, adjusted for selection.
        tau2_standard_error: of it; None at the boundary of 0.
        coefficients: of the design, in its order, adjusted for selection.
        covariance: `(p, p)` of them.
        qm: chi-square of all moderators together, on `qm_df` degrees of freedom; `qm_p` its
            p-value. None without moderators.
        weights: the selection function.
        unadjusted: what `estimate` is by maximum likelihood without selection.
        unadjusted_tau2: its between-study variance.
        lrt: likelihood ratio statistic of no selection, on `lrt_df` degrees of freedom; `lrt_p`
            its p-value.
        lrt_tau2: likelihood ratio statistic of no heterogeneity under selection, `lrt_tau2_p` its
            p-value on one degree of freedom.
        fit_statistics: log-likelihood and information criteria.
        function: "step", "beta", "halfnorm", "negexp", "logistic" or "power".
        alternative: "greater", "less" or "two_sided": which results are favoured.
        k: number of studies.
        labels: their names.
        method: what was done, in words.
        iterations: Newton's steps.
        converged: whether the likelihood is at its top to the last digits.
        warnings: what a reader must know.
        papers: the papers of exactly what was run.
        design: the columns and how they were made.
    """

    estimate: float
    standard_error: float
    ci_low: float
    ci_high: float
    level: float
    p_value: float
    tau2: float
    tau2_standard_error: float | None
    coefficients: tuple[Coefficient, ...]
    covariance: tuple[tuple[float, ...], ...]
    qm: float | None
    qm_df: int | None
    qm_p: float | None
    weights: tuple[Weight, ...]
    unadjusted: float
    unadjusted_tau2: float
    lrt: float
    lrt_df: int
    lrt_p: float
    lrt_tau2: float
    lrt_tau2_p: float
    fit_statistics: FitStatistics
    function: str
    alternative: str
    k: int
    labels: tuple[str, ...]
    method: str
    iterations: int
    converged: bool
    warnings: tuple[str, ...]
    papers: tuple[str, ...]
    design: Design = field(repr=False, compare=False)

    def predict(
        self, moderators: Mapping[str, object], *, level: float | None = None
    ) -> tuple[Predicted, ...]:
        """Return the expected effect at values of the moderators, and where new studies would lie.

        Args:
            moderators: name to `(m,)` values of the moderators in the model, or to one value.
            level: of both intervals; that of the fit where None.

        Raises:
            EvidenceError: for moderators that are missing, or levels that the fit does not know.
        """
        wanted = self.level if level is None else confidence(level)
        x = columns_for(self.design, moderators)
        return estimated(self.coefficients, self.covariance).predicted(x, self.tau2, wanted)

    def summary(self) -> str:
        """Return a table that a person can read."""
        percent = f"{100 * self.level:g} %"
        rows = [
            [
                w.name,
                shown(w.value),
                shown(w.standard_error),
                "" if w.studies is None else str(w.studies),
            ]
            for w in self.weights
        ]
        lines = [
            f"{self.k} studies: {self.method}",
            "",
            self._effects(percent),
            "",
            table(["selection", "value", "SE", "studies"], rows),
            "",
            f"without selection: {shown(self.unadjusted)}",
            f"no selection: χ² {shown(self.lrt)} on {self.lrt_df} df, p {shown_p(self.lrt_p)}",
            f"between studies: tau² {shown(self.tau2)}",
        ]
        if self.qm is not None:
            lines.append(
                f"moderators together: χ² {shown(self.qm)} on {self.qm_df} df, "
                f"p {shown_p(self.qm_p)}"
            )
        return "\n".join([*lines, *(f"note: {warning}" for warning in self.warnings)])

    def to_dict(self) -> dict[str, object]:
        """Return all fields as plain numbers, texts and lists, ready for JSON."""
        found = Result.to_dict(self)
        found["design"] = {"names": list(self.design.names), "matrix": self.design.matrix.tolist()}
        return found

    def _effects(self, percent: str) -> str:
        if self.qm is None:
            return coefficient_table((replace(self.coefficients[0], name="mean effect"),), percent)
        return coefficient_table(self.coefficients, percent)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a parameter of the selection function."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that fitting does not need

        return pandas.DataFrame([plain_dict(w) for w in self.weights])
