"""What the trials say of a therapy: one cell a comparator, outcome and window, and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.guidance import words
from filiform.guidance._record import Record
from filiform.guidance.texts import sources
from filiform.review import WINDOWS, Question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.review import LeftOut, Measure, Review, Synthesis, Window

    Key = tuple[str, str, Window, Measure]

MAIN_COMPARATORS = ("sham", "no_treatment", "usual_care", "same_care_without_it")
"""Always answered, even by saying that no trial was found; never mixed (A8)."""

MAIN_OUTCOMES = ("pain_intensity", "disability")
_ALWAYS_TOLD: tuple[Window, ...] = ("short", "long")
_DIFFERENCE: Measure = "MD"
_OUTCOMES = tuple(words.OUTCOME_WORDS)


@dataclass(frozen=True, slots=True)
class Doubt(Record):
    """The result without the trials whose printed numbers are doubtful."""

    estimate: float | None
    ci: tuple[float, float] | None
    trials: int
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect(Record):
    """One comparison on one outcome in one window; estimate None is *no usable trial*.

    Attributes:
        weeks: the window of the review's clock.
        important: the smallest difference that people notice, in the same points.
        left_out: trials that compared it but gave no usable number.
        link: the page of the synthesis.
    """

    against: str
    against_name: str
    outcome: str
    weeks: str
    weeks_text: str
    measure: str
    unit: str
    estimate: float | None
    ci: tuple[float, float] | None
    pi: tuple[float, float] | None
    certainty: str
    certainty_reasons: tuple[str, ...]
    trials: int
    trial_ids: tuple[str, ...]
    participants: int
    participants_unknown: int
    important: float | None
    without_doubtful: Doubt | None
    left_out: tuple[str, ...]
    sentence: str
    link: str
    sources: tuple[str, ...]


def effects_of(review: Review, therapy: str, condition: str | None) -> tuple[Effect, ...]:
    """Return every comparison of a therapy for the neck, the main ones first.

    Args:
        review: the living review.
        therapy: an id of therapies.csv.
        condition: the person's kind of pain; certainty counts trials in others as indirect.
    """
    asked: set[Key] = {
        (question.against, question.outcome, question.window, question.measure)
        for question in review.questions(therapy)
    }
    asked |= {
        (against, outcome, window, _DIFFERENCE)
        for against in MAIN_COMPARATORS
        for outcome in MAIN_OUTCOMES
        for window in _ALWAYS_TOLD
    }
    ordered = sorted(asked, key=_order)
    return tuple(
        effect_of(review, Question(therapy, against, outcome, window, "neck", measure, condition))
        for against, outcome, window, measure in ordered
    )


def _order(key: Key) -> tuple[int, str, int, int, str]:
    against, outcome, window, measure = key
    main = MAIN_COMPARATORS.index(against) if against in MAIN_COMPARATORS else 99
    return main, against, _OUTCOMES.index(outcome), WINDOWS.index(window), measure


def effect_of(review: Review, question: Question) -> Effect:
    """Return the cell of one question, with its sentence."""
    found = review.synthesis(question)
    important = _important(review, question)
    return Effect(
        against=question.against,
        against_name=found.against_name,
        outcome=question.outcome,
        weeks=question.window,
        weeks_text=words.WINDOW_WORDS[question.window],
        measure=question.measure,
        unit=found.unit,
        estimate=found.estimate,
        ci=found.ci,
        pi=found.pi,
        certainty=found.certainty.level,
        certainty_reasons=tuple(d.reason for d in found.certainty.domains if d.downgrade),
        trials=found.trials,
        trial_ids=found.trial_ids,
        participants=found.participants,
        participants_unknown=found.participants_unknown,
        important=important,
        without_doubtful=_doubt(found),
        left_out=_left_out(found),
        sentence=sentence_of(found, important),
        link=question.without_condition.path,
        sources=sources(review.library, *(effect.source for effect in found.effects)),
    )


def _important(review: Review, question: Question) -> float | None:
    if question.measure != "MD":
        return None
    found = review.important_difference(question)
    return found.points if found else None


def _left_out(found: Synthesis) -> tuple[str, ...]:
    """Return the trials that compared it but gave no usable number.

    A trial of two forms of the same therapy did not compare it.
    """
    return tuple(dict.fromkeys(entry.trial_id for entry in found.left_out if _compared(entry)))


def _compared(entry: LeftOut) -> bool:
    return any(not reading.comparison.same_therapy for reading in entry.readings)


def _doubt(found: Synthesis) -> Doubt | None:
    other = found.sensitivity
    if other is None:
        return None
    return Doubt(other.result.estimate, other.result.ci, other.result.trials, other.without)


# --- In words


def sentence_of(found: Synthesis, important: float | None) -> str:
    """Return what a synthesis says in plain words: direction, size, chance, trials, certainty."""
    if found.estimate is None:
        return _nothing(found)
    parts = [
        _result(found),
        *_interval(found),
        *_matters(found, important),
        *_single(found),
        *_agreement(found),
        words.CERTAINTY_WORDS[found.certainty.level],
    ]
    return " ".join(part for part in parts if part)


def _nothing(found: Synthesis) -> str:
    when = words.WINDOW_WORDS[found.question.window]
    about = f"{_therapy(found)} against {found.against_name} on {_outcome(found)}, {when}"
    left_out = _left_out(found)
    if left_out:
        trials = words.counted(len(left_out), "trial", "trials")
        return f"We found {trials} of {about}. But the numbers there cannot be used."
    return f"We found no trial of {about}."


def _result(found: Synthesis) -> str:
    when = words.WINDOW_WORDS[found.question.window]
    start = f"In {_trials(found)}, {when}:"
    return f"{start} {_difference(found)}."


def _difference(found: Synthesis) -> str:
    value, other, therapy = found.estimate or 0.0, found.against_name, _therapy(found)
    if found.question.measure != "MD":
        return (
            f"with {therapy}, people were {value:.2g} times as likely to get better as with {other}"
        )
    if words.number(value) == "0":
        return f"{_outcome(found)} was the same with {therapy} as with {other}"
    way = "lower" if value < 0 else "higher"
    size = f"{_points(found, abs(value))} {way}"
    good = "" if found.lower_is_better else " (higher is better)"
    return f"{_outcome(found)} was {size} with {therapy} than with {other}{good}"


def _interval(found: Synthesis) -> tuple[str, ...]:
    if found.ci is None:
        return ()
    low, high = found.ci
    if found.question.measure != "MD":
        chance = _chance(low <= 1 <= high)
        return (f"The true number may lie from {low:.2g} to {high:.2g} times.{chance}",)
    if max(abs(low), abs(high)) > _WHOLE_SCALE and _in_points(found):
        return ("These trials are too few or too unlike to tell.",)
    if low <= 0 <= high:
        return (f"The truth may be {_side(low)} or {_side(high)}.{_chance(inside=True)}",)
    near, far = sorted((abs(low), abs(high)))
    return (f"The truth may lie from {words.number(near)} to {words.number(far)}.",)


_WHOLE_SCALE = 100


def _side(value: float) -> str:
    return f"{words.number(abs(value))} {'lower' if value < 0 else 'higher'}"


def _chance(inside: bool) -> str:
    return " So it may be chance alone." if inside else ""


def _matters(found: Synthesis, important: float | None) -> tuple[str, ...]:
    if important is None or found.estimate is None or not _in_points(found):
        return ()
    size, noticed = abs(found.estimate), words.number(important)
    if size >= important:
        return (f"People first notice a change of {noticed} points. This is as much or more.",)
    return (f"People first notice a change of {noticed} points. This is less.",)


def _single(found: Synthesis) -> tuple[str, ...]:
    return ("It is one trial alone.",) if found.trials == 1 else ()


def _agreement(found: Synthesis) -> tuple[str, ...]:
    """Return that trials disagree, and what is left without numbers that are in doubt."""
    split = any(d.domain == "inconsistency" and d.downgrade for d in found.certainty.domains)
    parts = ["The trials do not agree well."] if split else []
    if found.sensitivity is not None:
        parts.append(_without_doubt(found, found.sensitivity.result.estimate))
    return tuple(parts)


def _without_doubt(found: Synthesis, estimate: float | None) -> str:
    if estimate is None:
        return "The numbers are in doubt."
    if found.question.measure != "MD":
        return f"Some numbers are in doubt; without them it is {estimate:.2g} times."
    way = "lower" if estimate < 0 else "higher"
    return f"Some numbers are in doubt; without them it is {_points(found, abs(estimate))} {way}."


def _trials(found: Synthesis) -> str:
    trials = words.counted(found.trials, "trial", "trials")
    unknown = found.participants_unknown
    if unknown == found.trials:
        return f"{trials} (number of people not told)"
    people = f"{found.participants:,} people"
    if unknown:
        people += f"; {unknown} did not tell the number" if found.trials > 1 else ""
    return f"{trials} ({people})"


def _in_points(found: Synthesis) -> bool:
    return found.unit.startswith("points")


def _points(found: Synthesis, size: float) -> str:
    if _in_points(found):
        shown = words.number(size)
        return f"{shown} {'point' if shown == '1' else 'points'} of 100"
    return f"{size:.1f} standard deviations"


def _outcome(found: Synthesis) -> str:
    return words.OUTCOME_WORDS[found.question.outcome]


def _therapy(found: Synthesis) -> str:
    return found.intervention_name


def strongest(effects: Iterable[Effect], against: str, window: str) -> Effect | None:
    """Return the cell on pain against a comparator in a window, if a trial gives it a number."""
    for effect in effects:
        if (effect.against, effect.weeks, effect.outcome) == (against, window, "pain_intensity"):
            return effect if effect.estimate is not None else None
    return None
