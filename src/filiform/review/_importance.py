"""The smallest difference that matters to a person, and which row of instruments.csv it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.errors import ReviewError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.knowledge import Instrument
    from filiform.knowledge.rule_table import RuleTable
    from filiform.review._question import Question

POINTS = 100.0


@dataclass(frozen=True, slots=True)
class ImportantDifference:
    """The smallest important difference of an outcome, in points of 100.

    Attributes:
        conditions: The kinds of pain that it is for; none where it is for all others.
        row: The row of instruments.csv.
        reason: Why this row.
    """

    outcome: str
    conditions: tuple[str, ...]
    points: float
    row: str
    reason: str


def read_important_differences(
    rules: RuleTable, instruments: Iterable[Instrument]
) -> tuple[ImportantDifference, ...]:
    """Read the rows that certainty.toml names.

    Raises:
        ReviewError: Where it names no row, or several.
    """
    rows = tuple(instruments)
    return tuple(_read(table, rows) for table in rules.tables("important_difference"))


def important_difference(
    differences: Iterable[ImportantDifference], question: Question
) -> ImportantDifference | None:
    """Return the one for a question: for its condition, else for all conditions."""
    fitting = [d for d in differences if d.outcome == question.outcome]
    own = [d for d in fitting if question.condition in d.conditions]
    return next(iter(own or [d for d in fitting if not d.conditions]), None)


def _read(table: RuleTable, instruments: tuple[Instrument, ...]) -> ImportantDifference:
    source = table.text("source") if table.has("source") else ""
    named = [
        row
        for row in instruments
        if (row.instrument, row.population) == (table.text("instrument"), table.text("population"))
        and source in row.source
    ]
    if len(named) != 1:
        raise ReviewError(f"{table.file}, {table.place}: names {len(named)} rows, 1 is needed")
    return ImportantDifference(
        outcome=table.text("outcome"),
        conditions=table.texts("conditions"),
        points=_points(named[0], table),
        row=f"instruments.csv:{named[0].row} ({named[0].instrument}, {named[0].source})",
        reason=table.text("reason"),
    )


def _points(row: Instrument, table: RuleTable) -> float:
    if not isinstance(row.mcid, int | float) or row.range_low is None or row.range_high is None:
        raise ReviewError(f"{table.file}, {table.place}: the row has no mcid on a known range")
    return POINTS * row.mcid / (row.range_high - row.range_low)


@dataclass(frozen=True, slots=True)
class Border:
    """A value that parts one conclusion from another."""

    value: float
    name: str


def borders(
    question: Question, estimate: float, important: ImportantDifference | None, ratio: RuleTable
) -> tuple[Border, ...]:
    """Return no effect, and the smallest important effect on the side of an estimate.

    Args:
        question: Its measure decides between differences and ratios.
        estimate: In points, or the ratio itself.
        important: The smallest important difference; None where the outcome has none.
        ratio: The smallest important ratios.
    """
    if question.measure != "MD":
        value = ratio.number("above" if estimate > 1 else "below")
        least = Border(value, f"the smallest important ratio ({value:g})")
        return (Border(1.0, "no effect (a ratio of 1)"), least)
    none = Border(0.0, "no effect (0)")
    if important is None:
        return (none,)
    points = important.points if estimate > 0 else -important.points
    words = f"the smallest important difference ({important.points:g} points, {important.row})"
    return (none, Border(points, words))
