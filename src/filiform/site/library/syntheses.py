"""Syntheses as tables of cells: a line in a list, and everything behind one answer."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.urls import reverse

from filiform.review import people_text
from filiform.site.library.cells import Cell, Grid, Link, cited, figure, plain
from filiform.site.library.methods import weeks
from filiform.site.library.numbers import interval, number, printed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from filiform.knowledge import Library
    from filiform.review import DomainRating, LeftOut, Question, Review, StudyEffect, Synthesis


def trial_link(trial_id: str) -> Link:
    """Return a link to the page of a trial."""
    return Link(trial_id, reverse("library:trial", args=[trial_id]))


def named(library: Library, node: str) -> str:
    """Return a therapy, a comparator or a combination in plain words."""
    words = {c.id: c.name for c in library.comparators.values()}
    words |= {t.id: t.name for t in library.therapies.values()}
    return " + ".join(words[part] for part in node.split("+"))


def regions(review: Review) -> tuple[str, ...]:
    """Return the regions of the body, the neck first: it has nearly all trials."""
    return tuple(sorted(review.vocabulary.regions))


# --- A list of answers


def listed(review: Review, questions: Iterable[Question], caption: str) -> Grid:
    """Return one line for each question: the number, how sure, and the trials behind it."""
    head = ("Compared with", "Outcome", "When", "Result", "95 % interval", "How sure", "Trials")
    rows = tuple(_line(review, review.synthesis(question)) for question in questions)
    return Grid(caption, head, rows)


def _line(review: Review, synthesis: Synthesis) -> tuple[Cell, ...]:
    question = synthesis.question
    return (
        Cell(named(review.library, question.against), question.path),
        Cell(plain(question.outcome)),
        Cell(weeks(review, question.window)),
        Cell(result(synthesis)),
        Cell(interval(synthesis.ci, question.measure), number=True),
        Cell(certainty(synthesis)),
        Cell(
            str(synthesis.trials),
            links=tuple(trial_link(trial_id) for trial_id in synthesis.trial_ids),
        ),
    )


def result(synthesis: Synthesis) -> str:
    """Return the estimate with its unit, or that no trial gives one."""
    if synthesis.estimate is None:
        return "no usable number"
    return f"{number(synthesis.estimate, synthesis.question.measure)} {synthesis.unit}"


def certainty(synthesis: Synthesis) -> str:
    """Return the level of certainty in words."""
    level = plain(synthesis.certainty.level)
    return "no trial" if level == "none" else level


# --- One answer


def effects(synthesis: Synthesis, library: Library) -> Grid:
    """Return the trials of a synthesis: the numbers of the forest plot, and where each is from."""
    head = (
        "Trial",
        "Effect",
        "95 % interval",
        "Weight",
        "Week",
        "People",
        "Instrument",
        "Flags",
        "Source",
    )
    pairs = zip(synthesis.effects, synthesis.result.weights, strict=True)
    rows = tuple(_effect(effect, weight, library) for effect, weight in pairs)
    return Grid("The trials", head, rows)


def _effect(effect: StudyEffect, weight: float, library: Library) -> tuple[Cell, ...]:
    return (
        Cell(effect.trial_id, trial_link(effect.trial_id).href),
        Cell(number(effect.estimate, effect.measure), number=True),
        Cell(interval((effect.ci_low, effect.ci_high), effect.measure), number=True),
        Cell(f"{weight:.0f} %", number=True),
        figure(effect.weeks),
        figure(effect.n),
        Cell(effect.instrument),
        Cell(", ".join(plain(flag) for flag in effect.flags) or "none"),
        cited(library, effect.source),
    )


def numbers(synthesis: Synthesis) -> tuple[tuple[str, str], ...]:
    """Return the pooled numbers, each under its name."""
    measure = synthesis.question.measure
    prediction = interval(synthesis.pi, measure) if synthesis.pi else "none: it takes three trials"
    shown = [
        ("Estimate", result(synthesis)),
        ("95 % confidence interval", interval(synthesis.ci, measure)),
        ("95 % prediction interval", prediction),
        ("Trials", str(synthesis.trials)),
        ("People", people_text(synthesis)),
        ("Certainty", f"{certainty(synthesis)} (provisional, by rules)"),
    ]
    return (*shown, *_spread(synthesis), *_reference_sd(synthesis))


def _spread(synthesis: Synthesis) -> tuple[tuple[str, str], ...]:
    fit = synthesis.pooled
    if fit is None:
        return ()
    spread = f"{fit.tau2:.3g} (95 % interval {_ends(fit.tau2_ci_low, fit.tau2_ci_high)})"
    return (
        ("Spread between trials, τ²", spread),
        ("Share of the spread beyond chance, I²", f"{fit.i2:.0f} %"),
        (
            "Test of the spread, Q",
            f"{fit.q:.2f} on {fit.q_df} degrees of freedom, p = {fit.q_p:.3g}",
        ),
    )


def _ends(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "not to be had"
    return f"{low:.3g} to {high:.3g}"


def _reference_sd(synthesis: Synthesis) -> tuple[tuple[str, str], ...]:
    sd = synthesis.reference_sd
    if sd is None:
        return ()
    return (
        ("One standard deviation was taken as", f"{sd.value:.1f} points, from {len(sd.arms)} arms"),
    )


def domains(synthesis: Synthesis) -> Grid:
    """Return what set the certainty: each domain with its number, threshold, reason and source."""
    head = ("Question", "Concern", "Levels off", "Reason", "Measured", "Threshold", "Source")
    rows = tuple(_domain(domain) for domain in synthesis.certainty.domains)
    return Grid("What set the certainty", head, rows)


def _domain(domain: DomainRating) -> tuple[Cell, ...]:
    return (
        Cell(plain(domain.domain)),
        Cell(plain(domain.rating)),
        figure(domain.downgrade),
        Cell(domain.reason),
        Cell(_measured(domain.measured)),
        Cell(_measured(domain.threshold)),
        Cell(domain.source),
    )


def _measured(value: float | None) -> str:
    return "none" if value is None else printed(f"{value:,.3g}")


def left_out(entries: Iterable[LeftOut], library: Library, caption: str) -> Grid:
    """Return what was not used, each with its reason."""
    rows = tuple(
        (
            Cell(entry.trial_id, trial_link(entry.trial_id).href),
            Cell(entry.reason),
            Cell(", ".join(dict.fromkeys(row for r in entry.readings for row in r.rows))),
            cited(library, entry.source),
        )
        for entry in entries
    )
    return Grid(caption, ("Trial", "Why not", "Rows of the tables", "Source"), rows)


def sensitivity(synthesis: Synthesis) -> Grid | None:
    """Return the result with and without flagged trials; nothing where none is flagged."""
    other, measure = synthesis.sensitivity, synthesis.question.measure
    if other is None:
        return None
    rows = tuple(
        (
            Cell(name),
            Cell("none" if result.estimate is None else number(result.estimate, measure)),
            Cell(interval(result.ci, measure), number=True),
            Cell(interval(result.pi, measure), number=True),
            figure(result.trials),
        )
        for name, result in (
            ("All trials", synthesis.result),
            (f"Without {', '.join(other.without)}", other.result),
        )
    )
    head = ("Which trials", "Effect", "95 % interval", "Prediction interval", "Trials")
    return Grid("With and without flagged trials", head, rows)


KINDS = {"MD": "difference", "RR": "risk ratio", "OR": "odds ratio"}


def neighbours(review: Review, question: Question) -> tuple[Link, ...]:
    """Return the other questions on the same two treatments."""
    plainly = question.without_condition
    return tuple(
        Link(
            f"{plain(other.outcome)}, {weeks(review, other.window)}, {KINDS[other.measure]}",
            other.path,
        )
        for other in review.questions(question.intervention, question.region)
        if other.against == question.against and other != plainly
    )


# --- From a trial to its syntheses


@cache
def uses(review: Review) -> dict[str, tuple[tuple[Synthesis, str], ...]]:
    """Return for each trial the syntheses that it stands in, and why not where it was left out."""
    found: dict[str, list[tuple[Synthesis, str]]] = {}
    for region in regions(review):
        for question in review.questions(region=region):
            synthesis = review.synthesis(question)
            for trial_id in synthesis.trial_ids:
                found.setdefault(trial_id, []).append((synthesis, ""))
            for entry in synthesis.left_out:
                found.setdefault(entry.trial_id, []).append((synthesis, entry.reason))
    return {trial_id: tuple(pairs) for trial_id, pairs in found.items()}
