"""The lines of one visit in the codes of its place."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from filiform.care import _acupuncture_lines, _german_lines
from filiform.care._claim_line import ClaimLine, Lines, line_of
from filiform.care._claim_rules import billing_rows, claim_rules
from filiform.care._conflict import Conflict, conflict
from filiform.guidance import words
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Collection

    from filiform.care.billable import BillableSession
    from filiform.knowledge import Library

_UNITED_STATES = "CPT"
_GERMANY = "GOAe"


def lines_of(session: BillableSession, payers: Collection[str], library: Library) -> Lines:
    """Return the lines of one visit.

    Args:
        session: what was done.
        payers: rows of billing.csv that speak of the person's own insurer.
        library: the facts.
    """
    country = library.jurisdictions[session.jurisdiction].country
    system = claim_rules().systems.get(country)
    if system == _UNITED_STATES:
        return _american(session, payers, library)
    if system == _GERMANY:
        return _german_lines.lines_of(session, library)
    sentence = (
        f"No billing codes of {library.jurisdictions[session.jurisdiction].name} are in our "
        "tables: bill in the words and codes that are usual there."
    )
    return Lines(conflicts=(Conflict("no_codes_here", "refused", sentence, (), ()),))


def is_medicare(payers: Collection[str]) -> bool:
    """Tell whether the insurer is Medicare."""
    return not claim_rules().rows_of_payer("medicare").isdisjoint(payers)


def is_covered_by_medicare(session: BillableSession) -> bool:
    """Tell whether the visit's first diagnosis is the one that Medicare pays needles for."""
    return session.diagnoses[:1] != () and session.diagnoses[0] in claim_rules().texts(
        "medicare", "covered_diagnoses"
    )


def _american(session: BillableSession, payers: Collection[str], library: Library) -> Lines:
    found = _acupuncture_lines.lines_of(session, library) + _dry_needling(session, library)
    if is_medicare(payers) and is_covered_by_medicare(session):
        found = dataclasses.replace(found, lines=_with_modifier(found.lines, session, library))
    return found + _evaluation(session, library)


def _with_modifier(
    lines: tuple[ClaimLine, ...], session: BillableSession, library: Library
) -> tuple[ClaimLine, ...]:
    rules = claim_rules()
    if session.on < rules.day("medicare", "modifier_since"):
        return lines
    modifier = rules.text("medicare", "modifier")
    rows = billing_rows(library, rules.texts("medicare", "modifier_rows"))
    cited = sources(library, *(row.source for row in rows))
    return tuple(
        dataclasses.replace(
            line,
            modifier=modifier,
            why=f"{line.why} {modifier} goes on the line.",
            sources=tuple(dict.fromkeys((*line.sources, *cited))),
        )
        for line in lines
    )


def _dry_needling(session: BillableSession, library: Library) -> Lines:
    if not session.muscles:
        return Lines()
    rules = claim_rules()
    rows = rules.texts("dry_needling", "rows")
    since = rules.day("dry_needling", "since")
    if session.on < since:
        sentence = f"The codes of dry needling exist since {since}; the visit was on {session.on}."
        return Lines(conflicts=(conflict(library, "before_the_codes", "refused", sentence, rows),))
    names = tuple(dict.fromkeys(each.muscle for each in session.muscles))
    many = len(names) >= rules.whole("dry_needling", "many_from")
    code = rules.text("dry_needling", "many" if many else "few")
    counted = words.counted(len(names), "muscle", "muscles")
    line = line_of(
        library, "CPT", code, units=1, why=f"{counted} needled, nothing injected.", names=names
    )
    both_sides = len(set(session.muscles)) > len(names)
    sides = rules.text("dry_needling", "sides")
    found = (conflict(library, "sides", "told", sides, rows),) if both_sides else ()
    return Lines((line,), found)


def _evaluation(session: BillableSession, library: Library) -> Lines:
    """Return the line of an evaluation beside needles; alone it is not of our rules."""
    act = session.evaluation
    if act is None or not act.separate:
        return Lines()
    rules = claim_rules()
    rows = billing_rows(library, rules.texts("evaluation", "rows"))
    beside = bool(session.therapies)
    modifier = rules.text("evaluation", "modifier") if beside else ""
    line = ClaimLine(
        system="CPT",
        code=act.code,
        units=1,
        modifier=modifier,
        description=rules.text("evaluation", "words"),
        names=(),
        why="The practice's own code of a significant, separate evaluation"
        + (f"; {modifier} because needles were used on the same day." if beside else "."),
        source=rows[0].source,
        sources=sources(library, *(row.source for row in rows)),
    )
    return Lines((line,))
