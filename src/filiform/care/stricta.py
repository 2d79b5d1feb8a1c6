"""A session as the checklist of STRICTA asks for it: each item filled, or *not reported*."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care._record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from filiform.care.needles import Needle, SessionRecord

__all__ = ["NOT_REPORTED", "STRICTA_ITEMS", "Background", "reported", "stricta"]

NOT_REPORTED = "not reported"

STRICTA_ITEMS: Mapping[str, str] = {
    "1a": "style of needling",
    "1b": "why this treatment",
    "1c": "how far it was varied",
    "2a": "number of needles",
    "2b": "sites, one side or both",
    "2c": "depth",
    "2d": "response sought",
    "2e": "stimulation",
    "2f": "how long the needles stayed in",
    "2g": "kind of needle",
    "3a": "number of sessions",
    "3b": "how often and how long",
    "4a": "what else was given",
    "4b": "setting, and what the person was told",
    "5": "the practitioner",
    "6a": "why this comparator",
    "6b": "the comparator",
}
"""The items in our own words.

*Source: MacPherson et al. 2010, table 1, doi 10.1371/journal.pmed.1000261.*
"""

_NO_COMPARATOR = "none: a record of one person's care, not of a trial"


@dataclass(frozen=True, slots=True)
class Background(Record):
    """What STRICTA asks of the course and its practitioner; None is *not reported*."""

    style: str | None = None
    reasoning: str | None = None
    variation: str | None = None
    sessions: int | None = None
    frequency: str | None = None
    setting: str | None = None
    practitioner: str | None = None


def stricta(session: SessionRecord, background: Background | None = None) -> Mapping[str, str]:
    """Return each item of STRICTA for a session.

    Where only some needles tell it, the item says of how many it is known: absent is not zero.

    Args:
        session: what was recorded.
        background: what the course tells for items 1, 3, 4b and 5.

    Source: MacPherson et al. 2010, table 1, doi 10.1371/journal.pmed.1000261.
    """
    course, needles = background or Background(), session.needles
    told = " ".join(part for part in (course.setting, session.told.strip()) if part)
    given = {
        "1a": course.style,
        "1b": course.reasoning,
        "1c": course.variation,
        "2a": str(len(needles)) if needles else None,
        "2b": _sites(needles),
        "2c": _range([needle.depth_mm for needle in needles], "mm"),
        "2d": _words([needle.response_sought for needle in needles]),
        "2e": _words([_stimulation(needle) for needle in needles]),
        "2f": _range([needle.retained_minutes for needle in needles], "minutes"),
        "2g": _words([_kind(needle) for needle in needles]),
        "3a": None if course.sessions is None else str(course.sessions),
        "3b": course.frequency,
        "4a": "; ".join(session.co_treatments),
        "4b": told,
        "5": course.practitioner,
        "6a": _NO_COMPARATOR,
        "6b": _NO_COMPARATOR,
    }
    return {item: given[item] or NOT_REPORTED for item in STRICTA_ITEMS}


def reported(filled: Mapping[str, str]) -> tuple[int, int]:
    """Return how many items of STRICTA are filled, and of how many."""
    return sum(text != NOT_REPORTED for text in filled.values()), len(filled)


def _sites(needles: Iterable[Needle]) -> str:
    sides: dict[str, Counter[str]] = {}
    for needle in needles:
        sides.setdefault(needle.site.replace("_", " "), Counter())[needle.side] += 1
    return "; ".join(
        f"{site} ({', '.join(_counted(side, n) for side, n in found.items())})"
        for site, found in sides.items()
    )


def _counted(side: str, count: int) -> str:
    return side if count == 1 else f"{side} × {count}"


def _stimulation(needle: Needle) -> str | None:
    if needle.stimulation != "electrical":
        return needle.stimulation
    parts = ((needle.hz, "Hz"), (needle.ma, "mA"))
    told = [f"{value:g} {unit}" for value, unit in parts if value is not None]
    return " ".join(["electrical", *told])


def _kind(needle: Needle) -> str | None:
    length, diameter = needle.length_mm, needle.diameter_mm
    size = None if length is None or diameter is None else f"{diameter:g} × {length:g} mm"
    return " ".join(part for part in (size, needle.maker) if part) or None


def _words(values: Sequence[str | None]) -> str | None:
    counts = Counter(value.replace("_", " ") for value in values if value is not None)
    if len(counts) == 1 and None not in values:
        return next(iter(counts))
    text = ", ".join(f"{word} ({n})" for word, n in counts.items())
    return _known(text, values)


def _range(values: Sequence[float | None], unit: str) -> str | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, high = f"{min(known):g}", f"{max(known):g}"
    return _known(f"{low} {unit}" if low == high else f"{low} to {high} {unit}", values)


def _known(text: str, values: Sequence[object]) -> str | None:
    """Return a text with the number of needles that tell it, where not all do."""
    known = sum(value is not None for value in values)
    if not known or known == len(values):
        return text or None
    return f"{text}, told of {known} of {len(values)} needles"
