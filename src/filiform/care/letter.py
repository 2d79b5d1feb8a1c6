"""A letter as plain content: who, to whom, about what, paragraphs, tables, sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care._record import Record

if TYPE_CHECKING:
    import datetime as dt

    from filiform.knowledge import Library

__all__ = ["Letter", "LetterTable", "Paragraph", "Party", "citations"]


@dataclass(frozen=True, slots=True)
class Party(Record):
    """Who writes or is written to: a name, and the lines below it."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph(Record):
    """Sentences under a heading; an empty heading goes on from the one before."""

    heading: str
    sentences: tuple[str, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterTable(Record):
    """Figures; every row has as many cells as there are columns."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Letter(Record):
    """What the page or the paper shows.

    Attributes:
        kind: doctor, pre_approval or visit.
        citations: the sources of all paragraphs, as the bibliography writes them.
    """

    kind: str
    made_on: dt.date
    sender: Party
    recipient: Party
    subject: str
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[LetterTable, ...]
    citations: tuple[str, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the bibliography, in the order in which they are first cited."""
        return tuple(dict.fromkeys(id_ for part in self.paragraphs for id_ in part.sources))


def citations(paragraphs: tuple[Paragraph, ...], library: Library) -> tuple[str, ...]:
    """Return the sources of paragraphs as the bibliography writes them, each once."""
    ids = dict.fromkeys(id_ for part in paragraphs for id_ in part.sources)
    found = []
    for id_ in ids:
        row = library.bibliography[id_]
        found.append(f"{row.citation}, doi {row.doi}" if row.doi else row.citation)
    return tuple(found)
