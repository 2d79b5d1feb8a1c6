"""May this practitioner needle here, today: credential, date and the row of law (A16, D3 to D5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from filiform.care._licence_rules import licence_rules
from filiform.care._record import Record
from filiform.errors import CareError, unknown
from filiform.guidance.practitioners import practitioners_of
from filiform.guidance.texts import sources
from filiform.knowledge import checked_note, first_day
from filiform.knowledge.vocabulary import PROFESSIONS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence

    from filiform.knowledge import Library, ScopeOfPractice

__all__ = ["Credential", "Permission", "may_needle", "needles_in_muscles"]

Status = Literal["allowed", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class Credential(Record):
    """A licence that a person shows.

    Attributes:
        profession: of scope_of_practice.csv, as `physical_therapist`.
        jurisdiction: where it was given, an id of jurisdictions.csv.
        expires_on: the last day on which it holds.
        holds: practices for which all that the law asks was shown, as `dry_needling`.
        training_hours: hours of that training; None is not told.
    """

    profession: str
    number: str
    jurisdiction: str
    expires_on: dt.date
    holds: tuple[str, ...] = ()
    training_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Permission(Record):
    """Whether someone may needle, and on what that rests.

    Attributes:
        status: unknown is where the tables do not tell: it is never taken for allowed, and
            whoever goes on gives a reason that is kept.
        sentence: with the row of law and its date.
        row: the row of scope_of_practice.csv; None where none speaks of it.
        as_of: the date of the row, "" without one.
        credential: the one that it rests on.
        training_hours: what the law asks; None is no number known.
    """

    status: Status
    code: str
    sentence: str
    row: ScopeOfPractice | None = None
    as_of: str = ""
    checked_note: str = ""
    credential: Credential | None = None
    training_hours: int | None = None
    sources: tuple[str, ...] = ()

    @property
    def against_the_law(self) -> bool:
        """Whether a row of law stands against it, whatever credential is added."""
        return self.code in {"refused", "other_region"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and when needling is asked about, and for which practice of the law."""

    id: str
    therapy: str
    practice: str
    today: dt.date
    library: Library
    region: str

    @property
    def name(self) -> str:
        """Its name."""
        return self.library.jurisdictions[self.id].name

    @property
    def country(self) -> str:
        """Its country."""
        return self.library.jurisdictions[self.id].country


def may_needle(
    credentials: Iterable[Credential],
    *,
    therapy: str,
    jurisdiction: str,
    today: dt.date,
    library: Library,
    region: str = "neck",
) -> Permission:
    """Return whether a practitioner may give a therapy in a place today.

    Of several credentials the one that allows most counts. A place without a row of its own on a
    profession has those of its country. Rows that disagree are unknown.

    Args:
        credentials: all that the practitioner holds.
        therapy: one of the options, as `dry_needling`.
        jurisdiction: an id of jurisdictions.csv.
        today: the day.
        library: the facts.
        region: the part of the body, `neck` or `shoulder`.

    Raises:
        CareError: therapy, place or profession is not known.

    >>> import datetime as dt
    >>> from filiform.knowledge import library
    >>> held = Credential("physical_therapist", "PT 1", "US-NY", dt.date(2027, 1, 31))
    >>> may_needle([held], therapy="dry_needling", jurisdiction="US-NY",
    ...            today=dt.date(2026, 11, 21), library=library()).status
    'refused'
    """
    held = tuple(credentials)
    _check(held, therapy, jurisdiction, library)
    practice = licence_rules().practice.get(therapy)
    if practice is None:
        name = library.therapies[therapy].name
        return Permission("unknown", "no_therapy", _say("no_therapy", therapy=name))
    place = _Place(jurisdiction, therapy, practice, today, library, region)
    here = [each for each in held if _holds_in(each, place)]
    if not here:
        return Permission("refused", "no_credential", _say("no_credential", place=place.name))
    valid = [each for each in here if today <= each.expires_on]
    if not valid:
        return _expired(max(here, key=lambda each: each.expires_on), place)
    found = [_permission(each, place) for each in valid]
    return min(found, key=lambda each: _MOST_FIRST.index(each.status))


def needles_in_muscles(
    permission: Permission,
    credentials: Iterable[Credential],
    *,
    therapy: str,
    kinds: Collection[str],
    jurisdiction: str,
    today: dt.date,
    library: Library,
) -> Permission:
    """Return a permission that tells too what is known of dry needling, for needles in muscles.

    Where the law on acupuncture by this profession is not told, a course of that name may be no way
    round the row on dry needling. Whether its needles in muscles count as such, no table tells:
    that is said, and the reason is given in that knowledge. Where every needle is in a muscle, the
    session is what this program calls dry needling, and a row that refuses it, refuses it (expert
    rule of this project).

    Args:
        permission: as `may_needle` gives it for the therapy of the course.
        credentials: all that the practitioner holds.
        therapy: of the course.
        kinds: the kinds of sites that are needled: point, muscle, other.
        jurisdiction: an id of jurisdictions.csv.
        today: the day.
        library: the facts.
    """
    acupuncture = licence_rules().practice.get(therapy) == "acupuncture"
    if not acupuncture or permission.status != "unknown" or "muscle" not in kinds:
        return permission
    dry = may_needle(
        credentials,
        therapy="dry_needling",
        jurisdiction=jurisdiction,
        today=today,
        library=library,
    )
    if dry.status == "allowed":
        return permission
    only = dry.against_the_law and set(kinds) == {"muscle"}
    code = "muscles_only" if only else "muscles"
    return replace(
        permission,
        status="refused" if only else "unknown",
        code=code,
        sentence=f"{permission.sentence} {_say(code, law=dry.sentence)}",
        sources=tuple(dict.fromkeys((*permission.sources, *dry.sources))),
    )


_MOST_FIRST: tuple[Status, ...] = ("allowed", "unknown", "refused")


def _check(held: tuple[Credential, ...], therapy: str, jurisdiction: str, library: Library) -> None:
    offered = [each.id for each in library.therapies.values() if each.offered]
    if therapy not in offered:
        raise CareError(unknown("therapy", therapy, offered))
    for place in (jurisdiction, *(each.jurisdiction for each in held)):
        if place not in library.jurisdictions:
            known = library.jurisdictions
            raise CareError(unknown("jurisdiction", place, known, listed_by="jurisdictions.csv"))
    for each in held:
        if each.profession not in PROFESSIONS:
            raise CareError(unknown("profession", each.profession, PROFESSIONS))


def _holds_in(credential: Credential, place: _Place) -> bool:
    """Tell whether a credential is one of the place, or of its country where that is enough."""
    if credential.jurisdiction == place.id:
        return True
    by_part = place.country in licence_rules().by_part
    return credential.jurisdiction == place.country and not by_part


def _expired(credential: Credential, place: _Place) -> Permission:
    sentence = _say(
        "expired", number=credential.number, place=place.name, day=str(credential.expires_on)
    )
    return Permission("refused", "expired", sentence, credential=credential)


def _permission(credential: Credential, place: _Place) -> Permission:
    rows = _rows(credential.profession, place)
    if not rows:
        return _silent("no_row", credential, place)
    if len({row.status for row in rows}) > 1:
        both = "; ".join(f"{row.status} ({row.as_of}, {row.source})" for row in rows)
        cited = sources(place.library, *(row.source for row in rows))
        return _silent("conflict", credential, place, both=both, cited=cited)
    return _by_law(credential, max(rows, key=_date_of), place)


def _rows(profession: str, place: _Place) -> Sequence[ScopeOfPractice]:
    rows = [
        row
        for row in place.library.scope_of_practice
        if (row.profession, row.practice) == (profession, place.practice)
    ]
    own = [row for row in rows if row.jurisdiction == place.id]
    return own or [row for row in rows if row.jurisdiction == place.country]


def _date_of(row: ScopeOfPractice) -> str:
    day = first_day(row.as_of)
    return "" if day is None else day.isoformat()


def _silent(
    code: str, credential: Credential, place: _Place, *, both: str = "", cited: tuple[str, ...] = ()
) -> Permission:
    sentence = _say(
        code,
        profession=f"{credential.profession.replace('_', ' ')}s",
        practice=place.practice.replace("_", " "),
        place=place.name,
        both=both,
    )
    return Permission("unknown", code, sentence, credential=credential, sources=cited)


def _by_law(credential: Credential, row: ScopeOfPractice, place: _Place) -> Permission:
    """Return what a row of law says of a credential that is valid here and today."""
    hours = "" if credential.training_hours is None else f"{credential.training_hours:,} hours"
    status, code = _verdict(credential, row, place.region)
    sentence = _say(
        code,
        law=_law(row, place),
        number=credential.number,
        day=str(credential.expires_on),
        hours=hours,
        asks=licence_rules().asks.get(_key(row), ""),
        region=place.region,
    )
    return Permission(
        status=status,
        code=code,
        sentence=sentence,
        row=row,
        as_of=row.as_of,
        checked_note=checked_note(row.as_of, place.today),
        credential=credential,
        training_hours=row.training_hours,
        sources=sources(place.library, row.source),
    )


def _key(row: ScopeOfPractice) -> str:
    return f"{row.jurisdiction} {row.profession} {row.practice}"


def _verdict(credential: Credential, row: ScopeOfPractice, region: str) -> tuple[Status, str]:
    if row.status == "prohibited":
        return "refused", "refused"
    if row.status != "allowed":
        return "unknown", "open"
    rules = licence_rules()
    if region not in rules.only.get(_key(row), (region,)):
        return "refused", "other_region"
    return ("allowed", "allowed") if row.practice in credential.holds else _proof(credential, row)


def _proof(credential: Credential, row: ScopeOfPractice) -> tuple[Status, str]:
    """Return whether a credential shows what an allowing row asks, beside what it says it holds."""
    rules = licence_rules()
    if _key(row) in rules.asks:
        return "unknown", "asks"
    in_licence = rules.training_in_licence.get(row.profession, ())
    if row.training_hours is None or row.practice in in_licence:
        return "allowed", "allowed"
    if credential.training_hours is None:
        return "unknown", "hours_unknown"
    enough = credential.training_hours >= row.training_hours
    return ("allowed", "allowed") if enough else ("refused", "hours_short")


def _law(row: ScopeOfPractice, place: _Place) -> str:
    """Return the row of law in words, with its note, its date and how fresh it is."""
    told, _ = practitioners_of(place.library, place.therapy, row.jurisdiction, place.today)
    sentence = next(
        each.sentence
        for each in told
        if (each.profession, each.as_of, each.jurisdiction, each.status)
        == (row.profession, row.as_of, row.jurisdiction, row.status)
    )
    stale = checked_note(row.as_of, place.today)
    dated = "undated" if row.as_of == "undated" else f"as of {row.as_of}"
    parts = [part for part in (row.note, dated, stale if row.as_of != "undated" else "") if part]
    return f"{sentence} (Row of law: {'; '.join(parts)}.)"


def _say(code: str, **parts: str) -> str:
    return licence_rules().sentences[code].format(**parts)
