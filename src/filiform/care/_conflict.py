"""What speaks against billing something, with the rows behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from filiform.care._claim_rules import billing_rows
from filiform.care._record import Record
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from filiform.knowledge import Library

Strength = Literal["refused", "ask", "told"]


@dataclass(frozen=True, slots=True)
class Conflict(Record):
    """Something that speaks against a line or a claim.

    Attributes:
        code: a word for programs, as `injection`.
        strength: refused is put right first, ask is decided by a person, told is only said.
        rows: rows of billing.csv, as `CPT|20560`.
    """

    code: str
    strength: Strength
    sentence: str
    rows: tuple[str, ...]
    sources: tuple[str, ...]


def conflict(
    library: Library, code: str, strength: Strength, sentence: str, rows: tuple[str, ...]
) -> Conflict:
    """Return a conflict with the sources of its rows."""
    cells = (row.source for row in billing_rows(library, rows))
    return Conflict(code, strength, sentence, rows, sources(library, *cells))
