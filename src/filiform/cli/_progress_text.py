"""The review of a table as text for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.cli._text import bullets, cited, heading, wrapped
from filiform.guidance.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from filiform.care.calibration import Calibration, ProbabilityCalibration
    from filiform.care.progress import MeasureReview, Prior
    from filiform.care.progress_file import GroupReview, PersonReview

_MOST_PEOPLE = 200
"""A terminal shows so many people; --json holds them all."""


def text(group: GroupReview) -> str:
    """Return the review as text: what it rests on, each person, the group, what was not read."""
    return "\n\n".join(part for part in _parts(group) if part)


def _parts(group: GroupReview) -> Iterator[str]:
    counts = ", ".join(f"{n} {advice}" for advice, n in group.counts.items() if n)
    people = counted(len(group.people), "person", "people")
    yield heading(f"{group.file.name}: {people} ({counts})")
    yield bullets("Rows that cannot be used, and what is missing", _problems(group))
    for each in group.people[:_MOST_PEOPLE]:
        yield _person(each)
    if len(group.people) > _MOST_PEOPLE:
        yield wrapped(f"{len(group.people) - _MOST_PEOPLE} more people: --json lists all.")
    for calibration in group.calibration:
        yield _calibration(calibration)
    yield bullets("What is expected, and how sure that is", map(_prior, group.priors))
    yield bullets("How this was read", _reading(group))
    yield wrapped("The advice is expert rules on a probability, tested on no patients. You decide.")


def _problems(group: GroupReview) -> Iterator[str]:
    for problem in group.file.problems:
        yield f"{problem.sentence}."


def _person(each: PersonReview) -> str:
    review = each.review
    lines = [heading(f"{each.person}: {review.advice}")]
    lines += [_measure(measure) for measure in review.measures if measure.first is not None]
    lines += [
        wrapped(cited(reason.text, reason.sources), "    ", "  • ") for reason in review.reasons
    ]
    return "\n".join(lines)


def _measure(measure: MeasureReview) -> str:
    start = f"{measure.instrument}: {measure.first:g}"
    if measure.latest_week:
        start += f" at first, {measure.latest:g} in week {measure.latest_week:g}"
    if measure.probability_meaningful is None or measure.threshold is None:
        return wrapped(start, "    ", "  ")
    told = (
        f"; foretold for week {measure.planned_end_week:g}: {measure.expected_at_end:.1f} "
        f"({100 * measure.level:.0f} % band {measure.low_at_end:.1f} to "
        f"{measure.high_at_end:.1f}); chance of a fall of {measure.threshold:.3g} or more "
        f"{100 * measure.probability_meaningful:.0f} %, of getting worse by {measure.mdc:g} or "
        f"more {100 * (measure.probability_worse or 0.0):.0f} %"
    )
    return wrapped(start + told, "    ", "  ")


def _calibration(found: Calibration) -> str:
    about = "" if found.outcome == "all" else f", {found.outcome.replace('_', ' ')}"
    lines = [
        heading(f"The group{about}: did scores come as foretold?"),
        wrapped(
            f"{found.verdict} ({counted(found.scores, 'score', 'scores')} of "
            f"{counted(found.people, 'person', 'people')}.)"
        ),
    ]
    if found.scores:
        inside = ", ".join(f"{100 * c.level:.0f} %: {100 * c.share:.0f} %" for c in found.coverage)
        parts = " ".join(f"{100 * part.share:.0f}" for part in found.pit)
        lines += [
            wrapped(f"Scores inside the band of {inside}.", "    ", "  "),
            wrapped(
                f"Places in the predicted distribution, lowest to highest, percent: {parts} "
                f"(each {100 / len(found.pit):.0f} where it holds).",
                "    ",
                "  ",
            ),
            wrapped(
                f"Off by {found.mean_absolute_error:.1f} points of 100 on average; the last score "
                f"carried forward is off by {found.mean_absolute_error_carried:.1f}.",
                "    ",
                "  ",
            ),
        ]
    return "\n".join([*lines, *_probability(found.probability)])


def _probability(found: ProbabilityCalibration) -> Iterator[str]:
    if found.brier is None or found.brier_of_share is None or found.observed_share is None:
        yield wrapped("Nobody has an end score and one before it yet.", "    ", "  ")
        return
    words = {True: "as foretold", False: "not as foretold", None: "too few people to say"}
    yield wrapped(
        f"Chance of a meaningful improvement against the end score ({found.people} people): "
        f"foretold {100 * (found.mean_probability or 0.0):.0f} %, came "
        f"{100 * found.observed_share:.0f} %; Brier score {found.brier:.3f} (everyone given the "
        f"group's own share: {found.brier_of_share:.3f}): "
        f"{words[found.holds]}.",
        "    ",
        "  ",
    )
    if found.enough:
        for part in found.bins:
            yield (
                f"    {100 * part.low:3.0f} to {100 * part.high:3.0f} %: foretold "
                f"{100 * part.mean_probability:3.0f} %, came {100 * part.observed_share:3.0f} %, "
                f"n = {part.people}"
            )


def _prior(prior: Prior) -> str:
    weeks = ", ".join(f"week {p.week:.0f}: {100 * p.left:.0f} %" for p in prior.treated.points)
    without = "no arm tells of people without needling"
    if prior.untreated is not None:
        bare = ", ".join(f"week {p.week:.0f}: {100 * p.left:.0f} %" for p in prior.untreated.points)
        trials = ", ".join(prior.untreated.trials)
        without = f"without needling {bare} ({trials})"
    return (
        f"{prior.outcome.replace('_', ' ')}, of the first score is left: {weeks} "
        f"({', '.join(prior.treated.trials)}); {without}. {prior.sentence}"
    )


def _reading(group: GroupReview) -> Iterator[str]:
    file = group.file
    yield f"{file.rows} rows, separated by {file.separator}s."
    if file.ignored:
        yield f"Columns not used: {', '.join(file.ignored)}."
    given = "as given" if group.end_week_given else "the rules' week, because none was given"
    yield f"Planned end: week {group.end_week:g} ({given})."
    yield "The score of week 0 is the first one; where it is missing nothing is guessed."
    yield from (f"{measure}: {note}" for measure, note in group.notes.items())
