"""The result of methods that pool 2 × 2 tables under one common effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.evidence._result import Result
from filiform.evidence._text import between, shown, shown_p

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class TableTest:
    """One test: its name, statistic, degrees of freedom and p-value."""

    name: str
    statistic: float
    df: int
    p_value: float


@dataclass(frozen=True, slots=True)
class CommonEffect(Result):
    """A common effect of several tables.

    Attributes:
        estimate: on the log scale for ratios.
        standard_error: of the estimate.
        ci_low, ci_high: normal interval.
        level: of the interval.
        statistic: estimate / standard error.
        p_value: two-sided, of no effect.
        q: weighted squares of the studies' effects about the estimate.
        q_df, q_p: degrees of freedom and p-value.
        i2, h2: from Q, in percent and as a ratio.
        measure: "OR", "RR" or "RD".
        weights: of each study, percent.
        labels: the names of the studies.
        k: number of studies.
        k_informative: number of studies that carry information for this method.
        tests: further tests that belong to the method.
        method: what was done, in words.
        warnings: what a reader must know.
        papers: the papers of exactly what was run.
    """

    estimate: float
    standard_error: float
    ci_low: float
    ci_high: float
    level: float
    statistic: float
    p_value: float
    q: float
    q_df: int
    q_p: float
    i2: float
    h2: float | None
    measure: str
    weights: tuple[float, ...]
    labels: tuple[str, ...]
    k: int
    k_informative: int
    tests: tuple[TableTest, ...]
    method: str
    warnings: tuple[str, ...]
    papers: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a study: label and weight in percent."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that pooling does not need

        return pandas.DataFrame({"label": self.labels, "weight": self.weights})

    def summary(self) -> str:
        """Return a text that a person can read."""
        percent = f"{100 * self.level:g} %"
        lines = [
            f"{self.k} studies: {self.method}",
            f"{self.measure} {shown(self.estimate)} (SE {shown(self.standard_error)})",
            f"{percent} interval {between(self.ci_low, self.ci_high)}, p {shown_p(self.p_value)}",
            f"Q {shown(self.q)} on {self.q_df} df, p {shown_p(self.q_p)}, I² {shown(self.i2, 3)} %",
        ]
        lines += [
            f"{test.name}: {shown(test.statistic)} on {test.df} df, p {shown_p(test.p_value)}"
            for test in self.tests
        ]
        return "\n".join(lines + [f"note: {warning}" for warning in self.warnings])
