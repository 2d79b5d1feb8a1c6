"""Courses pooled from the single arms of outcomes.csv."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from filiform.care._record import Record
from filiform.evidence import pool

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from filiform.care._progress_rules import ProgressRules
    from filiform.evidence import Pooled
    from filiform.knowledge import Arm, Library, Outcome
    from filiform.review import Review

POINTS = 100.0
_BEST_FIT = 2
"""So many trials at least let a spread between trials be estimated."""


class Span(NamedTuple):
    """A window of time in weeks, and the week that stands for it."""

    start: float
    end: float
    target: float


@dataclass(frozen=True, slots=True)
class ExpectedPoint(Record):
    """The first score's share that is left, in one window of time.

    Attributes:
        week: the mean of the trials' weeks.
        left: the share, this window held together with the others.
        low, high: its 95 % interval.
        alone: the share pooled over this window's trials alone.
        standard_error: of the logarithm of `left`.
        between: SD of the logarithm between trials, tau.
        borrowed: whether tau is that of the window with most trials.
        trials: ids of the trials.
        people: in their arms.
    """

    week: float
    left: float
    low: float
    high: float
    alone: float
    standard_error: float
    between: float
    borrowed: bool
    trials: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True)
class ExpectedCourse(Record):
    """A group of arms over time.

    Attributes:
        about: whose arms they are, in words.
        therapies: the interventions that an arm has one of.
        points: by week, rising.
    """

    about: str
    therapies: tuple[str, ...]
    points: tuple[ExpectedPoint, ...]

    @property
    def trials(self) -> tuple[str, ...]:
        """The ids of all trials, each once."""
        return tuple(dict.fromkeys(trial for point in self.points for trial in point.trials))


@dataclass(frozen=True, slots=True)
class _Seen:
    """One arm in one window: the log of what is left, its variance, week and people."""

    trial: str
    week: float
    value: float
    variance: float
    people: int


class ArmCourses:
    """The arms of an outcome: their first means and what came later."""

    def __init__(
        self, outcome: str, library: Library, review: Review, rules: ProgressRules
    ) -> None:
        """Take the rows of the outcome, without trials whose printed numbers are in doubt."""
        self._library, self._review, self._rules = library, review, rules
        doubted = {c.subject for c in library.contradictions if c.table == "outcomes"}
        self._rows: dict[tuple[str, str, str], list[Outcome]] = defaultdict(list)
        for row in library.outcomes:
            in_region = library.trials[row.trial_id].region == rules.course.region
            is_score = not any(w in row.instrument for w in rules.course.not_scores)
            if row.outcome == outcome and in_region and is_score and row.trial_id not in doubted:
                self._rows[row.trial_id, row.arm_id, row.instrument].append(row)
        reference = review.reference_sd(outcome)
        self._reference = reference.value if reference else None

    def course(
        self, about: str, therapies: Sequence[str], *, only: bool = False
    ) -> ExpectedCourse | None:
        """Return the pooled course of the arms with one of these therapies, or with `only` them."""
        windows = [
            seen
            for each in self._review.choices.windows.values()
            if (seen := self._window(set(therapies), Span(each.start, each.end, each.target), only))
        ]
        if not windows:
            return None
        best = max(windows, key=len)
        tau = _tau(best)
        alone = [_pooled(seen, tau, own=seen is best) for seen in windows]
        points = _held_together(alone, self._rules.course.plateau_from)
        return ExpectedCourse(about, tuple(therapies), points)

    def change_sd(self) -> tuple[float, tuple[str, ...]]:
        """Return the SD of change between people in points, over all arms that report it.

        SD = sqrt(Σ (n - 1) sd² / Σ (n - 1))
        """
        found = [
            (self._people(row) - 1, self._scale(row) * row.sd, row.trial_id)
            for rows in self._rows.values()
            for row in rows
            if row.statistic == "change" and row.sd and row.scale_max is not None
        ]
        weight = sum(n for n, _, _ in found)
        value = math.sqrt(sum(n * sd**2 for n, sd, _ in found) / weight)
        return value, tuple(dict.fromkeys(trial for _, _, trial in found))

    def horizon(self, course: ExpectedCourse) -> float:
        """Return the last week that a row of the course's trials tells of."""
        return max(
            row.weeks or 0.0
            for (trial, _, _), rows in self._rows.items()
            if trial in course.trials
            for row in rows
        )

    def _window(self, therapies: set[str], span: Span, only: bool) -> list[_Seen]:
        """Return what the trials tell of a window, one entry a trial."""
        first = max(span.start, self._rules.course.least_weeks)
        found: dict[tuple[str, str], _Seen] = {}
        for (trial, arm_id, _), rows in self._rows.items():
            parts = set(self._library.arm(trial, arm_id).interventions)
            if not (parts <= therapies if only else parts & therapies):
                continue
            later = [r for r in rows if r.weeks is not None and first <= r.weeks < span.end]
            seen = self._seen(rows, sorted(later, key=lambda r: abs((r.weeks or 0) - span.target)))
            if seen is not None:
                found.setdefault((trial, arm_id), seen)
        by_trial: dict[str, list[_Seen]] = defaultdict(list)
        for (trial, _), seen in found.items():
            by_trial[trial].append(seen)
        return [_merged(arms) for arms in by_trial.values()]

    def _seen(self, rows: Sequence[Outcome], later: Iterable[Outcome]) -> _Seen | None:
        first = next((r for r in rows if r.weeks == 0 and r.statistic == "final" and r.mean), None)
        if first is None or first.mean is None or not first.lower_is_better:
            return None
        for row in later:
            mean = row.mean if row.statistic == "final" else first.mean + (row.mean or 0.0)
            sd = self._sd(first, row)
            if mean is not None and mean > 0.0 and first.mean > 0.0 and sd is not None:
                people = self._people(row)
                r = self._rules.course.correlation
                spread = 1 / first.mean**2 + 1 / mean**2 - 2 * r / (first.mean * mean)
                return _Seen(
                    row.trial_id,
                    row.weeks or 0.0,
                    math.log(mean / first.mean),
                    sd**2 * spread / people,
                    people,
                )
        return None

    def _sd(self, first: Outcome, later: Outcome) -> float | None:
        """Return an SD in the arm's own unit: printed, or the review's reference on its scale."""
        printed = [r.sd for r in (first, later) if r.sd and r.statistic == "final"]
        if printed:
            return math.sqrt(sum(sd**2 for sd in printed) / len(printed))
        if self._reference is None or later.scale_max is None:
            return None
        return self._reference / self._scale(later)

    @staticmethod
    def _scale(row: Outcome) -> float:
        return POINTS / ((row.scale_max or POINTS) - (row.scale_min or 0.0))

    def _people(self, row: Outcome) -> int:
        """Return an arm's people; an equal part of the trial's where the arm tells no number."""
        arm: Arm = self._library.arm(row.trial_id, row.arm_id)
        told = row.n or arm.n_randomised
        if told is not None:
            return told
        whole = self._library.trials[row.trial_id].n_randomised
        arms = len(self._library.arms_of(row.trial_id))
        return max(2, (whole or 0) // arms)


def _merged(arms: Sequence[_Seen]) -> _Seen:
    """Return the arms of one trial as one: its people are counted once."""
    weights = [1 / arm.variance for arm in arms]
    total = sum(weights)
    return _Seen(
        arms[0].trial,
        sum(w * arm.week for w, arm in zip(weights, arms, strict=True)) / total,
        sum(w * arm.value for w, arm in zip(weights, arms, strict=True)) / total,
        1 / total,
        sum(arm.people for arm in arms),
    )


def _tau(seen: Sequence[_Seen]) -> float:
    """Return the SD between trials; none can be told from one trial."""
    if len(seen) < _BEST_FIT:
        return 0.0
    fit = pool([s.value for s in seen], [s.variance for s in seen], tau2_interval="none")
    return math.sqrt(fit.tau2 or 0.0)


def _pooled(seen: Sequence[_Seen], tau: float, *, own: bool) -> ExpectedPoint:
    fit = pool(
        [s.value for s in seen],
        [s.variance for s in seen],
        tau2=tau**2,
        interval="normal",
        prediction="none",
        tau2_interval="none",
        labels=[s.trial for s in seen],
    )
    weights = [1 / (s.variance + tau**2) for s in seen]
    week = sum(w * s.week for w, s in zip(weights, seen, strict=True)) / sum(weights)
    return _point(
        fit.estimate,
        1 / math.sqrt(sum(weights)),
        week=week,
        alone=math.exp(fit.estimate),
        between=tau,
        borrowed=not own,
        trials=tuple(s.trial for s in seen),
        people=sum(s.people for s in seen),
    )


def _point(
    log_left: float,
    error: float,
    *,
    week: float,
    alone: float,
    between: float,
    borrowed: bool,
    trials: tuple[str, ...],
    people: int,
) -> ExpectedPoint:
    return ExpectedPoint(
        week=week,
        left=math.exp(log_left),
        low=math.exp(log_left - _NORMAL_95 * error),
        high=math.exp(log_left + _NORMAL_95 * error),
        alone=alone,
        standard_error=error,
        between=between,
        borrowed=borrowed,
        trials=trials,
        people=people,
    )


def _held_together(
    alone: Sequence[ExpectedPoint], plateau_from: float
) -> tuple[ExpectedPoint, ...]:
    """Return the windows from a week on drawn towards their common mean, as far as they agree.

    With windows y, their variances v, and u² the variance between them (REML):

        y' = λ y + (1 - λ) μ,  λ = u² / (u² + v),  var(y') = λ v + (1 - λ)² var(μ)
    """
    plateau = [point for point in alone if point.week >= plateau_from]
    if len(plateau) < _BEST_FIT:
        return tuple(alone)
    fit = pool(
        [math.log(point.alone) for point in plateau],
        [point.standard_error**2 for point in plateau],
        interval="normal",
        prediction="none",
        tau2_interval="none",
    )
    return tuple(_drawn(point, fit) if point in plateau else point for point in alone)


def _drawn(point: ExpectedPoint, fit: Pooled) -> ExpectedPoint:
    u2, v = fit.tau2 or 0.0, point.standard_error**2
    share = u2 / (u2 + v)
    variance = share * v + (1 - share) ** 2 * fit.standard_error**2
    return _point(
        share * math.log(point.alone) + (1 - share) * fit.estimate,
        math.sqrt(variance),
        week=point.week,
        alone=point.alone,
        between=point.between,
        borrowed=point.borrowed,
        trials=point.trials,
        people=point.people,
    )


_NORMAL_95 = 1.959963984540054
