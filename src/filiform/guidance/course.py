"""What becomes of neck pain without needles: groups of people as printed, quoted, not modelled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.guidance import words
from filiform.guidance._guidebook import guidebook
from filiform.guidance._record import Record
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from filiform.knowledge import Course as CourseRow
    from filiform.knowledge import Library

_POINTS = 100.0
_SHARES = {
    "global_improvement": "were better",
    "pain_present": "still had pain",
    "recovery": "had recovered",
    "resolution": "had no more pain",
    "improvement": "were better",
    "persistence": "had the same pain",
    "aggravation": "were worse",
    "recurrence": "had pain again",
    "response": "were clearly better",
    "mild_disability": "had a little trouble in daily life",
    "moderate_severe_disability": "had much trouble in daily life",
}
_LEVELS = {
    "pain_intensity": "pain was",
    "disability": "trouble in daily life was",
    "pain_intensity_change": "pain was",
    "disability_change": "trouble in daily life was",
}


@dataclass(frozen=True, slots=True)
class CoursePoint(Record):
    """One group at one time, in points of 100 or people of 100."""

    weeks: float
    value: float


@dataclass(frozen=True, slots=True)
class GroupCourse(Record):
    """One outcome of one group over time.

    Attributes:
        condition: the kind of pain, where all of the group had the same; None for all kinds.
        unit: `points` of 100, or `people` of 100.
        doubt: what contradictions.csv says of the group's numbers.
        trial_arm: the same people stand in the trial tables.
    """

    study: str
    population: str
    chronicity: str | None
    condition: str | None
    n: int | None
    outcome: str
    instrument: str
    unit: str
    points: tuple[CoursePoint, ...]
    text: str
    doubt: str | None
    trial_arm: bool
    source: str
    sources: tuple[str, ...]


def chronicity_of(duration_days: float | None) -> str | None:
    """Return the word of the tables for how long pain has lasted; None where it is not known."""
    if duration_days is None:
        return None
    for word, (start, below) in guidebook().chronicity.items():
        if start <= duration_days < below:
            return word
    return None


def natural_course(
    library: Library, chronicity: str | None, condition: str | None = None
) -> tuple[GroupCourse, ...]:
    """Return the groups whose pain had lasted as long, then mixed ones; all where it is unknown.

    A group of one kind of pain alone comes first where it is the person's, else last.

    Args:
        library: the facts.
        chronicity: acute, subacute or chronic; None is not answered.
        condition: an id of conditions.csv; None is not answered.
    """
    wanted = {chronicity, "mixed"} if chronicity else None
    grouped: dict[tuple[str, str, str], list[CourseRow]] = {}
    for row in library.course:
        if wanted is None or row.chronicity in wanted:
            grouped.setdefault((row.study_id, row.outcome, row.instrument), []).append(row)
    found = [_group(rows, library) for rows in grouped.values()]
    return tuple(
        sorted(
            (group for group in found if group is not None),
            key=lambda group: (
                _kind_rank(group, condition),
                bool(chronicity) and group.chronicity != chronicity,
                group.trial_arm,
            ),
        )
    )


def _kind_rank(group: GroupCourse, condition: str | None) -> int:
    """Return 0 for the person's own kind of pain, 1 for all kinds, 2 for another."""
    if group.condition is None:
        return 1
    return 0 if group.condition == condition else 2


def _group(rows: Sequence[CourseRow], library: Library) -> GroupCourse | None:
    """Return a group over time; None where the scale of its numbers is not known."""
    first = rows[0]
    values = [(row.weeks, _value(row)) for row in rows]
    points = tuple(CoursePoint(weeks, value) for weeks, value in values if value is not None)
    if not points:
        return None
    share = first.outcome in _SHARES
    return GroupCourse(
        study=first.study_id,
        population=first.population.removeprefix("trial arm: "),
        chronicity=first.chronicity,
        condition=guidebook().course_of.get(first.study_id),
        n=first.n,
        outcome=first.outcome,
        instrument=first.instrument,
        unit="people" if share else "points",
        points=points,
        text=_text(first.outcome, points, share=share),
        doubt=next((c.what for c in library.contradictions if c.subject == first.study_id), None),
        trial_arm=first.is_trial_arm,
        source=first.source,
        sources=sources(library, *(row.source for row in rows)),
    )


def _value(row: CourseRow) -> float | None:
    if row.events is not None and row.total:
        return _POINTS * row.events / row.total
    if row.mean is None or row.scale_min is None or row.scale_max is None:
        return None
    low = 0.0 if row.outcome.endswith("_change") else row.scale_min
    return _POINTS * (row.mean - low) / (row.scale_max - row.scale_min)


def _text(outcome: str, points: Sequence[CoursePoint], *, share: bool) -> str:
    if share:
        parts = [f"{_when(p.weeks)} {words.number(p.value)}" for p in points]
        return f"{words.sentence(words.joined(parts))} of 100 people {_SHARES[outcome]}."
    if outcome.endswith("_change"):
        parts = [f"{_way(p.value)} {_when(p.weeks)}" for p in points]
    else:
        parts = [f"{words.number(p.value)} of 100 {_when(p.weeks)}" for p in points]
    return f"{words.sentence(_LEVELS[outcome])} {words.joined(parts)}."


def _way(change: float) -> str:
    return f"{words.number(abs(change))} points of 100 {'lower' if change < 0 else 'higher'}"


def _when(weeks: float) -> str:
    if weeks == 0:
        return "at the start"
    if weeks < 1:
        return f"after {words.counted(round(weeks * 7), 'day', 'days')}"
    return f"after {words.number(weeks)} {'week' if weeks == 1 else 'weeks'}"
