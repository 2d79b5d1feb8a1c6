"""Sourced sentences for people, by topic and therapy, in the order of statements.csv."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.guidance._record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.knowledge import Library, Statement

ANY = "any"


@dataclass(frozen=True, slots=True)
class Text(Record):
    """A sentence with its limits and the sources that it rests on."""

    id: str
    topic: str
    therapy: str | None
    text: str
    limits: str | None
    source: str
    sources: tuple[str, ...]
    checked: str


def texts_on(library: Library, topic: str, therapies: Iterable[str] = ()) -> tuple[Text, ...]:
    """Return the sentences on a topic: those on the therapies named, those on all, none else.

    A topic without sentences gives none.
    """
    order = (*therapies, ANY)
    found = [row for row in library.statements.values() if row.topic == topic]
    return tuple(
        _text(row, library) for therapy in order for row in found if (row.therapy or ANY) == therapy
    )


def all_texts_on(library: Library, topic: str) -> tuple[Text, ...]:
    """Return every sentence on a topic."""
    rows = library.statements.values()
    return tuple(_text(row, library) for row in rows if row.topic == topic)


def texts_by_id(library: Library, ids: Iterable[str]) -> tuple[Text, ...]:
    """Return the sentences with these ids; one that the library lacks is left out."""
    return tuple(
        _text(library.statements[id_], library) for id_ in ids if id_ in library.statements
    )


def _text(row: Statement, library: Library) -> Text:
    return Text(
        id=row.id,
        topic=row.topic,
        therapy=row.therapy,
        text=row.text,
        limits=row.limits,
        source=row.source,
        sources=sources(library, row.source),
        checked=row.checked,
    )


def sources(library: Library, *cells: str) -> tuple[str, ...]:
    """Return the ids of the bibliography that source cells cite, each once."""
    return tuple(dict.fromkeys(source.id for cell in cells for source in library.sources_of(cell)))
