"""From the words of a `source` cell to the entries of the bibliography."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.knowledge.word_tables import Source


def sources_of(text: str, bibliography: Mapping[str, Source]) -> tuple[Source, ...]:
    """Return the entries that a source cell cites, in the order in which they stand in it.

    An entry is cited where one of its keys, its DOI, its PMID or its PMCID stands in the cell as
    a whole: no letter, digit or part of the same identifier goes on before or after it.
    Case does not matter.

    Args:
        text: a `source` cell.
        bibliography: entries by id.

    >>> from filiform.knowledge import library
    >>> [source.id for source in sources_of("PMC33515 T3", library().bibliography)]
    ['irnich-2001']
    """
    folded = text.casefold()
    found: list[tuple[int, int, Source]] = []
    for order, source in enumerate(bibliography.values()):
        places = [place for key in source.names if (place := _place(key.casefold(), folded)) >= 0]
        if places:
            found.append((min(places), order, source))
    return tuple(source for _, _, source in sorted(found, key=lambda entry: entry[:2]))


def _place(key: str, text: str) -> int:
    place = text.find(key)
    while place >= 0:
        if _ends(text[:place][::-1]) and _ends(text[place + len(key) :]):
            return place
        place = text.find(key, place + 1)
    return -1


def _ends(rest: str) -> bool:
    """Tell whether a word ends where `rest` begins: at a mark that no letter or digit follows."""
    if not rest:
        return True
    if rest[0].isalnum() or rest[0] == "_":
        return False
    return not (rest[0] in _JOINTS and rest[1:2].isalnum())


_JOINTS = ".-/_"
"""Marks inside identifiers: 10.1016/j.pain.2010 is not a whole word of 10.1016/j.pain.2010.11."""
