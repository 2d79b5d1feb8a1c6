"""The result of a test of funnel asymmetry."""

from __future__ import annotations

from dataclasses import dataclass

from filiform.evidence._result import Result
from filiform.evidence._text import between, shown, shown_p

# Fewer studies than this leave the tests without power (Sterne et al. 2011, BMJ 343:d4002).
FEW = 10


@dataclass(frozen=True, slots=True)
class AsymmetryTest(Result):
    """A test of funnel asymmetry.

    Attributes:
        test: its name.
        statistic: t, z or Kendall's score over its standard error.
        df: degrees of freedom of t; None for z.
        p_value: two-sided, of symmetry.
        bias: the slope, or Kendall's score, that the test is about.
        bias_standard_error: its standard error.
        limit: the effect of an infinitely large study by the same line; None for rank tests.
        limit_ci_low, limit_ci_high: its interval.
        level: of that interval.
        k: number of studies.
        method: what was done, in words.
        warnings: what a reader must know.
        papers: the papers of exactly what was run.
        rank_correlation: Kendall's tau-b of a rank test; None for the others.
    """

    test: str
    statistic: float
    df: int | None
    p_value: float
    bias: float
    bias_standard_error: float
    limit: float | None
    limit_ci_low: float | None
    limit_ci_high: float | None
    level: float
    k: int
    method: str
    warnings: tuple[str, ...]
    papers: tuple[str, ...]
    rank_correlation: float | None = None

    def summary(self) -> str:
        """Return a text that a person can read."""
        df = "" if self.df is None else f" on {self.df} df"
        lines = [
            f"{self.test}, {self.k} studies: {self.method}",
            f"statistic {shown(self.statistic)}{df}, p {shown_p(self.p_value)}",
        ]
        if self.limit is not None:
            interval = between(self.limit_ci_low, self.limit_ci_high)
            lines.append(f"effect of an infinitely large study: {shown(self.limit)} ({interval})")
        return "\n".join(lines + [f"note: {warning}" for warning in self.warnings])


def few_studies(k: int) -> tuple[str, ...]:
    """Return the warning that goes with few studies."""
    if k >= FEW:
        return ()
    return (f"{k} studies: with fewer than {FEW} the test has too little power to tell",)
