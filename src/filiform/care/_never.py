"""What lifts a row of contraindications.csv: a reason, a doctor's approval, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.care import _rows as rows
from filiform.care._prescription_rules import prescription_rules
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from filiform.care.needles import Needle
    from filiform.care.refusal import LiftedBy
    from filiform.knowledge import Contraindication, Library

REFUSED = "It is refused and no reason lifts it: take it away."
IS_IN = "What went in before that was known is kept with a reason, and makes an incident."


def lifted_by(row: str | None, library: Library) -> LiftedBy:
    """Return what lifts a row, by prescription.toml ([never], [[disagreement]]).

    Args:
        row: an id; None is no row of the table.
        library: the facts.
    """
    rules = prescription_rules()
    if row is None or row not in library.contraindications:
        return "reason"
    if row in rules.disagreements:
        return "doctor"
    absolute = library.contraindications[row].kind in rules.never_kinds
    return "nothing" if absolute and row not in rules.reason_enough else "reason"


def what_to_do(row: str, lifted: LiftedBy, library: Library) -> str:
    """Return the end of a sentence that a row begins: what can be done about it."""
    if lifted == "reason":
        return "Take it away, or say why."
    if lifted == "nothing":
        return f"{REFUSED} {IS_IN}"
    other = rows.contraindication(library, prescription_rules().disagreements[row])
    return (
        f"Sources disagree: another says “{other.condition}: {other.action}” ({other.id}). The "
        "stricter holds until a doctor has approved it: name the doctor and the day, or take it "
        f"away. {IS_IN}"
    )


def plain_bans(needle: Needle, library: Library) -> Iterator[tuple[Contraindication, LiftedBy]]:
    """Yield the rows that speak against a needle whoever the person is, and what lifts each."""
    rules = prescription_rules()
    bar = rules.no_current
    if needle.stimulation == "electrical" and (
        needle.region in bar.regions or needle.site in bar.sites
    ):
        refused = needle.region in rules.never_at.get(bar.row, frozenset())
        yield rows.contraindication(library, bar.row), "nothing" if refused else "reason"
    named = frozenset(needle.site.lower().replace("_", " ").split())
    for row, words in rules.never_words.items():
        if needle.site_kind == "other" and named & words:
            yield rows.contraindication(library, row), "nothing"


def cited(row: Contraindication, library: Library) -> tuple[str, ...]:
    """Return the sources of a row, and of the row that disagrees with it."""
    other = prescription_rules().disagreements.get(row.id)
    against = (rows.contraindication(library, other).source,) if other else ()
    return sources(library, row.source, *against)
