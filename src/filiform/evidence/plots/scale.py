"""The scale of an axis: positions as pooled, tick labels as people read them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from filiform.errors import EvidenceError
from filiform.evidence._options import choose
from filiform.evidence.effects.effect_size import MEASURES
from filiform.evidence.effects.transform import BY_MEASURE, TRANSFORMATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

_INVERSE: Final[Mapping[str, Callable[[float], float]]] = MappingProxyType(
    {
        "identity": float,
        "exp": math.log,
        "expit": lambda p: math.log(p / (1.0 - p)),
        "tanh": math.atanh,
        "sine_squared": lambda p: math.asin(math.sqrt(p)),
        "square": math.sqrt,
    }
)
# Which back-transformed values have a place on the axis.
_DOMAIN: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "identity": (-math.inf, math.inf),
        "exp": (0.0, math.inf),
        "expit": (0.0, 1.0),
        "tanh": (-1.0, 1.0),
        "sine_squared": (0.0, 1.0),
        "square": (0.0, math.inf),
    }
)
_AXIS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "exp": "log scale",
        "expit": "logit scale",
        "tanh": "Fisher z scale",
        "sine_squared": "arcsine scale",
        "square": "square root scale",
    }
)
_READ: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PLO": "proportion",
        "PAS": "proportion",
        "ZCOR": "correlation",
        "ZPHI": "phi coefficient",
        "ZPCOR": "partial correlation",
        "IRS": "incidence rate",
    }
)
# Single groups whose measure is 0 where nothing goes together.
_ABOUT_ZERO: Final = frozenset({"correlation", "t_statistic"})
_MOST_TICKS: Final = 6
# From here on the decimals of a ratio say nothing, and then its digits neither.
_MANY, _TOO_MANY = 1e3, 1e6
# Ratios that span less than this factor get evenly spaced ticks, wider ones 1, 2, 5, 10 …
_NARROW: Final = math.log(4.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """How pooled numbers are placed and read.

    Attributes:
        short: what a column of effects is headed, such as "RR".
        words: the axis label without its unit.
        transformation: from the pooled scale to the one that is read.
        null: where no effect lies on the pooled scale; None for single groups.
    """

    short: str
    words: str
    transformation: str
    null: float | None

    def read(self, value: float) -> float:
        """Return a pooled number as it is read."""
        return TRANSFORMATIONS[self.transformation](value)

    def text(self, value: float, decimals: int) -> str:
        """Write a pooled number as it is read; a ratio never as 0.00."""
        read = self.read(value)
        if self.transformation == "exp" and round(read, decimals) == 0.0:
            return f"{read:.1g}".replace("e-0", "e-").replace("e-", "e−")
        if self.transformation == "exp" and read >= _MANY:
            return f"{read:,.0f}" if read < _TOO_MANY else f"{read:.1e}".replace("e+", "e")
        return number(read, decimals)

    def place(self, value: float) -> float:
        """Return where a number that is read lies on the pooled scale.

        Raises:
            EvidenceError: for a number that the scale does not have.
        """
        if not self._has_place(value):
            low, high = _DOMAIN[self.transformation]
            raise EvidenceError(
                f"{value:g} has no place on the axis of {self.words}: "
                f"give a number above {low:g} and below {high:g}"
            )
        return _INVERSE[self.transformation](value)

    def label(self, unit: str | None) -> str:
        """Return the axis label, with a unit where there is one."""
        return self.words if unit is None else f"{self.words} ({unit})"

    def ticks(
        self, low: float, high: float, most: int = _MOST_TICKS
    ) -> tuple[NDArray[np.float64], list[str]]:
        """Return positions on the pooled scale and labels of about `most` ticks between two."""
        read = [value for value in self._candidates(low, high, most) if self._has_place(value)]
        placed = [(self.place(value), value) for value in read]
        kept = [(x, value) for x, value in placed if low <= x <= high]
        values = [value for _, value in kept]
        return np.array([x for x, _ in kept]), _tick_labels(values)

    def _candidates(self, low: float, high: float, most: int) -> list[float]:
        if self.transformation == "exp" and high - low > _NARROW:
            return _one_two_five(low, high, most)
        from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - only when a plot is made

        locator = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10])
        return [float(x) for x in locator.tick_values(self.read(low), self.read(high))]

    def _has_place(self, value: float) -> bool:
        low, high = _DOMAIN[self.transformation]
        return low < value < high


def scale_of(measure: str | None) -> Scale:
    """Return the scale of a measure or a transformation; None is the scale as pooled.

    Raises:
        EvidenceError: for an unknown word; the nearest one is named.

    >>> scale = scale_of("RR")
    >>> scale.words, round(scale.read(scale.null), 3)
    ('Risk ratio, log scale', 1.0)
    """
    if measure is None:
        return Scale("Effect", "Effect", "identity", 0.0)
    words = {name: name for name in (*MEASURES, *TRANSFORMATIONS)}
    name = choose("measure or transformation", measure, words | {x.casefold(): x for x in words})
    if name in TRANSFORMATIONS:
        suffix = f", {_AXIS[name]}" if name in _AXIS else ""
        return Scale("Effect", f"Effect{suffix}", name, 0.0)
    chosen = MEASURES[name]
    kind = next((kind for kind, names in BY_MEASURE.items() if name in names), "identity")
    read = _READ.get(name, chosen.words.removeprefix("log ") if kind == "exp" else chosen.words)
    suffix = f", {_AXIS[kind]}" if kind in _AXIS else ""
    compares = any(one.endswith(("1", "2")) or one in _ABOUT_ZERO for one in chosen.inputs)
    return Scale(name, f"{read[0].upper()}{read[1:]}{suffix}", kind, 0.0 if compares else None)


def decimals_for(scale: Scale, low: NDArray[np.float64], high: NDArray[np.float64]) -> int:
    """Return how many decimals show the intervals' half-widths with two digits; ratios get two."""
    if scale.transformation == "exp":
        return 2
    read = np.vectorize(scale.read, otypes=[float])
    half = float(np.median(np.abs(read(high) - read(low)))) / 2.0
    if not half > 0.0:
        return 2
    return min(max(1 - math.floor(math.log10(half)), 0), _MOST_DECIMALS)


_MOST_DECIMALS: Final = 10


def number(value: float, decimals: int) -> str:
    """Write a number with a true minus sign and without a minus before zero.

    >>> number(-0.001, 2), number(-1.5, 1)
    ('0.00', '−1.5')
    """
    text = f"{value:.{decimals}f}"
    if float(text) == 0.0:
        text = text.removeprefix("-")
    return text.replace("-", "−")


def _one_two_five(low: float, high: float, most: int) -> list[float]:
    decades = range(math.floor(low / math.log(10.0)), math.ceil(high / math.log(10.0)) + 1)
    for steps in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
        found = [s * 10.0**d for d in decades for s in steps]
        inside = [x for x in found if low <= math.log(x) <= high]
        if len(inside) <= most:
            return inside
    every = -(-len(decades) // most)
    return [10.0**d for d in decades if d % every == 0]


def _tick_labels(values: list[float]) -> list[str]:
    steps = np.diff(values)
    if steps.size and np.allclose(steps, steps[0]):
        decimals = max(0, math.ceil(-math.log10(float(steps[0]))))
        whole = all(abs(v - round(v, decimals)) < _ROUNDING * steps[0] for v in values)
        return [number(value, decimals if whole else decimals + 1) for value in values]
    return [f"{value:.6g}".replace("-", "−") for value in values]


# Ticks are round numbers up to what floating point leaves.
_ROUNDING: Final = 1e-6
