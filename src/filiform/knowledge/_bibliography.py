"""From the words of a `source` cell to the entries of the bibliography."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.knowledge.word_tables import Source


def sources_of(text: str, bibliography: Mapping[str, Source]) -> tuple[Source, ...]:
    """Return the entries that a source cell cites, in the order in which they stand in it.

    An entry is cited where one of its keys, its DOI, its PMID or its PMCID stands in the cell as
    a whole: no letter, digit or part of the same identifier goes on before or after it.
    Case does not matter. `Library.sources_of` answers the same and remembers it.

    Args:
        text: a `source` cell.
        bibliography: entries by id.

    >>> from filiform.knowledge import library
    >>> [source.id for source in sources_of("PMC33515 T3", library().bibliography)]
    ['irnich-2001']
    """
    return Citations(bibliography).of(text)


class Citations:
    """The names of a bibliography's entries, found by their first word."""

    def __init__(self, bibliography: Mapping[str, Source]) -> None:
        """Take the names apart once, for many cells."""
        self._names: dict[str, list[tuple[str, int, Source]]] = {}
        for order, source in enumerate(bibliography.values()):
            for name in source.names:
                folded = name.casefold()
                first = _WORD.search(folded)
                if first is not None:
                    self._names.setdefault(first.group(), []).append((folded, order, source))

    def of(self, text: str) -> tuple[Source, ...]:
        """Return the entries that a source cell cites, in the order in which they stand in it."""
        folded = text.casefold()
        found: dict[int, tuple[int, Source]] = {}
        for word in set(_WORD.findall(folded)):
            for name, order, source in self._names.get(word, ()):
                place = _place(name, folded)
                if place is not None and place <= found.get(order, (place, source))[0]:
                    found[order] = (place, source)
        cited = sorted((place, order) for order, (place, _) in found.items())
        return tuple(found[order][1] for _, order in cited)


def _place(name: str, text: str) -> int | None:
    place = text.find(name)
    while place >= 0:
        if _ends(text[:place][::-1]) and _ends(text[place + len(name) :]):
            return place
        place = text.find(name, place + 1)
    return None


def _ends(rest: str) -> bool:
    """Tell whether a word ends where `rest` begins: at a mark that no letter or digit follows."""
    if not rest:
        return True
    if rest[0].isalnum():
        return False
    return not (rest[0] in _JOINTS and rest[1:2].isalnum())


_WORD = re.compile(r"[^\W_]+")
_JOINTS = ".-/_"
"""Marks inside identifiers: 10.1016/j.pain.2010 is not a whole word of 10.1016/j.pain.2010.11."""
