"""A person's answers in words, page by page, for checking them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.site.guide import fields
from filiform.site.guide.questions import NONE, questions

if TYPE_CHECKING:
    from filiform.knowledge import Library
    from filiform.site.guide.questions import Field, Page
    from filiform.site.guide.record import Record

_PARTLY = "Some of this page is not answered"
_YES_NO = {"yes": "Yes", "no": "No"}


@dataclass(frozen=True, slots=True)
class Answered:
    """One page and what was answered on it; no lines where it was not answered."""

    page: Page
    lines: tuple[str, ...]


def answered(record: Record, library: Library) -> tuple[Answered, ...]:
    """Return every page with its answers in words."""
    return tuple(
        Answered(
            page,
            tuple(line for field in page.fields for line in _lines(field, page, record, library)),
        )
        for page in questions().pages
    )


def _lines(field: Field, page: Page, record: Record, library: Library) -> list[str]:
    values, unit = fields.shown(field, page.id, record)
    words = [_words(field, value, unit, library) for value in values]
    words += [_PARTLY] if field.kind == "signs" and _partly(field, record) else []
    return [f"{field.short}: {word}" for word in words] if field.short else words


def _words(field: Field, value: str, unit: str, library: Library) -> str:
    chosen = {option.id: option.text for option in field.options}
    if field.kind == "duration":
        return f"{value} {chosen[unit]}"
    if field.kind == "number":
        return f"{value} {field.unit}"
    if field.kind == "place":
        known = library.jurisdictions.get(value)
        return known.name if known else "Somewhere else"
    if field.kind == "yes_no":
        return _YES_NO[value]
    if field.many and value == NONE:
        return questions().none
    return chosen.get(value, ", ".join(value.splitlines()))


def _partly(field: Field, record: Record) -> bool:
    """Whether some signs of a field were answered and some not, as a file may have it."""
    answers = {*record.listed("findings"), *record.listed("history"), *record.listed("absent")}
    given = answers & set(field.ids)
    return bool(given) and given != set(field.ids)
