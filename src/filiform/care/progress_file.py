"""The review of everyone in a table of scores, and whether the predictions hold in the group.

from filiform.care.progress_file import review_file
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING

from filiform.care._advice import ADVICE
from filiform.care._numbers import BAND
from filiform.care._progress_rules import ProgressRules, progress_rules
from filiform.care._reviewing import MeasureReview, Person, ProgressReview, Reviewer
from filiform.care._score_file import (
    COLUMNS,
    LONGEST_WEEKS,
    WHOLE_ROW,
    PersonRows,
    RowProblem,
    ScoreFile,
    number,
    read_score_file,
)
from filiform.care._series import MeasureModel
from filiform.care.calibration import Calibration, Watched, calibrate
from filiform.care.expected import Prior, expected_courses
from filiform.errors import CareError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from filiform.knowledge import Library
    from filiform.review import Review

__all__ = [
    "COLUMNS",
    "GroupReview",
    "PersonReview",
    "RowProblem",
    "ScoreFile",
    "Wanted",
    "read_score_file",
    "review_file",
]

FORMAT = "filiform-progress/1"
_NOBODY = '"people": []'


@dataclass(frozen=True, slots=True)
class PersonReview:
    """The review of one person of the table."""

    person: str
    review: ProgressReview

    def to_dict(self) -> dict[str, object]:
        """Return the review by name: reasons once a person, what all share once a table."""
        review = self.review
        return {
            "person": self.person,
            "advice": review.advice,
            "over": review.over,
            "reasons": [
                {"text": reason.text, "sources": list(reason.sources)} for reason in review.reasons
            ],
            "measures": [
                {name: getattr(measure, name) for name in _OF_A_MEASURE}
                for measure in review.measures
            ],
        }


_SHARED = ("reasons", "level", "note")
"""Of a measure's review what stands elsewhere in the JSON of a table."""
_OF_A_MEASURE = tuple(f.name for f in fields(MeasureReview) if f.name not in _SHARED)


@dataclass(frozen=True, slots=True)
class GroupReview:
    """The reviews of all people of a table, and the calibration of the group.

    Attributes:
        file: as it was read.
        therapy: that the expected course is of; "" for any needling.
        end_week: planned, where a person has none of their own.
        end_week_given: whether somebody gave it, or the rules' week was taken.
        priors: the expected courses that were used.
        people: in the order of the file.
        calibration: of all, then of each outcome.
    """

    file: ScoreFile
    therapy: str
    end_week: float
    end_week_given: bool
    priors: tuple[Prior, ...]
    people: tuple[PersonReview, ...]
    calibration: tuple[Calibration, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many people have each advice."""
        found = Counter(each.review.advice for each in self.people)
        return MappingProxyType({advice: found[advice] for advice in ADVICE})

    @property
    def faults(self) -> tuple[RowProblem, ...]:
        """The problems that hold something up."""
        return tuple(problem for problem in self.file.problems if problem.holds_up)

    @property
    def notes(self) -> Mapping[str, str]:
        """What stands in for a measure's own error, and how far sources differ, by measure."""
        return MappingProxyType(
            {
                measure.instrument: measure.note
                for each in self.people
                for measure in each.review.measures
                if measure.note
            }
        )

    def to_json(self) -> str:
        """Return everything as JSON, one person a line."""
        told = {**self._about(), "people": []}
        whole = json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False)
        lines = (
            json.dumps(each.to_dict(), ensure_ascii=False, allow_nan=False) for each in self.people
        )
        people = ",\n    ".join(lines)
        return whole.replace(_NOBODY, f'"people": [\n    {people}\n  ]', 1) if people else whole

    def to_dict(self) -> dict[str, object]:
        """Return everything, as progress.schema.json says."""
        return {**self._about(), "people": [each.to_dict() for each in self.people]}

    def _about(self) -> dict[str, object]:
        return {
            "format": FORMAT,
            "file": {
                "name": self.file.name,
                "rows": self.file.rows,
                "people": len(self.people),
                "separator": self.file.separator,
                "ignored_columns": list(self.file.ignored),
            },
            "therapy": self.therapy,
            "planned_end_week": self.end_week,
            "planned_end_week_given": self.end_week_given,
            "problems": [problem.to_dict() for problem in self.file.problems],
            "counts": dict(self.counts),
            "level": BAND,
            "notes": dict(self.notes),
            "calibration": [each.to_dict() for each in self.calibration],
            "priors": [prior.to_dict() for prior in self.priors],
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a table.

    Attributes:
        therapy: an id of therapies.csv; None for any needling.
        end_week: planned; None takes the rules' week.
        therapy_column: whose cells are the people's own therapy; None where there is none.
        end_week_column: whose cells are the people's own planned end.
        read_as: what a name of a measure means in this file; None takes all as they are.
    """

    therapy: str | None = None
    end_week: float | None = None
    therapy_column: str | None = None
    end_week_column: str | None = None
    read_as: Mapping[str, str] | None = None


def review_file(
    path: Path,
    *,
    library: Library,
    review: Review,
    wanted: Wanted | None = None,
    rules: ProgressRules | None = None,
) -> GroupReview:
    """Return the review of each person of a table, and the group's calibration.

    A row that cannot be used is listed, and its measure is not judged for that person until it is
    mended: nothing is dropped in silence.

    Args:
        path: CSV with the columns person, week, instrument, score; more are ignored.
        library: the facts.
        review: the living review.
        wanted: therapy, planned end and columns; None takes any needling and the rules' week.
        rules: None takes the published ones.

    Raises:
        CareError: the file cannot be read, a column is missing, or an unknown therapy.
    """
    asked, used = wanted or Wanted(), rules or progress_rules()
    end = used.end_week if asked.end_week is None else asked.end_week
    if not 0.0 < end <= LONGEST_WEEKS:
        raise CareError(
            f"the planned end is week {end:g}, admissible is a week above 0 and up to "
            f"{LONGEST_WEEKS:g}"
        )
    own = [column for column in (asked.therapy_column, asked.end_week_column) if column]
    file = read_score_file(path, own_columns=own, read_as=asked.read_as)
    courses = _Courses(library, review)
    courses.of(asked.therapy)
    people = [_person(rows, asked, end, courses) for rows in file.people.values()]
    reviewer = Reviewer(used, library)
    reviews = reviewer.review(people)
    return GroupReview(
        file=file,
        therapy=asked.therapy or "",
        end_week=end,
        end_week_given=asked.end_week is not None,
        priors=courses.used(),
        people=tuple(map(PersonReview, file.people, reviews)),
        calibration=calibrate(_watched(file, people, reviewer), used.calibration),
    )


class _Courses:
    """Expected courses, each therapy's made once."""

    def __init__(self, library: Library, review: Review) -> None:
        self._library, self._review = library, review
        self._known: dict[str | None, Mapping[str, Prior]] = {}

    def of(self, therapy: str | None) -> Mapping[str, Prior]:
        """Return the courses of a therapy by outcome."""
        if therapy not in self._known:
            self._known[therapy] = expected_courses(
                therapy=therapy, library=self._library, review=self._review
            )
        return self._known[therapy]

    def used(self) -> tuple[Prior, ...]:
        """Return all that were asked for."""
        return tuple(prior for courses in self._known.values() for prior in courses.values())


def _person(rows: PersonRows, asked: Wanted, end_week: float, courses: _Courses) -> Person:
    therapy, end, faults = asked.therapy, end_week, dict(rows.faults)
    priors = courses.of(asked.therapy)
    if asked.therapy_column and asked.therapy_column in rows.own:
        therapy = rows.own[asked.therapy_column]
        try:
            priors = courses.of(therapy)
        except CareError as fault:
            faults[asked.therapy_column] = f"{fault}."
    if asked.end_week_column and asked.end_week_column in rows.own:
        given = number(rows.own[asked.end_week_column])
        if given is None or not 0.0 < given <= LONGEST_WEEKS:
            cell = rows.own[asked.end_week_column]
            faults[asked.end_week_column] = (
                f"The planned end is {cell!r}, admissible is a week above 0 and up to "
                f"{LONGEST_WEEKS:g}."
            )
        else:
            end = given
    return Person(rows.series(), tuple(_spread(faults, rows, asked).items()), end, None, (), priors)


def _spread(faults: dict[str, str], rows: PersonRows, asked: Wanted) -> dict[str, str]:
    """Return faults by measure: one of the whole person holds up each measure."""
    whole = {asked.therapy_column, asked.end_week_column, WHOLE_ROW}
    for key in [key for key in faults if key in whole]:
        why = faults.pop(key)
        for id_ in rows.scores or {key: {}}:
            faults.setdefault(id_, why)
    return faults


def _watched(file: ScoreFile, people: Sequence[Person], reviewer: Reviewer) -> list[Watched]:
    return [
        Watched(name, series, model, person.end_week)
        for name, person in zip(file.people, people, strict=True)
        for series in person.series
        if isinstance(model := reviewer.model(series, person.priors), MeasureModel)
        and not reviewer.unreadable(person, series)
    ]
