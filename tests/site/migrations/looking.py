"""Brings a landed practice to the newest version, in one of two ways, and looks at all of it.

    python -m tests.site.migrations.looking file LANDED
    python -m tests.site.migrations.looking copy LANDED      (prints what it found, as JSON)

`file`: the database of SQLite is there as that version left it, and is migrated.
`copy`: its copy is restored into an empty database of today, after a damaged one was refused.
"""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from collections.abc import Iterator

# Django is made ready first, and what needs it is imported after.
# ruff: noqa: PLC0415
# Where a copy came back these are enough: each page is opened where the database was migrated.
OPENED = ("today", "person", "course", "session", "progress", "lot", "bill", "history")


def as_left(landed: Path, data: Path) -> None:
    """Put the database of that version into a data directory."""
    text = gzip.decompress((landed / "database.sql.gz").read_bytes()).decode()
    with closing(sqlite3.connect(data / "filiform.sqlite3")) as database:
        database.executescript(text)


def restored(landed: Path, data: Path) -> str:
    """Restore the copy into an empty database; what was said to a damaged one."""
    from filiform.site.copies.backup import BackupError, restore
    from filiform.site.copies.rows import models

    damaged = data / "damaged.zip"
    with zipfile.ZipFile(landed / "copy.zip") as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"" if name == "practice.needle.jsonl" else old.read(name))
    said = ""
    try:
        restore(damaged)
    except BackupError as error:
        said = str(error)
    if any(model._default_manager.exists() for model in models()):
        said += " But something was put in."
    restore(landed / "copy.zip")
    return said


def differing(landed: Path) -> Iterator[str]:
    """Yield each row, and each field of it, that is not here as it was written."""
    from django.apps import apps

    from filiform.site.copies.rows import lines

    with zipfile.ZipFile(landed / "copy.zip") as copy:
        for name in copy.namelist():
            label, _, kind = name.rpartition(".")
            if kind != "jsonl":
                continue
            old = [json.loads(line) for line in copy.read(name).splitlines()]
            kept = b"".join(some for _, some in lines(apps.get_model(label)._default_manager.all()))
            new = [json.loads(line) for line in kept.splitlines()]
            if len(old) != len(new):
                yield f"{label}: {len(old)} rows were written, {len(new)} are here"
            for was, row in zip(old, new, strict=False):
                for field, value in was.items():
                    if field not in row or row[field] != value:
                        yield f"{label} {was.get('id')}: {field}"


def pages(*names: str) -> dict[str, int]:
    """Open these pages of the staff as the owner, or every one; the status of each."""
    from tests.browser.practice_world import addresses
    from tests.site.practice import making

    from filiform.site.practice.models import Member

    owner = Member.objects.select_related("practice", "user").get(role="owner")
    client = making.client_for(owner)
    found = {
        name: client.get(path)
        for name, path in addresses(owner.practice).items()
        if not names or name in names
    }
    sent_only = 405
    return {name: each.status_code for name, each in found.items() if each.status_code != sent_only}


def main(way: str, landed: Path) -> None:
    """Bring it here and look."""
    data = Path(os.environ["FILIFORM_DATA"])
    if way == "file":
        as_left(landed, data)
    django.setup()
    from django.core.management import call_command

    from filiform.site.practice.verifying import verify

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    told: dict[str, object] = {"damaged": restored(landed, data) if way == "copy" else ""}
    told["differing"] = list(differing(landed))
    told["faults"] = [fault.sentence for fault in verify()]
    told["pages"] = pages() if way == "file" else pages(*OPENED)
    told["after"] = [fault.sentence for fault in verify()]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
