"""Rows of the library's tables, ready for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from filiform.errors import unknown
from filiform.site.api.faults import UnknownTrialError
from filiform.site.library.syntheses import uses

if TYPE_CHECKING:
    from filiform.knowledge import Library, Therapy
    from filiform.review import Review

Row = dict[str, object]


def findings(library: Library) -> list[Row]:
    """Return the ids that a person's findings may hold, as `filiform findings --json` does."""
    return [
        {"id": row.id, "group": row.group, "meaning": row.meaning}
        for row in library.findings.values()
    ]


def therapies(library: Library) -> Row:
    """Return the therapies, and what else they may be compared with."""
    return {
        "therapies": [_therapy(row) for row in library.therapies.values()],
        "comparators": [
            {"id": row.id, "name": row.name, "members": list(row.members), "meaning": row.meaning}
            for row in library.comparators.values()
        ],
    }


def _therapy(row: Therapy) -> Row:
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "offered": row.offered,
        "meaning": row.meaning,
    }


def trial(review: Review, trial_id: str) -> Row:
    """Return a trial with its rows, and the syntheses that use it or leave it out.

    Raises:
        UnknownTrialError: For a trial that the library does not have, with the nearest.
    """
    library = review.library
    if trial_id not in library.trials:
        listed_by = "the page /library/trials/"
        raise UnknownTrialError(unknown("trial", trial_id, library.trials, listed_by=listed_by))
    return {
        "trial": asdict(library.trials[trial_id]),
        "arms": [asdict(row) for row in library.arms_of(trial_id)],
        "outcomes": [asdict(row) for row in library.outcomes if row.trial_id == trial_id],
        "contrasts": [asdict(row) for row in library.contrasts if row.trial_id == trial_id],
        "syntheses": [
            {"link": synthesis.question.path, "used": not reason, "reason": reason}
            for synthesis, reason in uses(review).get(trial_id, ())
        ],
    }
