"""The numbers behind a review of progress: progress.toml, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from filiform.errors import CareError
from filiform.knowledge import library as published
from filiform.knowledge.rule_table import RuleTable

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule stands, and who says so; no source where it is an expert rule."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class CourseRules:
    """How the expected course is taken from the tables."""

    region: str
    outcomes: tuple[str, ...]
    untreated: tuple[str, ...]
    least_weeks: float
    fewest_trials: int
    not_scores: tuple[str, ...]
    plateau_from: float
    correlation: float
    certainty: str
    certainty_reason: str


@dataclass(frozen=True, slots=True)
class PersonRules:
    """How one person differs from the average, over time.

    Attributes:
        least_share: of the observed variance of change that is not error, at least.
        lasting: share of the person's variance that stays for good.
        weeks: in which the rest fades to 1/e.
        full_by_week: when the spread has reached its size.
    """

    least_share: float
    lasting: float
    weeks: float
    full_by_week: float


@dataclass(frozen=True, slots=True)
class Better:
    """What counts as better beside the smallest important change: a share of the first score."""

    share: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Worse:
    """What counts as worse where no error of the measure is known.

    Attributes:
        global_change: a last answer on the scale of change at or below it.
        share_of_range: of a measure whose error no source tells.
    """

    global_change: float
    share_of_range: float
    reason: str


@dataclass(frozen=True, slots=True)
class Moment:
    """When an answer is due: after so many weeks or sessions, whichever comes first."""

    weeks: float
    sessions: int
    reason: Reason

    def reached(self, week: float, sessions: int | None) -> bool:
        """Say whether it has come."""
        return week >= self.weeks or (sessions is not None and sessions >= self.sessions)


@dataclass(frozen=True, slots=True)
class CalibrationRules:
    """How the predictions for a group are held against what came."""

    levels: tuple[float, ...]
    bins: int
    fewest_scores: int
    fewest_people: int
    tolerance: float


@dataclass(frozen=True, slots=True)
class ProgressRules:
    """All of progress.toml."""

    course: CourseRules
    person: PersonRules
    better: Mapping[str, Better]
    worse: Worse
    early: Moment
    decision: Moment
    not_improving: Reason
    continue_from: float
    stop_below: float
    end_week: float
    end_counts_before: float
    warning: str
    calibration: CalibrationRules


@cache
def progress_rules() -> ProgressRules:
    """Return the published rules of progress.

    Raises:
        CareError: the file has a fault.
    """
    return read_progress_rules(
        RuleTable("progress.toml", "", published().rules("progress"), CareError)
    )


def read_progress_rules(rules: RuleTable) -> ProgressRules:
    """Read progress.toml.

    Raises:
        CareError: a value is missing or not admissible.
    """
    rules.only(
        *("format", "course", "person", "better", "worse", "early", "decision", "not_improving"),
        *("probability", "plan", "warning", "calibration"),
    )
    probability = rules.table("probability")
    probability.only("continue_from", "stop_below")
    go_on = probability.number("continue_from", 0, 1)
    stop = probability.number("stop_below", 0, 1)
    if stop >= go_on:
        raise CareError(
            f"progress.toml, probability: stop_below is {stop:g} and continue_from {go_on:g}, the "
            "first must be below the second: mend the rule file"
        )
    return ProgressRules(
        course=_course(rules.table("course")),
        person=_person(rules.table("person")),
        better=MappingProxyType({o: _better(t) for o, t in rules.table("better").named().items()}),
        worse=_worse(rules.table("worse")),
        early=_moment(rules.table("early")),
        decision=_moment(rules.table("decision")),
        not_improving=_reason(rules.table("not_improving")),
        continue_from=go_on,
        stop_below=stop,
        end_week=rules.table("plan").number("end_week", 1),
        end_counts_before=rules.table("plan").number("counts_before", 0),
        warning=rules.table("warning").text("reason"),
        calibration=_calibration(rules.table("calibration")),
    )


def _course(table: RuleTable) -> CourseRules:
    table.only(
        *("region", "outcomes", "untreated", "least_weeks", "fewest_trials", "correlation"),
        *("certainty", "certainty_reason", "not_scores", "plateau_from"),
    )
    return CourseRules(
        region=table.text("region"),
        outcomes=table.texts("outcomes"),
        untreated=table.texts("untreated"),
        least_weeks=table.number("least_weeks", 0),
        fewest_trials=table.whole("fewest_trials", 1),
        not_scores=table.texts("not_scores"),
        plateau_from=table.number("plateau_from", 0),
        correlation=table.number("correlation", 0, 0.99),
        certainty=table.text("certainty"),
        certainty_reason=table.text("certainty_reason"),
    )


def _person(table: RuleTable) -> PersonRules:
    table.only("least_share", "lasting", "weeks", "full_by_week")
    return PersonRules(
        least_share=table.number("least_share", 0, 1),
        lasting=table.number("lasting", 0, 1),
        weeks=table.number("weeks", 0.1),
        full_by_week=table.number("full_by_week", 0.1),
    )


def _better(table: RuleTable) -> Better:
    return Better(table.number("share", 0, 1), _reason(table))


def _worse(table: RuleTable) -> Worse:
    table.only("global_change", "share_of_range", "reason")
    return Worse(
        global_change=table.number("global_change", -7, -1),
        share_of_range=table.number("share_of_range", 0.01, 1),
        reason=table.text("reason"),
    )


def _moment(table: RuleTable) -> Moment:
    table.only("weeks", "sessions", "reason", "source")
    return Moment(table.number("weeks", 0), table.whole("sessions", 1), _reason(table))


def _reason(table: RuleTable) -> Reason:
    return Reason(table.text("reason"), table.text("source") if table.has("source") else "")


def _calibration(table: RuleTable) -> CalibrationRules:
    table.only("levels", "bins", "fewest_scores", "fewest_people", "tolerance")
    levels = table.numbers("levels")
    if not all(0 < level < 1 for level in levels):
        raise CareError(f"{table.file}, calibration.levels: each must be between 0 and 1")
    return CalibrationRules(
        levels=levels,
        bins=table.whole("bins", 2),
        fewest_scores=table.whole("fewest_scores", 1),
        fewest_people=table.whole("fewest_people", 1),
        tolerance=table.number("tolerance", 0, 1),
    )
