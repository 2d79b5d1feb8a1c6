"""What was counted in people who were followed: harms of needling, and the natural course."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from filiform.knowledge import vocabulary as v
from filiform.knowledge._cells import number, optional, text, whole, word
from filiform.knowledge._columns import COUNTRY, EVENTS, SCALE, SCALE_RISES, identifiers
from filiform.knowledge._constraints import ascending, inside_scale, needs, one_of
from filiform.knowledge._table import Table


@dataclass(frozen=True, slots=True)
class Harm:
    """How often an event was seen after needling."""

    study_id: str
    doi: str | None
    pmid: str | None
    pmcid: str | None
    year: int | None
    country: str | None
    modality: Literal["acupuncture", "electroacupuncture", "dry_needling"]
    event: str
    severity: Literal["minor", "major"]
    events: int | None
    denominator: int | None
    unit: Literal["treatments", "patients", "needles"] | None
    percent: float | None
    source: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """The natural course: a cohort, or one arm of a trial, at one time."""

    study_id: str
    doi: str | None
    pmid: str | None
    pmcid: str | None
    year: int | None
    country: str | None
    population: str
    chronicity: Literal["acute", "subacute", "chronic", "mixed"] | None
    n: int | None
    outcome: str
    instrument: str
    scale_min: float | None
    scale_max: float | None
    weeks: float
    mean: float | None
    sd: float | None
    events: int | None
    total: int | None
    source: str
    row: int = 0

    @property
    def is_trial_arm(self) -> bool:
        """Whether the same people stand in the trial tables and must not be counted twice."""
        return self.population.startswith("trial arm:")


HARMS = Table(
    name="harms",
    folder="evidence",
    about="one row an event in a study",
    record=Harm,
    columns={
        "study_id": v.slug(),
        **identifiers(),
        "year": optional(v.year()),
        "country": optional(v.country()),
        "modality": word("acupuncture", "electroacupuncture", "dry_needling"),
        "event": v.snake(),
        "severity": word("minor", "major"),
        "events": optional(whole(0)),
        "denominator": optional(whole(1)),
        "unit": optional(word(*v.HARM_UNITS)),
        "percent": optional(number(0, 100)),
        "source": text(),
    },
    unique=(("study_id", "modality", "event", "unit"),),
    constraints=(
        needs("denominator", "unit"),
        needs("percent", "unit"),
        ascending("events", "denominator"),
    ),
    references=(COUNTRY,),
    dated=("year",),
)

COURSE = Table(
    name="course",
    folder="evidence",
    about="one row a group of people at one time without needling",
    record=Course,
    columns={
        "study_id": v.slug(),
        **identifiers(),
        "year": optional(v.year()),
        "country": optional(v.country()),
        "population": text(),
        "chronicity": optional(word(*v.CHRONICITIES)),
        "n": optional(whole(1)),
        "outcome": word(*v.OUTCOMES, *v.COURSE_CHANGES, *v.COURSE_SHARES),
        "instrument": text(),
        **SCALE,
        "weeks": number(0),
        "mean": optional(number()),
        "sd": optional(number(0)),
        "events": optional(whole(0)),
        "total": optional(whole(1)),
        "source": text(),
    },
    unique=(("study_id", "outcome", "instrument", "weeks"),),
    constraints=(
        *SCALE_RISES,
        one_of("mean", "events", only=True),
        needs("sd", "mean"),
        *EVENTS,
        inside_scale("mean", where="outcome", words=(*v.OUTCOMES, *v.COURSE_SHARES)),
        inside_scale("mean", where="outcome", words=v.COURSE_CHANGES, difference=True),
    ),
    references=(COUNTRY,),
    dated=("year",),
)
