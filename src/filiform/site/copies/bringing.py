"""An export into an empty system, field for field."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

from django.db import transaction

from filiform.site.copies import rows, selection
from filiform.site.copies.export import FORMAT, MANIFEST, data_file
from filiform.site.copies.filing import CopyError
from filiform.site.practice import keeping, session_counts
from filiform.site.practice.models import CourseEvent, Member, Practice, Record

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.models import Model


class ExportError(CopyError):
    """An export that cannot be put in."""


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
    for practice in Practice.objects.all():
        session_counts.recount(practice.pk)
    if manifest["scope"] == "person":
        _begin_history()
    return count


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
    owner = Member.objects.order_by("created_at").first()
    if owner is None:
        raise ExportError("the export names no member of staff: it is not whole")
    with keeping.acting(owner) as act:
        for model in selection.exported_models():
            if issubclass(model, (Record, CourseEvent)):
                for record in model._default_manager.order_by("pk").iterator():
                    act.bring_in(record)


def _broken(model: type[Model]) -> str:
    return f"the part {data_file(model)!r} is not as it was written: export it again"
