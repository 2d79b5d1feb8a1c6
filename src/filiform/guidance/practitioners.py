"""Who may give a therapy where the person lives, and what training the law asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.guidance._guidebook import guidebook
from filiform.guidance._record import Record
from filiform.guidance.texts import sources
from filiform.knowledge import checked_note

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from filiform.knowledge import Library, ScopeOfPractice

_STATUS = ("allowed", "unclear", "silent", "prohibited")

_STATUS_WORDS = {
    "allowed": "may do {practice} in {place}",
    "prohibited": "may not do {practice} in {place}",
    "silent": "are not named by the law on {practice} in {place}",
    "unclear": "may or may not do {practice} in {place}: sources differ or say nothing",
}
"""What each status means, with a profession in the plural before it."""

_TAKE_THE = ("United", "Netherlands", "European", "District")
"""How the names of places that take an article begin."""

_PROFESSIONS = {
    "acupuncturist": "acupuncturists",
    "physician": "doctors",
    "physical_therapist": "physical therapists",
    "chiropractor": "chiropractors",
    "occupational_therapist": "occupational therapists",
    "athletic_trainer": "athletic trainers",
    "osteopath": "osteopaths",
}


@dataclass(frozen=True, slots=True)
class Practitioner(Record):
    """One row of scope_of_practice.csv, in words and with how fresh it is.

    Attributes:
        training_hours: None is *no number known*.
    """

    profession: str
    practice: str
    status: str
    training_hours: int | None
    note: str | None
    as_of: str
    checked_note: str
    jurisdiction: str
    jurisdiction_name: str
    sentence: str
    source: str
    sources: tuple[str, ...]


def practitioners_of(
    library: Library, therapy: str, place: str | None, today: dt.date
) -> tuple[tuple[Practitioner, ...], str]:
    """Return who may give a therapy in a place: its own rules first, then those of its country.

    A national row on a profession for which the place has a rule of its own is left out. Rows of
    one level that contradict each other are all shown.

    Args:
        library: the facts.
        therapy: an option.
        place: an id of jurisdictions.csv; None is not answered.
        today: the day on which it is read.

    Returns:
        The rows, and a note where they leave something open.
    """
    advice = guidebook().advice
    if place is None:
        return (), advice["place_not_given"]
    practice = guidebook().practice.get(therapy)
    country = library.jurisdictions[place].country
    rows = [row for row in library.scope_of_practice if row.practice == practice]
    own = [row for row in rows if row.jurisdiction == place]
    settled = {row.profession for row in own}
    national = [
        row
        for row in rows
        if row.jurisdiction == country != place and row.profession not in settled
    ]
    found = [
        _practitioner(row, library, today)
        for part in (own, national)
        for row in sorted(part, key=lambda each: _STATUS.index(each.status))
    ]
    return tuple(found), _note(practice, {who.profession for who in found})


def _note(practice: str | None, professions: Collection[str]) -> str:
    """Return what the rows leave open: all of it, or one profession that is asked for (D4)."""
    book = guidebook()
    if not professions:
        return book.advice["no_law"]
    asked = book.professions_asked.get(practice or "", ())
    silent = [book.advice[f"no_law_on_{each}"] for each in asked if each not in professions]
    return " ".join(silent)


def _practitioner(row: ScopeOfPractice, library: Library, today: dt.date) -> Practitioner:
    name = library.jurisdictions[row.jurisdiction].name
    return Practitioner(
        profession=row.profession,
        practice=row.practice,
        status=row.status,
        training_hours=row.training_hours,
        note=row.note,
        as_of=row.as_of,
        checked_note=checked_note(row.as_of, today),
        jurisdiction=row.jurisdiction,
        jurisdiction_name=name,
        sentence=_sentence(row, name),
        source=row.source,
        sources=sources(library, row.source),
    )


def _sentence(row: ScopeOfPractice, place: str) -> str:
    place = f"the {place}" if place.startswith(_TAKE_THE) else place
    who = _PROFESSIONS.get(row.profession, row.profession.replace("_", " "))
    practice = row.practice.replace("_", " ")
    text = f"{who.capitalize()} {_STATUS_WORDS[row.status].format(practice=practice, place=place)}."
    if row.training_hours is not None:
        return f"{text} {row.training_hours:,} hours of training are asked."
    return f"{text} We know of no number of hours." if row.status == "allowed" else text
