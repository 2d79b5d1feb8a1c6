"""All tables by name, and their published content for those who show or download it."""

from __future__ import annotations

import csv
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from filiform.errors import KnowledgeError, unknown
from filiform.knowledge import care_tables as care
from filiform.knowledge import clinical_tables as clinical
from filiform.knowledge import cohort_tables as cohorts
from filiform.knowledge import evidence_tables as evidence
from filiform.knowledge import practice_tables as practice
from filiform.knowledge import word_tables as words
from filiform.knowledge._library import DATA, published_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.knowledge._table import Table

DATA_VERSION = "2026-11-21"
"""The day on which the published tables were last changed."""

_ALL: tuple[Table[object], ...] = (
    evidence.TRIALS,
    evidence.ARMS,
    evidence.OUTCOMES,
    evidence.CONTRASTS,
    cohorts.HARMS,
    cohorts.COURSE,
    words.OVERLAPS,
    words.CONTRADICTIONS,
    clinical.FINDINGS,
    clinical.WARNING_SIGNS,
    clinical.CONTRAINDICATIONS,
    clinical.INSTRUMENTS,
    clinical.MUSCLES,
    clinical.POINTS,
    practice.COUNTRIES,
    practice.JURISDICTIONS,
    practice.SCOPE_OF_PRACTICE,
    practice.COSTS,
    practice.BILLING,
    care.REPORTING_DEADLINES,
    words.THERAPIES,
    words.COMPARATORS,
    words.CONDITIONS,
    words.AREAS,
    words.STATEMENTS,
    words.BIBLIOGRAPHY,
    words.SOURCES,
)

TABLES: Mapping[str, Table[object]] = MappingProxyType({table.name: table for table in _ALL})
"""The tables by name, evidence first."""


def published_rows(name: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of a published table as they stand in the file, each by column.

    Raises:
        KnowledgeError: no such table.

    >>> published_rows("conditions")[0]["id"]
    'nonspecific'
    """
    if name not in TABLES:
        raise KnowledgeError(unknown("table", name, TABLES, listed_by="filiform.knowledge.TABLES"))
    with published_file(TABLES[name]).open(encoding="utf-8", newline="") as file:
        return tuple(MappingProxyType(row) for row in csv.DictReader(file))


@cache
def data_digest() -> str:
    """Return the SHA-256 of all published data: two answers with one digest rest on one data.

    The digest runs over the files in the order of their paths, each by its path, its length and
    its bytes, with the line ends of Unix.
    """
    import hashlib  # noqa: PLC0415 - only who states the digest pays for it

    digest = hashlib.sha256()
    files = {path.relative_to(DATA).as_posix(): path for path in DATA.rglob("*") if path.is_file()}
    for name in sorted(files):
        content = files[name].read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
