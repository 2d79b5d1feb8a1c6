"""Finding syntheses by words: one question, or all that agree with the words given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from filiform.review._question import Question

if TYPE_CHECKING:
    from filiform.review._review import Review
    from filiform.review._synthesis import Synthesis


def find(
    review: Review,
    therapy: str,
    *,
    against: str | None = None,
    outcome: str | None = None,
    window: str | None = None,
    region: str = "neck",
    measure: str | None = None,
    condition: str | None = None,
) -> Synthesis | tuple[Synthesis, ...]:
    """Return one synthesis where comparator, outcome and window are given, else all that agree.

    A single question is answered even where no trial asked it; several are those with trials.

    Args:
        review: The living review.
        therapy: A therapy's id, or several joined with `+`.
        against: A comparator's id; None for all.
        outcome: An outcome; None for all.
        window: A window of time; None for all.
        region: Where the pain is.
        measure: `MD`, `RR` or `OR`; None for the outcome's usual one, or for all.
        condition: The kind of pain that the certainty is asked for.

    Raises:
        ReviewError: For a word that is not known, with the nearest that is.

    >>> from filiform.review import published
    >>> find(published(), "acupuncture", against="sham", outcome="disability", window="long").title
    'Acupuncture against a sham treatment: disability in the neck, long term'
    """
    asked = Question.parse(
        therapy,
        "no_treatment" if against is None else against,
        "pain_intensity" if outcome is None else outcome,
        "short" if window is None else window,
        region=region,
        measure=measure,
        condition=condition,
        vocabulary=review.vocabulary,
    )
    if None not in (against, outcome, window):
        return review.synthesis(asked)
    return tuple(
        review.synthesis(replace(question, condition=asked.condition))
        for question in review.questions(asked.intervention, asked.region)
        if (against is None or question.against == asked.against)
        and (outcome is None or question.outcome == asked.outcome)
        and (window is None or question.window == asked.window)
        and (measure is None or question.measure == asked.measure)
    )


def headline(synthesis: Synthesis) -> dict[str, object]:
    """Return the line of a synthesis in a list, ready for JSON."""
    question = synthesis.question
    return {
        "against": question.against,
        "outcome": question.outcome,
        "window": question.window,
        "measure": question.measure,
        "estimate": synthesis.estimate,
        "ci": list(synthesis.ci) if synthesis.ci else None,
        "unit": synthesis.unit,
        "trials": synthesis.trials,
        "participants": synthesis.participants,
        "certainty": synthesis.certainty.level,
        "link": question.path,
    }
