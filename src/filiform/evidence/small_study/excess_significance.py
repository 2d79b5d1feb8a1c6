"""Excess significance: more significant studies than the effect would give."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.evidence import _check
from filiform.evidence._distributions import t_quantile
from filiform.evidence._options import confidence
from filiform.evidence._result import Result
from filiform.evidence._text import shown, shown_p

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class ExcessSignificance(Result):
    """The test of excess significance.

    Attributes:
        effect: that the power is computed for.
        observed: number of significant studies.
        expected: sum of the powers.
        ratio: observed over expected.
        p_value: of as many or more, exactly (Poisson binomial).
        power: `(k,)` of each study.
        significant: `(k,)` whether each study is.
        alpha: level of significance.
        papers: the paper.
    """

    effect: float
    observed: int
    expected: float
    ratio: float
    p_value: float
    power: tuple[float, ...]
    significant: tuple[bool, ...]
    alpha: float
    papers: tuple[str, ...]

    def summary(self) -> str:
        """Return a text that a person can read."""
        return (
            f"excess significance, {len(self.power)} studies, effect {shown(self.effect)}\n"
            f"significant at {self.alpha:g}: {self.observed}, expected {shown(self.expected)}, "
            f"ratio {shown(self.ratio)}, p {shown_p(self.p_value)}"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a study: its power and whether it is significant."""
        import pandas  # noqa: ICN001, PLC0415 - half a second that the analysis does not need

        return pandas.DataFrame({"power": self.power, "significant": self.significant})


def excess_significance(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    alpha: float = 0.05,
    effect: float | None = None,
    labels: Iterable[object] | None = None,
) -> ExcessSignificance:
    """Compare the number of significant studies with what their power gives.

    Power = Φ(−c + θ/s) + Φ(−c − θ/s) with c the two-sided critical value.

    Args:
        estimates: `(k,)` effects.
        variances: `(k,)` their sampling variances, above 0.
        alpha: two-sided level of significance, between 0 and 1.
        effect: θ; the common effect of the studies where None.
        labels: `(k,)` names of the studies.

    Raises:
        EvidenceError: for numbers that cannot be used.

    *Source: Ioannidis and Trikalinos 2007, Clinical Trials 4:245, doi:10.1177/1740774507079441.*

    >>> found = excess_significance([0.5, 0.6, 0.1], [0.04, 0.04, 0.04])
    >>> found.observed, round(found.expected, 2)
    (2, 1.55)
    """
    y, v, _ = _check.studies(estimates, variances, labels)
    level = confidence(1.0 - alpha)
    critical = t_quantile(level, math.inf)
    s = np.sqrt(v)
    w = 1.0 / v
    theta = float(w @ y) / float(w.sum()) if effect is None else float(effect)
    power = _power(theta / s, critical)
    significant = np.abs(y / s) >= critical
    observed = int(significant.sum())
    expected = float(power.sum())
    return ExcessSignificance(
        effect=theta,
        observed=observed,
        expected=expected,
        ratio=observed / expected,
        p_value=min(1.0, float(_number_significant(power)[observed:].sum())),
        power=tuple(power.tolist()),
        significant=tuple(significant.tolist()),
        alpha=alpha,
        papers=(
            (
                "Ioannidis JPA, Trikalinos TA. An exploratory test for an excess of significant "
                "findings. Clinical Trials 2007;4:245-253. doi:10.1177/1740774507079441"
            ),
        ),
    )


def _power(z: NDArray[np.float64], critical: float) -> NDArray[np.float64]:
    from scipy.special import ndtr  # noqa: PLC0415 - slow to import, see _distributions

    return np.asarray(ndtr(z - critical) + ndtr(-z - critical))


def _number_significant(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distribution of the number of significant studies (Poisson binomial)."""
    shares = np.ones(1)
    for p in power.tolist():
        shares = np.convolve(shares, [1.0 - p, p])
    return shares
