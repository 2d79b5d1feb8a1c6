"""PET-PEESE: the effect of an infinitely precise study, by one of two lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence import _check
from filiform.evidence._distributions import t_quantile, two_sided_p
from filiform.evidence._options import confidence
from filiform.evidence._result import Result
from filiform.evidence._text import between, plain_dict, shown
from filiform.evidence.small_study._line import Line, weighted_line
from filiform.evidence.small_study.result import few_studies

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class Limit:
    """One line's answer.

    Attributes:
        estimate: the intercept, the effect at no sampling error.
        standard_error: of the intercept.
        ci_low, ci_high: its t interval.
        statistic, p_value: of no effect, two-sided, on k − 2 degrees of freedom.
        slope, slope_standard_error, slope_p: of the standard error or variance.
    """

    estimate: float
    standard_error: float
    ci_low: float
    ci_high: float
    statistic: float
    p_value: float
    slope: float
    slope_standard_error: float
    slope_p: float


@dataclass(frozen=True, slots=True)
class PetPeese(Result):
    """Both lines and the rule's choice.

    Attributes:
        pet: on the standard error.
        peese: on the variance.
        chosen: "PEESE" where PET's intercept goes the way of the common effect and its one-sided p
            is below alpha, else "PET".
        level: of the intervals.
        k: number of studies.
        warnings: what a reader must know.
        papers: the papers of exactly what was run.
    """

    pet: Limit
    peese: Limit
    chosen: str
    level: float
    k: int
    warnings: tuple[str, ...]
    papers: tuple[str, ...]

    @property
    def estimate(self) -> Limit:
        """The chosen line's answer."""
        return self.peese if self.chosen == "PEESE" else self.pet

    def to_frame(self) -> pd.DataFrame:
        """Return one row a line, the chosen one marked."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        rows = [
            {"line": name, **plain_dict(line), "chosen": name == self.chosen}
            for name, line in (("PET", self.pet), ("PEESE", self.peese))
        ]
        return pandas.DataFrame(rows)

    def summary(self) -> str:
        """Return a text that a person can read."""
        one = self.estimate
        lines = [
            f"PET-PEESE, {self.k} studies: {self.chosen} chosen",
            f"effect without sampling error: {shown(one.estimate)}",
            f"interval {between(one.ci_low, one.ci_high)}",
        ]
        return "\n".join(lines + [f"note: {warning}" for warning in self.warnings])


def pet_peese(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    alpha: float = 0.05,
    level: float = 0.95,
    labels: Iterable[object] | None = None,
) -> PetPeese:
    """Fit y = β₀ + β₁s (PET) and y = β₀ + β₁v (PEESE), weights 1/v, and choose by PET.

    Args:
        estimates: `(k,)` effects, k of 3 or more.
        variances: `(k,)` their sampling variances, above 0.
        alpha: one-sided level at which PET's intercept calls for PEESE, between 0 and 1.
        level: of the intervals, between 0 and 1.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for fewer than three studies, or all equally precise.

    *Source: Stanley and Doucouliagos 2014, Research Synthesis Methods 5:60, doi:10.1002/jrsm.1095.*

    >>> found = pet_peese([0.52, 0.55, 0.61, 0.7], [0.01, 0.04, 0.09, 0.25])
    >>> found.chosen, round(found.estimate.estimate, 2)
    ('PEESE', 0.51)
    """
    y, v, _ = _check.studies(estimates, variances, labels)
    level, alpha = confidence(level), 1.0 - confidence(1.0 - alpha)
    pet = _limit(weighted_line(np.sqrt(v), y, 1.0 / v), level)
    peese = _limit(weighted_line(v, y, 1.0 / v), level)
    same_way = pet.estimate * float((y / v).sum()) > 0.0
    return PetPeese(
        pet=pet,
        peese=peese,
        chosen="PEESE" if same_way and pet.p_value / 2.0 < alpha else "PET",
        level=level,
        k=y.size,
        warnings=few_studies(y.size),
        papers=(
            (
                "Stanley TD, Doucouliagos H. Meta-regression approximations to reduce publication "
                "selection bias. Research Synthesis Methods 2014;5:60-78. doi:10.1002/jrsm.1095"
            ),
        ),
    )


def _limit(line: Line, level: float) -> Limit:
    half = t_quantile(level, line.df) * line.intercept_error
    statistic = line.intercept / line.intercept_error
    return Limit(
        line.intercept,
        line.intercept_error,
        line.intercept - half,
        line.intercept + half,
        statistic,
        two_sided_p(statistic, line.df),
        line.slope,
        line.slope_error,
        two_sided_p(line.slope / line.slope_error, line.df),
    )
