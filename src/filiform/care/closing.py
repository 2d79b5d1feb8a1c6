"""May a session be closed: needles in equal needles out, dangers confirmed, checklist ticked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from filiform.care._needle_problems import needle_problems
from filiform.care._never import lifted_by, what_to_do
from filiform.care._record import Record
from filiform.care._rules import care_rules
from filiform.care.needles import count_needles
from filiform.care.refusal import Problem
from filiform.care.sites import site_of
from filiform.errors import CareError, unknown
from filiform.guidance.texts import sources
from filiform.knowledge import library as published

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from filiform.care.needles import SessionRecord
    from filiform.knowledge import Library

__all__ = [
    "Incident",
    "SecondLook",
    "both_sides",
    "breaches",
    "checklist",
    "closing_problems",
    "incidents",
]


@dataclass(frozen=True, slots=True)
class SecondLook(Record):
    """The needles counted once more because a count did not agree.

    Attributes:
        out_counts: how many were counted out the second time, by region.
        reason: what explains the difference, in words that are kept.
    """

    by: str
    at: dt.datetime
    reason: str
    out_counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incident(Record):
    """A count that did not agree at the first look, to be followed up by someone.

    Attributes:
        recorded: needles in the table of the session.
        counted_in, counted_out: the first counts; None is not counted.
        second_out: the count of the second look; None is not counted again.
        missing: needles that went in and were not counted out at the last look.
    """

    kind: str
    region: str
    recorded: int
    counted_in: int | None
    counted_out: int | None
    second_out: int | None
    missing: int
    by: str
    at: dt.datetime
    reason: str
    sentence: str
    sources: tuple[str, ...]


def checklist() -> tuple[tuple[str, str, str, str], ...]:
    """Return the clean-needle checklist: id, before or after, words, source."""
    return tuple((item.id, item.when, item.text, item.source) for item in care_rules().checklist)


def closing_problems(
    session: SessionRecord,
    *,
    second_look: SecondLook | None,
    library: Library | None = None,
    further: Iterable[Problem] = (),
) -> tuple[Problem, ...]:
    """Return everything that stands against closing a session; none means that it may be closed.

    Args:
        session: as it is to be closed.
        second_look: the second count, where there was one: with a reason it lifts the
            differences of the first, which `incidents` then returns.
        library: the facts about sites; None for the published ones.
        further: what else stands against it, as `against` the person; a confirmation lifts it.

    Raises:
        CareError: a point, muscle, region or item of the checklist is not known.
    """
    library = library or published()
    sites = tuple(site_of(needle, library) for needle in session.needles)
    found = [
        *_counts(session, second_look, library),
        *(
            problem
            for n, (needle, site) in enumerate(zip(session.needles, sites, strict=True))
            for problem in needle_problems(n, needle, site, session, library)
        ),
        *both_sides(session, library),
        *_unticked(session, library),
        *further,
    ]
    once = {problem.key: problem for problem in found}
    return tuple(
        problem
        for problem in once.values()
        if problem.answered_by != "confirmation"
        or not session.confirmations.get(problem.key, "").strip()
    )


def breaches(
    session: SessionRecord, *, library: Library | None = None, further: Iterable[Problem] = ()
) -> tuple[Problem, ...]:
    """Return what is in though no reason lets it in: the record tells it, and it is an incident.

    Args:
        session: as it is to be closed.
        library: the facts about sites; None for the published ones.
        further: what else stands against it, as `against` the person.
    """
    found = (*both_sides(session, library or published()), *further)
    return tuple(problem for problem in found if problem.lifted_by != "reason")


def incidents(
    session: SessionRecord, *, second_look: SecondLook | None, library: Library | None = None
) -> tuple[Incident, ...]:
    """Return an incident for each region whose counts differed at the first look.

    Without a second look there is none yet: the session cannot be closed.
    """
    if second_look is None:
        return ()
    facts = library or published()
    return tuple(_incident(region, session, second_look, facts) for region in _differing(session))


def _regions(session: SessionRecord) -> tuple[str, ...]:
    recorded = count_needles(session.needles)
    return tuple(dict.fromkeys((*recorded, *session.in_counts, *session.out_counts)))


def _differing(session: SessionRecord) -> tuple[str, ...]:
    """Return the regions where recorded, counted in and counted out are not one number."""
    recorded = count_needles(session.needles)
    return tuple(
        region
        for region in _regions(session)
        if not recorded.get(region, 0)
        == session.in_counts.get(region)
        == session.out_counts.get(region)
    )


def _counts(
    session: SessionRecord, second_look: SecondLook | None, library: Library
) -> list[Problem]:
    for region in _regions(session):
        if region not in library.areas:
            raise CareError(unknown("region", region, library.areas, listed_by="areas.csv"))
    looked = second_look is not None and bool(second_look.reason.strip())
    cited = sources(library, care_rules().count_source)
    found = []
    for region in _differing(session):
        uncounted = _uncounted(region, session)
        if uncounted:
            found.append(_not_counted(region, uncounted, cited, library))
        elif not looked or second_look is None or region not in second_look.out_counts:
            found.append(_differs(region, session, cited, library))
    return found


def _uncounted(region: str, session: SessionRecord) -> str:
    both = (("in", session.in_counts), ("out", session.out_counts))
    return " and ".join(name for name, counts in both if region not in counts)


def _not_counted(region: str, which: str, cited: tuple[str, ...], library: Library) -> Problem:
    return Problem(
        "not_counted",
        f"The needles at the {library.areas[region].name} were not counted {which}: count them.",
        f"not_counted:{region}",
        where="counts",
        sources=cited,
    )


def _differs(
    region: str, session: SessionRecord, cited: tuple[str, ...], library: Library
) -> Problem:
    recorded = count_needles(session.needles).get(region, 0)
    return Problem(
        "count_differs",
        f"At the {library.areas[region].name} {recorded} needles are recorded, "
        f"{session.in_counts[region]} were counted in and {session.out_counts[region]} out: "
        "count again, look for the needle, and say what explains it.",
        f"count_differs:{region}",
        where="counts",
        answered_by="second_look",
        sources=cited,
    )


def _incident(region: str, session: SessionRecord, look: SecondLook, library: Library) -> Incident:
    rules = care_rules()
    recorded = count_needles(session.needles).get(region, 0)
    counted_in = session.in_counts.get(region)
    second = look.out_counts.get(region)
    out = session.out_counts.get(region, 0) if second is None else second
    missing = max(max(recorded, counted_in or 0) - out, 0)
    name = library.areas[region].name
    sentence = f"The count of needles at the {name} did not agree at the first look."
    return Incident(
        kind="needle_not_found" if missing else "count_differed",
        region=region,
        recorded=recorded,
        counted_in=counted_in,
        counted_out=session.out_counts.get(region),
        second_out=second,
        missing=missing,
        by=look.by,
        at=look.at,
        reason=look.reason,
        sentence=f"{sentence} {rules.count_not_found}" if missing else sentence,
        sources=sources(library, rules.count_source),
    )


def both_sides(session: SessionRecord, library: Library) -> tuple[Problem, ...]:
    """Return what speaks against dry needles over the lung on both sides on one day.

    The row is absolute and the source knows no exception: the second side does not go in.
    """
    rule = care_rules().both_sides
    row = library.contraindications.get(rule.contraindication)
    if session.therapy not in rule.therapies or row is None:
        return ()
    here, before = (
        {needle.side for needle in needles if rule.danger in site_of(needle, library).dangers}
        for needles in (session.needles, session.earlier)
    )
    if not here or not {"left", "right"} <= here | before:
        return ()
    lifted = lifted_by(row.id, library)
    when = "" if {"left", "right"} <= here else ", with those of another session of this day"
    text = f"Needles over the {rule.danger} on both sides{when}. The source says: {row.action}."
    return (
        Problem(
            "both_sides",
            f"{text} ({row.id}) {what_to_do(row.id, lifted, library)} "
            "Tell the person what to watch for.",
            f"both_sides:{rule.danger}",
            answered_by="confirmation",
            sources=sources(library, row.source),
            lifted_by=lifted,
            row=row.id,
        ),
    )


def _unticked(session: SessionRecord, library: Library) -> list[Problem]:
    items = {item.id: item for item in care_rules().checklist}
    for given in session.checklist:
        if given not in items:
            raise CareError(unknown("item of the clean-needle checklist", given, items))
    if not session.needles:
        return []
    return [
        Problem(
            "checklist",
            f"Not ticked: {item.text}.",
            f"checklist:{item.id}",
            where=f"checklist.{item.id}",
            sources=sources(library, item.source),
        )
        for item in items.values()
        if not session.checklist.get(item.id, False)
    ]
