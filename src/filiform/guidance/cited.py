"""Every entry of the bibliography that an aid cites, in the order in which it is first cited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.guidance._record import Record, names_of
from filiform.guidance.screening import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from filiform.knowledge import Library

_HOLDERS = (tuple, Record, Reason)
"""What may hold records that cite."""


@dataclass(frozen=True, slots=True)
class CitedSource(Record):
    """An entry of the bibliography."""

    id: str
    kind: str
    quality: str | None
    citation: str
    year: int | None
    doi: str | None
    pmid: str | None
    pmcid: str | None
    url: str | None


def cited_sources(library: Library, parts: object) -> tuple[CitedSource, ...]:
    """Return the sources named in any field `sources` of the records, each once.

    Args:
        library: for the bibliography.
        parts: records, or tuples of them, nested as deep as an aid nests them.
    """
    ids = dict.fromkeys(_cited(parts))
    return tuple(_cited_source(library, id_) for id_ in ids)


def _cited(part: object) -> Iterator[str]:
    if isinstance(part, tuple):
        for each in part:
            if isinstance(each, _HOLDERS):
                yield from _cited(each)
    elif isinstance(part, Record | Reason):
        for name in names_of(part):
            value = getattr(part, name)
            if name == "sources":
                yield from value
            elif isinstance(value, _HOLDERS):
                yield from _cited(value)


def _cited_source(library: Library, id_: str) -> CitedSource:
    row = library.bibliography[id_]
    return CitedSource(
        row.id,
        row.kind,
        row.quality,
        row.citation,
        row.year,
        row.doi,
        row.pmid,
        row.pmcid,
        row.url,
    )
