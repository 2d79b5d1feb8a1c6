"""A reading: one comparison on one instrument at one time, as the tables hold it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filiform.review._choices import Origin
    from filiform.review._comparison import Comparison
    from filiform.review._question import Measure


@dataclass(frozen=True, slots=True)
class ArmMean:
    """The mean of one arm at one time, with its SD, in the unit of the analysis."""

    arm_id: str
    n: int
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class ArmCount:
    """How many people of one arm had an event."""

    arm_id: str
    n: int
    events: int


@dataclass(frozen=True, slots=True)
class MeanPair:
    """Two arms by their means.

    Attributes:
        per_sd: None where the means are in the unit of the analysis; else their unit is not
            known, and this many units of the analysis make one standard deviation.
    """

    a: ArmMean
    b: ArmMean
    per_sd: float | None


@dataclass(frozen=True, slots=True)
class CountPair:
    """Two arms by their counts."""

    a: ArmCount
    b: ArmCount

    def to_dict(self) -> dict[str, list[int]]:
        """Return events and people of both arms, ready for JSON."""
        return {"a": [self.a.events, self.a.n], "b": [self.b.events, self.b.n]}


@dataclass(frozen=True, slots=True)
class Value:
    """An effect on the scale of the analysis: points or SDs, or the logarithm of a ratio.

    Attributes:
        estimate: a minus b.
        variance: Of the estimate.
        low, high: The interval, as printed where it was printed.
    """

    estimate: float
    variance: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One comparison of two arms on one instrument at one time.

    Attributes:
        value: Its effect, or None where it cannot be used.
        fault: Why it cannot be used; empty where it can.
        rows: The rows of the tables that it stands on, such as `contrasts.csv:12`.
        arms: The two arms, where the effect comes from them.
    """

    comparison: Comparison
    outcome: str
    instrument: str
    weeks: float | None
    measure: Measure
    origin: Origin
    value: Value | None
    fault: str
    flags: frozenset[str]
    rows: tuple[str, ...]
    source: str
    arms: MeanPair | CountPair | None = None

    @property
    def usable(self) -> bool:
        """Whether it has an effect with a variance and a week."""
        return self.value is not None

    @property
    def pair(self) -> tuple[str, str]:
        """The two arms, the intervention's first."""
        return self.comparison.arm_a, self.comparison.arm_b

    def to_dict(self) -> dict[str, object]:
        """Return where it stands and what it says, ready for JSON."""
        return {
            "arms": list(self.pair),
            "instrument": self.instrument,
            "weeks": self.weeks,
            "origin": self.origin,
            "rows": list(self.rows),
            "fault": self.fault,
        }
