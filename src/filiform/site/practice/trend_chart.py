"""The trend of one measure as a drawing: scores with their error, the expected course, the band."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from filiform.care.progress import BandPoint, Trend

WIDTH, HEIGHT = 360.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 350.0, 12.0, 256.0
_TICKS = 5
_WEEK_STEPS = (1, 2, 4, 8, 13, 26)
_MOST_WEEK_TICKS = 8


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid, where it stands and what it says."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A score with the ends of its error."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """A week in numbers: what is drawn, said as a table."""

    week: float
    score: float | None
    expected: BandPoint | None
    own: BandPoint | None


@dataclass(frozen=True, slots=True)
class TrendChart:
    """Everything that the template draws, in points of a box of 360 by 300.

    Attributes:
        own_band, own_line: what is ahead; "" where nothing is foretold any more.
        planned_end: where the line of the planned end stands.
        compared: what trials found that compared with and without needles, in sentences.
    """

    instrument: str
    error: float
    threshold: float
    threshold_y: float
    expected_band: str
    expected_line: str
    own_band: str
    own_line: str
    untreated_line: str
    dots: tuple[Dot, ...]
    weeks: tuple[Tick, ...]
    levels: tuple[Tick, ...]
    rows: tuple[Row, ...]
    end: float
    planned_end: float
    compared: tuple[str, ...]
    sentence: str
    level: float


class _Scale:
    """From weeks and points to the drawing."""

    def __init__(self, trend: Trend) -> None:
        self.trend = trend
        self.last = max(point.week for point in trend.expected) or 1.0

    def x(self, week: float) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * week / self.last, 1)

    def y(self, score: float) -> float:
        low, high = self.trend.low, self.trend.high
        inside = min(max(score, low), high)
        return round(_BOTTOM - (_BOTTOM - _TOP) * (inside - low) / (high - low), 1)

    def line(self, points: Sequence[BandPoint]) -> str:
        return " ".join(f"{self.x(p.week)},{self.y(p.expected)}" for p in points)

    def band(self, points: Sequence[BandPoint]) -> str:
        over = [f"{self.x(p.week)},{self.y(p.high)}" for p in points]
        under = [f"{self.x(p.week)},{self.y(p.low)}" for p in reversed(points)]
        return " ".join((*over, *under))


def chart_of(
    trend: Trend, *, end_week: float, over: bool, compared: tuple[str, ...] = ()
) -> TrendChart:
    """Return the drawing of a trend.

    Args:
        trend: of one measure.
        end_week: planned.
        over: whether that is behind, so that nothing is drawn ahead.
        compared: what trials found that compared, in sentences.

    The error of a single score is 1.96 standard errors of measurement, MDC / √2.
    """
    scale, error = _Scale(trend), trend.mdc / math.sqrt(2.0)
    last_score = trend.scores[-1].week
    ahead = [] if over else [point for point in trend.own if point.week >= last_score]
    return TrendChart(
        instrument=trend.instrument,
        error=error,
        threshold=trend.threshold,
        threshold_y=scale.y(trend.threshold),
        expected_band=scale.band(trend.expected),
        expected_line=scale.line(trend.expected),
        own_band=scale.band(ahead),
        own_line=scale.line(ahead),
        untreated_line=scale.line(trend.untreated),
        dots=tuple(
            Dot(
                scale.x(point.week),
                scale.y(point.score),
                scale.y(point.score - error),
                scale.y(point.score + error),
            )
            for point in trend.scores
        ),
        weeks=_weeks(scale),
        levels=_levels(scale),
        rows=_rows(trend, over=over),
        end=scale.last,
        planned_end=scale.x(end_week),
        compared=compared,
        sentence=trend.sentence,
        level=trend.level,
    )


def _weeks(scale: _Scale) -> tuple[Tick, ...]:
    step = next((s for s in _WEEK_STEPS if scale.last / s <= _MOST_WEEK_TICKS), _WEEK_STEPS[-1])
    return tuple(Tick(scale.x(week), str(week)) for week in range(0, int(scale.last) + 1, step))


def _levels(scale: _Scale) -> tuple[Tick, ...]:
    low, high = scale.trend.low, scale.trend.high
    values = [low + (high - low) * n / _TICKS for n in range(_TICKS + 1)]
    return tuple(Tick(scale.y(value), f"{value:g}") for value in values)


def _rows(trend: Trend, *, over: bool) -> tuple[Row, ...]:
    """Return the weeks with a score, and the end."""
    scores = {point.week: point.score for point in trend.scores}
    expected = {point.week: point for point in trend.expected}
    own = {} if over else {point.week: point for point in trend.own}
    weeks = sorted({*scores, max(expected)})
    return tuple(Row(week, scores.get(week), expected.get(week), own.get(week)) for week in weeks)
