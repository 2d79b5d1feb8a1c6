"""Units of acupuncture: blocks of 15 minutes face to face, with and without current."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from filiform.care._claim_line import ClaimLine, Contradiction, Lines, line_of
from filiform.care._claim_rules import TimeRule, claim_rules
from filiform.care._conflict import Conflict, conflict
from filiform.errors import CareError, unknown
from filiform.guidance import words
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from filiform.care.billable import BillableSession, NeedleSet
    from filiform.knowledge import Library

_ROWS = "acupuncture", "rows"


def lines_of(session: BillableSession, library: Library) -> Lines:
    """Return the first and the further units, the contradiction on time, and what was cut.

    A further unit needs a set of needles put in after the first, and has the current of such sets.

    Raises:
        CareError: the time rule is not known.
    """
    if not session.acupuncture:
        return Lines()
    rules = claim_rules()
    rule = _time_rule(session)
    block = rules.whole("acupuncture", "block_minutes")
    by_time = rule.units(session.face_to_face, block)
    if not by_time:
        return Lines(conflicts=(_too_short(session, rule, library),))
    units = min(by_time, len(session.acupuncture))
    kinds = _currents(session.acupuncture, units, block)
    lines = tuple(_lines(kinds, session, rule, library))
    return Lines(
        lines,
        (*_cut(units, by_time, library), *_mixed(kinds, session.acupuncture, library)),
        (_contradiction(session, rule, block, library),),
    )


def _time_rule(session: BillableSession) -> TimeRule:
    rules = claim_rules()
    if session.time_rule is None:
        return rules.time_rule
    if session.time_rule not in rules.time_rules:
        raise CareError(unknown("time rule", session.time_rule, rules.time_rules))
    return rules.time_rules[session.time_rule]


def _currents(sets: tuple[NeedleSet, ...], units: int, block: int) -> tuple[bool, ...]:
    """Return for each unit whether it is one with current.

    The first unit is, where any needle of its block had current (the row of 97813). A further one
    rests on needles that were put in again: it is, where most of its block's minutes over such sets
    were with current. The last unit takes what is left of the time.
    """
    ends = [block * (n + 1) for n in range(units - 1)]
    total = sum(each.minutes for each in sets)
    spans = list(zip([0, *ends], [*ends, max(total, 1)], strict=True))
    starts = accumulate((each.minutes for each in sets), initial=0)
    placed = [
        (start, start + each.minutes, each.current)
        for start, each in zip(starts, sets, strict=False)
    ]
    first = any(current and start < spans[0][1] for start, _, current in placed)
    return (first, *(_mostly_with_current(placed[1:], span) for span in spans[1:]))


def _mostly_with_current(placed: Sequence[tuple[int, int, bool]], span: tuple[int, int]) -> bool:
    """Tell whether most minutes of a block over the given sets had current; half is not most."""
    low, high = span
    minutes = {True: 0, False: 0}
    for start, end, current in placed:
        minutes[current] += max(0, min(end, high) - max(start, low))
    return minutes[True] > minutes[False]


def _lines(
    kinds: tuple[bool, ...], session: BillableSession, rule: TimeRule, library: Library
) -> list[ClaimLine]:
    rules = claim_rules()
    first, *further = ("with_current" if kind else "by_hand" for kind in kinds)
    minutes = words.counted(session.face_to_face, "minute", "minutes")
    told = f"{minutes} with the person. {rule.sentence} {rules.text('acupuncture', 'retention')}"
    found = [
        line_of(library, "CPT", rules.named("acupuncture", "first")[first], units=1, why=f"{told}")
    ]
    for kind in dict.fromkeys(further):
        code = rules.named("acupuncture", "further")[kind]
        why = f"{told} {rules.text('acupuncture', 'reinsertion')}"
        found.append(line_of(library, "CPT", code, units=further.count(kind), why=why))
    return found


def _too_short(session: BillableSession, rule: TimeRule, library: Library) -> Conflict:
    sentence = (
        f"{words.counted(session.face_to_face, 'minute', 'minutes')} with the person make no unit. "
        f"{rule.sentence} Bill nothing, or mend the minutes if more were spent face to face."
    )
    return conflict(library, "too_short", "refused", sentence, claim_rules().texts(*_ROWS))


def _cut(units: int, by_time: int, library: Library) -> tuple[Conflict, ...]:
    if units == by_time:
        return ()
    rules = claim_rules()
    sentence = (
        f"The time would make {by_time} units, and {units} "
        f"{'set' if units == 1 else 'sets'} of needles were put in: {units} "
        f"{'is' if units == 1 else 'are'} billed. {rules.text('acupuncture', 'reinsertion')}"
    )
    rows = ("CPT|97811", "CPT|97814")
    return (conflict(library, "no_new_needles", "told", sentence, rows),)


def _mixed(
    kinds: tuple[bool, ...], sets: tuple[NeedleSet, ...], library: Library
) -> tuple[Conflict, ...]:
    """Ask wherever some sets had current and others had none, also where the codes are alike."""
    if len({each.current for each in sets}) == 1:
        return ()
    rules = claim_rules()
    said = "sentence" if len(set(kinds)) > 1 else "alike"
    sentence = f"{rules.text('mixed_current', said)} {rules.text('mixed_current', 'why')}"
    cited = sources(library, rules.text("mixed_current", "source"))
    rows = rules.texts("mixed_current", "rows")
    return (Conflict("mixed_current", "ask", sentence, rows, cited),)


def _contradiction(
    session: BillableSession, rule: TimeRule, block: int, library: Library
) -> Contradiction:
    rules = claim_rules()
    others = [each for each in rules.time_rules.values() if each != rule]
    chosen = rule == rules.time_rule
    return Contradiction(
        id="time_rule",
        used=rule.sentence,
        why=rules.text("time_rule", "why") if chosen else "The practice set this rule.",
        others=tuple(
            f"{each.sentence} ({_units(each.units(session.face_to_face, block))} by time)"
            for each in others
        ),
        sources=sources(library, *(each.source for each in rules.time_rules.values())),
    )


def _units(count: int) -> str:
    return words.counted(count, "unit", "units")
