"""Distributions by their distribution function: quantiles and intervals, to the last digits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_MOST_HALVINGS = 200
# A bracket this narrow holds one double.
_NARROW = 4e-16


class Distribution(Protocol):
    """What quantiles are read from."""

    def below(self, x: float) -> float:
        """Return P(X < x)."""

    def density(self, x: float) -> float:
        """Return the density at x."""


@dataclass(frozen=True, slots=True, eq=False)
class NormalMixture:
    """Normal distributions, mixed.

    Attributes:
        mean: `(n,)`.
        sd: `(n,)`, above 0.
        weight: `(n,)`, they sum to 1.
    """

    mean: Array
    sd: Array
    weight: Array

    def below(self, x: float) -> float:
        """Return P(X < x)."""
        from scipy.special import ndtr  # noqa: PLC0415 - start-up: see `_distributions`

        return float(self.weight @ ndtr((x - self.mean) / self.sd))

    def density(self, x: float) -> float:
        """Return the density at x."""
        z = (x - self.mean) / self.sd
        return float(self.weight @ (np.exp(-0.5 * z * z) / self.sd)) / math.sqrt(2.0 * math.pi)

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation."""
        mean = float(self.weight @ self.mean)
        spread = self.sd**2 + (self.mean - mean) ** 2
        return mean, math.sqrt(float(self.weight @ spread))

    def bounds(self) -> tuple[float, float]:
        """Return values beyond which there is nothing that a double can hold."""
        reach = 40.0 * self.sd
        return float((self.mean - reach).min()), float((self.mean + reach).max())


def quantile(found: Distribution, p: float, low: float, high: float) -> float:
    """Return the x with P(X < x) = p between two bounds, by bisection."""
    return _root(lambda x: found.below(x) - p, low, high)


def interval(
    found: Distribution, level: float, bounds: tuple[float, float], *, shortest: bool
) -> tuple[float, float]:
    """Return the central or the shortest interval of a distribution with one peak."""
    low, high = bounds
    tail = 1.0 - level
    if not shortest:
        return quantile(found, 0.5 * tail, low, high), quantile(found, 1.0 - 0.5 * tail, low, high)

    def ends(p: float) -> tuple[float, float]:
        first = low if p <= 0.0 else quantile(found, p, low, high)
        return first, high if p >= tail else quantile(found, min(1.0, p + level), low, high)

    def rise(p: float) -> float:
        first, last = ends(p)
        return found.density(first) - found.density(last)

    tiny = tail * 1e-9
    if rise(tiny) >= 0.0:
        return ends(0.0)
    return ends(_root(rise, tiny, tail * (1.0 - 1e-9), steps=60))


def _root(
    function: Callable[[float], float], low: float, high: float, *, steps: int = _MOST_HALVINGS
) -> float:
    """Return where a rising function is 0, by false position that halves when it stalls."""
    f_low, f_high = function(low), function(high)
    side = 0
    for step in range(steps):
        middle = 0.5 * (low + high)
        if step % 3 and f_high != f_low:
            middle = (low * f_high - high * f_low) / (f_high - f_low)
        if not low < middle < high:
            middle = 0.5 * (low + high)
        if high - low <= _NARROW * (abs(low) + abs(high)) or middle in (low, high):
            return middle
        f_middle = function(middle)
        if f_middle == 0.0:
            return middle
        if f_middle < 0.0:
            low, f_low = middle, f_middle
            f_high, side = (0.5 * f_high, 1) if side == 1 else (f_high, 1)
        else:
            high, f_high = middle, f_middle
            f_low, side = (0.5 * f_low, -1) if side == -1 else (f_low, -1)
    return 0.5 * (low + high)
