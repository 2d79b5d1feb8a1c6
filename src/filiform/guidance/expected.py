"""What to expect: the average of groups, how long it lasts, how much of it a sham gives too.

No number is made for one person alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.guidance import words
from filiform.guidance._record import Record
from filiform.guidance.effects import MAIN_COMPARATORS, Effect, effect_of
from filiform.review import WINDOWS, Question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.guidance.texts import Text
    from filiform.review import Review
    from filiform.review import Window as Clock

_POINTS_A_SCORE = 10
_HEADLINES = ("sham", "no_treatment")
"""What every therapy is held against first: always these two, in this order, trial or no trial."""


@dataclass(frozen=True, slots=True)
class Window(Record):
    """One window of time: what is known of the relief in it, or why trials give no number."""

    weeks: str
    weeks_text: str
    known: bool
    withheld: str
    estimate: float | None
    ci: tuple[float, float] | None
    trials: int
    certainty: str
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Lasting(Record):
    """How long relief is known to last against one comparator: all windows, none left out."""

    against: str
    against_name: str
    windows: tuple[Window, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Placebo(Record):
    """How much a sham gives too: true against sham, and sham against nothing (A10)."""

    true_against_sham: Effect
    sham_against_nothing: Effect
    text: str


@dataclass(frozen=True, slots=True)
class Unknown(Record):
    """Something that may change the effect and is not known well enough."""

    about: str
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expected(Record):
    """What the review supports for this person, and what it does not.

    Attributes:
        headlines: pain in weeks, against a sham and against no treatment, each with its sentence.
        yours: the person's own score beside them; empty where it was not given.
    """

    headlines: tuple[Effect, ...]
    yours: str
    not_known: tuple[Unknown, ...]
    lasting: tuple[Lasting, ...]
    placebo: Placebo


def expected_of(
    review: Review,
    therapy: str,
    suitability_texts: Iterable[Text],
    condition: str | None,
) -> Expected:
    """Return what to expect of a therapy, without the person's own score.

    Args:
        review: the living review.
        therapy: an option.
        suitability_texts: sourced sentences on whom it suits; one on age may be among them.
        condition: the person's kind of pain.
    """
    return Expected(
        headlines=tuple(
            effect_of(review, _relief(therapy, against, "short", condition))
            for against in _HEADLINES
        ),
        yours="",
        not_known=_not_known(suitability_texts),
        lasting=tuple(_lasting(review, therapy, each, condition) for each in MAIN_COMPARATORS),
        placebo=_placebo(review, therapy, condition),
    )


def _relief(therapy: str, against: str, window: Clock, condition: str | None) -> Question:
    return Question(therapy, against, "pain_intensity", window, "neck", "MD", condition)


def yours(expected: Expected, pain_0_10: float | None) -> str:
    """Return the person's own score beside the average of the group: no promise.

    Args:
        expected: as `expected_of` gives it.
        pain_0_10: the person's pain; None is not answered.
    """
    if pain_0_10 is None:
        return ""
    own = words.number(pain_0_10 * _POINTS_A_SCORE)
    start = f"Your pain is {words.number(pain_0_10)} of 10. That is {own} of 100."
    if all(effect.estimate is None for effect in expected.headlines):
        return f"{start} The trials give no number to set beside it."
    end = "This is a group's average. It is no promise for you."
    return " ".join([start, *(_beside(effect) for effect in expected.headlines), end])


def _beside(effect: Effect) -> str:
    value, ci = effect.estimate, effect.ci
    if value is None or ci is None:
        return f"Beside {effect.against_name} there is no number to tell."
    trials = words.counted(effect.trials, "trial", "trials")
    size = words.number(abs(value))
    points = "point" if size == "1" else "points"
    return (
        f"In {trials}, the group that had it was on average {size} {points} {words.way(value)} "
        f"than the group with {effect.against_name} (the truth may be {words.span(*ci)}). "
        f"{words.CERTAINTY_WORDS[effect.certainty]}"
    )


def _not_known(texts: Iterable[Text]) -> tuple[Unknown, ...]:
    age = [text for text in texts if text.id.endswith("-age")]
    found = [
        Unknown(
            "age",
            "It is not known well enough if your age changes what it does. "
            + " ".join(f"{text.text} {text.limits or ''}".strip() for text in age),
            tuple(source for text in age for source in text.sources),
        )
    ]
    found += [
        Unknown(about, f"It is not known well enough if {what} changes what it does.", ())
        for about, what in (
            ("severity", "how bad your pain is"),
            ("duration", "how long you have had it"),
            ("health", "your overall health"),
        )
    ]
    return tuple(Unknown(each.about, each.text.strip(), each.sources) for each in found)


def _lasting(review: Review, therapy: str, against: str, condition: str | None) -> Lasting:
    cells = [effect_of(review, _relief(therapy, against, window, condition)) for window in WINDOWS]
    windows = tuple(_window(cell) for cell in cells)
    return Lasting(against, cells[0].against_name, windows, _lasting_text(windows))


def _window(cell: Effect) -> Window:
    known = cell.estimate is not None
    return Window(
        weeks=cell.weeks,
        weeks_text=cell.weeks_text,
        known=known,
        withheld=cell.withheld,
        estimate=cell.estimate,
        ci=cell.ci,
        trials=cell.trials,
        certainty=cell.certainty,
        text=cell.sentence if known else cell.withheld or "not known",
        link=cell.link,
    )


def _lasting_text(windows: Iterable[Window]) -> str:
    seen = tuple(windows)
    known = [window.weeks_text for window in seen if window.known]
    if not known and any(window.withheld for window in seen):
        return "The trials are too few or too doubtful to tell how long it lasts."
    if not known:
        return "No trial tells how long it lasts."
    return f"Trials looked {words.joined(known)}. At other times it is not known."


def _placebo(review: Review, therapy: str, condition: str | None) -> Placebo:
    true = effect_of(review, _relief(therapy, "sham", "short", condition))
    sham = effect_of(review, _relief("sham", "no_treatment", "short", condition))
    return Placebo(true, sham, _placebo_text(true, sham))


def _placebo_text(true: Effect, sham: Effect) -> str:
    if true.estimate is None or sham.estimate is None:
        return "The trials do not tell how much of the relief is from the sham alone."
    return f"{true.sentence} {sham.sentence} What the sham does too is not the work of the needle."
