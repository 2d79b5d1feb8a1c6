"""The whole record of one person or of a practice in one file.

The ZIP holds every row twice, as JSON lines, which `bringing` puts in again field for field, and
as CSV for a spreadsheet; and what was printed, as PDF. Passwords and second factors are not in it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import IO, TYPE_CHECKING, Literal, Protocol

from filiform import __version__
from filiform.site.accounts.models import User
from filiform.site.copies import older, rows, selection
from filiform.site.practice.models import HistoryEntry, Person, Practice
from filiform.site.practice.papers.of_people import count_papers, papers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from django.db.models import Model, QuerySet

    from filiform.site.copies.selection import Selection

FORMAT = "filiform-export/1"
MANIFEST = "manifest.json"
_PEOPLE_AT_A_TIME = 100
_NO_PASSWORD = {"password": "!", "last_login": None}
_NO_CHAIN = {"history_number": 0, "history_hash": ""}
_README = """\
This file holds records of a practice that works with Filiform.

data/      every row as JSON, one line a row: what `filiform import` reads
tables/    the same rows as CSV, for a spreadsheet (UTF-8)
papers/    what was signed and printed, as PDF
history/   of one person: who read and changed what, and when (of a practice it is in data/)
manifest.json says how many rows there are and gives the SHA-256 of each file in data/

It holds health records: keep it as you keep those. Passwords are not in it.
"""


class Told(Protocol):
    """Hears how far an export is."""

    def __call__(self, step: str, done: int, of: int) -> None:
        """Hear it.

        Args:
            step: what is written: rows, history or papers.
            done: how many of them.
            of: how many there are.
        """


def _to_nobody(step: str, done: int, of: int) -> None:
    """Hear nothing."""


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported.

    Attributes:
        scope: a practice with all its people, or one person.
        practice_id: the practice.
        person_id: the person, else None.
        papers: a file name and the PDF of it, made when its turn comes.
        count: how many papers there are.
    """

    scope: Literal["practice", "person"]
    practice_id: UUID
    person_id: UUID | None = None
    papers: Iterable[tuple[str, bytes]] = ()
    count: int = 0


def of_practice(practice_id: UUID) -> Export:
    """Return the export of a practice, of which nothing is read before it is written."""
    people = Person.objects.filter(practice=practice_id).order_by("number")
    found = people.select_related("practice").iterator(chunk_size=_PEOPLE_AT_A_TIME)
    return Export("practice", practice_id, None, papers_of(found), count_papers(people))


def of_person(person: Person) -> Export:
    """Return the export of one person."""
    count = count_papers(Person.objects.filter(pk=person.pk))
    return Export("person", person.practice_id, person.pk, papers_of([person]), count)


def write(export: Export, file: IO[bytes], told: Told = _to_nobody) -> None:
    """Write the file, as everything was at one moment, in a memory that does not grow with it.

    Args:
        export: what.
        file: where to.
        told: hears how far it is; what it raises ends the writing.
    """
    with rows.one_moment(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README)
        tables = _tables(archive, export, told)
        if export.person_id is not None:
            _history(archive, export.person_id, told)
        for done, (name, pdf) in enumerate(export.papers, start=1):
            archive.writestr(f"papers/{name}", pdf)
            told("papers", done, export.count)
        manifest = {
            "format": FORMAT,
            "version": __version__,
            "migrations": list(older.changes()),
            "scope": export.scope,
            "practice": str(export.practice_id),
            "tables": tables,
        }
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))


def _tables(archive: zipfile.ZipFile, export: Export, told: Told) -> dict[str, tuple[int, str]]:
    chosen = _selected(export)
    of, done = sum(each.count() for each in chosen.values()), 0
    tables: dict[str, tuple[int, str]] = {}
    for model, found in chosen.items():
        instead = _instead(model, export)
        digest = hashlib.sha256()
        with archive.open(data_file(model), "w", force_zip64=True) as part:
            count = 0
            for many, lines in rows.lines(found, instead):
                digest.update(lines)
                part.write(lines)
                count += many
                told("rows", done + count, of)
        tables[model._meta.label_lower] = count, digest.hexdigest()
        done += count
        _csv(archive, found, instead)
    return tables


def _selected(export: Export) -> Selection:
    if export.person_id is not None:
        return selection.of_person(export.person_id)
    return selection.of_practice(export.practice_id)


def _instead(model: type[Model], export: Export) -> Mapping[str, object]:
    if model is User:
        return _NO_PASSWORD
    return _NO_CHAIN if model is Practice and export.scope == "person" else {}


def _csv(archive: zipfile.ZipFile, chosen: QuerySet[Model], instead: Mapping[str, object]) -> None:
    with archive.open(f"tables/{chosen.model._meta.model_name}.csv", "w", force_zip64=True) as part:
        text = io.TextIOWrapper(part, encoding="utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow(rows.names(chosen.model))
        writer.writerows(map(_cell, row) for row in rows.values(chosen, instead))
        text.flush()


def _cell(value: object) -> object:
    """Write lists and mappings as JSON; a text that a spreadsheet would run gets a quote first."""
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value


def _history(archive: zipfile.ZipFile, person_id: UUID, told: Told) -> None:
    """Write who read and changed what of a person; a practice's history is among its rows."""
    chosen = HistoryEntry.objects.filter(person_id=person_id)
    of, done = chosen.count(), 0
    with archive.open("history/history.jsonl", "w", force_zip64=True) as part:
        for many, lines in rows.lines(chosen):
            part.write(lines)
            done += many
            told("history", done, of)


def data_file(model: type[Model]) -> str:
    """Return the name of the part that has a model's rows."""
    return f"data/{model._meta.label_lower}.jsonl"
