"""What the pages show: tables of cells with their links, made here and drawn by one macro."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from filiform.knowledge import Library


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, which may be a link, and further links behind it.

    Attributes:
        number: Whether it is set as a number, to the right and on one line.
        small: Whether it is set small: a source, which is long.
    """

    text: str
    href: str = ""
    links: tuple[Link, ...] = ()
    number: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first cell of each row is its heading."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def cited(library: Library, cell: str) -> Cell:
    """Return a `source` cell with a link to each entry of the bibliography that it cites."""
    return Cell(cell, links=source_links(library, cell), small=True)


def source_links(library: Library, cell: str) -> tuple[Link, ...]:
    """Return a link to each entry of the bibliography that a `source` cell cites."""
    page = reverse("library:sources")
    return tuple(Link(s.id, f"{page}#{s.id}") for s in library.sources_of(cell))


def figure(value: float | None) -> Cell:
    """Return a number as it stands in a table; nothing is said to be not reported.

    >>> figure(None).text, figure(4.0).text, figure(20464).text
    ('not reported', '4', '20,464')
    """
    return Cell(written(value), number=value is not None)


def written(value: float | str | None) -> str:
    """Return a value in words: a number without needless digits, *not reported* for nothing.

    >>> written(0.5), written(-1200), written(None), written("chronic")
    ('0.5', '−1,200', 'not reported', 'chronic')
    """
    if value is None:
        return "not reported"
    if isinstance(value, str):
        return value
    return f"{value:,.10g}".replace("-", "−")


def yes_no(value: bool | None) -> str:
    """Return yes, no, or that it is not reported."""
    if value is None:
        return "not reported"
    return "yes" if value else "no"


def plain(word: str | None) -> str:
    """Return a word of the vocabulary with spaces in place of its underscores.

    >>> plain("pain_intensity")
    'pain intensity'
    """
    return "not reported" if word is None else word.replace("_", " ")
