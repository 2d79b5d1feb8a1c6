"""An export into an empty system, field for field."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

from django.db import transaction

from filiform.site.copies import older, rows, selection
from filiform.site.copies.export import FORMAT, MANIFEST, data_file
from filiform.site.copies.filing import CopyError
from filiform.site.practice import keeping, session_counts
from filiform.site.practice.models import CourseEvent, Member, Practice, Record

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from django.db.models import Model


class ExportError(CopyError):
    """An export that cannot be put in."""


def put_in(path: Path) -> int:
    """Put an export into an empty system; return the number of rows.

    A practice brings its whole history. For a person a new history begins, which says of each
    record that it was brought in. An export of an older version is put in as that version kept it,
    and then changed as its database would have been.

    Raises:
        ExportError: the file is no whole export, or a newer version of Filiform made it, or the
            system holds records already. Nothing is put in then.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _put_in(archive)
    except FileNotFoundError:
        raise ExportError(f"there is no file {path.name!r}: name an export") from None
    except (OSError, zipfile.BadZipFile):
        raise ExportError(
            f"{path.name!r} cannot be read as an export: it is damaged or something else"
        ) from None


def _put_in(archive: zipfile.ZipFile) -> int:
    manifest = _manifest(archive)
    _refuse_what_is_not_empty()
    count = 0
    with older.standing_at(_changes(manifest)) as then, transaction.atomic():
        for model in selection.exported_models():
            told = manifest["tables"].get(model._meta.label_lower)
            if told is not None:
                count += _insert(archive, then.get_model(model._meta.label), tuple(told))
        if not then.get_model(Member._meta.label)._default_manager.exists():
            raise ExportError("the export names no member of staff: it is not whole")
    with transaction.atomic():
        rows.set_counters()
        for practice in Practice.objects.all():
            session_counts.recount(practice.pk)
        if manifest["scope"] == "person":
            _begin_history()
    return count


def _refuse_what_is_not_empty() -> None:
    if any(model._default_manager.exists() for model in selection.exported_models()):
        raise ExportError(
            "the system holds records already: put the export into an empty data directory "
            "(--data DIR)"
        )


def _changes(manifest: dict[str, Any]) -> Collection[str]:
    """Return the changes of the database that the export's version had made."""
    names = manifest.get("migrations")
    if names is None:  # the first version did not tell
        return [
            name
            for name in older.changes()
            if not name.startswith(f"{_FIRST.partition('.')[0]}.") or name <= _FIRST
        ]
    if not older.known(names):
        version = manifest.get("version", "a newer one")
        raise ExportError(
            f"the export is of a newer version of Filiform ({version}): put it into that one"
        )
    return [str(name) for name in names]


_FIRST = "practice.0002_append_only"


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        found = json.loads(archive.read(MANIFEST))
    except (KeyError, ValueError):
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ExportError(f"the file is no export of the form {FORMAT}: give one of Filiform's")
    return found


def _insert(archive: zipfile.ZipFile, model: type[Model], told: tuple[int, str]) -> int:
    try:
        with archive.open(data_file(model)) as part:
            found = rows.insert(model, part)
    except (ValueError, TypeError, KeyError):
        raise ExportError(_broken(model)) from None
    if found != told:
        raise ExportError(_broken(model))
    return found[0]


def _begin_history() -> None:
    with keeping.acting(Member.objects.order_by("created_at")[0]) as act:
        for model in selection.exported_models():
            if issubclass(model, (Record, CourseEvent)):
                for record in model._default_manager.order_by("pk").iterator():
                    act.bring_in(record)


def _broken(model: type[Model]) -> str:
    return f"the part {data_file(model)!r} is not as it was written: export it again"
