"""The evidence: trials, their arms, and what was measured in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from filiform.knowledge import vocabulary as v
from filiform.knowledge._cells import number, optional, strictly_between, text, whole, word, yes_no
from filiform.knowledge._columns import COUNTRY, EVENTS, SCALE, SCALE_RISES, identifiers
from filiform.knowledge._constraints import (
    ascending,
    different,
    inside_scale,
    needs,
    one_of,
    positive,
    together,
)
from filiform.knowledge._table import Reference, Table

Judgement = Literal["low", "some", "high"]
Blinding = Literal["yes", "no", "unclear"]


@dataclass(frozen=True, slots=True)
class Trial:
    """One randomised trial; None is *not reported*."""

    trial_id: str
    doi: str | None
    pmid: str | None
    pmcid: str | None
    registration: str | None
    year: int | None
    country: str | None
    region: Literal["neck", "shoulder"]
    condition: str
    chronicity: Literal["acute", "subacute", "chronic", "mixed"] | None
    n_randomised: int | None
    mean_age: float | None
    percent_female: float | None
    mean_duration_months: float | None
    design: Literal["parallel", "crossover", "cluster"]
    participants_blinded: Blinding | None
    assessors_blinded: Blinding | None
    rob_randomisation: Judgement | None
    rob_deviations: Judgement | None
    rob_missing: Judgement | None
    rob_measurement: Judgement | None
    rob_selection: Judgement | None
    rob_overall: Judgement | None
    rob_source: str | None
    source: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of a trial: what its people were given."""

    trial_id: str
    arm_id: str
    intervention: str
    label: str
    n_randomised: int | None
    sessions: int | None
    weeks: float | None
    minutes: float | None
    needles: int | None
    depth_mm: float | None
    twitch_or_deqi: bool | None
    points: tuple[str, ...]
    muscles: tuple[str, ...]
    provider: str | None
    source: str
    row: int = 0

    @property
    def interventions(self) -> tuple[str, ...]:
        """The interventions that the arm combines, in alphabetical order."""
        return tuple(self.intervention.split("+"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """One arm at one time: a mean with its SD, or a count of events."""

    trial_id: str
    arm_id: str
    outcome: str
    instrument: str
    lower_is_better: bool
    scale_min: float | None
    scale_max: float | None
    weeks: float | None
    after_treatment_weeks: float | None
    statistic: Literal["final", "change"]
    n: int | None
    mean: float | None
    sd: float | None
    sd_origin: str | None
    events: int | None
    total: int | None
    source: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Contrast:
    """The difference of two arms, a minus b, as a paper prints it."""

    trial_id: str
    arm_a: str
    arm_b: str
    outcome: str
    instrument: str
    lower_is_better: bool
    scale_min: float | None
    scale_max: float | None
    weeks: float | None
    after_treatment_weeks: float | None
    measure: Literal["MD", "SMD", "RR", "OR"]
    estimate: float
    ci_low: float | None
    ci_high: float | None
    ci_level: float | None
    source: str
    row: int = 0


_TRIAL = Reference(("trial_id",), "trials", ("trial_id",))
_WHEN = {"weeks": optional(number(0)), "after_treatment_weeks": optional(number(0))}
_AFTER = ascending("after_treatment_weeks", "weeks")
_BLINDED = optional(word("yes", "no", "unclear"))
_JUDGED = optional(word(*v.JUDGEMENTS))
_ROB = tuple(
    f"rob_{domain}"
    for domain in ("randomisation", "deviations", "missing", "measurement", "selection", "overall")
)

TRIALS = Table(
    name="trials",
    folder="evidence",
    about="one row a randomised trial",
    record=Trial,
    columns={
        "trial_id": v.slug(),
        **identifiers(),
        "registration": v.registration(),
        "year": optional(v.year()),
        "country": optional(v.country()),
        "region": word("neck", "shoulder"),
        "condition": v.snake(),
        "chronicity": optional(word(*v.CHRONICITIES)),
        "n_randomised": optional(whole(1)),
        "mean_age": optional(number(0, 120)),
        "percent_female": optional(number(0, 100)),
        "mean_duration_months": optional(number(0, 1200)),
        "design": word(*v.DESIGNS),
        "participants_blinded": _BLINDED,
        "assessors_blinded": _BLINDED,
        **dict.fromkeys(_ROB, _JUDGED),
        "rob_source": optional(text()),
        "source": text(),
    },
    unique=(("trial_id",), ("doi",), ("pmid",), ("pmcid",)),
    constraints=tuple(needs(domain, "rob_source") for domain in _ROB),
    references=(COUNTRY, Reference(("condition",), "conditions", ("id",))),
    dated=("year",),
    sources=("source", "rob_source"),
)

ARMS = Table(
    name="arms",
    folder="evidence",
    about="one row an arm of a trial",
    record=Arm,
    columns={
        "trial_id": v.slug(),
        "arm_id": v.arm_id(),
        "intervention": v.interventions(),
        "label": text(),
        "n_randomised": optional(whole(1)),
        "sessions": optional(whole(1)),
        "weeks": optional(number(0)),
        "minutes": optional(number(0)),
        "needles": optional(whole(1)),
        "depth_mm": optional(number(0, 150)),
        "twitch_or_deqi": optional(yes_no()),
        "points": v.points(),
        "muscles": v.muscles(),
        "provider": optional(word(*v.PROVIDERS)),
        "source": text(),
    },
    unique=(("trial_id", "arm_id"),),
    references=(_TRIAL, Reference(("intervention",), "therapies", ("id",), split="+")),
)

OUTCOMES = Table(
    name="outcomes",
    folder="evidence",
    about="one row an arm at one time",
    record=Outcome,
    columns={
        "trial_id": v.slug(),
        "arm_id": v.arm_id(),
        "outcome": word(*v.OUTCOMES),
        "instrument": text(),
        "lower_is_better": yes_no(),
        **SCALE,
        **_WHEN,
        "statistic": word("final", "change"),
        "n": optional(whole(1)),
        "mean": optional(number()),
        "sd": optional(number(0)),
        "sd_origin": optional(word(*v.SD_ORIGINS)),
        "events": optional(whole(0)),
        "total": optional(whole(1)),
        "source": text(),
    },
    unique=(
        (
            *("trial_id", "arm_id", "outcome", "instrument"),
            *("weeks", "after_treatment_weeks", "statistic"),
        ),
    ),
    constraints=(
        *SCALE_RISES,
        _AFTER,
        one_of("mean", "events", only=True),
        together("sd", "sd_origin"),
        needs("sd", "mean"),
        *EVENTS,
        inside_scale("mean", where="statistic", words=("final",)),
        inside_scale("mean", where="statistic", words=("change",), difference=True),
    ),
    references=(Reference(("trial_id", "arm_id"), "arms", ("trial_id", "arm_id")),),
)

CONTRASTS = Table(
    name="contrasts",
    folder="evidence",
    about="one row a difference of two arms",
    record=Contrast,
    columns={
        "trial_id": v.slug(),
        "arm_a": v.arm_id(),
        "arm_b": v.arm_id(),
        "outcome": word(*v.OUTCOMES),
        "instrument": text(),
        "lower_is_better": yes_no(),
        **SCALE,
        **_WHEN,
        "measure": word(*v.MEASURES),
        "estimate": number(),
        "ci_low": optional(number()),
        "ci_high": optional(number()),
        "ci_level": optional(strictly_between(0, 1)),
        "source": text(),
    },
    unique=(
        (
            *("trial_id", "arm_a", "arm_b", "outcome", "instrument"),
            *("weeks", "after_treatment_weeks", "measure"),
        ),
    ),
    constraints=(
        different("arm_a", "arm_b"),
        *SCALE_RISES,
        _AFTER,
        together("ci_low", "ci_high", "ci_level"),
        ascending("ci_low", "estimate", "ci_high"),
        inside_scale("estimate", where="measure", words=("MD",), difference=True),
        positive("estimate", "ci_low", "ci_high", where="measure", words=("RR", "OR")),
    ),
    references=(
        Reference(("trial_id", "arm_a"), "arms", ("trial_id", "arm_id")),
        Reference(("trial_id", "arm_b"), "arms", ("trial_id", "arm_id")),
    ),
)
