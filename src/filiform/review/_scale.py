"""One scale: raw numbers into points, and standard deviations into points."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.knowledge import Contrast, Outcome
    from filiform.review._choices import OutcomeScale


@dataclass(frozen=True, slots=True)
class ReferenceSd:
    """The standard deviation that turns a standardised difference into points.

    Attributes:
        value: The root mean square of the arms' SDs, in points.
        arms: What it rests on: trial, arm, and the arm's own SD in points (the root mean square
            of its SDs where it reports several).
    """

    value: float
    arms: tuple[tuple[str, str, float], ...]

    def to_dict(self) -> dict[str, object]:
        """Return the value and the arms that it rests on, ready for JSON."""
        return {
            "value": self.value,
            "arms": [{"trial_id": t, "arm_id": a, "sd": sd} for t, a, sd in self.arms],
        }


def points_per_unit(row: Outcome | Contrast, scale: OutcomeScale) -> float | None:
    """Return the points in one unit of a row's scale, or None where a scale is not known.

    The sign turns a row whose direction is not the outcome's.

        factor = length / (scale_max - scale_min)
    """
    if row.scale_min is None or row.scale_max is None or scale.length is None:
        return None
    return direction(row, scale) * scale.length / (row.scale_max - row.scale_min)


def direction(row: Outcome | Contrast, scale: OutcomeScale) -> int:
    """Return -1 where a row counts in the other direction than its outcome, else 1."""
    return 1 if row.lower_is_better == scale.lower_is_better else -1


def reference_sd(rows: Iterable[Outcome], scale: OutcomeScale) -> ReferenceSd | None:
    """Return the SD that stands for an outcome, or None where no arm reports one in points.

    The final values after baseline of every arm that reports its SD; each arm counts once.

        SD = sqrt(mean over arms of (mean over the arm's rows of sd²))

    *Source: Schünemann 2023, Cochrane Handbook 6.4, section 15.5.3.2 (re-expressing by a
    familiar instrument).*
    """
    squares: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows:
        factor = points_per_unit(row, scale)
        if factor is not None and _counts(row) and row.sd is not None:
            squares[row.trial_id, row.arm_id].append((factor * row.sd) ** 2)
    arms = {arm: sum(values) / len(values) for arm, values in sorted(squares.items())}
    if not arms:
        return None
    value = math.sqrt(sum(arms.values()) / len(arms))
    return ReferenceSd(value, tuple((*arm, math.sqrt(square)) for arm, square in arms.items()))


def _counts(row: Outcome) -> bool:
    return row.statistic == "final" and row.sd_origin == "reported" and (row.weeks or 0) > 0
