"""The words of the house: therapies, comparators, conditions, areas, sentences, sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from filiform.knowledge import vocabulary as v
from filiform.knowledge._cells import matching, optional, several, text, word, yes_no
from filiform.knowledge._constraints import one_of
from filiform.knowledge._dates import as_of
from filiform.knowledge._table import Reference, Table


@dataclass(frozen=True, slots=True)
class Therapy:
    """An intervention of the evidence tables, in plain words.

    Attributes:
        kind: needle (a thin solid needle through the skin), other, or comparator.
        offered: whether it is one of the options that the guide shows.
    """

    id: str
    name: str
    kind: Literal["needle", "other", "comparator"]
    offered: bool
    meaning: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Comparator:
    """What a therapy is compared with; a therapy's own id is a comparator too.

    Attributes:
        members: the interventions that count as it; none for a rule between two arms.
    """

    id: str
    name: str
    members: tuple[str, ...]
    meaning: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """A kind of neck pain."""

    id: str
    name: str
    meaning: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Area:
    """A place on the body where pain is felt or a point lies."""

    id: str
    name: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two reports that have, or may have, people in common."""

    trial_id: str
    other_id: str
    kind: Literal["same_people", "may_share", "same_project"]
    reason: str
    source: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Where sources disagree, or a number cannot be believed as it is printed; both are kept.

    Attributes:
        table: the table in which the rows stand.
        subject: a trial, study, code, item or place there.
    """

    id: str
    table: str
    subject: str
    what: str
    source: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence for people, with its source."""

    id: str
    topic: str
    therapy: str | None
    text: str
    limits: str | None
    source: str
    checked: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """An entry of the bibliography.

    Attributes:
        quality: A paper, guideline, statute or official body; B professional, clinic or trade
            page; C low quality; None where no mark was given.
        keys: further words that name it in a `source` cell, beside its identifiers.
    """

    id: str
    kind: Literal["trial", "paper", "guideline", "law", "register", "page", "book", "data"]
    quality: Literal["A", "B", "C"] | None
    citation: str
    year: int | None
    doi: str | None
    pmid: str | None
    pmcid: str | None
    url: str | None
    keys: tuple[str, ...]
    row: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """What cites it: one of these stands, as a whole, in a `source` cell."""
        pmid = f"PMID {self.pmid}" if self.pmid else None
        return (*self.keys, *(name for name in (self.doi, pmid, self.pmcid) if name))


THERAPIES = Table(
    name="therapies",
    folder="knowledge",
    about="one row an intervention",
    record=Therapy,
    columns={
        "id": v.snake(),
        "name": text(),
        "kind": word("needle", "other", "comparator"),
        "offered": yes_no(),
        "meaning": text(),
    },
    unique=(("id",), ("name",)),
    sources=(),
)

COMPARATORS = Table(
    name="comparators",
    folder="knowledge",
    about="one row what a therapy is compared with",
    record=Comparator,
    columns={
        "id": v.snake(),
        "name": text(),
        "members": several(v.snake()),
        "meaning": text(),
    },
    unique=(("id",), ("name",)),
    references=(Reference(("members",), "therapies", ("id",)),),
    sources=(),
)

CONDITIONS = Table(
    name="conditions",
    folder="knowledge",
    about="one row a kind of neck pain",
    record=Condition,
    columns={"id": v.snake(), "name": text(), "meaning": text()},
    unique=(("id",), ("name",)),
    sources=(),
)

AREAS = Table(
    name="areas",
    folder="knowledge",
    about="one row a place on the body",
    record=Area,
    columns={"id": v.snake(), "name": text()},
    unique=(("id",), ("name",)),
    sources=(),
)

OVERLAPS = Table(
    name="overlaps",
    folder="evidence",
    about="one row two reports that have people in common",
    record=Overlap,
    columns={
        "trial_id": v.slug(),
        "other_id": v.slug(),
        "kind": word("same_people", "may_share", "same_project"),
        "reason": text(),
        "source": text(),
    },
    unique=(("trial_id", "other_id"),),
    references=(Reference(("other_id",), "trials", ("trial_id",)),),
)

CONTRADICTIONS = Table(
    name="contradictions",
    folder="evidence",
    about="one row a disagreement of sources, or a number not to be believed as printed",
    record=Contradiction,
    columns={
        "id": v.slug(),
        "table": v.snake(),
        "subject": text(),
        "what": text(),
        "source": text(),
    },
    unique=(("id",),),
)

STATEMENTS = Table(
    name="statements",
    folder="texts",
    about="one row a sentence for people",
    record=Statement,
    columns={
        "id": matching(r"[a-z0-9]+([-_][a-z0-9]+)*", "an id in lower case"),
        "topic": v.snake(),
        "therapy": optional(v.snake()),
        "text": text(),
        "limits": optional(text()),
        "source": text(),
        "checked": as_of(),
    },
    unique=(("id",),),
    dated=("checked",),
)

_SOURCE_COLUMNS = {
    "id": v.slug(),
    "kind": word("trial", "paper", "guideline", "law", "register", "page", "book", "data"),
    "quality": optional(word("A", "B", "C")),
    "citation": text(),
    "year": optional(v.year()),
    "doi": v.doi(),
    "pmid": v.pmid(),
    "pmcid": v.pmcid(),
    "url": optional(matching(r"https?://[!-~]+", "a web address")),
    "keys": several(text()),
}
_SOURCE_UNIQUE = (("id",), ("doi",), ("pmid",), ("pmcid",))
_NAMED = one_of("keys", "doi", "pmid", "pmcid")

BIBLIOGRAPHY = Table(
    name="bibliography",
    folder="knowledge",
    about="one row a source of the tables",
    record=Source,
    columns=_SOURCE_COLUMNS,
    unique=_SOURCE_UNIQUE,
    constraints=(_NAMED,),
    dated=("year",),
    sources=(),
)

SOURCES = Table(
    name="sources",
    folder="texts",
    about="one row a source of the sentences for people",
    record=Source,
    columns=_SOURCE_COLUMNS,
    unique=_SOURCE_UNIQUE,
    constraints=(_NAMED,),
    dated=("year",),
    sources=(),
)
