"""What to expect: the average of groups, how long it lasts, how much of it a sham gives too.

No number is made for one person alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.guidance import words
from filiform.guidance._record import Record
from filiform.guidance.effects import Effect, effect_of, strongest
from filiform.review import WINDOWS, Question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.guidance.texts import Text
    from filiform.review import Review

_POINTS_A_SCORE = 10
_AGAINST_FOR_RELIEF = ("no_treatment", "usual_care", "same_care_without_it", "sham")
"""Where the average change of a group is read, the first that has a trial."""


@dataclass(frozen=True, slots=True)
class Window(Record):
    """One window of time: what is known of the relief in it."""

    weeks: str
    weeks_text: str
    known: bool
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
        effect: the average difference of groups that `text` rests on; None without a trial.
        yours: the person's own score beside it; empty where it was not given.
    """

    effect: Effect | None
    text: str
    yours: str
    not_known: tuple[Unknown, ...]
    lasting: tuple[Lasting, ...]
    placebo: Placebo


def expected_of(
    review: Review,
    therapy: str,
    effects: Iterable[Effect],
    suitability_texts: Iterable[Text],
    condition: str | None,
) -> Expected:
    """Return what to expect of a therapy, without the person's own score.

    Args:
        review: the living review.
        therapy: an option.
        effects: its cells.
        suitability_texts: sourced sentences on whom it suits; one on age may be among them.
        condition: the person's kind of pain.
    """
    cells = tuple(effects)
    effect = next(
        (
            cell
            for against in _AGAINST_FOR_RELIEF
            if (cell := strongest(cells, against, "short")) is not None
        ),
        None,
    )
    return Expected(
        effect=effect,
        text=effect.sentence if effect else "No trial says how much it changes pain in weeks.",
        yours="",
        not_known=_not_known(suitability_texts),
        lasting=tuple(_lasting(review, therapy, each, condition) for each in _MAIN),
        placebo=_placebo(review, therapy, condition),
    )


_MAIN = ("sham", "no_treatment", "usual_care", "same_care_without_it")


def yours(expected: Expected, pain_0_10: float | None) -> str:
    """Return the person's own score beside the average of the group: no promise.

    Args:
        expected: as `expected_of` gives it.
        pain_0_10: the person's pain; None is not answered.
    """
    effect = expected.effect
    if pain_0_10 is None or effect is None or effect.estimate is None:
        return ""
    own = words.number(pain_0_10 * _POINTS_A_SCORE)
    size = words.number(abs(effect.estimate))
    way = "lower" if effect.estimate < 0 else "higher"
    return (
        f"Your pain is {words.number(pain_0_10)} of 10. That is {own} of 100. In the trials, the "
        f"group that had it was on average {size} points {way} than the group with "
        f"{effect.against_name}. This is a group's average. It is no promise for you."
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
    cells = [
        effect_of(
            review, Question(therapy, against, "pain_intensity", window, "neck", "MD", condition)
        )
        for window in WINDOWS
    ]
    windows = tuple(_window(cell) for cell in cells)
    return Lasting(against, cells[0].against_name, windows, _lasting_text(windows))


def _window(cell: Effect) -> Window:
    known = cell.estimate is not None
    return Window(
        weeks=cell.weeks,
        weeks_text=cell.weeks_text,
        known=known,
        estimate=cell.estimate,
        ci=cell.ci,
        trials=cell.trials,
        certainty=cell.certainty,
        text=cell.sentence if known else "not known",
        link=cell.link,
    )


def _lasting_text(windows: Iterable[Window]) -> str:
    known = [window.weeks_text for window in windows if window.known]
    if not known:
        return "No trial tells how long it lasts."
    return f"Trials looked {words.joined(known)}. At other times it is not known."


def _placebo(review: Review, therapy: str, condition: str | None) -> Placebo:
    true = effect_of(
        review, Question(therapy, "sham", "pain_intensity", "short", "neck", "MD", condition)
    )
    sham = effect_of(
        review, Question("sham", "no_treatment", "pain_intensity", "short", "neck", "MD", condition)
    )
    return Placebo(true, sham, _placebo_text(true, sham))


def _placebo_text(true: Effect, sham: Effect) -> str:
    if true.estimate is None or sham.estimate is None:
        return "The trials do not tell how much of the relief is from the sham alone."
    return f"{true.sentence} {sham.sentence} What the sham does too is not the work of the needle."
