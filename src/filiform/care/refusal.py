"""What may not be done, and what is not right yet: values with their reason, not exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from filiform.care._record import Record

__all__ = ["LiftedBy", "Problem", "Refusal", "open_problems"]

AnsweredBy = Literal["mending", "confirmation", "second_look", "nothing"]
"""How a problem is put right: the record is mended, a reason is kept, needles are counted again.

`nothing`: it is said and holds nobody up.
"""


LiftedBy = Literal["reason", "doctor", "nothing"]
"""What lets a needle in that something speaks against."""


@dataclass(frozen=True, slots=True)
class Refusal(Record):
    """An act that is refused.

    Attributes:
        code: a word for programs, as `no_consent`.
        sentence: what is refused, why, and what to do.
        sources: ids of the bibliography; none for a rule of this project.

    >>> Refusal("no_consent", "No session before consent. Read it together, and sign.").code
    'no_consent'
    """

    code: str
    sentence: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem(Record):
    """Something in a record that is not right yet.

    Attributes:
        code: a word for programs, as `count_differs`.
        sentence: what was found, and what to do.
        key: names this problem within its record, the same at each look; a confirmation is kept
            under it, as `dangerous_site:GB21:left`.
        where: the place in the record, as `needles.3.depth_mm`; "" is the record as a whole.
        answered_by: how it is put right.
        lifted_by: what lets the needle in; but for a reason, one that is in all the same is told
            with its reason and makes an incident.
        row: of contraindications.csv; "" where none is behind it.
        sources: ids of the bibliography; none for a rule of this project.
    """

    code: str
    sentence: str
    key: str
    where: str = ""
    answered_by: AnsweredBy = "mending"
    sources: tuple[str, ...] = ()
    lifted_by: LiftedBy = "reason"
    row: str = ""


def open_problems(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems that hold an act up: all but those that are only said."""
    return tuple(problem for problem in problems if problem.answered_by != "nothing")
