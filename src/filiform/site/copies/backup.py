"""The whole database in one file, and back into an empty one.

The file is a ZIP: one file of JSON lines a table, the site's secret, and manifest.json with the
number of rows and the SHA-256 of each. It is read in one transaction and written beside its final
place first, so that there is a whole copy or none.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction

from filiform import __version__
from filiform.site import data
from filiform.site.copies import filing, older, rows
from filiform.site.copies.filing import CopyError
from filiform.site.practice.models import Practice

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from django.apps.registry import Apps
    from django.db.models import Model

FORMAT = "filiform-backup/1"
_MANIFEST, _SECRET = "manifest.json", "secret-key"


class BackupError(CopyError):
    """A copy that cannot be made, read or put back."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy holds.

    Attributes:
        version: Filiform's version that made it.
        made_at: when, in ISO 8601.
        migrations: the names of the database's changes that it stands on.
        tables: for each file, its number of rows and its SHA-256.
        chains: for each practice, the number and digest of its history's last link.
    """

    version: str
    made_at: str
    migrations: tuple[str, ...]
    tables: dict[str, tuple[int, str]]
    chains: dict[str, tuple[int, str]]

    def to_json(self) -> str:
        """Return it as the file has it."""
        return json.dumps(
            {
                "format": FORMAT,
                "version": self.version,
                "made_at": self.made_at,
                "migrations": self.migrations,
                "tables": self.tables,
                "chains": self.chains,
            },
            indent=1,
            sort_keys=True,
        )

    @property
    def count(self) -> int:
        """The number of rows."""
        return sum(count for count, _ in self.tables.values())


def back_up(path: Path, *, now: datetime) -> Manifest:
    """Write a copy of everything to a file that only its owner may read.

    Raises:
        CopyError: there is a file already, or it cannot be written.
    """
    with filing.new(path) as file:
        return _write(file, now)


def restore(path: Path) -> Manifest:
    """Put a copy into an empty database, and its secret into the data directory.

    A copy of an older version comes back as that version kept it, and is then changed as its
    database would have been.

    Raises:
        BackupError: the file is no whole copy, or the database is not empty, or a newer version of
            Filiform made it. Nothing is put in then.
    """
    with _opened(path) as copy:
        manifest = read_manifest(copy)
        _refuse_newer(manifest)
        _refuse_what_is_not_empty()
        with older.standing_at(manifest.migrations) as then, transaction.atomic():
            for model in rows.models(then):
                _insert(copy, model, manifest)
            rows.set_counters(then)
            _compare_chains(manifest, then)
        data.keep_secret(copy.read(_SECRET).decode("ascii"))
    return manifest


def check(path: Path) -> Manifest:
    """Read a copy to its end and compare each part with its digest.

    Raises:
        BackupError: the file is no whole copy.
    """
    with _opened(path) as copy:
        manifest = read_manifest(copy)
        for name, (_, sha256) in manifest.tables.items():
            with copy.open(name) as part:
                if hashlib.file_digest(part, "sha256").hexdigest() != sha256:  # type: ignore[arg-type]
                    raise BackupError(_broken(name))
    return manifest


def read_manifest(copy: zipfile.ZipFile) -> Manifest:
    """Return what a copy says of itself.

    Raises:
        BackupError: it is no copy of ours.
    """
    try:
        manifest = _manifest(json.loads(copy.read(_MANIFEST)))
    except (KeyError, ValueError, AttributeError, TypeError):
        manifest = None
    if manifest is None:
        raise BackupError(
            f"the file is no copy of the form {FORMAT}: give one that `filiform backup` wrote"
        )
    return manifest


def _manifest(found: dict[str, Any]) -> Manifest | None:
    if found["format"] != FORMAT:
        return None
    return Manifest(
        version=str(found["version"]),
        made_at=str(found["made_at"]),
        migrations=tuple(found["migrations"]),
        tables={name: (count, sha256) for name, (count, sha256) in found["tables"].items()},
        chains={name: (number, sha256) for name, (number, sha256) in found["chains"].items()},
    )


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        copy = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise BackupError(f"there is no file {path.name!r}: name a copy") from None
    except (OSError, zipfile.BadZipFile):
        raise BackupError(
            f"{path.name!r} cannot be read as a copy: it is damaged or something else"
        ) from None
    return copy


def _write(file: IO[bytes], now: datetime) -> Manifest:
    tables: dict[str, tuple[int, str]] = {}
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as copy,
        rows.one_moment(),
    ):
        for model in rows.models():
            tables[_file(model)] = _copy_table(copy, model)
        chains = {
            str(practice.pk): (practice.history_number, practice.history_hash)
            for practice in Practice.objects.all()
        }
        copy.writestr(_SECRET, data.secret_key())
        manifest = Manifest(
            __version__, now.isoformat(timespec="seconds"), older.changes(), tables, chains
        )
        copy.writestr(_MANIFEST, manifest.to_json())
    return manifest


def _copy_table(copy: zipfile.ZipFile, model: type[Model]) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    with copy.open(_file(model), "w", force_zip64=True) as part:
        for many, lines in rows.lines(model._default_manager.all()):
            digest.update(lines)
            part.write(lines)
            count += many
    return count, digest.hexdigest()


def _insert(copy: zipfile.ZipFile, model: type[Model], manifest: Manifest) -> None:
    name = _file(model)
    if name not in manifest.tables:
        raise BackupError(_broken(name))
    try:
        with copy.open(name) as part:
            found = rows.insert(model, part)
    except (ValueError, TypeError, KeyError, zipfile.BadZipFile):
        raise BackupError(_broken(name)) from None
    if found != manifest.tables[name]:
        raise BackupError(_broken(name))


def _broken(name: str) -> str:
    return f"the part {name!r} of the copy is not as it was written: take another copy"


def _file(model: type[Model]) -> str:
    return f"{model._meta.label_lower}.jsonl"


def _refuse_newer(manifest: Manifest) -> None:
    if not older.known(manifest.migrations):
        raise BackupError(
            f"the copy was made by Filiform {manifest.version}, which is newer than this one "
            f"({__version__}): restore it with that version"
        )


def _refuse_what_is_not_empty() -> None:
    for model in rows.models():
        if model._default_manager.exists():
            raise BackupError(
                "the database holds records already: restore into an empty data directory "
                "(--data DIR)"
            )


def _compare_chains(manifest: Manifest, then: Apps) -> None:
    for practice in then.get_model("practice", "Practice")._default_manager.all():
        held = (practice.history_number, practice.history_hash)
        if manifest.chains.get(str(practice.pk)) != held:
            raise BackupError(_broken("history"))
