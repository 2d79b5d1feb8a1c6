"""One line of a claim, and what is found while lines are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care._claim_rules import billing_rows
from filiform.care._record import Record
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from filiform.care._conflict import Conflict
    from filiform.knowledge import Library


@dataclass(frozen=True, slots=True)
class ClaimLine(Record):
    """One line of a claim.

    Attributes:
        system: whose codes, as billing.csv names it.
        modifier: the modifier on the line; empty where none is asked.
        description: in our own words, never the code's own text.
        names: muscles that the line must name.
        why: how the line and its units came about.
        source: the cell of the row.
        sources: ids of the bibliography.
    """

    system: str
    code: str
    units: int
    modifier: str
    description: str
    names: tuple[str, ...]
    why: str
    source: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contradiction(Record):
    """Where sources disagree: what is used, why, and what the others would give."""

    id: str
    used: str
    why: str
    others: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines with what was found while they were made."""

    lines: tuple[ClaimLine, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    def __add__(self, other: Lines) -> Lines:
        """Return both, in order."""
        return Lines(
            self.lines + other.lines,
            self.conflicts + other.conflicts,
            self.contradictions + other.contradictions,
        )


def line_of(
    library: Library,
    system: str,
    code: str,
    *,
    units: int,
    why: str,
    names: tuple[str, ...] = (),
) -> ClaimLine:
    """Return a line with the words and the source of its row of billing.csv."""
    (row,) = billing_rows(library, (f"{system}|{code}",))
    return ClaimLine(
        system=system,
        code=code,
        units=units,
        modifier="",
        description=row.description,
        names=names,
        why=why,
        source=row.source,
        sources=sources(library, row.source),
    )
