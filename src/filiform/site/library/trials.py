"""One trial as tables of cells: its arms, its numbers, its faults, its uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from filiform.site.library.cells import (
    Cell,
    Grid,
    Link,
    cited,
    figure,
    plain,
    source_links,
    written,
    yes_no,
)
from filiform.site.library.numbers import interval, number
from filiform.site.library.reference import identifiers
from filiform.site.library.syntheses import named, uses

if TYPE_CHECKING:
    from filiform.knowledge import Arm, Contrast, Library, Outcome, Trial
    from filiform.review import Review, StudyEffect, Synthesis


def year(trial: Trial) -> str:
    """Return the year of a trial."""
    return "not reported" if trial.year is None else str(trial.year)


def country(library: Library, trial: Trial) -> str:
    """Return the country of a trial by its name."""
    return library.countries[trial.country].name if trial.country else "not reported"


def everything(review: Review, trial: Trial) -> dict[str, object]:
    """Return all that the tables hold of a trial, for its page."""
    library = review.library
    return {
        "trial_links": _identifiers(library, trial),
        "registration": trial.registration,
        "facts": _facts(library, trial),
        "source_links": source_links(library, trial.source),
        "grids": tuple(
            grid
            for grid in (
                _arms(library, trial),
                _contrasts(library, trial),
                _outcomes(library, trial),
            )
            if grid.rows
        ),
        "bias": _bias(trial),
        "bias_source": cited(library, trial.rob_source) if trial.rob_source else None,
        "doubts": _doubts(library, trial),
        "uses": _uses(review, trial),
    }


def _identifiers(library: Library, trial: Trial) -> tuple[Link, ...]:
    own = library.bibliography.get(trial.trial_id)
    return identifiers(own) if own else ()


def _facts(library: Library, trial: Trial) -> tuple[tuple[str, str], ...]:
    months = trial.mean_duration_months
    return (
        ("Year", year(trial)),
        ("Country", country(library, trial)),
        ("Region", trial.region),
        ("Kind of pain", library.conditions[trial.condition].name),
        ("How long they had it", plain(trial.chronicity)),
        ("People randomised", written(trial.n_randomised)),
        ("Mean age in years", written(trial.mean_age)),
        (
            "Women",
            "not reported" if trial.percent_female is None else f"{trial.percent_female:g} %",
        ),
        ("Mean duration of pain", "not reported" if months is None else f"{months:g} months"),
        ("Design", trial.design),
        ("Participants kept unaware", plain(trial.participants_blinded)),
        ("Assessors kept unaware", plain(trial.assessors_blinded)),
    )


def _bias(trial: Trial) -> tuple[tuple[str, str], ...]:
    judged = (
        ("Overall", trial.rob_overall),
        ("How people were put into groups", trial.rob_randomisation),
        ("Changes from the planned treatment", trial.rob_deviations),
        ("Missing outcomes", trial.rob_missing),
        ("Measuring the outcome", trial.rob_measurement),
        ("Choosing what to report", trial.rob_selection),
    )
    return tuple((name, value or "not judged") for name, value in judged)


def _arms(library: Library, trial: Trial) -> Grid:
    """Return the arms side by side: a trial has few, and each has many facts.

    What is reported of no arm stands in one row at the end.
    """
    arms = library.arms_of(trial.trial_id)
    facts = zip(_DOSE, zip(*(_arm(library, arm) for arm in arms), strict=True), strict=True)
    rows = dict(facts)
    silent = [name for name, cells in rows.items() if {cell.text for cell in cells} == {_SILENT}]
    told = [(Cell(name), *cells) for name, cells in rows.items() if name not in silent]
    if silent:
        names = Cell(", ".join(silent))
        told.insert(-1, (Cell("Not reported"), *(names for _ in arms)))
    head = ("What they had", *(f"Group {arm.arm_id}" for arm in arms))
    return Grid("The groups and their dose", head, tuple(told))


_SILENT = written(None)
_DOSE = (
    "Treatment",
    "The trial's words",
    "People",
    "Sessions",
    "Over how many weeks",
    "Minutes a session",
    "Needles a session",
    "Depth in mm",
    "Twitch or deqi sought",
    "Points",
    "Muscles",
    "Given by",
    "Source",
)


def _arm(library: Library, arm: Arm) -> tuple[Cell, ...]:
    muscles = [plain(muscle) for muscle in arm.muscles]
    return (
        Cell(
            named(library, arm.intervention),
            reverse("library:therapy", args=[arm.intervention]),
        ),
        Cell(arm.label),
        figure(arm.n_randomised),
        figure(arm.sessions),
        figure(arm.weeks),
        figure(arm.minutes),
        figure(arm.needles),
        figure(arm.depth_mm),
        Cell(yes_no(arm.twitch_or_deqi)),
        Cell(", ".join(arm.points) or _SILENT),
        Cell(", ".join(muscles) or _SILENT),
        Cell(plain(arm.provider)),
        cited(library, arm.source),
    )


def _contrasts(library: Library, trial: Trial) -> Grid:
    head = ("Groups", "Outcome", "Instrument", "Week", "Difference", "Interval", "Row", "Source")
    rows = tuple(
        _contrast(library, row) for row in library.contrasts if row.trial_id == trial.trial_id
    )
    return Grid("Differences that were printed", head, rows)


def _contrast(library: Library, row: Contrast) -> tuple[Cell, ...]:
    low, high = row.ci_low, row.ci_high
    level = "" if row.ci_level is None else f" ({100 * row.ci_level:g} %)"
    ends = "not reported" if low is None or high is None else f"{written(low)} to {written(high)}"
    word = "to" if row.measure in {"RR", "OR"} else "minus"
    return (
        Cell(f"{row.arm_a} {word} {row.arm_b}"),
        Cell(plain(row.outcome)),
        Cell(_instrument(row)),
        figure(row.weeks),
        Cell(f"{row.measure} {written(row.estimate)}", number=True),
        Cell(ends + level),
        Cell(f"contrasts.csv:{row.row}"),
        cited(library, row.source),
    )


def _outcomes(library: Library, trial: Trial) -> Grid:
    head = ("Group", "Outcome", "Instrument", "Week", "People", "Value", "Row", "Source")
    rows = tuple(
        _outcome(library, row) for row in library.outcomes if row.trial_id == trial.trial_id
    )
    return Grid("What was measured in each group", head, rows)


def _outcome(library: Library, row: Outcome) -> tuple[Cell, ...]:
    return (
        Cell(row.arm_id),
        Cell(plain(row.outcome)),
        Cell(_instrument(row)),
        figure(row.weeks),
        figure(row.n if row.n is not None else row.total),
        Cell(_value(row)),
        Cell(f"outcomes.csv:{row.row}"),
        cited(library, row.source),
    )


def _value(row: Outcome) -> str:
    if row.events is not None:
        return f"{row.events} of {row.total}"
    kind = "change" if row.statistic == "change" else "mean"
    origin = "" if row.sd_origin in {None, "reported"} else f", {plain(row.sd_origin)}"
    return f"{kind} {written(row.mean)}, SD {written(row.sd)}{origin}"


def _instrument(row: Outcome | Contrast) -> str:
    better = "lower is better" if row.lower_is_better else "higher is better"
    if row.scale_min is None or row.scale_max is None:
        return f"{row.instrument} (scale not reported; {better})"
    return f"{row.instrument} ({row.scale_min:g} to {row.scale_max:g}; {better})"


# --- What to know of it


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to know before its numbers are believed, with its source."""

    text: str
    source: str
    links: tuple[Link, ...]


def _doubts(library: Library, trial: Trial) -> tuple[Doubt, ...]:
    said = [(c.what, c.source) for c in library.contradictions if c.subject == trial.trial_id]
    for row in library.overlaps:
        if trial.trial_id in (row.trial_id, row.other_id):
            other = row.other_id if row.trial_id == trial.trial_id else row.trial_id
            said.append((f"{plain(row.kind)} as {other}: {row.reason}", row.source))
    return tuple(Doubt(text, source, source_links(library, source)) for text, source in said)


def _uses(review: Review, trial: Trial) -> Grid:
    head = ("Question", "Used?", "Effect there", "Flags")
    found = uses(review).get(trial.trial_id, ())
    return Grid("Where it is used", head, tuple(_use(trial.trial_id, *pair) for pair in found))


def _use(trial_id: str, synthesis: Synthesis, reason: str) -> tuple[Cell, ...]:
    effect = next((e for e in synthesis.effects if e.trial_id == trial_id), None)
    return (
        Cell(synthesis.title, synthesis.question.path),
        Cell(f"left out: {reason}" if reason else "used"),
        Cell(_shown(effect) if effect else "none"),
        Cell(
            ", ".join(plain(flag) for flag in effect.flags) if effect and effect.flags else "none"
        ),
    )


def _shown(effect: StudyEffect) -> str:
    ends = interval((effect.ci_low, effect.ci_high), effect.measure)
    return f"{number(effect.estimate, effect.measure)} ({ends})"
