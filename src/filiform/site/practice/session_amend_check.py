"""What a correction of a closed session must meet: the rules that held when it was closed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from filiform.care.closing import closing_problems
from filiform.site.practice.screened_person import against_person, screened_person
from filiform.site.practice.session_asks import second_look
from filiform.site.practice.session_effective import effective
from filiform.site.practice.session_keeping import needles_of
from filiform.site.practice.session_records import care_needle, care_session
from filiform.site.practice.session_typed import group_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from filiform.care.needles import SessionRecord
    from filiform.care.refusal import Problem
    from filiform.site.practice.models import Session
    from filiform.site.practice.screened_person import ScreenedPerson
    from filiform.site.practice.session_keeping import Sheet


def against_amending(session: Session, sheet: Sheet) -> tuple[Problem, ...]:
    """Return what stands against a correction and did not stand against the session before it.

    The answers are those of the screening that was the latest when the session was closed.

    Args:
        session: closed.
        sheet: as it is to be, and valid.
    """
    asked = screened_person(session.course, until=session.closed_at)
    now = effective(session)
    before = care_session(now.session, session.course.therapy, now.needles)
    after = replace(
        before, needles=tuple(care_needle(needle) for needle in needles_of(session, sheet))
    )
    known = {problem.key for problem in _problems(session, before, asked)}
    return tuple(
        problem for problem in _problems(session, after, asked) if problem.key not in known
    )


def _problems(
    session: Session, record: SessionRecord, asked: ScreenedPerson | None
) -> list[Problem]:
    """Return what stands against needles; what was counted and ticked is as it was."""
    found = closing_problems(
        record, second_look=second_look(session), further=against_person(asked, record)
    )
    return [
        each for each in found if each.where.startswith("needles.") or each.code == "both_sides"
    ]


def reasons_of(problems: Sequence[Problem], rest: Mapping[str, str]) -> dict[str, str]:
    """Return the reason under the key of each problem that is confirmed."""
    given = {each.key: rest.get(f"why-{group_of(each.key)}", "").strip() for each in problems}
    return {
        each.key: given[each.key]
        for each in problems
        if each.answered_by == "confirmation" and given[each.key]
    }
