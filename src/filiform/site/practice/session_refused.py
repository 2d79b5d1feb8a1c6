"""Needles that do not go in whatever the reason: the rules that know none.

A needle that went in before what speaks against it was known is recorded: see `closing.breaches`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from filiform.care.closing import both_sides
from filiform.care.needles import SessionRecord
from filiform.care.refusal import Refusal
from filiform.knowledge import library
from filiform.site.practice.course_log import RefusedError
from filiform.site.practice.screened_person import against_person
from filiform.site.practice.session_records import care_needle, earlier_that_day

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from filiform.care.needles import Needle as CareNeedle
    from filiform.care.refusal import Problem
    from filiform.site.practice.models import Needle, Session
    from filiform.site.practice.screened_person import ScreenedPerson


def refuse(
    session: Session,
    before: Sequence[Needle],
    after: Sequence[Needle],
    asked: ScreenedPerson | None,
) -> None:
    """Refuse needles that are new, or have a current or a side that is new, where a rule says so.

    Args:
        session: with the approvals among its confirmations.
        before: the needles that are kept.
        after: those that are to be kept.
        asked: the person of the latest screening; what went in before it is recorded.

    Raises:
        RefusedError: with everything that speaks against them.
    """
    known = None if asked is None else asked.at
    came = [
        needle
        for needle in new_needles(before, after)
        if known is None or needle.inserted_at is None or needle.inserted_at >= known
    ]
    earlier = earlier_that_day(session)
    record = _record(session, after, earlier)
    found: list[Problem] = [
        *against_person(asked, replace(record, needles=tuple(map(care_needle, came)))),
        *_new_both_sides(record, _record(session, before, earlier)),
    ]
    refused = [problem for problem in found if problem.lifted_by != "reason"]
    if came and refused:
        cited = (source for problem in refused for source in problem.sources)
        sentence = " ".join(_as_typed(problem, came) for problem in refused)
        raise RefusedError(Refusal("refused_needle", sentence, tuple(dict.fromkeys(cited))))


def _record(
    session: Session, needles: Iterable[Needle], earlier: tuple[CareNeedle, ...]
) -> SessionRecord:
    found = tuple(care_needle(needle) for needle in needles)
    therapy, confirmations = session.course.therapy, session.confirmations
    return SessionRecord(therapy, session.on, found, earlier, confirmations=confirmations)


def _new_both_sides(after: SessionRecord, before: SessionRecord) -> tuple[Problem, ...]:
    return () if both_sides(before, library()) else both_sides(after, library())


def _as_typed(problem: Problem, came: Sequence[Needle]) -> str:
    """Return a sentence that names its needle by the number of its row."""
    place = problem.where.split(".")
    if place[0] != "needles":
        return problem.sentence
    number = int(place[1])
    row = came[number].order
    return problem.sentence.replace(f"Needle {number + 1} ", f"Needle {row + 1} ", 1)


def new_needles(before: Iterable[Needle], after: Iterable[Needle]) -> list[Needle]:
    """Return the needles whose site, side, current or time in no kept needle has."""
    left, found = Counter(_place(needle) for needle in before), []
    for needle in after:
        place = _place(needle)
        if left[place] > 0:
            left[place] -= 1
        else:
            found.append(needle)
    return found


def _place(needle: Needle) -> Hashable:
    into = needle.inserted_at and needle.inserted_at.replace(microsecond=0)
    current = needle.stimulation == "electrical"
    return needle.site_kind, needle.site, needle.side, needle.region, current, into
