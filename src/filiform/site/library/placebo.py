"""How much a sham has too: the pairs of a therapy, each with its three results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from filiform.review import WINDOWS, placebo_share
from filiform.site.library.cells import Cell, Grid, plain
from filiform.site.library.methods import weeks
from filiform.site.library.numbers import interval
from filiform.site.library.syntheses import certainty, result, trial_link

if TYPE_CHECKING:
    from filiform.review import PlaceboPair, Review, Synthesis

OUTCOMES = ("pain_intensity", "disability")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A pair: its heading, its numbers, and the two plots where both have a number."""

    heading: str
    pair: PlaceboPair
    grid: Grid
    plots: tuple[tuple[str, str], ...]


def therapies(review: Review) -> dict[str, str]:
    """Return the names of the therapies that a sham can stand for: no combination, no sham."""
    rows = review.library.therapies.values()
    return {row.id: row.name for row in rows if row.kind != "comparator"}


def pairs(review: Review, therapy: str) -> tuple[Drawn, ...]:
    """Return the pairs of a therapy that have a number in one part at least."""
    found = (
        placebo_share(review, therapy, outcome, window)
        for outcome in OUTCOMES
        for window in WINDOWS
    )
    return tuple(
        _drawn(review, therapy, pair)
        for pair in found
        if (pair.against_sham.trials, pair.sham_against_nothing.trials) != (0, 0)
    )


def _drawn(review: Review, therapy: str, pair: PlaceboPair) -> Drawn:
    question, whole = pair.against_sham.question, pair.against_nothing
    heading = f"{plain(question.outcome).capitalize()}, {weeks(review, question.window)}"
    parts = (
        ("The therapy against a sham", pair.against_sham, question.path),
        ("A sham against no treatment, in trials of this therapy", pair.sham_against_nothing, ""),
        ("The therapy against no treatment", whole, whole.question.path),
    )
    head = ("Comparison", "Result", "95 % interval", "How sure", "Trials")
    grid = Grid("The two parts and the whole", head, tuple(_line(*part) for part in parts))
    sham = reverse("library:sham_plot", args=[therapy, question.outcome, question.window])
    own = reverse("library:forest", args=[question.key])
    plots = ((parts[0][0], own), (parts[1][0], sham)) if pair.complete else ()
    return Drawn(heading, pair, grid, plots)


def _line(name: str, synthesis: Synthesis, href: str) -> tuple[Cell, ...]:
    return (
        Cell(name, href),
        Cell(result(synthesis)),
        Cell(interval(synthesis.ci, synthesis.question.measure), number=True),
        Cell(certainty(synthesis)),
        Cell(str(synthesis.trials), links=tuple(map(trial_link, synthesis.trial_ids))),
    )
