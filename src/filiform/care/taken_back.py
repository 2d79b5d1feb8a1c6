"""Signs that a person reported and that a later screening takes back: never without a word.

What was said in the answers before a visit, or in a screening of any course, stands as long as a
screening holds. A sign that is not so by now needs a reason; where it alone would have stopped the
needles, the course is halted all the same until someone decides (docs/methods/course.md, rule 1).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal

from filiform.care._rules import care_rules
from filiform.guidance import Person, screen
from filiform.knowledge import library as published

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["Told", "as_reported", "held_since", "reported", "signs_of"]


@dataclass(frozen=True, slots=True)
class Told:
    """One time at which a person told of their signs.

    Attributes:
        at: when, with its zone.
        where: in the answers before a visit, or in a screening.
        signs: ids of findings.csv that were so.
        explained: those that this screening took back with a reason.
    """

    at: dt.datetime
    where: Literal["intake", "screening"]
    signs: frozenset[str]
    explained: frozenset[str] = frozenset()


def held_since(now: dt.datetime) -> dt.datetime:
    """Return the earliest moment of which what was told still stands: as long as a screening."""
    return now - dt.timedelta(days=care_rules().screening.valid_days)


def reported(told: Iterable[Told], *, now: dt.datetime) -> dict[str, Told]:
    """Return the signs that stand as reported, each with where it was reported last.

    A sign stands until a screening takes it back with a reason; that the person does not name it
    when they answer again alone takes nothing back.

    Args:
        told: in any order.
        now: the moment, with its zone.

    >>> at = dt.datetime(2026, 11, 21, tzinfo=dt.timezone.utc)
    >>> list(reported([Told(at, "intake", frozenset({"fever"}))], now=at))
    ['fever']
    """
    found: dict[str, Told] = {}
    for each in sorted(told, key=lambda one: one.at):
        if each.at >= held_since(now):
            found |= dict.fromkeys(sorted(each.signs), each)
            for sign in each.explained - each.signs:
                found.pop(sign, None)
    return found


def signs_of(person: Person) -> frozenset[str]:
    """Return the warning signs that are so, also those that stand under a person's history."""
    return (person.findings | person.history) & _warning_signs()


@cache
def _warning_signs() -> frozenset[str]:
    """Return every finding that a rule of screening reads."""
    return frozenset(screen(Person(), published()).not_asked)


def as_reported(person: Person, taken_back: Collection[str]) -> Person:
    """Return the person as if the signs that were taken back were so."""
    signs = frozenset(taken_back)
    return replace(person, findings=person.findings | signs, absent=person.absent - signs)
