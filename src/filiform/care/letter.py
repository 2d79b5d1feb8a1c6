"""A letter as plain content: who, to whom, about what, paragraphs, tables, sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care._record import Record

if TYPE_CHECKING:
    import datetime as dt

    from filiform.knowledge import Library

__all__ = ["Letter", "LetterTable", "Paragraph", "Party", "citations", "closed", "written"]


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
        facts: names and values about whom it is, above all paragraphs.
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
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the bibliography, in the order in which they are first cited."""
        return tuple(dict.fromkeys(id_ for part in self.paragraphs for id_ in part.sources))


def citations(paragraphs: tuple[Paragraph, ...], library: Library) -> tuple[str, ...]:
    """Return the sources of paragraphs as the bibliography writes them, each once.

    Our own tables are left out: who gets the letter cannot look into them.
    """
    ids = dict.fromkeys(id_ for part in paragraphs for id_ in part.sources)
    rows = [library.bibliography[id_] for id_ in ids if library.bibliography[id_].kind != "data"]
    return tuple(f"{row.citation}, doi {row.doi}" if row.doi else row.citation for row in rows)


def written(day: dt.date) -> str:
    """Return a day as every paper writes it.

    >>> import datetime
    >>> written(datetime.date(2026, 11, 3))
    'November 3, 2026'
    """
    return f"{day:%B} {day.day}, {day.year}"


def closed(text: str) -> str:
    """Return a text that ends with one full stop, or with the mark that it ends with.

    >>> closed("sleep through the night"), closed("Less pain. "), closed("How?")
    ('sleep through the night.', 'Less pain.', 'How?')
    """
    kept = text.strip()
    return kept if kept.endswith((".", "!", "?", ":")) else f"{kept}."
