"""Harms: their words, grades and relation, what is said after needles over the lung, whom to tell.

The practice's rates beside the published ones and the sequential signal are here too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care._drift import Signal, drift
from filiform.care._harm_events import HarmEvent, counted_as, harm_events, is_major_by_name
from filiform.care._harm_rates import (
    Denominators,
    HarmCount,
    PublishedRate,
    RateComparison,
    published_rate,
    rates,
)
from filiform.care._record import Record
from filiform.care._safety_rules import GRADES, GradeWord, safety_rules
from filiform.care.refusal import Refusal
from filiform.errors import CareError, unknown
from filiform.guidance import words
from filiform.guidance.texts import sources

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from filiform.knowledge import Library
    from filiform.knowledge.care_tables import ReportingDuty

__all__ = [
    "GRADES",
    "Deadline",
    "Deadlines",
    "DelayedAdvice",
    "Denominators",
    "Graded",
    "HarmCount",
    "HarmEvent",
    "PublishedRate",
    "RateComparison",
    "Related",
    "Signal",
    "counted_as",
    "deadlines",
    "delayed_advice",
    "drift",
    "facts_of_harm",
    "grade",
    "grave_sentence",
    "harm_events",
    "is_major_by_name",
    "published_rate",
    "rates",
    "related",
    "relatedness_words",
]


@dataclass(frozen=True, slots=True)
class Graded(Record):
    """How bad a harm was, and what made it so."""

    grade: GradeWord
    meaning: str
    why: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Related(Record):
    """How likely the needles did it, in the words of a published system."""

    word: str
    meaning: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DelayedAdvice(Record):
    """What the person is told and given in print after needles near an organ.

    Attributes:
        sites: points and muscles whose rows name the organ.
        rows: rows of contraindications.csv.
    """

    organ: str
    sites: tuple[str, ...]
    sentences: tuple[str, ...]
    rows: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deadline(Record):
    """One duty to report or record, and the day until which there is time.

    Attributes:
        due: None where the source gives no number of days; for `work_days` holidays are not
            taken out, so that the day is rather too early than too late.
    """

    id: str
    event: str
    who: str
    to_whom: str
    due: dt.datetime | None
    time: str
    limits: str
    as_of: str
    source: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deadlines(Record):
    """The duties that we know in a place, and what we do not know."""

    duties: tuple[Deadline, ...]
    sentence: str


def facts_of_harm() -> Mapping[str, str]:
    """Return what may be told of a harm, by id, from the mildest to the most serious."""
    return {
        fact: text for rule in safety_rules().grades.values() for fact, text in rule.facts.items()
    }


def grade(event: str, facts: Collection[str], library: Library) -> Graded | Refusal:
    """Return how bad a harm was: the highest step that a fact, or the harm's name, reaches.

    Args:
        event: a word of the harms vocabulary.
        facts: ids of `facts_of_harm`.
        library: the facts of the tables.

    Raises:
        CareError: an event or a fact that is not known.

    >>> from filiform.knowledge import library
    >>> grade("bruising", ["no_care"], library()).to_dict()["grade"]
    'mild'
    """
    rules, events = safety_rules(), harm_events(library)
    if event not in events:
        raise CareError(unknown("harm", event, events))
    known = facts_of_harm()
    for fact in facts:
        if fact not in known:
            raise CareError(unknown("fact of a harm", fact, known))
    by_name = is_major_by_name(events[event])
    reached = [name for name in GRADES if set(facts) & set(rules.grades[name].facts)]
    if by_name:
        reached.append("serious")
    if not reached:
        return Refusal(
            "nothing_told",
            "Nothing is told of what followed, so the harm has no grade: say what had to be done.",
        )
    word = max(reached, key=GRADES.index)
    rule = rules.grades[word]
    why = [text for fact, text in rule.facts.items() if fact in facts]
    if by_name:
        why.append(f"{events[event].name} is a serious harm by its name")
    return Graded(word, rule.meaning, tuple(why), sources(library, rule.source))


def relatedness_words() -> Mapping[str, str]:
    """Return the words for how likely the needles did it, with their meaning."""
    return safety_rules().relatedness


def related(word: str, library: Library) -> Related:
    """Return the meaning and the source of a word of relatedness.

    Raises:
        CareError: the word is not known.
    """
    rules = safety_rules()
    if word not in rules.relatedness:
        raise CareError(unknown("relatedness", word, rules.relatedness))
    return Related(word, rules.relatedness[word], sources(library, rules.relatedness_source))


def delayed_advice(sites: Collection[str], library: Library) -> tuple[DelayedAdvice, ...]:
    """Return what is said after needles in these sites: nothing where no table names an organ.

    Args:
        sites: codes of points.csv and ids of muscles.csv.
        library: the facts.

    Raises:
        CareError: a site that is in neither table, for which we cannot tell what lies beneath.

    >>> from filiform.knowledge import library
    >>> [advice.sites for advice in delayed_advice(["GB21", "LI4"], library())]
    [('GB21',)]
    """
    named = {site: _danger(site, library).casefold() for site in sites}
    found = []
    for rule in safety_rules().delayed:
        near = tuple(site for site, text in named.items() if any(w in text for w in rule.words))
        if near:
            cells = [library.contraindications[row].source for row in rule.rows]
            cells += [_source(site, library) for site in near]
            cited = sources(library, *cells)
            found.append(DelayedAdvice(rule.organ, near, rule.sentences, rule.rows, cited))
    return tuple(found)


def _danger(site: str, library: Library) -> str:
    if site in library.points:
        return library.points[site].cautions or ""
    if site in library.muscles:
        return library.muscles[site].danger or ""
    known = [*library.points, *library.muscles]
    raise CareError(unknown("point or muscle", site, known))


def _source(site: str, library: Library) -> str:
    row = library.points[site] if site in library.points else library.muscles[site]
    return row.source


def grave_sentence(event: str, seen: int, of: int, published: PublishedRate | Refusal) -> str:
    """Return what is said of a grave harm that was seen: one is enough to look.

    Args:
        event: its plain name.
        seen: how many were noted.
        of: treatments.
        published: the highest published rate, or that there is none.
    """
    known = published.sentence if isinstance(published, Refusal) else f"Published: {published.text}"
    noted = f"{words.sentence(event)}: {seen:,} noted, {words.counted(of, 'session', 'sessions')}."
    return f"{noted} {safety_rules().grave_why} {known.removesuffix('.')}."


def deadlines(
    jurisdiction: str,
    facts: Collection[str],
    *,
    library: Library,
    known_at: dt.datetime,
    harmed: str = "patient",
) -> Deadlines:
    """Return whom a harm must be reported to and by when, as far as our sources tell.

    Args:
        jurisdiction: an id of jurisdictions.csv; its country's duties hold as well.
        facts: what is told of the harm (`facts_of_harm`), or needlestick, device_fault, absence.
        library: the facts of the tables.
        known_at: when the practice became aware of it.
        harmed: patient or staff.

    Raises:
        CareError: a place, a fact or a word that is not known.
    """
    if jurisdiction not in library.jurisdictions:
        raise CareError(unknown("jurisdiction", jurisdiction, library.jurisdictions))
    if harmed not in _HARMED:
        raise CareError(unknown("word for who was harmed", harmed, _HARMED))
    events = {event for fact in facts for event in _events(fact)}
    places = {jurisdiction, library.jurisdictions[jurisdiction].country}
    duties = tuple(
        _deadline(row, known_at, library)
        for row in library.reporting_deadlines
        if row.jurisdiction in places and row.harmed == harmed and row.event in events
    )
    return Deadlines(duties, _what_we_know(duties, library.jurisdictions[jurisdiction].name))


_HARMED = ("patient", "staff")


def _events(fact: str) -> tuple[str, ...]:
    known = safety_rules().reported_as
    if fact not in known:
        raise CareError(unknown("fact of a harm", fact, known))
    return known[fact]


def _what_we_know(duties: tuple[Deadline, ...], place: str) -> str:
    if not duties:
        return (
            f"Whether this must be reported in {place}, and by when, we do not know. "
            "Ask the licensing board and the insurer today."
        )
    return (
        f"These are the duties that we know in {place}. There may be more: ask the licensing "
        "board and the insurer."
    )


def _deadline(row: ReportingDuty, known_at: dt.datetime, library: Library) -> Deadline:
    return Deadline(
        id=row.id,
        event=row.event,
        who=row.who,
        to_whom=row.to_whom,
        due=_due(row, known_at),
        time=_time(row),
        limits=row.limits or "",
        as_of=row.as_of,
        source=row.source,
        sources=sources(library, row.source),
    )


def _due(row: ReportingDuty, known_at: dt.datetime) -> dt.datetime | None:
    if row.unit == "at_once":
        return known_at
    if row.within is None:
        return None
    if row.unit == "work_days":
        return _after_work_days(known_at, row.within)
    return known_at + dt.timedelta(**{"hours" if row.unit == "hours" else "days": row.within})


def _after_work_days(start: dt.datetime, days: int) -> dt.datetime:
    """Return the moment so many days from Monday to Friday later; holidays count as work days."""
    found = start
    while days:
        found += dt.timedelta(days=1)
        days -= found.weekday() < _SATURDAY
    return found


_SATURDAY = 5


def _time(row: ReportingDuty) -> str:
    if row.unit == "at_once":
        return f"without delay, from {row.counted_from}"
    if row.within is None:
        return "how long there is, we do not know"
    return f"{row.within} {row.unit.replace('_', ' ') if row.unit else ''} from {row.counted_from}"
