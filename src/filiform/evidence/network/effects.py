"""The effects of every treatment against every other, under one model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.errors import EvidenceError, unknown
from filiform.evidence._distributions import t_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class NetworkEffects:
    """Effects under one model; matrices are row treatment against column treatment.

    Attributes:
        model: "common" or "random".
        treatments: `(t,)` names.
        theta: `(t,)` one value a treatment; their differences are the effects.
        covariance: `(t, t)` of the values; only differences have a meaning.
        tau2: the between-study variance in it.
        level: of the intervals.
    """

    model: str
    treatments: tuple[str, ...]
    theta: NDArray[np.float64]
    covariance: NDArray[np.float64]
    tau2: float
    level: float

    @property
    def effects(self) -> NDArray[np.float64]:
        """The `(t, t)` effects: the league table."""
        return self.theta[:, None] - self.theta

    @property
    def standard_errors(self) -> NDArray[np.float64]:
        """The `(t, t)` standard errors, 0 on the diagonal."""
        return np.sqrt(self.variances)

    @property
    def variances(self) -> NDArray[np.float64]:
        """The `(t, t)` variances of the effects, 0 on the diagonal."""
        own = self.covariance.diagonal()
        found = own[:, None] + own - 2.0 * self.covariance
        np.fill_diagonal(found, 0.0)
        return np.maximum(found, 0.0)

    @property
    def ci_low(self) -> NDArray[np.float64]:
        """The `(t, t)` lower confidence limits."""
        return self.effects - t_quantile(self.level, math.inf) * self.standard_errors

    @property
    def ci_high(self) -> NDArray[np.float64]:
        """The `(t, t)` upper confidence limits."""
        return self.effects + t_quantile(self.level, math.inf) * self.standard_errors

    @property
    def statistics(self) -> NDArray[np.float64]:
        """The `(t, t)` z statistics, 0 on the diagonal."""
        errors = self.standard_errors
        np.fill_diagonal(errors, 1.0)
        return self.effects / errors

    @property
    def p_values(self) -> NDArray[np.float64]:
        """The `(t, t)` two-sided p-values of no difference, 1 on the diagonal."""
        return two_sided(self.statistics)

    def position(self, treatment: str) -> int:
        """Return where a treatment stands in the matrices.

        Raises:
            EvidenceError: if the network does not have it.
        """
        return position(self.treatments, treatment)

    def effect(self, treatment: str, against: str) -> tuple[float, float]:
        """Return the effect of one treatment against another and its standard error.

        Raises:
            EvidenceError: if the network does not have one of them.
        """
        i, j = self.position(treatment), self.position(against)
        g = self.covariance
        variance = g[i, i] + g[j, j] - 2.0 * g[i, j] if i != j else 0.0
        return float(self.theta[i] - self.theta[j]), math.sqrt(max(0.0, variance))


def position(treatments: tuple[str, ...], treatment: str) -> int:
    """Return where a name stands, or refuse it with the nearest one.

    Raises:
        EvidenceError: if there is no such treatment.
    """
    if treatment not in treatments:
        raise EvidenceError(unknown("treatment", treatment, treatments))
    return treatments.index(treatment)


def two_sided(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return two-sided normal p-values."""
    from scipy.special import erfc  # noqa: PLC0415 - half of the start-up time of the engine

    return np.asarray(erfc(np.abs(z) / math.sqrt(2.0)))
