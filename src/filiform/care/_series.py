"""One person's scores of one measure in the order of time, and the model that reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from filiform.care._trajectory import Trajectory
from filiform.care.outcomes import important_change, measurement_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.care._instruments import InstrumentRules
    from filiform.care._progress_rules import ProgressRules
    from filiform.care._trajectory import Floats
    from filiform.care.expected import Prior
    from filiform.knowledge import Library

POINTS = 100.0
_HALF = 0.5
_SLACK = 1e-9
"""Scores are typed with a few digits: what differs by less is the same score."""


@dataclass(frozen=True, slots=True)
class Series:
    """Scores of one measure, rising in time, one a week at most.

    Attributes:
        weeks: since the start.
        scores: in the measure's own points.
    """

    instrument: InstrumentRules
    weeks: tuple[float, ...]
    scores: tuple[float, ...]

    @property
    def has_first(self) -> bool:
        """Whether there is a score of week 0."""
        return bool(self.weeks) and self.weeks[0] == 0.0

    @property
    def first(self) -> float:
        """The score of week 0."""
        return self.scores[0]

    @property
    def latest(self) -> float:
        """The last score."""
        return self.scores[-1]


@dataclass(frozen=True, slots=True)
class MeasureModel:
    """What is needed to read a measure.

    Attributes:
        factor: points of 100 in one point of the measure.
        mdc: smallest change that is more than error, in the measure's points.
        important: smallest important change, in the measure's points.
        share: of the first score that counts as better, at least.
        sources: ids behind error, importance and share.
        note: what stands in for the measure's own numbers.
    """

    instrument: InstrumentRules
    prior: Prior
    trajectory: Trajectory
    untreated: Trajectory | None
    factor: float
    mdc: float
    important: float
    share: float
    sources: tuple[str, ...]
    note: str

    def threshold(self, first: float) -> float:
        """Return the fall that counts as better, in the measure's points."""
        return max(self.important, self.share * (first - self.instrument.low))

    def thresholds(self, first: Floats) -> Floats:
        """Return the fall that counts as better for each first score, `(n,)`."""
        return np.maximum(self.important, self.share * (first - self.instrument.low))

    def half_steps(self, scores: Floats) -> Floats:
        """Return half the way to the next answer, 0 for a score between two answers."""
        steps = (scores - self.instrument.low) / self.instrument.step
        on_grid = np.abs(steps - np.round(steps)) < _SLACK
        return np.where(on_grid, _HALF * self.instrument.step, 0.0)

    def aims(self, scores: Floats) -> Floats:
        """Return the highest latent score that is read as a meaningful improvement, `(n,)`.

        Where all scores so far are on the grid of answers the next one will be rounded to it: the
        aim is the highest answer that is low enough, and half a step more.

        Args:
            scores: `(n, k)` so far, the first one in front.
        """
        limit = scores[:, 0] - self.thresholds(scores[:, 0])
        steps = np.floor((limit - self.instrument.low) / self.instrument.step + _SLACK)
        on_grid = np.all(self.half_steps(scores) > 0.0, axis=1)
        rounded = self.instrument.low + (steps + _HALF) * self.instrument.step
        return np.where(on_grid, rounded, limit)


def model_of(
    instrument: InstrumentRules,
    priors: Mapping[str, Prior],
    rules: ProgressRules,
    library: Library,
) -> MeasureModel | str:
    """Return the model of a measure, or the sentence why there is none."""
    prior = priors.get(instrument.outcome)
    if prior is None:
        return f"The tables tell no expected course for {instrument.id}."
    error = measurement_error(instrument.id, library=library)
    important = important_change(instrument.id, library=library)
    if error is None or important is None:
        return f"No source in the tables tells how much a score of {instrument.id} moves by itself."
    factor = POINTS / (instrument.high - instrument.low)
    better = rules.better[instrument.outcome]
    cited = library.sources_of(better.reason.source) if better.reason.source else ()
    untreated = prior.untreated
    return MeasureModel(
        instrument=instrument,
        prior=prior,
        trajectory=Trajectory.of(prior, error.sem * factor, rules.person),
        untreated=(
            Trajectory.of(prior, error.sem * factor, rules.person, untreated) if untreated else None
        ),
        factor=factor,
        mdc=error.mdc,
        important=important.points,
        share=better.share,
        sources=tuple(
            dict.fromkeys((*error.sources, *important.sources, *(each.id for each in cited)))
        ),
        note=error.note,
    )
