"""What scores that a person sent call for, before anybody has read them.

The rules of progress say whether they got worse, the guide's rules how soon a doctor must look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care.outcomes import measurement_error
from filiform.care.progress import review_progress
from filiform.guidance import Person, screen
from filiform.knowledge import library
from filiform.site.practice.trend_review import points_of
from filiform.site.practice.waiting import PAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from filiform.care.progress import MeasureReview
    from filiform.site.practice.models import Outcome
    from filiform.site.practice.outcome_taking import Given

_WORSE = "pain_getting_worse"


@dataclass(frozen=True, slots=True)
class Told:
    """What a person is told of it, in the guide's words."""

    urgency: str
    title: str
    action: str


def urgency_of(outcomes: Iterable[Outcome], given: Sequence[Given]) -> str:
    """Return how soon a doctor must look at what was answered; "" where nothing calls for one.

    Worse is a measure that was answered now and changed by its error or more (or kept getting
    worse), and an answer that it is clearly worse; severe is pain as the guide has it.

    Args:
        outcomes: all of the course, these among them, in the order in which they were taken.
        given: what was answered now.
    """
    review = review_progress(
        points_of(outcomes), planned_end_week=None, sessions_done=None, prior={}, library=library()
    )
    answered = {each.instrument for each in given}
    worse = any(each.instrument in answered and _beyond_error(each) for each in review.measures)
    pain = next((each.answer for each in given if each.instrument == PAIN), None)
    found = screen(
        Person(
            pain_0_10=pain if isinstance(pain, float) else None,
            findings=frozenset([_WORSE] if worse else []),
        ),
        library(),
    )
    return found.urgency if found.reasons else ""


def _beyond_error(measure: MeasureReview) -> bool:
    """Say whether it got worse, and not by so little that it may be the measure's error."""
    no_error_known = measurement_error(measure.instrument, library=library()) is None
    return measure.worse and (measure.advice == "refer" or no_error_known)


def told(urgency: str) -> Told | None:
    """Return what the guide says at an urgency; None where there is none."""
    levels = library().rules("screening")["urgency"]
    words = levels.get(urgency) if isinstance(levels, dict) else None
    return Told(urgency, words["name"], words["action"]) if words else None
