"""Whether two names may be one person's: loosely, because names are written in many ways."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from filiform.care import _reading as read
from filiform.knowledge import library as published


@dataclass(frozen=True, slots=True)
class SignatureRules:
    """What counts as a signature.

    Attributes:
        least_ink: of a drawn one, in widths of the field.
        least_letters: of a typed one: spaces, signs and characters without width are none.
        alike: how alike two words of a name are that may be one, from 0 to 1.
    """

    least_ink: float
    least_letters: int
    alike: float


@cache
def signature_rules() -> SignatureRules:
    """Return the rules of care.toml on signatures, read once."""
    keys = ("least_ink", "least_letters", "alike", "basis")
    fields = read.Fields(published().rules("care")["signature"], keys, "care.toml: signature")
    share = read.number(0, 1, "")
    return SignatureRules(
        fields.take("least_ink", share),
        fields.take("least_letters", read.whole),
        fields.take("alike", share),
    )


def letters(name: str) -> int:
    """Return how many letters a name has.

    >>> letters("Ada L."), letters("\u200b .")
    (4, 0)
    """
    return sum(unicodedata.category(sign)[0] == "L" for sign in name)


def alike(one: str, other: str, least: float) -> bool:
    """Tell whether each word of the shorter name has its like in the longer one.

    Case, accents, order and signs between words do not matter; an initial is like a word that
    begins with it, but initials alone are no name.

    Args:
        one: a name.
        other: another.
        least: how alike two words must be, from 0 to 1.

    >>> alike("jose GARCIA", "García Márquez, José", 0.8), alike("J. Smith", "Jon Smith", 0.8)
    (True, True)
    >>> alike("Mary Smith", "Jon Smyth", 0.8)
    False
    """
    short, long = sorted((_words(one), _words(other)), key=len)
    whole = all(any(len(word) > 1 for word in name) for name in (short, long))
    same_length = len(short) == len(long)
    return (
        whole and _each_in(short, long, least) and (not same_length or _each_in(long, short, least))
    )


def _each_in(words: list[str], others: list[str], least: float) -> bool:
    return all(any(_like(word, other, least) for other in others) for word in words)


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.findall(r"[^\W\d_]+", kept)


def _like(one: str, other: str, least: float) -> bool:
    if min(len(one), len(other)) == 1:
        return one[0] == other[0]
    # difflib's share depends on which word comes first, so both ways are looked at.
    both = ((one, other), (other, one))
    return any(SequenceMatcher(None, *pair).ratio() >= least for pair in both)
