"""What an older version kept is whole in this one: its database, its copies, every page."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from tests.reliability import ground
from tests.site.migrations.looking import OPENED

from filiform.site import practice
from filiform.site.copies.backup import BackupError, restore
from filiform.site.copies.bringing import ExportError, put_in
from filiform.site.copies.rows import models

HERE = Path(__file__).parent
LANDED = sorted((HERE / "landed").iterdir())
FILE = pytest.param("file", marks=pytest.mark.own_database("what landed is a file of SQLite"))
OURS = ("accounts", "library", "practice")
SITE = Path(practice.__file__).parents[1]


@pytest.mark.parametrize("way", [FILE, "copy"])
@pytest.mark.parametrize("landed", LANDED, ids=lambda landed: landed.name)
def test_what_an_older_version_kept_is_whole_in_this_one(
    landed: Path, way: str, tmp_path: Path
) -> None:
    variables = {
        **ground.environment(tmp_path),
        "FILIFORM_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "filiform.site.settings",
    }
    (tmp_path / "secret-key").write_text("known to this test alone, and long enough to sign with")
    words = ("-m", "tests.site.migrations.looking", way, str(landed))
    told = json.loads(ground.run(*words, variables=variables))
    assert told["differing"] == []
    assert (told["faults"], told["after"]) == ([], [])
    assert set(told["pages"].values()) == {200}
    if way == "file":
        assert len(told["pages"]) > 50
    else:
        assert sorted(told["pages"]) == sorted(OPENED)
        assert told["damaged"] == (
            "the part 'practice.needle.jsonl' of the copy is not as it was written: take another "
            "copy"
        )


@pytest.mark.parametrize("scope", ["practice", "person"])
@pytest.mark.parametrize("landed", LANDED, ids=lambda landed: landed.name)
def test_an_export_of_an_older_version_is_put_into_this_one(
    landed: Path, scope: str, tmp_path: Path
) -> None:
    variables = ground.environment(tmp_path)
    export = landed / f"export_of_{scope}.zip"
    ground.run("-m", "filiform.site", "prepare", variables=variables)
    said = ground.filiform("import", str(export), variables=variables)
    with zipfile.ZipFile(export) as told:
        kept = sum(count for count, _ in json.loads(told.read("manifest.json"))["tables"].values())
    assert f"{kept} rows are in" in said
    assert "Every history agrees" in ground.filiform("verify", variables=variables)


@pytest.mark.django_db
def test_an_export_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    newer = tmp_path / "newer.zip"
    with zipfile.ZipFile(LANDED[-1] / "export_of_person.zip") as old:
        manifest = json.loads(old.read("manifest.json"))
    manifest |= {"migrations": ["practice.9999_of_next_year"], "version": "99.0"}
    with zipfile.ZipFile(newer, "w") as new:
        new.writestr("manifest.json", json.dumps(manifest))
    said = r"the export is of a newer version of Filiform \(99\.0\): put it into that one"
    with pytest.raises(ExportError, match=said):
        put_in(newer)
    assert not any(model._default_manager.exists() for model in models())


@pytest.mark.django_db
def test_a_copy_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    newer = tmp_path / "newer.zip"
    with zipfile.ZipFile(LANDED[-1] / "copy.zip") as old, zipfile.ZipFile(newer, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        manifest["migrations"].append("practice.9999_of_next_year")
        new.writestr("manifest.json", json.dumps({**manifest, "version": "99.0"}))
    said = r"made by Filiform 99\.0, which is newer than this one .*: restore it with that version"
    with pytest.raises(BackupError, match=said):
        restore(newer)
    assert not any(model._default_manager.exists() for model in models())


@pytest.mark.parametrize("landed", LANDED, ids=lambda landed: landed.name)
def test_a_migration_that_has_landed_is_never_changed(landed: Path) -> None:
    for line in (landed / "migrations.sha256").read_text().splitlines():
        sha256, name = line.split()
        assert hashlib.sha256((SITE / name).read_bytes()).hexdigest() == sha256, name


@pytest.mark.django_db
def test_the_models_are_what_the_migrations_make() -> None:
    call_command("makemigrations", *OURS, check=True, dry_run=True)
    loader = MigrationLoader(connection)
    assert loader.detect_conflicts() == {}
    assert {app: len(loader.graph.leaf_nodes(app)) for app in OURS} == dict.fromkeys(OURS, 1)


@pytest.mark.parametrize("landed", LANDED, ids=lambda landed: landed.name)
def test_what_landed_shows_each_kind_of_record_that_care_leaves(landed: Path) -> None:
    with zipfile.ZipFile(landed / "copy.zip") as copy:
        rows = {re.sub(r"\.jsonl$", "", part.filename): part.file_size for part in copy.infolist()}
    for kind in ("screening", "consent", "plan", "needle", "outcome", "harm", "invoice", "payment"):
        assert rows[f"practice.{kind}"], kind
    assert sum(file.stat().st_size for file in landed.iterdir()) < 200_000
