"""The German doctors' schedule: one item a session, by how long it lasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.care._claim_line import Contradiction, Lines, line_of
from filiform.care._claim_rules import claim_rules
from filiform.care._conflict import Conflict, conflict
from filiform.guidance import words
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from filiform.care.billable import BillableSession
    from filiform.knowledge import Library


def lines_of(session: BillableSession, library: Library) -> Lines:
    """Return the item of one session; refused where its length is not known."""
    rules = claim_rules()
    rows = rules.texts("goae", "rows")
    found = Lines()
    if session.muscles:
        sentence = rules.text("goae", "dry_needling")
        found += Lines(conflicts=(conflict(library, "no_item", "refused", sentence, rows),))
    if not session.acupuncture:
        return found
    if session.session_minutes is None:
        sentence = (
            "How long the session lasted is not recorded, and the item depends on it: "
            "give the minutes from the first needle in to the last one out."
        )
        return found + Lines(
            conflicts=(conflict(library, "length_unknown", "refused", sentence, rows),)
        )
    return found + _item(session, session.session_minutes, library)


def _item(session: BillableSession, minutes: int, library: Library) -> Lines:
    rules = claim_rules()
    edge = rules.whole("goae", "long_from_minutes")
    code = rules.text("goae", "long" if minutes >= edge else "short")
    lasted = words.counted(minutes, "minute", "minutes")
    line = line_of(library, "GOAe", code, units=1, why=f"The session lasted {lasted}.")
    cited = sources(library, rules.text("goae", "source"))
    rows = rules.texts("goae", "rows")
    found = []
    if minutes == edge:
        found.append(
            Conflict("exactly_20_minutes", "ask", rules.text("goae", "exactly"), rows, cited)
        )
    if any(needles.current for needles in session.acupuncture):
        found.append(conflict(library, "current", "ask", rules.text("goae", "current"), rows))
    contradiction = Contradiction(
        "goae_minutes",
        rules.text("goae", "used"),
        rules.text("goae", "why"),
        (rules.text("goae", "exactly"),),
        cited,
    )
    return Lines((line,), tuple(found), (contradiction,))
