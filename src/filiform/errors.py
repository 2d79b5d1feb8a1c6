"""The errors of every floor.

    FiliformError                 something that a person can put right; its text is one sentence
    ├── EvidenceError             numbers that no method can use, or a method used outside its range
    ├── KnowledgeError            a table or fact that breaks its own contract
    ├── ReviewError               a question that the review does not know
    ├── GuidanceError             answers of a person that cannot be read
    └── CareError                 a record of care that cannot be read, or a rule out of its range

Every message says what was given, what is admissible and what to do. Expected outcomes (a
warning sign, a therapy that does not suit, no evidence) are values, not errors.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class FiliformError(Exception):
    """The base of all errors that a person can put right."""


class EvidenceError(FiliformError):
    """Numbers that no method can use, or a method used outside its range."""


class KnowledgeError(FiliformError):
    """A table or a fact that breaks its own contract."""


class ReviewError(FiliformError):
    """A question that the review does not know."""


class GuidanceError(FiliformError):
    """Answers of a person that cannot be read."""


class CareError(FiliformError):
    """A record of care that cannot be read, or a rule used outside its range."""


def nearest(given: str, admissible: Iterable[str]) -> str | None:
    """Return the admissible word most like the given one, or None where none is alike.

    A slip of the pen comes first, then a word of which the given one is a part.

    >>> nearest("acupunture", ["acupuncture", "massage"])
    'acupuncture'
    >>> nearest("pain", ["disability", "pain_intensity", "pressure_pain_threshold"])
    'pain_intensity'
    >>> nearest("zzz", ["acupuncture", "massage"]) is None
    True
    """
    words = list(admissible)
    by_folded = {word.casefold(): word for word in reversed(words)}
    part = given.casefold()
    alike = get_close_matches(part, list(by_folded), n=1, cutoff=0.6) or _holding(part, by_folded)
    return by_folded[alike[0]] if alike else None


def _holding(part: str, words: Iterable[str]) -> list[str]:
    """Return the words that hold a part, those that begin with it first, then the shortest."""
    if len(part) < _SHORTEST_PART:
        return []
    holding = [word for word in words if part in word]
    return sorted(holding, key=lambda word: (not word.startswith(part), len(word), word))


def unknown(kind: str, given: object, admissible: Iterable[str], *, listed_by: str = "") -> str:
    """Say in one sentence that a word is not known, which ones are, and the nearest.

    At most eight admissible words are spelled out; of a longer list `listed_by` names the
    command or file that shows it.

    >>> unknown("therapy", "acupunture", ["acupuncture", "massage"])
    "unknown therapy 'acupunture': did you mean 'acupuncture'? Admissible: acupuncture, massage"
    """
    words = sorted(admissible)
    shown = str(given)
    if len(shown) > _LONGEST_ECHO:
        shown = shown[:_LONGEST_ECHO] + "…"
    close = nearest(shown, words)
    hint = f"did you mean {close!r}? " if close else ""
    if len(words) <= _LONGEST_LIST:
        rest = "Admissible: " + ", ".join(words)
    else:
        rest = f"{len(words)} are admissible" + (f", listed by {listed_by}" if listed_by else "")
    return f"unknown {kind} {shown!r}: {hint}{rest}"


_SHORTEST_PART = 3
_LONGEST_ECHO = 60
_LONGEST_LIST = 8
