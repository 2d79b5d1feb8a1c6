"""A therapy: its words, its answers, its combinations, its trials."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.urls import reverse

from filiform.review import WINDOWS
from filiform.site.library.cells import Cell, Grid, Link, figure, source_links
from filiform.site.library.syntheses import listed, named, regions, trial_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.knowledge import Comparator, Library, Statement, Therapy
    from filiform.review import Question, Review

KINDS = MappingProxyType(
    {
        "needle": "Needles",
        "other": "Other treatments",
        "combination": "Combinations that trials tested",
        "comparator": "What treatments are compared with",
    }
)


@cache
def names(review: Review) -> Mapping[str, str]:
    """Return every therapy, group of them and combination of a trial's arm, in plain words."""
    library = review.library
    groups = [c.id for c in library.comparators.values() if len(c.members) > 1]
    asked = {q.intervention for r in regions(review) for q in review.questions(region=r)}
    given = {arm.intervention for arm in library.arms}
    nodes = dict.fromkeys((*library.therapies, *groups, *sorted(asked | given)))
    return MappingProxyType({node: named(library, node) for node in nodes})


def part(library: Library, word: str) -> Therapy | Comparator:
    """Return a therapy or a group of them by its id."""
    return library.therapies.get(word) or library.comparators[word]


@cache
def groups(review: Review) -> tuple[Grid, ...]:
    """Return the therapies by kind, each with its trials and answers."""
    by_kind: dict[str, list[tuple[Cell, ...]]] = {kind: [] for kind in KINDS}
    for node, name in names(review).items():
        by_kind[_kind(review.library, node)].append(
            (
                Cell(name, reverse("library:therapy", args=[node])),
                Cell("given together" if "+" in node else part(review.library, node).meaning),
                figure(len(trial_links(review, node))),
                figure(sum(len(review.questions(node, r)) for r in regions(review))),
            )
        )
    head = ("Treatment", "What it is", "Trials", "Questions with data")
    return tuple(Grid(KINDS[kind], head, tuple(rows)) for kind, rows in by_kind.items())


def _kind(library: Library, node: str) -> str:
    if "+" in node:
        return "combination"
    return library.therapies[node].kind if node in library.therapies else "comparator"


def trial_links(review: Review, node: str) -> tuple[Link, ...]:
    """Return the trials with an arm that had the therapy, or all parts of the combination."""
    library = review.library
    parts = [
        set(library.comparators[word].members if word not in library.therapies else (word,))
        for word in node.split("+")
    ]
    return tuple(
        trial_link(trial_id)
        for trial_id in library.trials
        if any(
            all(members & set(arm.interventions) for members in parts)
            for arm in library.arms_of(trial_id)
        )
    )


def answers(review: Review, node: str) -> tuple[Grid, ...]:
    """Return what every comparison found; for each region first those with a number."""
    grids = []
    for region in regions(review):
        asked = sorted(review.questions(node, region), key=_order)
        usable = [q for q in asked if review.synthesis(q).trials]
        rest = [q for q in asked if not review.synthesis(q).trials]
        grids.append(listed(review, usable, f"Pain in the {region}"))
        grids.append(listed(review, rest, f"Pain in the {region}: asked, but without a number"))
    return tuple(grid for grid in grids if grid.rows)


_FIRST = ("sham", "no_treatment", "usual_care", "same_care_without_it")


def _order(question: Question) -> tuple[int, str, str, int]:
    place = _FIRST.index(question.against) if question.against in _FIRST else len(_FIRST)
    return place, question.against, question.outcome, WINDOWS.index(question.window)


def combinations(review: Review, node: str) -> tuple[Link, ...]:
    """Return the combinations that hold a therapy."""
    return tuple(
        Link(name, reverse("library:therapy", args=[other]))
        for other, name in names(review).items()
        if other != node and set(node.split("+")) < set(other.split("+"))
    )


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with its limit and its sources."""

    statement: Statement
    links: tuple[Link, ...]


def statements(library: Library, node: str) -> tuple[tuple[str, tuple[Said, ...]], ...]:
    """Return what the sources say of a therapy, by topic in the order of the table."""
    parts = node.split("+")
    topics: dict[str, list[Said]] = {}
    for statement in library.statements.values():
        if statement.therapy in parts:
            said = Said(statement, source_links(library, statement.source))
            topics.setdefault(statement.topic, []).append(said)
    return tuple((TOPICS.get(topic, topic), tuple(said)) for topic, said in topics.items())


TOPICS = MappingProxyType(
    {
        "therapy": "What it is",
        "difference": "How it differs",
        "mechanism": "How it is thought to work",
        "placebo": "Real needles and sham needles",
        "inconsistency": "Where trials disagree",
        "session": "What a session is like",
        "needle_safety": "Safety of the needles",
        "first_line": "As first care",
        "co_treatment": "Together with other care",
        "lasts": "How long it lasts",
        "suitability": "For which pain",
        "who_may": "Who may do it",
    }
)
