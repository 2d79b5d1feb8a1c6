"""Who may pay: only rules that the tables hold, and plain words where they hold none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.guidance._guidebook import guidebook
from filiform.guidance._record import Record
from filiform.guidance.texts import sources
from filiform.knowledge import checked_note

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from filiform.guidance._guidebook import CoverRule
    from filiform.knowledge import Library


@dataclass(frozen=True, slots=True)
class Cover(Record):
    """One rule of cover.

    Attributes:
        yours: it is about the insurer that the person named.
    """

    name: str
    text: str
    yours: bool
    checked_note: str
    source: str
    sources: tuple[str, ...]


def cover_of(
    library: Library, therapy: str, place: str | None, insurance: str | None, today: dt.date
) -> tuple[tuple[Cover, ...], str]:
    """Return who pays for a therapy in a place, the person's own insurer first, and a note.

    Args:
        library: the facts.
        therapy: an option; guidance.toml names the modality whose rules are read.
        place: an id of jurisdictions.csv; None is not answered.
        insurance: the insurer in free words; None is not answered.
        today: the day on which it is read.
    """
    book = guidebook()
    if place is None:
        return (), book.advice["insurer_not_given"]
    places = {place, library.jurisdictions[place].country}
    modality = book.practice.get(therapy)
    rules = [rule for rule in book.cover if rule.country in places and rule.modality == modality]
    found = [cover for rule in rules for cover in _covers(rule, library, insurance, today)]
    ordered = tuple(sorted(found, key=lambda cover: not cover.yours))
    other = any(_is_other_plan(rule, insurance) for rule in rules)
    return ordered, _note(ordered, insurance, other_plan=other)


def _note(found: tuple[Cover, ...], insurance: str | None, *, other_plan: bool) -> str:
    advice = guidebook().advice
    if not found:
        return advice["no_cover"]
    if insurance is None:
        return advice["insurer_not_given"]
    if other_plan:
        return advice["insurer_other_plan"]
    return "" if any(cover.yours for cover in found) else advice["insurer_unknown"]


def _covers(
    rule: CoverRule, library: Library, insurance: str | None, today: dt.date
) -> Iterator[Cover]:
    for name, text, note, source in _rows(rule, library, today):
        yield Cover(
            name=name,
            text=_labelled(text, library.therapies[rule.modality].name),
            yours=_names(rule, insurance) and not _is_other_plan(rule, insurance),
            checked_note=note,
            source=source,
            sources=sources(library, source),
        )


def _rows(rule: CoverRule, library: Library, today: dt.date) -> Iterator[tuple[str, str, str, str]]:
    if rule.table == "billing":
        no_date = guidebook().advice["no_date_of_cover"]
        for row in library.billing:
            if row.system == rule.system and (not rule.names or row.code in rule.names):
                text = f"{row.description}; {row.rule}" if row.rule else row.description
                yield row.code, text, no_date, row.source
        return
    for cost in library.costs:
        if cost.region == rule.country and cost.item in rule.names:
            amount = f"{cost.typical:g}" if cost.typical is not None else ""
            text = f"{cost.item}: {amount} {cost.currency} a {cost.unit}"
            as_of = cost.as_of or "undated"
            yield cost.item, text, checked_note(as_of, today), cost.source


def _labelled(text: str, modality: str) -> str:
    """Return the text with what it is about in front, where it does not say so itself."""
    return text if modality.casefold() in text.casefold() else f"{modality}: {text}"


def _names(rule: CoverRule, insurance: str | None) -> bool:
    """Tell whether the person's answer holds one of the payer's names whole."""
    given = f" {_plain(insurance or '')} "
    return any(f" {_plain(name)} " in given for name in rule.insurers)


def _is_other_plan(rule: CoverRule, insurance: str | None) -> bool:
    """Tell whether the answer holds the name and words that a plan of another kind has."""
    if not rule.alone_with or not _names(rule, insurance):
        return False
    own = {word for name in rule.insurers for word in _plain(name).split()}
    return not {*_plain(insurance or "").split()} <= own | {*rule.alone_with}


def _plain(text: str) -> str:
    letters = "".join(letter if letter.isalnum() else " " for letter in text.casefold())
    return " ".join(letters.split())
