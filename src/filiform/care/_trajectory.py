"""One person's course as a Gaussian process, updated exactly by the scores that came.

All in points of 100, as differences from the first score y₀ as it was written down. With s(t) the
true level and scores y = s + e, e ~ N(0, SEM²), and nothing assumed of the first level itself:

    s(t) - y₀ ~ N(-(1 - left(t)) y₀,  P(t, u) + SEM²)
    P(t, u) = σ² g(t) g(u) [λ + (1 - λ) exp(-|t - u|/τ)] + y₀² q(t) q(u)

g grows to 1 with the square root of time; q is left(t) times the SD of its logarithm: how far a
group of people may lie from the trials' mean. The SEM² that all have in common is the error of
the first score.

*Source: Rasmussen and Williams 2006, Gaussian Processes for Machine Learning, equations 2.23 and
2.24 (the update).*
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from filiform.care._progress_rules import PersonRules
    from filiform.care.expected import ExpectedCourse, Prior

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The model of an outcome with a measure.

    Attributes:
        weeks: `(j,)` knots of the expected course, the first is 0.
        left: `(j,)` share of the first score that is left.
        log_sd: `(j,)` SD of its logarithm, between trials and of the mean.
        person_sd: SD of true improvement between people, in points.
        sem: standard error of measurement, in points.
        rules: how people differ over time.
    """

    weeks: Floats
    left: Floats
    log_sd: Floats
    person_sd: float
    sem: float
    rules: PersonRules

    @classmethod
    def of(
        cls, prior: Prior, sem: float, rules: PersonRules, course: ExpectedCourse | None = None
    ) -> Trajectory:
        """Take the treated course of a prior, or another one.

        σ² = max(SD² - 2 SEM², share · SD²), SD being that of the change that arms report.
        """
        points = (course or prior.treated).points
        observed = prior.change_sd**2
        variance = max(observed - 2 * sem**2, rules.least_share * observed)
        spread = [float(np.hypot(point.standard_error, point.between)) for point in points]
        return cls(
            weeks=np.array([0.0, *(point.week for point in points)]),
            left=np.array([1.0, *(point.left for point in points)]),
            log_sd=np.array([0.0, *spread]),
            person_sd=float(np.sqrt(variance)),
            sem=sem,
            rules=rules,
        )

    def expected(self, first: Floats, weeks: Floats) -> Floats:
        """Return the expected level less the first score, `(n, k)`."""
        return -first[:, None] * (1.0 - self._left(weeks))[None, :]

    def covariance(self, first: Floats, weeks: Floats) -> Floats:
        """Return the covariance of true levels about the first score, `(n, k, k)`."""
        grown = np.sqrt(np.minimum(weeks / self.rules.full_by_week, 1.0))
        apart = np.abs(weeks[:, None] - weeks[None, :])
        fading = (1.0 - self.rules.lasting) * np.exp(-apart / self.rules.weeks)
        person = self.person_sd**2 * np.outer(grown, grown) * (self.rules.lasting + fading)
        group = self._left(weeks) * np.interp(weeks, self.weeks, self.log_sd)
        shared = person[None] + first[:, None, None] ** 2 * np.outer(group, group)[None]
        return np.asarray(shared + self.sem**2)

    def _left(self, weeks: Floats) -> Floats:
        return np.asarray(np.interp(weeks, self.weeks, self.left))

    def update(self, first: Floats, weeks: Floats, later: Floats, targets: Floats) -> Levels:
        """Return the true levels at the targets, given the scores.

            mean = m* + K* (K + SEM² I)⁻¹ (y - m)        cov = K** - K* (K + SEM² I)⁻¹ K*ᵀ

        Args:
            first: `(n,)` first scores, in points.
            weeks: `(k,)` weeks of the later scores, k may be 0.
            later: `(n, k)` later scores, in points.
            targets: `(m,)` weeks to tell of.
        """
        k = weeks.size
        times = np.concatenate([weeks, targets])
        mean = self.expected(first, times)
        full = self.covariance(first, times)
        if k == 0:
            return Levels(first[:, None] + mean, np.sqrt(np.einsum("nii->ni", full)), self.sem)
        seen = full[:, :k, :k] + self.sem**2 * np.eye(k)
        across = full[:, k:, :k]
        gain = np.linalg.solve(seen, np.swapaxes(across, 1, 2))
        surprise = later - first[:, None] - mean[:, :k]
        level = mean[:, k:] + np.einsum("nkm,nk->nm", gain, surprise)
        lost = np.einsum("nmk,nkm->nm", across, gain)
        variance = np.maximum(np.einsum("nii->ni", full[:, k:, k:]) - lost, 0.0)
        return Levels(first[:, None] + level, np.sqrt(variance), self.sem)

    def one_step(self, first: Floats, weeks: Floats, later: Floats) -> Ahead:
        """Return for each later score what the earlier ones had foretold.

        With L Lᵀ = K + SEM² I (Cholesky), z = L⁻¹ (y - m): the SD of the prediction of score j from
        those before it is L_jj, and its mean y_j - L_jj z_j. Later rows never change earlier ones.
        """
        k = weeks.size
        factor = np.linalg.cholesky(self.covariance(first, weeks) + self.sem**2 * np.eye(k))
        surprise = later - first[:, None] - self.expected(first, weeks)
        z = np.linalg.solve(factor, surprise[:, :, None])[:, :, 0]
        sd = np.einsum("nii->ni", factor)
        return Ahead(later - sd * z, np.asarray(sd))


@dataclass(frozen=True, slots=True)
class Levels:
    """True levels, in points: `(n, m)` means and SDs.

    Attributes:
        sem: standard error of measurement: a score's variance is that of the level plus its square.
    """

    mean: Floats
    sd: Floats
    sem: float

    @property
    def score_sd(self) -> Floats:
        """SD of a score that would be taken, `(n, m)`."""
        return np.asarray(np.sqrt(self.sd**2 + self.sem**2))


@dataclass(frozen=True, slots=True)
class Ahead:
    """Predictions of scores one step ahead, in points: `(n, k)` means and SDs."""

    mean: Floats
    sd: Floats
