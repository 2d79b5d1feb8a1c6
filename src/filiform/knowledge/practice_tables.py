"""Law, prices and billing: who may needle where, what it costs, who may pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from filiform.knowledge import vocabulary as v
from filiform.knowledge._cells import number, optional, text, whole, word
from filiform.knowledge._constraints import ascending, one_of
from filiform.knowledge._dates import as_of
from filiform.knowledge._table import Reference, Table


@dataclass(frozen=True, slots=True)
class ScopeOfPractice:
    """Whether a profession may needle in a jurisdiction, and the training that is asked."""

    jurisdiction: str
    profession: str
    practice: Literal["acupuncture", "dry_needling"]
    status: Literal["allowed", "prohibited", "silent", "unclear"]
    training_hours: int | None
    note: str | None
    as_of: str
    source: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """What something costs in a region, in the currency and per the unit given."""

    item: str
    modality: str
    region: str
    low: float | None
    high: float | None
    typical: float | None
    currency: str
    unit: str
    as_of: str
    source: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class BillingRule:
    """A code or a rule of cover."""

    system: Literal["CPT", "GOAe", "ICD-10-CM", "coverage_medicare", "coverage_payer"]
    code: str
    description: str
    rule: str | None
    source: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A country or a part of it for which the law was looked up, or whose law is unknown to us."""

    id: str
    name: str
    country: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166-1 alpha-2 code."""

    id: str
    name: str
    row: int = 0


COUNTRIES = Table(
    name="countries",
    folder="knowledge",
    about="one row a country by its ISO 3166-1 alpha-2 code",
    record=Country,
    columns={"id": v.country(), "name": text()},
    unique=(("id",), ("name",)),
    sources=(),
)

JURISDICTIONS = Table(
    name="jurisdictions",
    folder="knowledge",
    about="one row a place whose law on needling is looked up",
    record=Jurisdiction,
    columns={"id": v.jurisdiction(), "name": text(), "country": v.country()},
    unique=(("id",), ("name",)),
    sources=(),
)

SCOPE_OF_PRACTICE = Table(
    name="scope_of_practice",
    folder="knowledge",
    about="one row a profession and a practice in a jurisdiction, as of a date",
    record=ScopeOfPractice,
    columns={
        "jurisdiction": v.jurisdiction(),
        "profession": word(*v.PROFESSIONS),
        "practice": word("acupuncture", "dry_needling"),
        "status": word("allowed", "prohibited", "silent", "unclear"),
        "training_hours": optional(whole(1, 10_000)),
        "note": optional(text()),
        "as_of": as_of(),
        "source": text(),
    },
    unique=(("jurisdiction", "profession", "practice", "as_of"),),
    references=(Reference(("jurisdiction",), "jurisdictions", ("id",)),),
    dated=("as_of",),
)

COSTS = Table(
    name="costs",
    folder="knowledge",
    about="one row a price or a cost in a region",
    record=Cost,
    columns={
        "item": text(),
        "modality": v.snake(),
        "region": v.jurisdiction(),
        "low": optional(number()),
        "high": optional(number()),
        "typical": optional(number()),
        "currency": word("AUD", "CAD", "EUR", "GBP", "USD", "QALY", "percent", "sessions"),
        "unit": word(
            *("QALY", "course", "package", "person", "service", "session", "visit", "year"),
        ),
        "as_of": as_of(),
        "source": text(),
    },
    unique=(("item", "modality", "region", "source"),),
    constraints=(
        one_of("low", "high", "typical"),
        ascending("low", "typical", "high"),
    ),
    references=(Reference(("region",), "jurisdictions", ("id",)),),
    dated=("as_of",),
)

BILLING = Table(
    name="billing",
    folder="knowledge",
    about="one row a code or a rule of cover",
    record=BillingRule,
    columns={
        "system": word("CPT", "GOAe", "ICD-10-CM", "coverage_medicare", "coverage_payer"),
        "code": text(),
        "description": text(),
        "rule": optional(text()),
        "source": text(),
    },
    unique=(("system", "code"),),
)
