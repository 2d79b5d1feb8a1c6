"""Bars of intervals around the line of no difference, as shares of a drawing's width.

The numbers stand beside each bar as text, so the drawing is decoration for the eye.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

_STEP = 10
_WHOLE_SCALE = 100


class Measured(Protocol):
    """What a bar is drawn of: an effect, or what is known in a window of time."""

    @property
    def estimate(self) -> float | None:
        """The difference in points."""

    @property
    def ci(self) -> tuple[float, float] | None:
        """Its interval."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a bar begins, ends and has its middle, in percent of the width."""

    low: float
    high: float
    point: float


@dataclass(frozen=True, slots=True)
class Axis:
    """The points of 100 that a drawing spans; no difference always lies on it."""

    left: float
    right: float

    @classmethod
    def over(cls, cells: Iterable[Measured]) -> Axis:
        """Return the axis that holds every interval, rounded to tens, at most the whole scale."""
        known = [cell.ci for cell in cells if cell.ci is not None]
        low = min((ci[0] for ci in known), default=0.0)
        high = max((ci[1] for ci in known), default=0.0)
        return cls(
            max(-_WHOLE_SCALE, _STEP * math.floor(min(low, -_STEP) / _STEP)),
            min(_WHOLE_SCALE, _STEP * math.ceil(max(high, _STEP) / _STEP)),
        )

    @property
    def zero(self) -> float:
        """Where no difference lies."""
        return self._share(0)

    def bar(self, cell: Measured) -> Bar | None:
        """Return the bar of a cell, or nothing where nothing is known."""
        if cell.ci is None or cell.estimate is None:
            return None
        return Bar(self._share(cell.ci[0]), self._share(cell.ci[1]), self._share(cell.estimate))

    def _share(self, value: float) -> float:
        inside = min(max(value, self.left), self.right)
        return round(100 * (inside - self.left) / (self.right - self.left), 2)
