"""The result of pooling: one answer with everything that stands behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._distributions import t_quantile
from filiform.evidence._model import MeanModel
from filiform.evidence._options import choose, confidence
from filiform.evidence._result import Result
from filiform.evidence._text import between, shown, shown_p, table
from filiform.evidence.effects.transform import back_transform
from filiform.evidence.pooling._mean_interval import Mean, Precision
from filiform.evidence.pooling._prediction import NONE, PREDICTIONS, prediction_interval
from filiform.evidence.tau2._choice import COMMON

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Predicted:
    """The mean effect, its interval, and where the effect of a new study is expected.

    Attributes:
        estimate: the mean effect.
        standard_error: of the mean.
        ci_low, ci_high: confidence interval of the mean.
        pi_low, pi_high: prediction interval, None where there is none.
        level: of both intervals.
        scale: what the numbers are, such as "as pooled" or "RR".
    """

    estimate: float
    standard_error: float | None
    ci_low: float
    ci_high: float
    pi_low: float | None
    pi_high: float | None
    level: float
    scale: str


@dataclass(frozen=True, slots=True)
class FitStatistics:
    """How well the model fits, with metafor's constants.

    Attributes:
        log_likelihood: restricted for REML, else full.
        aic, bic, aicc: information criteria; aicc is the small-sample one.
        parameters: how many were estimated.
        restricted: whether the likelihood is the restricted one.
    """

    log_likelihood: float
    aic: float
    bic: float
    aicc: float
    parameters: int
    restricted: bool


@dataclass(frozen=True, slots=True)
class Pooled(Result):
    """A pooled effect. What a method does not give is None.

    Attributes:
        estimate: the mean effect, on the scale of the studies.
        standard_error: of the mean.
        ci_low, ci_high: confidence interval of the mean.
        level: of all intervals.
        pi_low, pi_high: prediction interval for the effect of a new study.
        statistic: estimate / standard error.
        df: its degrees of freedom; infinite for the normal.
        p_value: two-sided, of no effect.
        tau2: between-study variance; None for one study.
        tau2_standard_error: its asymptotic standard error.
        tau2_ci_low, tau2_ci_high: its interval.
        i2: percent of the variance of the effects that is between studies.
        i2_ci_low, i2_ci_high: its interval, from that of τ².
        h2: total over sampling variance; its interval from that of τ².
        h2_ci_low, h2_ci_high: its interval, from that of τ².
        q: Cochran's Q; `q_df` its degrees of freedom, `q_p` its p-value.
        typical_variance: the sampling variance that I² and H² compare τ² with.
        weights: of each study in the mean, percent, they sum to 100.
        labels: the names of the studies.
        estimates, variances: what went in.
        k: number of studies.
        method: what was done, in words.
        tau2_method, interval, prediction: the canonical words chosen.
        iterations: steps that τ² took; 0 for closed forms.
        converged: whether τ² is exact to the last digits.
        warnings: what a reader must know.
        papers: the papers of exactly what was run.
    """

    estimate: float
    standard_error: float
    ci_low: float
    ci_high: float
    level: float
    pi_low: float | None
    pi_high: float | None
    statistic: float | None
    df: float
    p_value: float
    tau2: float | None
    tau2_standard_error: float | None
    tau2_ci_low: float | None
    tau2_ci_high: float | None
    i2: float | None
    i2_ci_low: float | None
    i2_ci_high: float | None
    h2: float | None
    h2_ci_low: float | None
    h2_ci_high: float | None
    q: float
    q_df: int
    q_p: float
    typical_variance: float | None
    weights: tuple[float, ...]
    labels: tuple[str, ...]
    estimates: tuple[float, ...]
    variances: tuple[float, ...]
    k: int
    method: str
    tau2_method: str
    interval: str
    prediction: str
    iterations: int
    converged: bool
    warnings: tuple[str, ...]
    papers: tuple[str, ...]

    def predict(self, *, prediction: str | None = None, level: float | None = None) -> Predicted:
        """Return the mean and a new study's effect, with another prediction interval or level.

        Args:
            prediction: a word as for `pool`; that of the fit where None.
            level: of both intervals; that of the fit where None.

        Raises:
            EvidenceError: for an unknown word or a level outside 0 to 1.
        """
        wanted = self.level if level is None else confidence(level)
        kind = (
            self.prediction
            if prediction is None
            else choose("prediction interval", prediction, PREDICTIONS)
        )
        half = t_quantile(wanted, self.df) * self.standard_error
        low, high = self._prediction(kind, wanted)
        return Predicted(
            self.estimate,
            self.standard_error,
            self.estimate - half,
            self.estimate + half,
            low,
            high,
            wanted,
            "as pooled",
        )

    def back_transformed(self, measure: str) -> Predicted:
        """Return estimate and intervals on the scale that people read, such as the risk ratio.

        Args:
            measure: the measure pooled, or a transformation by name (see `ev.back_transform`).

        Raises:
            EvidenceError: for an unknown word.
        """
        values = [
            None if value is None else back_transform(measure, value)
            for value in (self.estimate, self.ci_low, self.ci_high, self.pi_low, self.pi_high)
        ]
        estimate, low, high, pi_low, pi_high = values
        if estimate is None or low is None or high is None:
            raise EvidenceError("there is no estimate to transform")
        return Predicted(estimate, None, low, high, pi_low, pi_high, self.level, measure)

    def fit_statistics(self) -> FitStatistics:
        """Return log-likelihood and information criteria.

        Raises:
            EvidenceError: for one study, or a method without a likelihood.
        """
        if self.tau2 is None:
            raise EvidenceError("one study has no fit statistics: pool at least two")
        model = MeanModel(np.array(self.estimates), np.array(self.variances))
        mean, sum_w = model.mean_at(self.tau2)
        restricted = self.tau2_method in {"REML", "given"}
        log_likelihood = model.log_likelihood(self.tau2, restricted=restricted)
        log_likelihood -= 0.5 * sum_w * (self.estimate - mean) ** 2
        parameters = 1 if self.tau2_method in {"common", "given"} else 2
        return information_criteria(log_likelihood, parameters, self.k, 1, restricted=restricted)

    def summary(self) -> str:
        """Return a table that a person can read."""
        percent = f"{100 * self.level:g} %"
        lines = [
            f"{self.k} {'study' if self.k == 1 else 'studies'}: {self.method}",
            "",
            table(
                ["", "estimate", "SE", f"{percent} interval", "p"],
                [
                    [
                        "mean effect",
                        shown(self.estimate),
                        shown(self.standard_error),
                        between(self.ci_low, self.ci_high),
                        shown_p(self.p_value),
                    ]
                ],
            ),
            "",
        ]
        if self.pi_low is not None:
            lines.append(f"new study: {between(self.pi_low, self.pi_high)} ({percent} prediction)")
        if self.tau2 is not None:
            lines += self._heterogeneity_lines(percent)
        lines += [f"note: {warning}" for warning in self.warnings]
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a study: label, estimate, variance, interval, weight in percent."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that pooling does not need

        z = t_quantile(self.level, math.inf)
        y, v = np.array(self.estimates), np.array(self.variances)
        return pandas.DataFrame(
            {
                "label": self.labels,
                "estimate": y,
                "variance": v,
                "ci_low": y - z * np.sqrt(v),
                "ci_high": y + z * np.sqrt(v),
                "weight": self.weights,
            }
        )

    def _heterogeneity_lines(self, percent: str) -> list[str]:
        tau2_interval = between(self.tau2_ci_low, self.tau2_ci_high)
        return [
            f"between studies: tau² {shown(self.tau2)} ({percent} interval {tau2_interval})",
            f"I² {shown(self.i2, 3)} %, H² {shown(self.h2, 3)}",
            f"Q {shown(self.q)} on {self.q_df} df, p {shown_p(self.q_p)}",
        ]

    def _prediction(self, kind: str, level: float) -> tuple[float | None, float | None]:
        if self.tau2 is None or self.tau2_method == COMMON or kind == NONE:
            return None, None
        model = MeanModel(np.array(self.estimates), np.array(self.variances))
        w = np.array(self.weights) / 100.0
        variance = float((w * w) @ (model.variances + self.tau2))
        return prediction_interval(
            model,
            self.tau2,
            Mean(self.estimate, variance, model.q_at(self.tau2)[0]),
            kind=kind,
            level=level,
            interval=self.interval,
            chosen=Precision(self.standard_error, self.df),
        )


def information_criteria(
    log_likelihood: float, parameters: int, k: int, p: int, *, restricted: bool
) -> FitStatistics:
    """Return AIC, BIC and AICc of a log-likelihood; REML counts k − p observations."""
    n = k - p if restricted else k
    effective = max(n, parameters + 2)
    deviance = -2.0 * log_likelihood
    return FitStatistics(
        log_likelihood,
        deviance + 2.0 * parameters,
        deviance + parameters * math.log(n),
        deviance + 2.0 * parameters * effective / (effective - parameters - 1),
        parameters,
        restricted,
    )
