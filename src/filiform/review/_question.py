"""A question: which therapy, against what, on which outcome, when, and where in the body."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from filiform.errors import ReviewError, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.review._vocabulary import Vocabulary

Window = Literal["immediate", "short", "mid", "long"]
Measure = Literal["MD", "RR", "OR"]

WINDOWS: tuple[Window, ...] = get_args(Window)
MEASURES: tuple[Measure, ...] = get_args(Measure)


@dataclass(frozen=True, slots=True)
class Question:
    """One comparison on one outcome in one window of time.

    Args:
        intervention: A therapy's id, or several joined with `+` in alphabetical order.
        against: A comparator's id (`sham`, `no_treatment`, `usual_care`,
            `same_care_without_it`), a therapy's id, or several joined with `+`.
        outcome: `pain_intensity`, `disability`, `global_improvement` …
        window: Weeks since baseline: immediate (< 1), short (1 to < 12), mid (12 to < 26),
            long (26 or more).
        region: Where the pain is.
        measure: `MD` differences, `RR` and `OR` of responders: never mixed.
        condition: The kind of neck pain of the person who asks. It does not choose the
            trials; it is compared with them when indirectness is rated.

    >>> Question("acupuncture", "sham", "pain_intensity", "short").key
    'acupuncture/sham/pain_intensity/short/MD/neck'
    """

    intervention: str
    against: str
    outcome: str
    window: Window
    region: str = "neck"
    measure: Measure = "MD"
    condition: str | None = None

    @property
    def key(self) -> str:
        """The question as one line of text that sorts and fits into an address."""
        parts = (self.intervention, self.against, self.outcome, self.window, self.measure)
        tail = (self.region, self.condition) if self.condition else (self.region,)
        return "/".join(parts + tail)

    @property
    def path(self) -> str:
        """The address of its page on the site, from the root.

        >>> Question("acupuncture", "sham", "pain_intensity", "short").path
        '/library/question/acupuncture/sham/pain_intensity/short/MD/neck/'
        """
        return f"/library/question/{self.key}/"

    @property
    def without_condition(self) -> Question:
        """The same question asked for no condition in particular."""
        return replace(self, condition=None)

    def to_dict(self) -> dict[str, str | None]:
        """Return the fields by name, ready for JSON."""
        return {
            "intervention": self.intervention,
            "against": self.against,
            "outcome": self.outcome,
            "window": self.window,
            "region": self.region,
            "measure": self.measure,
            "condition": self.condition,
        }

    @classmethod
    def parse(
        cls,
        intervention: str,
        against: str,
        outcome: str = "pain_intensity",
        window: str = "short",
        *,
        region: str = "neck",
        measure: str | None = None,
        condition: str | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> Question:
        """Read a question from words as people type them.

        Case, spaces and hyphens do not matter, and the parts of a combination may stand in any
        order. Without a measure the outcome's usual one is taken.

        Args:
            intervention: As in `Question`.
            against: As in `Question`.
            outcome: As in `Question`.
            window: As in `Question`.
            region: As in `Question`.
            measure: `MD`, `RR` or `OR`.
            condition: As in `Question`.
            vocabulary: The admissible words; those of the published tables by default.

        Raises:
            ReviewError: For a word that is not known, with the nearest that is; for a therapy
                against itself.

        >>> Question.parse("Dry needling", "Exercise + manual therapy").against
        'exercise+manual_therapy'
        """
        words = vocabulary or _published_vocabulary()
        chosen_outcome = _known("outcome", _folded(outcome), words.outcomes)
        therapy = _node("therapy", intervention, words.nodes)
        return cls(
            intervention=therapy,
            against=_other(therapy, _node("comparator", against, words.nodes | words.comparators)),
            outcome=chosen_outcome,
            window=_window(window),
            region=_known("region", _folded(region), words.regions),
            measure=_measure(measure or words.outcomes[chosen_outcome]),
            condition=condition and _known("condition", _folded(condition), words.conditions),
        )


def _published_vocabulary() -> Vocabulary:
    from filiform.review._review import published  # noqa: PLC0415 (the review knows questions)

    return published().vocabulary


def _folded(text: str) -> str:
    return "_".join(text.strip().casefold().replace("-", " ").replace("_", " ").split())


def _known(kind: str, given: str, admissible: Iterable[str]) -> str:
    words = tuple(admissible)
    if given not in words:
        raise ReviewError(unknown(kind, given, words, listed_by="filiform therapies"))
    return given


def _node(kind: str, given: str, admissible: Iterable[str]) -> str:
    words = frozenset(admissible)
    parts = {_known(kind, _folded(part), words) for part in given.split("+")}
    return "+".join(sorted(parts))


def _other(therapy: str, against: str) -> str:
    if against == therapy:
        raise ReviewError(
            f"{therapy!r} against itself is no question: name another comparator, such as "
            "'no_treatment'"
        )
    return against


def _window(given: str) -> Window:
    for window in WINDOWS:
        if window == _folded(given):
            return window
    weeks = _weeks(given)
    holding = None if weeks is None else _published_window(weeks)
    if holding is not None:
        raise ReviewError(
            f"unknown time window {given!r}: week {weeks:g} lies in {holding!r}. "
            f"Admissible: {', '.join(WINDOWS)}"
        )
    raise ReviewError(unknown("time window", given, WINDOWS))


def _weeks(given: str) -> float | None:
    """Return a number of weeks that was given where a window is asked for."""
    try:
        return float(_folded(given).removesuffix("s").removesuffix("_week"))
    except ValueError:
        return None


def _published_window(weeks: float) -> Window | None:
    from filiform.review._review import published  # noqa: PLC0415 (the review knows questions)

    return published().choices.window_of(weeks)


def _measure(given: str) -> Measure:
    for measure in MEASURES:
        if measure == given.strip().upper():
            return measure
    raise ReviewError(unknown("measure", given, MEASURES))
