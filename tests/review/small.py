"""Small tables made for one test: records built by hand over the published words and rules."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from filiform.knowledge import Arm, Contrast, Library, Outcome, Overlap, Trial
from filiform.review import Review

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    from filiform.knowledge import Contradiction


def trial(
    trial_id: str = "some-2001",
    *,
    blinded: Literal["yes", "no", "unclear"] = "yes",
    rob: Literal["low", "some", "high"] | None = "low",
    design: Literal["parallel", "crossover", "cluster"] = "parallel",
    condition: str = "nonspecific",
    n: int | None = None,
) -> Trial:
    """Return a trial of the neck, well made unless said otherwise."""
    return Trial(
        trial_id=trial_id,
        doi=None,
        pmid=None,
        pmcid=None,
        registration=None,
        year=2001,
        country=None,
        region="neck",
        condition=condition,
        chronicity=None,
        n_randomised=n,
        mean_age=None,
        percent_female=None,
        mean_duration_months=None,
        design=design,
        participants_blinded=blinded,
        assessors_blinded="yes",
        rob_randomisation=None,
        rob_deviations=None,
        rob_missing=None,
        rob_measurement=None,
        rob_selection=None,
        rob_overall=rob,
        rob_source="made for a test" if rob else None,
        source="made for a test",
    )


def arm(arm_id: str, intervention: str, n: int | None = 50, trial_id: str = "some-2001") -> Arm:
    """Return an arm."""
    return Arm(
        trial_id=trial_id,
        arm_id=arm_id,
        intervention=intervention,
        label=f"arm {arm_id}",
        n_randomised=n,
        sessions=None,
        weeks=None,
        minutes=None,
        needles=None,
        depth_mm=None,
        twitch_or_deqi=None,
        points=(),
        muscles=(),
        provider=None,
        source="made for a test",
    )


def contrast(
    a: str = "a",
    b: str = "b",
    numbers: tuple[float, float | None, float | None] = (-10.0, -15.0, -5.0),
    *,
    trial_id: str = "some-2001",
    outcome: str = "pain_intensity",
    instrument: str = "VAS",
    scale: tuple[float, float] | None = (0, 100),
    weeks: float | None = 4,
    measure: Literal["MD", "SMD", "RR", "OR"] = "MD",
    source: str = "made for a test",
    lower_is_better: bool | None = None,
    row: int = 1,
) -> Contrast:
    """Return a printed difference."""
    lower = measure in {"MD", "SMD"} if lower_is_better is None else lower_is_better
    return Contrast(
        trial_id=trial_id,
        arm_a=a,
        arm_b=b,
        outcome=outcome,
        instrument=instrument,
        lower_is_better=lower,
        scale_min=scale[0] if scale else None,
        scale_max=scale[1] if scale else None,
        weeks=weeks,
        after_treatment_weeks=None,
        measure=measure,
        estimate=numbers[0],
        ci_low=numbers[1],
        ci_high=numbers[2],
        ci_level=None if numbers[1] is None else 0.95,
        source=source,
        row=row,
    )


def mean(
    arm_id: str,
    value: float,
    sd: float | None = 20.0,
    n: int | None = 50,
    *,
    trial_id: str = "some-2001",
    outcome: str = "pain_intensity",
    instrument: str = "VAS",
    scale: tuple[float, float] | None = (0, 100),
    weeks: float | None = 4,
    statistic: Literal["final", "change"] = "final",
    lower_is_better: bool = True,
    row: int = 1,
) -> Outcome:
    """Return the mean of an arm."""
    return Outcome(
        trial_id=trial_id,
        arm_id=arm_id,
        outcome=outcome,
        instrument=instrument,
        lower_is_better=lower_is_better,
        scale_min=scale[0] if scale else None,
        scale_max=scale[1] if scale else None,
        weeks=weeks,
        after_treatment_weeks=None,
        statistic=statistic,
        n=n,
        mean=value,
        sd=sd,
        sd_origin="reported" if sd is not None else None,
        events=None,
        total=None,
        source="made for a test",
        row=row,
    )


def count(
    arm_id: str, events: int, total: int, *, trial_id: str = "some-2001", weeks: float | None = 4
) -> Outcome:
    """Return how many of an arm said that they were better."""
    return Outcome(
        trial_id=trial_id,
        arm_id=arm_id,
        outcome="global_improvement",
        instrument="better",
        lower_is_better=False,
        scale_min=None,
        scale_max=None,
        weeks=weeks,
        after_treatment_weeks=None,
        statistic="final",
        n=None,
        mean=None,
        sd=None,
        sd_origin=None,
        events=events,
        total=total,
        source="made for a test",
        row=1,
    )


def overlap(one: str, other: str) -> Overlap:
    """Return that two trials share people."""
    return Overlap(one, other, "same_people", "made for a test", "made for a test")


def review_of(
    *rows: object,
    contradictions: Iterable[Contradiction] = (),
) -> Review:
    """Return a review of these rows; words, instruments and rules are the published ones."""
    library = Library()
    tables: dict[str, object] = {
        "trials": MappingProxyType({row.trial_id: row for row in rows if isinstance(row, Trial)}),
        "arms": tuple(row for row in rows if isinstance(row, Arm)),
        "contrasts": tuple(row for row in rows if isinstance(row, Contrast)),
        "outcomes": tuple(row for row in rows if isinstance(row, Outcome)),
        "overlaps": tuple(row for row in rows if isinstance(row, Overlap)),
        "contradictions": tuple(contradictions),
    }
    library.__dict__.update(tables)  # what a cached property has read once, it does not read again
    return Review(library)


def two_arms(trial_id: str = "some-2001", n: int | None = 50) -> tuple[Trial, Arm, Arm]:
    """Return a trial of acupuncture against a sham needle."""
    return (
        trial(trial_id),
        arm("a", "acupuncture", n, trial_id),
        arm("b", "sham_needle", n, trial_id),
    )
