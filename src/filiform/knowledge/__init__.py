"""Facts with their sources, as typed rows; nothing is computed here.

    from filiform.knowledge import library

    library().trials["irnich-2001"].n_randomised

An empty cell is None: not reported. Every table is strict: a fault is refused with its file, row
and column, and `check()` lists all faults of a directory of one's own tables.

The records and the checks are imported when they are first asked for, because whoever screens one
person should not wait for the tables of the evidence.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from filiform.errors import KnowledgeError
from filiform.knowledge._bibliography import sources_of
from filiform.knowledge._library import Library, library
from filiform.knowledge._problem import Problem

if TYPE_CHECKING:
    from filiform.knowledge._check import check
    from filiform.knowledge._dates import FRESH_DAYS, checked_note, first_day
    from filiform.knowledge._table import Table
    from filiform.knowledge._tables import DATA_VERSION, TABLES, data_digest, published_rows
    from filiform.knowledge.clinical_tables import (
        ClinicalFinding,
        Contraindication,
        Instrument,
        Muscle,
        Point,
        WarningSign,
    )
    from filiform.knowledge.cohort_tables import Course, Harm
    from filiform.knowledge.evidence_tables import Arm, Contrast, Outcome, Trial
    from filiform.knowledge.practice_tables import (
        BillingRule,
        Cost,
        Country,
        Jurisdiction,
        ScopeOfPractice,
    )
    from filiform.knowledge.word_tables import (
        Area,
        Comparator,
        Condition,
        Contradiction,
        Overlap,
        Source,
        Statement,
        Therapy,
    )

__all__ = [
    "DATA_VERSION",
    "FRESH_DAYS",
    "TABLES",
    "Area",
    "Arm",
    "BillingRule",
    "ClinicalFinding",
    "Comparator",
    "Condition",
    "Contradiction",
    "Contraindication",
    "Contrast",
    "Cost",
    "Country",
    "Course",
    "Harm",
    "Instrument",
    "Jurisdiction",
    "KnowledgeError",
    "Library",
    "Muscle",
    "Outcome",
    "Overlap",
    "Point",
    "Problem",
    "ScopeOfPractice",
    "Source",
    "Statement",
    "Table",
    "Therapy",
    "Trial",
    "WarningSign",
    "check",
    "checked_note",
    "data_digest",
    "first_day",
    "library",
    "published_rows",
    "sources_of",
]

_HOMES = {
    "_check": ("check",),
    "_dates": ("FRESH_DAYS", "checked_note", "first_day"),
    "_table": ("Table",),
    "_tables": ("DATA_VERSION", "TABLES", "data_digest", "published_rows"),
    "clinical_tables": (
        *("ClinicalFinding", "Contraindication", "Instrument", "Muscle", "Point", "WarningSign"),
    ),
    "cohort_tables": ("Course", "Harm"),
    "evidence_tables": ("Arm", "Contrast", "Outcome", "Trial"),
    "practice_tables": ("BillingRule", "Cost", "Country", "Jurisdiction", "ScopeOfPractice"),
    "word_tables": (
        *("Area", "Comparator", "Condition", "Contradiction"),
        *("Overlap", "Source", "Statement", "Therapy"),
    ),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Import a public name from its module when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
