"""What a clinician reads: findings, warning signs, contraindications, instruments, anatomy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from filiform.knowledge import vocabulary as v
from filiform.knowledge._cells import (
    number,
    number_or_text,
    optional,
    several,
    text,
    whole,
    word,
)
from filiform.knowledge._constraints import ascending
from filiform.knowledge._table import Reference, Table

Urgency = Literal["emergency", "same_day", "within_days", "within_weeks", "routine"]


@dataclass(frozen=True, slots=True)
class ClinicalFinding:
    """Something that a person may have: the vocabulary of `findings` in person.toml."""

    id: str
    group: str
    meaning: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class WarningSign:
    """A sign for which a doctor comes first, with the urgency that its source gives it alone."""

    id: str
    sign: str
    ask: str
    suspected: str
    urgency: Urgency
    source: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Contraindication:
    """A condition under which needling is left out, delayed or done with care."""

    id: str
    modality: Literal["any", "acupuncture", "dry_needling", "electrical_stimulation"]
    condition: str
    kind: Literal["absolute", "relative", "local", "precaution"]
    action: str
    source: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Instrument:
    """What one source says about a questionnaire; change thresholds depend on the population."""

    instrument: str
    items: int | None
    range_low: float | None
    range_high: float | None
    scoring: str | None
    bands: str | None
    mdc: float | None
    mcid: float | str | None
    population: str | None
    n: int | None
    licence: str
    source: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Muscle:
    """A muscle, where its trigger points are felt, and what lies beneath it."""

    muscle: str
    regions: tuple[str, ...]
    innervation: str | None
    danger: str | None
    needle_length_mm: float | None
    depth_mm: float | None
    position: str | None
    used_in: tuple[str, ...]
    source: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a tradition; its depths are those of a textbook, not measured safe depths."""

    code: str
    pinyin: str
    channel: str
    region: str
    location: str
    depth_mm_low: float | None
    depth_mm_high: float | None
    angle: str | None
    cautions: str | None
    used_in: tuple[str, ...]
    source: str
    row: int = 0


_TRIALS_THAT_USE_IT = Reference(("used_in",), "trials", ("trial_id",))
_CHANNELS = tuple(name for name, _ in v.CHANNELS.values())

FINDINGS = Table(
    name="findings",
    folder="knowledge",
    about="one row a finding of a person",
    record=ClinicalFinding,
    columns={"id": v.snake(), "group": v.snake(), "meaning": text()},
    unique=(("id",), ("meaning",)),
    sources=(),
)

WARNING_SIGNS = Table(
    name="warning_signs",
    folder="knowledge",
    about="one row a sign for which a doctor comes first",
    record=WarningSign,
    columns={
        "id": v.slug(),
        "sign": text(),
        "ask": text(),
        "suspected": text(),
        "urgency": word(*v.URGENCIES),
        "source": text(),
    },
    unique=(("id",), ("sign",)),
)

CONTRAINDICATIONS = Table(
    name="contraindications",
    folder="knowledge",
    about="one row a condition under which needling is left out, delayed or done with care",
    record=Contraindication,
    columns={
        "id": v.slug(),
        "modality": word("any", "acupuncture", "dry_needling", "electrical_stimulation"),
        "condition": text(),
        "kind": word("absolute", "relative", "local", "precaution"),
        "action": text(),
        "source": text(),
    },
    unique=(("id",), ("modality", "condition")),
)

INSTRUMENTS = Table(
    name="instruments",
    folder="knowledge",
    about="one row what one source says about a questionnaire",
    record=Instrument,
    columns={
        "instrument": text(),
        "items": optional(whole(1)),
        "range_low": optional(number()),
        "range_high": optional(number()),
        "scoring": optional(text()),
        "bands": optional(text()),
        "mdc": optional(number(0)),
        "mcid": optional(number_or_text()),
        "population": optional(text()),
        "n": optional(whole(1)),
        "licence": text(),
        "source": text(),
    },
    unique=(("instrument", "population", "source", "mdc", "mcid"),),
    constraints=(ascending("range_low", "range_high", strictly=True),),
)

MUSCLES = Table(
    name="muscles",
    folder="knowledge",
    about="one row a muscle",
    record=Muscle,
    columns={
        "muscle": v.snake(),
        "regions": several(v.snake()),
        "innervation": optional(text()),
        "danger": optional(text()),
        "needle_length_mm": optional(number(1, 150)),
        "depth_mm": optional(number(0, 150)),
        "position": optional(text()),
        "used_in": several(v.slug()),
        "source": text(),
    },
    unique=(("muscle",),),
    references=(_TRIALS_THAT_USE_IT, Reference(("regions",), "areas", ("id",))),
)

POINTS = Table(
    name="points",
    folder="knowledge",
    about="one row an acupuncture point",
    record=Point,
    columns={
        "code": v.point_code(),
        "pinyin": text(),
        "channel": word(*_CHANNELS, "extra"),
        "region": v.snake(),
        "location": text(),
        "depth_mm_low": optional(number(0, 150)),
        "depth_mm_high": optional(number(0, 150)),
        "angle": optional(text()),
        "cautions": optional(text()),
        "used_in": several(v.slug()),
        "source": text(),
    },
    unique=(("code",), ("pinyin",)),
    constraints=(ascending("depth_mm_low", "depth_mm_high"),),
    references=(_TRIALS_THAT_USE_IT, Reference(("region",), "areas", ("id",))),
)
