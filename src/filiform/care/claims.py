"""Codes for one visit by the rows of billing.csv, and what speaks against billing them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from filiform.care import _claim_checks as checks
from filiform.care._claim_line import ClaimLine, Contradiction
from filiform.care._claim_lines import lines_of
from filiform.care._claim_rules import CoverStatus, claim_rules
from filiform.care._conflict import Conflict
from filiform.care._record import Record
from filiform.care.billable import BillableSession, Evaluation, NeedledMuscle, NeedleSet
from filiform.errors import CareError, unknown
from filiform.guidance.cover import Cover, cover_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from filiform.knowledge import Library

__all__ = [
    "BillableSession",
    "Claim",
    "ClaimLine",
    "Conflict",
    "Contradiction",
    "CoverNote",
    "Evaluation",
    "NeedleSet",
    "NeedledMuscle",
    "claim_of",
    "codes_for",
    "conflicts",
    "cover_note",
    "sets_of_units",
]


@dataclass(frozen=True, slots=True)
class Claim(Record):
    """The lines of one visit, what speaks against them, and where the sources disagree."""

    lines: tuple[ClaimLine, ...]
    conflicts: tuple[Conflict, ...]
    contradictions: tuple[Contradiction, ...]

    @property
    def refused(self) -> bool:
        """Whether something must be put right before this is billed."""
        return any(conflict.strength == "refused" for conflict in self.conflicts)


@dataclass(frozen=True, slots=True)
class CoverNote(Record):
    """What is known beforehand of who pays for needles in the neck.

    Attributes:
        status: the strongest word of the rows about the person's own insurer; `not_covered` is
            said before the first needle.
        sentences: for the person, in order.
        told: the rows of the person's own insurer as billing.csv has them, for who bills.
        rows: the rules behind it, the person's own insurer's first.
    """

    status: CoverStatus | Literal["unknown"]
    sentences: tuple[str, ...]
    told: tuple[str, ...]
    rows: tuple[Cover, ...]
    sources: tuple[str, ...]


def claim_of(session: BillableSession, *, library: Library) -> Claim:
    """Return the claim of one visit: its lines, its conflicts, and where sources disagree.

    Args:
        session: what was done.
        library: the facts.

    Raises:
        CareError: the time rule or the jurisdiction is not known.

    >>> from filiform.knowledge import library
    >>> import datetime as dt
    >>> visit = BillableSession(
    ...     on=dt.date(2026, 11, 21), jurisdiction="US-NY", diagnoses=("M54.2",), insurance="",
    ...     acupuncture=(NeedleSet(15), NeedleSet(15, current=True)),
    ... )
    >>> [(line.code, line.units) for line in claim_of(visit, library=library()).lines]
    [('97810', 1), ('97814', 1)]
    """
    _place(session.jurisdiction, library)
    payers = _payers(session, library)
    found = lines_of(session, payers, library)
    return Claim(
        lines=found.lines,
        conflicts=(*found.conflicts, *checks.conflicts_of(session, found.lines, payers, library)),
        contradictions=found.contradictions,
    )


def codes_for(session: BillableSession, *, library: Library) -> tuple[ClaimLine, ...]:
    """Return the lines of one visit alone; `conflicts` says what speaks against them."""
    return claim_of(session, library=library).lines


def conflicts(session: BillableSession, *, library: Library) -> tuple[Conflict, ...]:
    """Return what speaks against billing a visit, what must be put right first."""
    order = ("refused", "ask", "told")
    found = claim_of(session, library=library).conflicts
    return tuple(sorted(found, key=lambda conflict: order.index(conflict.strength)))


def sets_of_units(units: Mapping[str, int]) -> tuple[NeedleSet, ...]:
    """Return sets of needles that make the same units again: one block for each, the first first.

    Args:
        units: units by code, as on a bill; codes that are none of acupuncture are left out.

    >>> [each.current for each in sets_of_units({"97810": 1, "97814": 2})]
    [False, True, True]
    """
    rules = claim_rules()
    minutes = rules.whole("acupuncture", "block_minutes")
    found = [
        NeedleSet(minutes, kind == "with_current")
        for place in ("first", "further")
        for kind, code in rules.named("acupuncture", place).items()
        for _ in range(units.get(code, 0))
    ]
    return tuple(found)


def cover_note(
    insurance: str | None,
    jurisdiction: str | None,
    therapy: str,
    library: Library,
    *,
    today: dt.date,
) -> CoverNote:
    """Return what is known of cover for needles in the neck, to be said beforehand.

    Args:
        insurance: the insurer in free words; None is not told.
        jurisdiction: an id of jurisdictions.csv; None is not told.
        therapy: an id of therapies.csv that is offered.
        library: the facts.
        today: the day on which it is read.

    Raises:
        CareError: the jurisdiction is not known.
    """
    if jurisdiction is not None:
        _place(jurisdiction, library)
    rows, note = cover_of(library, therapy, jurisdiction, insurance, today)
    own = tuple(row for row in rows if row.yours)
    known = [found for row in own for key, found in claim_rules().cover.items() if _is(key, row)]
    status = _strongest(tuple(each.status for each in known))
    sentences = tuple(dict.fromkeys(each.sentence for each in known if each.status == status))
    rules = tuple(f"{row.name}: {row.text}." for row in own) if status != "not_covered" else ()
    return CoverNote(
        status=status,
        sentences=(*sentences, *_notice(own, therapy), *((note,) if note else ())),
        told=rules,
        rows=rows,
        sources=tuple(dict.fromkeys(id_ for row in own for id_ in row.sources)),
    )


def _notice(own: tuple[Cover, ...], therapy: str) -> tuple[str, ...]:
    """Return what Medicare wants done before dry needling that it does not pay."""
    rules = claim_rules()
    rows = rules.texts("medicare.notice", "rows")
    asked = therapy.startswith("dry_needling") and any(_is(key, row) for key in rows for row in own)
    return (rules.text("medicare.notice", "sentence"),) if asked else ()


def _strongest(found: tuple[CoverStatus, ...]) -> CoverStatus | Literal["unknown"]:
    return min(found, key=_ORDER.index, default="unknown")


_ORDER: tuple[CoverStatus | Literal["unknown"], ...] = (
    "not_covered",
    "depends",
    "covered_by_policy",
    "unknown",
)


def _is(key: str, row: Cover) -> bool:
    return key.partition("|")[2] == row.name


def _place(jurisdiction: str, library: Library) -> None:
    if jurisdiction not in library.jurisdictions:
        raise CareError(unknown("jurisdiction", jurisdiction, library.jurisdictions))


def _payers(session: BillableSession, library: Library) -> frozenset[str]:
    """Return the rows of billing.csv that speak of the person's own insurer."""
    therapies = session.therapies or ("acupuncture",)
    found = {
        row.name
        for therapy in therapies
        for row in cover_of(library, therapy, session.jurisdiction, session.insurance, session.on)[
            0
        ]
        if row.yours
    }
    return frozenset(f"{row.system}|{row.code}" for row in library.billing if row.code in found)
