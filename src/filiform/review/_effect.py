"""The effect of one trial in a synthesis, and why a trial has none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from filiform.review._question import Measure
    from filiform.review._reading import CountPair, Reading

EffectOrigin = Literal["contrast", "arms", "smd_reexpressed", "combined", "shared_arm"]


@dataclass(frozen=True, slots=True)
class StudyEffect:
    """One trial's effect: intervention minus comparator, or their ratio.

    Attributes:
        estimate: In the synthesis' unit; for RR and OR the ratio itself.
        variance: Of the estimate, for RR and OR of its logarithm.
        ci_low, ci_high: The 95 % interval, as printed where it was printed.
        weeks: Since baseline.
        n: People in the arms compared; None where it is not reported.
        n_trial: People randomised to all arms of the trial; None where it is not reported.
        counts: Who had the event in the two arms, where the effect comes from counts.
        controls: What the other arm had, by its own id: `sham_needle` where `sham` was asked.
        origin: A printed difference, two arms, a standardised one turned into points, several
            arms combined, or two differences with the same third arm.
        statistic: Whether arms were compared by final values or by changes.
        flags: What makes it doubtful; see choices.toml.
        background: What both arms had.
        arms: The arms compared, by id and the trial's own label.
        rows: The rows of the tables that it stands on.
    """

    trial_id: str
    estimate: float
    variance: float
    ci_low: float
    ci_high: float
    unit: str
    measure: Measure
    weeks: float
    n: int | None
    n_trial: int | None
    counts: CountPair | None
    controls: tuple[str, ...]
    instrument: str
    origin: EffectOrigin
    statistic: Literal["final", "change"]
    flags: tuple[str, ...]
    background: tuple[str, ...]
    condition: str
    source: str
    arm_ids: tuple[str, ...]
    arms: tuple[tuple[str, str], ...]
    rows: tuple[str, ...]

    @property
    def analysed(self) -> float:
        """The estimate on the scale of the analysis: the logarithm of a ratio."""
        return self.estimate if self.measure == "MD" else math.log(self.estimate)

    @property
    def standard_error(self) -> float:
        """The standard error, for a ratio that of its logarithm."""
        return math.sqrt(self.variance)

    def to_dict(self) -> dict[str, object]:
        """Return everything that pooling again needs, ready for JSON."""
        return {
            "trial_id": self.trial_id,
            "estimate": self.estimate,
            "ci": [self.ci_low, self.ci_high],
            "yi": self.analysed,
            "sei": self.standard_error,
            "unit": self.unit,
            "measure": self.measure,
            "weeks": self.weeks,
            "n": self.n,
            "n_trial": self.n_trial,
            "events": self.counts.to_dict() if self.counts else None,
            "controls": list(self.controls),
            "instrument": self.instrument,
            "origin": self.origin,
            "statistic": self.statistic,
            "flags": list(self.flags),
            "background": list(self.background),
            "condition": self.condition,
            "arms": dict(self.arms),
            "rows": list(self.rows),
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A trial, or rows of one, that are not in a synthesis, and why.

    Attributes:
        readings: What the tables hold of it for this question.
    """

    trial_id: str
    reason: str
    source: str
    readings: tuple[Reading, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the reason and the rows, ready for JSON."""
        return {
            "trial_id": self.trial_id,
            "reason": self.reason,
            "source": self.source,
            "rows": [row for reading in self.readings for row in reading.rows],
        }
