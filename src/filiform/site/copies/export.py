"""The whole record of one person or of a practice in one file, and into an empty system.

The ZIP holds every row three times: as JSON lines, which are put in again field for field; as CSV
for a spreadsheet; and what was printed, as PDF. Passwords and second factors are not in it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Literal

from django.db import transaction

from filiform import __version__
from filiform.errors import FiliformError
from filiform.site.accounts.models import User
from filiform.site.copies import rows, selection
from filiform.site.practice import keeping
from filiform.site.practice.models import CourseEvent, HistoryEntry, Member, Practice, Record

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping
    from pathlib import Path
    from uuid import UUID

    from django.db.models import Model, QuerySet

    from filiform.site.copies.selection import Selection

FORMAT = "filiform-export/1"
_MANIFEST = "manifest.json"
_NO_PASSWORD = {"password": "!", "last_login": None}
_NO_CHAIN = {"history_number": 0, "history_hash": ""}
_README = """\
This file holds records of a practice that works with Filiform.

data/      every row as JSON, one line a row: what `filiform import` reads
tables/    the same rows as CSV, for a spreadsheet (UTF-8)
papers/    what was signed and printed, as PDF
history/   who read and changed what, and when
manifest.json says how many rows there are and gives the SHA-256 of each file in data/

It holds health records: keep it as you keep those. Passwords are not in it.
"""


class ExportError(FiliformError):
    """An export that cannot be put in."""


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported.

    Attributes:
        scope: a practice with all its people, or one person.
        practice_id: the practice.
        person_id: the person, else None.
        papers: a file name and the PDF of it, made when its turn comes.
    """

    scope: Literal["practice", "person"]
    practice_id: UUID
    person_id: UUID | None = None
    papers: Iterable[tuple[str, bytes]] = ()


class _Pipe(io.RawIOBase):
    """Takes what the ZIP writes and gives it on, so that nothing is kept on this machine."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, given: Any, /) -> int:
        self.held.append(bytes(given))
        return len(given)

    def take(self) -> bytes:
        taken, self.held = b"".join(self.held), []
        return taken


def stream(export: Export) -> Iterator[bytes]:
    """Yield the file piece by piece, as everything was at one moment."""
    pipe = _Pipe()
    with rows.one_moment(), zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README)
        tables: dict[str, tuple[int, str]] = {}
        for model, chosen in _selected(export).items():
            instead = _instead(model, export)
            tables[model._meta.label_lower] = yield from _json(archive, pipe, chosen, instead)
            yield from _csv(archive, pipe, chosen, instead)
        yield from _history(archive, pipe, export)
        for name, pdf in export.papers:
            archive.writestr(f"papers/{name}", pdf)
            yield pipe.take()
        manifest = {
            "format": FORMAT,
            "version": __version__,
            "scope": export.scope,
            "practice": str(export.practice_id),
            "tables": tables,
        }
        archive.writestr(_MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
    yield pipe.take()


def _selected(export: Export) -> Selection:
    if export.person_id is not None:
        return selection.of_person(export.person_id)
    return selection.of_practice(export.practice_id)


def _instead(model: type[Model], export: Export) -> Mapping[str, object]:
    if model is User:
        return _NO_PASSWORD
    return _NO_CHAIN if model is Practice and export.scope == "person" else {}


def _json(
    archive: zipfile.ZipFile,
    pipe: _Pipe,
    chosen: QuerySet[Model],
    instead: Mapping[str, object],
) -> Generator[bytes, None, tuple[int, str]]:
    digest, count = hashlib.sha256(), 0
    with archive.open(_data_file(chosen.model), "w", force_zip64=True) as part:
        for line in rows.lines(chosen, instead):
            written = f"{line}\n".encode()
            digest.update(written)
            part.write(written)
            count += 1
            yield pipe.take()
    return count, digest.hexdigest()


def _csv(
    archive: zipfile.ZipFile,
    pipe: _Pipe,
    chosen: QuerySet[Model],
    instead: Mapping[str, object],
) -> Iterator[bytes]:
    with archive.open(f"tables/{chosen.model._meta.model_name}.csv", "w", force_zip64=True) as part:
        text = io.TextIOWrapper(part, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(rows.names(chosen.model))
        for line in rows.lines(chosen, instead):
            writer.writerow(_cell(value) for value in json.loads(line).values())
            yield pipe.take()
        text.flush()


def _cell(value: object) -> object:
    """Write lists and mappings as JSON; a text that a spreadsheet would run gets a quote first."""
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value


def _history(archive: zipfile.ZipFile, pipe: _Pipe, export: Export) -> Iterator[bytes]:
    chosen = HistoryEntry.objects.filter(practice=export.practice_id)
    if export.person_id is not None:
        chosen = chosen.filter(person_id=export.person_id)
    with archive.open("history/history.jsonl", "w", force_zip64=True) as part:
        for line in rows.lines(chosen):
            part.write(f"{line}\n".encode())
            yield pipe.take()


def put_in(path: Path) -> int:
    """Put an export into an empty system; return the number of rows.

    A practice brings its whole history. For a person a new history begins, which says of each
    record that it was brought in.

    Raises:
        ExportError: the file is no whole export, or the system holds records already.
    """
    try:
        with zipfile.ZipFile(path) as archive, transaction.atomic():
            return _put_in(archive)
    except FileNotFoundError:
        raise ExportError(f"there is no file {path.name!r}: name an export") from None
    except (OSError, zipfile.BadZipFile):
        raise ExportError(
            f"{path.name!r} cannot be read as an export: it is damaged or something else"
        ) from None


def _put_in(archive: zipfile.ZipFile) -> int:
    manifest = _manifest(archive)
    for model in selection.exported_models():
        if model._default_manager.exists():
            raise ExportError(
                "the system holds records already: put the export into an empty data directory "
                "(--data DIR)"
            )
    count = 0
    for model in selection.exported_models():
        if model._meta.label_lower in manifest["tables"]:
            count += _insert(archive, model, tuple(manifest["tables"][model._meta.label_lower]))
    rows.set_counters()
    if manifest["scope"] == "person":
        _begin_history()
    return count


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        found = json.loads(archive.read(_MANIFEST))
    except (KeyError, ValueError):
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ExportError(f"the file is no export of the form {FORMAT}: give one of Filiform's")
    return found


def _insert(archive: zipfile.ZipFile, model: type[Model], told: tuple[int, str]) -> int:
    digest = hashlib.sha256()
    try:
        with archive.open(_data_file(model)) as part:
            count = rows.insert(model, _read(part, digest))
    except (ValueError, TypeError, KeyError):
        raise ExportError(_broken(model)) from None
    if (count, digest.hexdigest()) != told:
        raise ExportError(_broken(model))
    return count


def _read(part: IO[bytes], digest: hashlib._Hash) -> Iterator[str]:
    for line in part:
        digest.update(line)
        yield line.decode()


def _begin_history() -> None:
    owner = Member.objects.order_by("created_at").first()
    if owner is None:
        raise ExportError("the export names no member of staff: it is not whole")
    with keeping.acting(owner) as act:
        for model in selection.exported_models():
            if issubclass(model, (Record, CourseEvent)):
                for record in model._default_manager.order_by("pk").iterator():
                    act.bring_in(record)


def _data_file(model: type[Model]) -> str:
    return f"data/{model._meta.label_lower}.jsonl"


def _broken(model: type[Model]) -> str:
    return f"the part {_data_file(model)!r} is not as it was written: export it again"
