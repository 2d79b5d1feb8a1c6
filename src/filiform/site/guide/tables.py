"""The tables of the result: which rows stand in which table, and their numbers in words.

Nothing is computed here: numbers are those of the aid, written shorter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filiform.guidance.effects import MAIN_OUTCOMES, ROWS
from filiform.guidance.words import number, small, span, way

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.guidance.costs import Price
    from filiform.guidance.effects import Effect
    from filiform.guidance.expected import Window
    from filiform.guidance.harms import Harm, HarmRange
    from filiform.guidance.option import Option
    from filiform.guidance.texts import Text

CERTAINTY = {
    "high": "High",
    "moderate": "Moderate",
    "low": "Low",
    "very_low": "Very low",
    "none": "Not known",
}
OUTCOMES = {
    "pain_intensity": "Pain",
    "disability": "Trouble in daily life",
    "global_improvement": "People who got better",
    "quality_of_life": "Quality of life",
    "pressure_pain_threshold": "Pressure that hurts",
}
FITS = {
    "yes": "green",
    "maybe": "yellow",
    "unknown": "grey",
    "not_before_a_doctor": "orange",
    "no": "red",
}
_HARM_TABLES = {
    "major_people": "Serious: of 10,000 people",
    "major_treatments": "Serious: of 10,000 treatments",
    "minor_people": "Mild: of 100 people",
    "minor_treatments": "Mild: of 100 treatments",
}
_RATIOS = frozenset({"RR", "OR"})


@dataclass(frozen=True, slots=True)
class EffectTable:
    """Comparisons of one kind: those with trials, and the sentences of those without."""

    title: str
    rows: tuple[Effect, ...]
    silent: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class HarmTable:
    """Harms on one denominator: a line an event, and each study for itself.

    Attributes:
        rows: what people must be told of; `others` may be folded away.
    """

    title: str
    rows: tuple[HarmRange, ...]
    others: tuple[HarmRange, ...]
    studies: tuple[Harm, ...]


def effect_tables(option: Option) -> tuple[EffectTable, ...]:
    """Return the comparisons: pain first, then daily life, the rest, and other kinds of care."""
    main = [effect for effect in option.effects if effect.against in ROWS]
    others = [effect for effect in option.effects if effect.against not in ROWS]
    groups = [
        *((OUTCOMES[name], [e for e in main if e.outcome == name]) for name in MAIN_OUTCOMES),
        ("Other results", [e for e in main if e.outcome not in MAIN_OUTCOMES]),
        ("Against other kinds of care", others),
    ]
    return tuple(
        EffectTable(
            title,
            tuple(effect for effect in effects if effect.trials),
            tuple(effect for effect in effects if not effect.trials),
        )
        for title, effects in groups
        if effects
    )


def harm_tables(option: Option) -> tuple[HarmTable, ...]:
    """Return the harms that have a rate, one denominator a table, the serious ones first."""
    return tuple(
        HarmTable(
            title,
            tuple(row for row in option.harm_ranges if row.table == table and row.told_first),
            tuple(row for row in option.harm_ranges if row.table == table and not row.told_first),
            tuple(harm for harm in option.harms if harm.table == table),
        )
        for table, title in _HARM_TABLES.items()
        if any(row.table == table for row in option.harm_ranges)
    )


def unrated(option: Option) -> tuple[Harm, ...]:
    """Return the harms that were reported without a rate."""
    return tuple(harm for harm in option.harms if harm.rate is None)


def harm_sources(row: HarmRange, harms: Iterable[Harm]) -> tuple[str, ...]:
    """Return the sources of one line of harms."""
    return tuple(
        source
        for harm in harms
        if (harm.event, harm.table) == (row.event, row.table)
        for source in harm.sources
    )


def about(texts: Iterable[Text], topic: str) -> tuple[Text, ...]:
    """Return the sentences on a topic."""
    return tuple(text for text in texts if text.topic == topic)


def difference(effect: Effect) -> str:
    """Return an estimate in words, or why there is none; lower is less pain."""
    value = effect.estimate
    if value is None:
        return effect.withheld or "not known"
    if effect.absolute:
        treated, without = (number(each) for each in effect.absolute)
        return f"{treated} of 100 people against {without} of 100, {value:.2g} times"
    if effect.measure in _RATIOS:
        return f"{value:.2g} times"
    if _in_points(effect):
        return _points(value)
    return f"{_tenths(abs(value))} standard deviations {way(value)}"


def _points(value: float) -> str:
    size = number(abs(value))
    return f"{size} {'point' if size == '1' else 'points'} {way(value)}"


def interval(effect: Effect) -> str:
    """Return an interval in words."""
    if effect.ci is None:
        return "not known"
    low, high = effect.ci
    if effect.measure in _RATIOS:
        return f"{low:.2g} to {high:.2g} times"
    return span(low, high)


def people(effect: Effect) -> str:
    """Return how many people took part, and how many trials do not tell."""
    return effect.people if effect.trials else ""


def trials(cell: Effect | Window) -> str:
    """Return how many trials there are."""
    return f"{cell.trials} {'trial' if cell.trials == 1 else 'trials'}"


def _in_points(effect: Effect) -> bool:
    return effect.unit.startswith("points")


def _tenths(value: float) -> str:
    return f"{value:.1f}"


def points(window: Window) -> str:
    """Return what is known in a window of time, in words."""
    value = window.estimate
    return window.withheld or "not known" if value is None else _points(value)


def points_interval(window: Window) -> str:
    """Return its interval in words."""
    return "not known" if window.ci is None else span(*window.ci)


def doubt(effect: Effect) -> str:
    """Return the result without the trials whose numbers are in doubt."""
    other = effect.without_doubtful
    if other is None:
        return ""
    cell = replace(effect, estimate=other.estimate, ci=other.ci, trials=other.trials)
    return f"{difference(cell)}, {interval(cell)} ({trials(cell)})"


def rate(value: float) -> str:
    """Return a rate, however small."""
    return small(value)


def price(row: Price) -> str:
    """Return a price as its source gives it."""
    parts = []
    if row.low is not None and row.high is not None:
        parts.append(f"{row.low:,.0f} to {row.high:,.0f}")
    if row.typical is not None:
        parts.append(f"usually {row.typical:,.0f}")
    dated = "" if row.as_of == "undated" else f", as of {row.as_of}"
    return f"{', '.join(parts) or 'no number'} {row.currency} a {row.unit}{dated}"
