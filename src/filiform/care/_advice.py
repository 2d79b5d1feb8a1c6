"""From numbers to advice: expert rules, the worst first, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from filiform.care._record import Record
from filiform.care.outcomes import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from filiform.care._numbers import Numbers
    from filiform.care._progress_rules import ProgressRules
    from filiform.care._progress_rules import Reason as Sourced
    from filiform.care._series import MeasureModel, Series
    from filiform.knowledge import Library

Advice = Literal["refer", "stop", "adapt", "continue", "unknown"]
ADVICE: tuple[Advice, ...] = get_args(Advice)
_LADDER: tuple[Advice, ...] = ("continue", "adapt", "stop")
_SLACK = 1e-9
_IN_DOUBT = " (it may still be the measure's error)"


@dataclass(frozen=True, slots=True)
class Reason(Record):
    """Why an advice is given.

    Attributes:
        text: one or two sentences.
        sources: ids of the bibliography; none for an expert rule or for a plain look at scores.
    """

    text: str
    sources: tuple[str, ...] = ()


Verdict = tuple[Advice, tuple[Reason, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """One measure of one person, with a first and a later score, and the rules that judge it.

    Attributes:
        end_week: planned.
        over: that this is behind, in words; "" where it is not.
        ended: whether the course itself is.
    """

    series: Series
    numbers: Numbers
    model: MeasureModel
    end_week: float
    over: str
    ended: bool
    sessions: int | None
    rules: ProgressRules
    library: Library

    @property
    def week(self) -> float:
        """The week of the last score."""
        return self.series.weeks[-1]

    def cited(self, reason: Sourced, before: str = "") -> Reason:
        """Return a rule's reason with the ids of its source, a sentence before it."""
        return cited(reason, self.library, before)


def cited(reason: Sourced, library: Library, before: str = "") -> Reason:
    """Return a rule's reason with the ids of its source, a sentence before it."""
    found = library.sources_of(reason.source) if reason.source else ()
    return Reason(f"{before}{reason.text}", tuple(source.id for source in found))


def advise(case: Case, worse: Verdict | None) -> Verdict:
    """Return the advice for one measure: worse comes before any chance.

    Args:
        case: the measure.
        worse: what follows where it got worse (`_worsening`); None where it did not.
    """
    if worse is not None:
        return worse
    return _at_the_end(case) if case.over else _on_the_way(case)


def _chance(case: Case) -> Reason:
    fall = shown(case.model.threshold(case.series.first))
    return Reason(
        f"The chance of a meaningful improvement (a fall of {fall} or more) by week "
        f"{case.numbers.week:g} is {percent(case.numbers.better)}.",
        case.model.sources,
    )


def _on_the_way(case: Case) -> Verdict:
    numbers, rules, chance = case.numbers, case.rules, _chance(case)
    if numbers.better >= rules.continue_from:
        return "continue", (_on_course(case.series, case.model), chance)
    if not rules.early.reached(case.week, case.sessions):
        first = f"week {rules.early.weeks:g} or after {rules.early.sessions} sessions"
        too_early = f"It is too early to tell: an answer is first due at {first}. "
        return "continue", (case.cited(rules.early.reason, too_early), chance)
    due = rules.decision.reached(case.week, case.sessions)
    moment = case.cited(rules.decision.reason if due else rules.early.reason)
    if due and numbers.better < rules.stop_below:
        stop = case.cited(rules.not_improving, "It does not get better as it should. ")
        return "stop", (stop, chance, moment)
    text = "It is less than expected: change the plan (points, dose, what goes beside it)."
    return "adapt", (Reason(text), chance, moment)


def _at_the_end(case: Case) -> Verdict:
    """Return what was reached: nothing is foretold any more."""
    if case.week < case.end_week - case.rules.end_counts_before:
        return "unknown", (
            Reason(f"{case.over} No score was taken since: take it now."),
            _raw(case),
        )
    if _fall(case) >= case.model.threshold(case.series.first) - _SLACK:
        sure = "" if _fall(case) >= case.model.mdc - _SLACK else _IN_DOUBT
        done = "." if case.ended else ": finish as planned."
        told = f"{case.over} A meaningful improvement was reached{sure}{done}"
        return "continue", (Reason(told), _raw(case))
    text = f"{case.over} No meaningful improvement was reached. "
    return "stop", (case.cited(case.rules.not_improving, text), _raw(case))


def _fall(case: Case) -> float:
    return case.series.first - case.series.latest


def _raw(case: Case) -> Reason:
    """Return the change as it was written down, beside the threshold and the measure's error."""
    series, model, fall = case.series, case.model, _fall(case)
    change = (
        "no change" if not fall else f"a {'fall' if fall > 0 else 'rise'} of {shown(abs(fall))}"
    )
    matters, errs = shown(model.threshold(series.first)), shown(model.mdc)
    return Reason(
        f"The score went from {shown(series.first)} to {shown(series.latest)} in week "
        f"{shown(case.week)}: {change}. A fall of {matters} or more is a meaningful improvement; "
        f"less than {errs} may be the measure's error.",
        model.sources,
    )


def _on_course(series: Series, model: MeasureModel) -> Reason:
    fall = series.first - series.latest
    told = f"The score went from {shown(series.first)} to {shown(series.latest)}"
    if fall >= model.threshold(series.first) - _SLACK:
        sure = "" if fall >= model.mdc - _SLACK else _IN_DOUBT
        return Reason(f"{told}: a meaningful improvement is reached{sure}.", model.sources)
    if fall <= 0:
        return Reason(f"{told}: not better yet, but the expected course leaves room.")
    return Reason(f"{told}: on the way.")


def together(verdicts: Sequence[tuple[str, Verdict]], *, worse: bool = False) -> Verdict:
    """Return one advice from those of several measures, named.

    Args:
        verdicts: each with the measure's name.
        worse: whether any measure got worse: the advice is then to adapt, at least.

    Refer if any says so. What is unknown is left out unless all is. Of the others the middle
    between the best and the worst, rounded to the better: continue with adapt is continue,
    continue with stop is adapt, adapt with stop is adapt. Expert rule.
    """
    many = len(verdicts) > 1
    reasons = tuple(
        Reason(f"{name}: {reason.text}", reason.sources) if many else reason
        for name, (_, own) in verdicts
        for reason in own
    )
    said = [advice for _, (advice, _) in verdicts]
    if "refer" in said:
        return "refer", reasons
    known = [_LADDER.index(advice) for advice in said if advice in _LADDER]
    if not known:
        return "unknown", reasons
    middle = (min(known) + max(known)) // 2
    return _LADDER[max(middle, _LADDER.index("adapt")) if worse else middle], reasons


def percent(share: float) -> str:
    """Return a probability as percent; never 0 or 100, which would be sure.

    >>> percent(0.724), percent(0.001), percent(0.9999)
    ('72 %', 'below 1 %', 'above 99 %')
    """
    whole = round(100 * share)
    if whole < 1:
        return "below 1 %"
    return "above 99 %" if whole > _MOST else f"{whole} %"


_MOST = 99
