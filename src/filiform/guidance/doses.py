"""How a therapy was given in its trials: sessions, weeks, minutes, needles, depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.guidance import words
from filiform.guidance._record import Record
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.knowledge import Arm, Library

_FIELDS = {
    "sessions": ("session", "sessions"),
    "weeks": ("week", "weeks"),
    "minutes": ("minute", "minutes"),
    "needles": ("needle", "needles"),
    "depth_mm": ("mm deep", "mm deep"),
}


@dataclass(frozen=True, slots=True)
class Dose(Record):
    """One quantity over the arms that report it: median and range.

    Attributes:
        arms: how many arms report it.
        arms_silent: how many do not.
    """

    what: str
    median: float
    low: float
    high: float
    arms: int
    arms_silent: int
    trials: tuple[str, ...]
    text: str
    sources: tuple[str, ...]


def doses_of(library: Library, therapy: str) -> tuple[Dose, ...]:
    """Return how the arms of neck trials that hold a therapy were dosed, one line a quantity."""
    arms = [
        arm
        for arm in library.arms
        if therapy in arm.interventions and library.trials[arm.trial_id].region == "neck"
    ]
    found = (_dose(what, arms, library) for what in _FIELDS)
    return tuple(dose for dose in found if dose is not None)


def _dose(what: str, arms: Iterable[Arm], library: Library) -> Dose | None:
    all_arms = tuple(arms)
    told = [(arm, float(value)) for arm in all_arms if (value := getattr(arm, what)) is not None]
    if not told:
        return None
    values = [value for _, value in told]
    return Dose(
        what=what,
        median=words.middle(values),
        low=min(values),
        high=max(values),
        arms=len(told),
        arms_silent=len(all_arms) - len(told),
        trials=tuple(dict.fromkeys(arm.trial_id for arm, _ in told)),
        text=_text(what, values, len(all_arms)),
        sources=sources(library, *dict.fromkeys(arm.source for arm, _ in told)),
    )


def _text(what: str, values: list[float], arms: int) -> str:
    one, many = _FIELDS[what]
    middle = words.middle(values)
    noun = one if middle == 1 else many
    low, high = words.number(min(values)), words.number(max(values))
    spread = f" (from {low} to {high})" if low != high else ""
    told = f"{len(values)} of {words.counted(arms, 'trial group', 'trial groups')} told it"
    return f"{words.number(middle)} {noun}{spread}; {told}."


def sessions_of(doses: Iterable[Dose]) -> Dose | None:
    """Return the line on sessions; None where no trial tells it."""
    return next((dose for dose in doses if dose.what == "sessions"), None)
