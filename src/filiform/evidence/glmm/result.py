"""The result of a generalised linear mixed model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from filiform.errors import EvidenceError
from filiform.evidence._options import confidence
from filiform.evidence._result import Result
from filiform.evidence._text import between, shown, shown_p, table
from filiform.evidence.effects.transform import back_transform
from filiform.evidence.multilevel.coefficients import Coefficient, coefficient_table, estimated
from filiform.evidence.pooling.pooled import Predicted
from filiform.evidence.regression._design import columns_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from filiform.evidence.pooling.pooled import FitStatistics
    from filiform.evidence.regression._design import Design


@dataclass(frozen=True, slots=True)
class Glmm(Result):
    """A pooled effect from the counts themselves. What a model does not give is None.

    Attributes:
        estimate: the mean effect: log odds ratio, log rate ratio, log odds or log rate; with
            moderators the first coefficient.
        standard_error: of it.
        ci_low, ci_high: its interval.
        level: of all intervals.
        pi_low, pi_high: prediction interval for the effect of a new study; None with moderators,
            whose values `predict` asks for.
        coefficients: of the design, in its order.
        covariance: `(p, p)` of them.
        qm: of all moderators together, chi-square on `qm_df` degrees of freedom (F on `qm_df` and
            `df` for t intervals); `qm_p` its p-value.
        statistic: estimate / standard error.
        df: its degrees of freedom; infinite for the normal.
        p_value: two-sided, of no effect (of a log odds or log rate of 0).
        tau2: between-study variance of the effect.
        sigma2: between-study variance of the intercept; of UM.RS only.
        i2: percent of the variance of the effects that is between studies.
        h2: total over sampling variance.
        q: likelihood ratio statistic of no heterogeneity against an effect of its own in every
            study; None for UM.RS. `q_df` its degrees of freedom, `q_p` its p-value.
        fit_statistics: log-likelihood and information criteria.
        measure: "OR", "IRR", "PLO" or "IRLN".
        model: "CM.EL", "CM.AL", "UM.FS", "UM.RS" or "random intercept".
        k: number of studies in the model.
        labels: their names.
        dropped: studies that say nothing about the effect, by name.
        events: `(k, arms)` events.
        sizes: `(k, arms)` people or person-time.
        method: what was done, in words.
        interval: "normal" or "t".
        points: nodes in each direction of the random effects.
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
    pi_low: float | None
    pi_high: float | None
    coefficients: tuple[Coefficient, ...]
    covariance: tuple[tuple[float, ...], ...]
    qm: float | None
    qm_df: int | None
    qm_p: float | None
    statistic: float
    df: float
    p_value: float
    tau2: float
    sigma2: float | None
    i2: float
    h2: float
    q: float | None
    q_df: int | None
    q_p: float | None
    fit_statistics: FitStatistics
    measure: str
    model: str
    k: int
    labels: tuple[str, ...]
    dropped: tuple[str, ...]
    events: tuple[tuple[float, ...], ...]
    sizes: tuple[tuple[float, ...], ...]
    method: str
    interval: str
    points: int
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

    def back_transformed(self) -> Predicted:
        """Return estimate and intervals as odds ratio, rate ratio, proportion or rate.

        Raises:
            EvidenceError: with moderators: there is no one mean effect.
        """
        if self.pi_low is None or self.pi_high is None:
            raise EvidenceError("with moderators there is no one mean effect: use predict")
        given = (self.estimate, self.ci_low, self.ci_high, self.pi_low, self.pi_high)
        estimate, low, high, pi_low, pi_high = (back_transform(self.measure, x) for x in given)
        return Predicted(estimate, None, low, high, pi_low, pi_high, self.level, self.measure)

    def summary(self) -> str:
        """Return a table that a person can read."""
        percent = f"{100 * self.level:g} %"
        lines = [f"{self.k} studies: {self.method}", "", self._effects(percent), ""]
        if self.qm is not None:
            lines.append(
                f"moderators together: {shown(self.qm)} on {self.qm_df} df, p {shown_p(self.qm_p)}"
            )
        if self.pi_low is not None:
            lines.append(f"new study: {between(self.pi_low, self.pi_high)} ({percent} prediction)")
        lines.append(f"between studies: tau² {shown(self.tau2)}, I² {shown(self.i2, 3)} %")
        if self.q is not None:
            lines.append(f"Q {shown(self.q)} on {self.q_df} df, p {shown_p(self.q_p)}")
        return "\n".join([*lines, *(f"note: {warning}" for warning in self.warnings)])

    def to_dict(self) -> dict[str, object]:
        """Return all fields as plain numbers, texts and lists, ready for JSON."""
        found = Result.to_dict(self)
        found["design"] = {"names": list(self.design.names), "matrix": self.design.matrix.tolist()}
        return found

    def _effects(self, percent: str) -> str:
        """Return the coefficients as a table, or the mean effect on both scales."""
        if self.pi_low is None:
            return coefficient_table(self.coefficients, percent)
        natural = self.back_transformed()
        rows = [
            [
                "mean effect",
                shown(self.estimate),
                shown(self.standard_error),
                between(self.ci_low, self.ci_high),
                shown_p(self.p_value),
            ],
            [
                f"as {_NATURAL[self.measure]}",
                shown(natural.estimate),
                shown(None),
                between(natural.ci_low, natural.ci_high),
                "",
            ],
        ]
        return table(["", "estimate", "SE", f"{percent} interval", "p"], rows)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a study: label, events and sizes of each group."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that fitting does not need

        arms = range(1, len(self.events[0]) + 1)
        columns: dict[str, object] = {"label": self.labels}
        for i, arm in enumerate(arms):
            columns[f"events{arm}"] = [row[i] for row in self.events]
            columns[f"size{arm}"] = [row[i] for row in self.sizes]
        return pandas.DataFrame(columns)


_NATURAL = {"OR": "odds ratio", "IRR": "rate ratio", "PLO": "proportion", "IRLN": "rate"}
