"""Did it get worse? Asked of every measure, also where nothing can be foretold of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care._advice import Reason, Verdict, cited
from filiform.care.outcomes import important_change, measurement_error, shown

if TYPE_CHECKING:
    from filiform.care._instruments import InstrumentRules
    from filiform.care._progress_rules import ProgressRules
    from filiform.care._series import Series
    from filiform.knowledge import Library

_GLOBAL = "global_improvement"
_STEADY = 3
"""A first score and two more: fewer cannot tell of a score that keeps getting worse."""
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a measure must move to have got worse.

    Attributes:
        mdc: smallest change that is more than error; None where no source tells it.
        important: smallest important change; None where no source tells it.
        sources: ids behind both.
    """

    mdc: float | None
    important: float | None
    sources: tuple[str, ...]


def limits_of(instrument: InstrumentRules, library: Library) -> Limits:
    """Return what the tables tell of a measure."""
    error = measurement_error(instrument.id, library=library)
    important = important_change(instrument.id, library=library)
    told = [each.sources for each in (error, important) if each is not None]
    return Limits(
        error.mdc if error else None,
        important.points if important else None,
        tuple(dict.fromkeys(id_ for ids in told for id_ in ids)),
    )


def worsening(series: Series, limits: Limits, rules: ProgressRules) -> Verdict | None:
    """Return what follows where a measure got worse; None where it did not, or it cannot be seen.

    Args:
        series: a measure of change is judged by its last answer; any other needs a score of week 0
            and a later one.
        limits: of the measure.
        rules: of progress.
    """
    if series.instrument.outcome == _GLOBAL:
        return _said_worse(series, rules)
    if not series.has_first or len(series.scores) == 1:
        return None
    sign = 1.0 if series.instrument.lower_is_better else -1.0
    rise = sign * (series.latest - series.first)
    told = (
        f"The score {'rose' if series.latest > series.first else 'fell'} from "
        f"{shown(series.first)} to {shown(series.latest)}, which is worse"
    )
    if limits.mdc is None or limits.important is None:
        return _without_error(series, rise, told, rules)
    if rise < min(limits.important, limits.mdc) - _SLACK:
        return None
    before = sign * (series.scores[-2] - series.first)
    steady = len(series.scores) >= _STEADY and limits.important - _SLACK <= before <= rise
    if rise >= limits.mdc - _SLACK:
        text = f"{told} by more than the measure errs ({shown(limits.mdc)}): a doctor looks first."
    elif steady:
        text = (
            f"{told}, and the score before it was {shown(series.scores[-2])}: worse two times in a "
            "row. Pain or trouble that gets steadily worse is a reason for a doctor to look first."
        )
    else:
        text = (
            f"{told}. That matters ({shown(limits.important)} or more), and may still be the "
            f"measure's error (up to {shown(limits.mdc)}): take the score again soon, and change "
            "the plan."
        )
    refer = steady or rise >= limits.mdc - _SLACK
    return "refer" if refer else "adapt", (Reason(text, limits.sources),)


def at_the_end(worse: Verdict, over: str, rules: ProgressRules, library: Library) -> Verdict:
    """Return what follows of a measure that got worse by the planned end: no more of the same.

    Args:
        worse: what follows on the way.
        over: that the planned end is behind, in words.
        rules: of progress.
        library: the facts.
    """
    advice, why = worse
    if advice != "adapt":
        return worse
    return "stop", (*why, cited(rules.not_improving, library, f"{over} "))


def _said_worse(series: Series, rules: ProgressRules) -> Verdict | None:
    if not series.scores or series.latest > rules.worse.global_change:
        return None
    text = (
        f"The person says that it is worse: {shown(series.latest)} on a scale of "
        f"{series.instrument.span}. {rules.worse.reason}"
    )
    return "adapt", (Reason(text),)


def _without_error(series: Series, rise: float, told: str, rules: ProgressRules) -> Verdict | None:
    span = series.instrument.high - series.instrument.low
    if rise < rules.worse.share_of_range * span - _SLACK:
        return None
    text = f"{told}. No source tells how much of that may be its error. {rules.worse.reason}"
    return "adapt", (Reason(text),)
