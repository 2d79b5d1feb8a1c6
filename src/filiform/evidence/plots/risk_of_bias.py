"""Judgements of risk of bias as signs beside the studies."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from filiform.errors import EvidenceError, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Sign(NamedTuple):
    """A sign that reads without its colour, and the words it stands for."""

    text: str
    colour: str
    words: str


_LOW = Sign("+", "#9fd8b4", "low")
_SOME = Sign("–", "#f5dc8c", "some concerns, moderate")
_UNCLEAR = Sign("?", "#dcdcdc", "unclear, no information")
_HIGH = Sign("×", "#e99a8b", "high, serious")
_CRITICAL = Sign("!", "#c65f5f", "critical")

SIGNS: Final[Mapping[str, Sign]] = MappingProxyType(
    {
        "low": _LOW,
        "some_concerns": _SOME,
        "moderate": _SOME,
        "unclear": _UNCLEAR,
        "no_information": _UNCLEAR,
        "high": _HIGH,
        "serious": _HIGH,
        "critical": _CRITICAL,
    }
)


def judgements(
    given: Mapping[str, Sequence[str]], labels: Sequence[str]
) -> dict[str, tuple[Sign | None, ...]]:
    """Return the signs of each domain, one a study; None where a judgement is "" (not given).

    Args:
        given: domain to one judgement a study: low, some_concerns, moderate, unclear,
            no_information, high, serious or critical; blanks may stand for underscores.
        labels: `(k,)` the studies.

    Raises:
        EvidenceError: for another word (the study is named) or a domain of another length.
    """
    found = {}
    for domain, words in given.items():
        if len(words) != len(labels):
            raise EvidenceError(
                f"risk of bias, {domain!r}: {len(words)} judgements for {len(labels)} studies: "
                "give one a study, '' where there is none"
            )
        found[domain] = tuple(
            _sign(domain, label, word) for label, word in zip(labels, words, strict=True)
        )
    return found


def legend(found: Mapping[str, Sequence[Sign | None]]) -> tuple[str, str]:
    """Return two notes: which column is which domain, and what the signs mean."""
    letters = ", ".join(f"{letter(i)} {domain}" for i, domain in enumerate(found))
    used = dict.fromkeys(sign for signs in found.values() for sign in signs if sign is not None)
    meaning = ", ".join(f"{sign.text} {sign.words}" for sign in SIGNS_IN_ORDER if sign in used)
    return f"Risk of bias: {letters}", f"Signs: {meaning}"


def letter(place: int) -> str:
    """Return the letter that stands for a domain.

    >>> letter(0), letter(6), letter(27)
    ('A', 'G', 'AB')
    """
    first, last = divmod(place, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


SIGNS_IN_ORDER: Final = (_LOW, _SOME, _UNCLEAR, _HIGH, _CRITICAL)


def _sign(domain: str, label: str, word: str) -> Sign | None:
    if word == "":
        return None
    key = word.strip().casefold().replace(" ", "_")
    if key not in SIGNS:
        raise EvidenceError(
            f"study {label!r}, {domain!r}: {unknown('judgement of risk of bias', word, SIGNS)}"
        )
    return SIGNS[key]
