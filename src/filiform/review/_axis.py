"""An axis: from numbers to places on a strip, with round marks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MARKS = 5
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_RATIOS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
_AIR = 0.06


@dataclass(frozen=True, slots=True)
class Axis:
    """A strip from `left` to `right` that shows the numbers from `low` to `high`.

    Attributes:
        ratio: Whether the numbers are ratios, shown by their logarithms.
    """

    low: float
    high: float
    left: float
    right: float
    ratio: bool

    @classmethod
    def about(cls, numbers: Iterable[float], strip: tuple[float, float], *, ratio: bool) -> Axis:
        """Return an axis that shows all the numbers with some air at its ends."""
        shown = [math.log(number) if ratio else number for number in numbers]
        low, high = min(shown), max(shown)
        air = _AIR * (high - low) or 1.0
        return cls(low - air, high + air, *strip, ratio)

    def place(self, number: float) -> float:
        """Return where a number stands; the end of the strip where it lies beyond."""
        shown = math.log(number) if self.ratio else number
        share = (shown - self.low) / (self.high - self.low)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def beyond(self, number: float) -> int:
        """Return -1 or 1 where a number lies off the strip's left or right end, else 0."""
        shown = math.log(number) if self.ratio else number
        return (shown > self.high) - (shown < self.low)

    def marks(self) -> Sequence[float]:
        """Return the round numbers to write below the strip.

        >>> Axis(-40, 20, 0, 300, ratio=False).marks()
        [-40.0, -20.0, 0.0, 20.0]
        """
        if self.ratio:
            return [r for r in _RATIOS if self.low <= math.log(r) <= self.high]
        rough = (self.high - self.low) / _MARKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * r for r in _ROUND if power * r >= rough)
        first = math.ceil(self.low / step)
        last = math.floor(self.high / step)
        return [n * step for n in range(first, last + 1)]
