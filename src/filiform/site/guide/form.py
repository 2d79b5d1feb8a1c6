"""A page that was sent: the record with its answers, or the page's faults by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.errors import GuidanceError
from filiform.guidance.medicines import UnlistedMedicineError
from filiform.site.guide import fields
from filiform.site.guide.questions import questions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

    from filiform.knowledge import Library
    from filiform.site.guide.questions import Field, Page
    from filiform.site.guide.record import Record

_OF_THE_FORM = frozenset({"csrfmiddlewaretoken", "skip"})


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a page that was sent.

    Attributes:
        record: the answers with those of the page that could be read.
        faults: one sentence for each field, by its name, that could not be read.
    """

    record: Record
    faults: Mapping[str, str]


def read(page: Page, post: QueryDict, record: Record, library: Library) -> Sent:
    """Return the record with a page's answers and what was wrong with the others.

    Each field is read into a record that is in order, so what Person refuses then is that field.
    What is said of it are the page's own words (questions.toml).
    """
    faults = _strangers(page, post)
    for field in page.fields:
        unit = post.get(field.unit_name, "")
        try:
            changed = fields.read(field, page.id, post.getlist(field.name), unit, record)
        except GuidanceError as error:
            faults[field.name] = str(error)
            continue
        try:
            changed.person(library)
        except GuidanceError as error:
            faults[field.name] = refused(field, error)
        else:
            record = changed
    return Sent(record, faults)


def refused(field: Field, error: GuidanceError) -> str:
    """Return in plain words what Person, whose messages are for files, refused in a field."""
    faults = questions().faults
    if isinstance(error, UnlistedMedicineError):
        return faults["medicine"].format(given=error.name, meant=error.meant)
    return field.fault or faults["not_a_choice"]


def skipped(page: Page, record: Record) -> Record:
    """Return the record without a page's answers: they are not asked."""
    for field in page.fields:
        record = fields.read(field, page.id, [], "", record)
    return record


def values(page: Page, record: Record) -> dict[str, list[str]]:
    """Return what a record puts in each field of a page, by the field's name."""
    found: dict[str, list[str]] = {}
    for field in page.fields:
        found[field.name], unit = fields.shown(field, page.id, record)
        found[field.unit_name] = [unit]
    return found


def typed(page: Page, post: QueryDict) -> dict[str, list[str]]:
    """Return what was typed in each field of a page, by the field's name."""
    names = [name for field in page.fields for name in (field.name, field.unit_name)]
    return {name: post.getlist(name) for name in names}


def _strangers(page: Page, post: QueryDict) -> dict[str, str]:
    """Refuse fields that the page does not have; the first field of the page tells it."""
    own = {name for field in page.fields for name in (field.name, field.unit_name)}
    strange = set(post) - own - _OF_THE_FORM
    return {page.fields[0].name: questions().faults["not_asked"]} if strange else {}
