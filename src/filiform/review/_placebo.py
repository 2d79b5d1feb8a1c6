"""How much of a benefit a sham has too: the therapy against a sham, a sham against nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.review._question import Question

if TYPE_CHECKING:
    from filiform.review._question import Window
    from filiform.review._review import Review
    from filiform.review._synthesis import Synthesis

SHAM, NOTHING = "sham", "no_treatment"


@dataclass(frozen=True, slots=True)
class PlaceboPair:
    """Two syntheses side by side, and the whole of which they are the parts.

    A share (one part divided by the whole) is not given: where a part may be zero or have
    either sign, its share can be any number.

    Attributes:
        against_sham: The therapy against a sham: what the needles themselves add.
        sham_against_nothing: A sham against no treatment, from trials of this therapy alone:
            the setting, attention and belief.
        against_nothing: The therapy against no treatment: both together.
        same_trials: The trials that are in the first two, where the parts belong to the same
            people; none where the parts come from different trials.
    """

    against_sham: Synthesis
    sham_against_nothing: Synthesis
    against_nothing: Synthesis
    same_trials: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether both parts have a number."""
        return None not in (self.against_sham.estimate, self.sham_against_nothing.estimate)

    def to_dict(self) -> dict[str, object]:
        """Return the three syntheses, ready for JSON."""
        return {
            "against_sham": self.against_sham.to_dict(),
            "sham_against_nothing": self.sham_against_nothing.to_dict(),
            "against_nothing": self.against_nothing.to_dict(),
            "same_trials": list(self.same_trials),
        }


def placebo_share(
    review: Review, therapy: str, outcome: str, window: Window, *, region: str = "neck"
) -> PlaceboPair:
    """Return what a therapy adds to its sham, and what the sham adds to no treatment.

    Args:
        review: The review.
        therapy: A therapy's id.
        outcome: As in `Question`.
        window: As in `Question`.
        region: As in `Question`.

    Raises:
        ReviewError: For a word that the review does not know.

    >>> from filiform.review import published
    >>> placebo_share(published(), "electroacupuncture", "disability", "short").same_trials
    ('li-2025',)
    """
    own = review.trials_of(therapy, region)
    truly = review.synthesis(Question(therapy, SHAM, outcome, window, region))
    sham = review.synthesis(Question(SHAM, NOTHING, outcome, window, region), only=own)
    whole = review.synthesis(Question(therapy, NOTHING, outcome, window, region))
    both = tuple(trial for trial in truly.trial_ids if trial in sham.trial_ids)
    return PlaceboPair(truly, sham, whole, both)
