"""The words that choose a method: canonical names, their aliases, and the nearest for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.errors import EvidenceError, nearest, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping


def choose(kind: str, given: object, aliases: Mapping[str, str]) -> str:
    """Return the canonical word that a given word or alias stands for; case does not matter.

    Args:
        kind: what is chosen, for the message.
        given: the user's word.
        aliases: casefolded alias to canonical word.

    Raises:
        EvidenceError: if no such word is known; the nearest one is named.
    """
    if isinstance(given, str):
        found = aliases.get(given) or aliases.get(given.casefold())
        if found is not None:
            return found
        close = nearest(given, aliases)
        if close is not None:
            admissible = ", ".join(dict.fromkeys(aliases.values()))
            raise EvidenceError(
                f"unknown {kind} {given!r}: did you mean {aliases[close]!r}? "
                f"Admissible: {admissible}"
            )
    raise EvidenceError(unknown(kind, given, dict.fromkeys(aliases.values())))


def confidence(level: float) -> float:
    """Return a confidence level that is a probability, or say how to write it.

    Raises:
        EvidenceError: if it does not lie strictly between 0 and 1.
    """
    if 0.0 < level < 1.0:
        return float(level)
    raise EvidenceError(
        f"level {level!r} is not strictly between 0 and 1: write 0.95 for a 95 % interval"
    )
