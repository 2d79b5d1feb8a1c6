"""A copy of everything, damaged copies, and the restore drill: out, in, and out again the same."""

from __future__ import annotations

import datetime as dt
import json
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from tests.reliability.postgres import postgresql
from tests.site.copies.running import FILL, Site

from filiform.site.copies.backup import BackupError, back_up, restore
from filiform.site.copies.filing import CopyError
from filiform.site.copies.rows import models

if TYPE_CHECKING:
    from pathlib import Path


def manifest(copy: Path) -> dict[str, dict[str, object]]:
    with zipfile.ZipFile(copy) as file:
        return json.loads(file.read("manifest.json"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of a small practice, in a directory that also holds its data directory."""
    here = tmp_path_factory.mktemp("copies")
    _, said = Site(here / "first").does((FILL,), ("backup", str(here / "all.zip")))
    assert "1 practices" in said
    return here / "all.zip"


def brought_back(copy: Path, site: Site) -> Path:
    """Put a copy into an empty site, look it through, and return the copy of what is there."""
    again = site.directory.with_suffix(".zip")
    *_, once_more = site.run(
        ("restore", str(copy)), ("verify",), ("backup", str(again)), ("restore", str(copy))
    )
    assert once_more.status == 2
    assert "the database holds records already" in once_more.said
    first, second = manifest(copy), manifest(again)
    assert first["tables"] == second["tables"]
    assert first["chains"] == second["chains"]
    return again


def test_what_comes_back_is_equal_field_for_field(copied: Path, tmp_path: Path) -> None:
    brought_back(copied, Site(tmp_path / "second"))
    assert manifest(copied)["tables"]["practice.needle.jsonl"][0] == 3  # type: ignore[index]
    secret = (copied.parent / "first" / "secret-key").read_text()
    assert (tmp_path / "second" / "secret-key").read_text() == secret


@pytest.mark.own_database("it starts a server of its own beside SQLite")
def test_a_copy_goes_from_sqlite_to_postgresql_and_back_and_each_row_is_the_same_line(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FILIFORM_DATABASE_URL", raising=False)
    sqlite = Site(tmp_path / "sqlite")
    with postgresql() as server:
        monkeypatch.setenv("FILIFORM_DATABASE_URL", server.address)
        there = brought_back(copied, Site(tmp_path / "postgresql"))
    brought_back(there, sqlite)
    assert (tmp_path / "sqlite" / "filiform.sqlite3").exists()
    assert not (tmp_path / "postgresql" / "filiform.sqlite3").exists()


def test_only_the_owner_may_read_a_copy_and_none_is_written_over(copied: Path) -> None:
    assert copied.stat().st_mode & 0o077 == 0
    with pytest.raises(CopyError, match=r"'all\.zip' is there already: name a file that does"):
        back_up(copied, now=dt.datetime.now(tz=dt.UTC))
    assert not list(copied.parent.glob("*.part"))


def test_a_copy_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CopyError, match=r"'a\.zip' cannot be written \(No such file or directory"):
        back_up(tmp_path / "none" / "a.zip", now=dt.datetime.now(tz=dt.UTC))
    assert list(tmp_path.iterdir()) == []


def changed(copy: Path, to: Path, part: str, text: bytes) -> Path:
    with zipfile.ZipFile(copy) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
    return to


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        ("practice.person.jsonl", b"", "the part 'practice.person.jsonl' of the copy is not as"),
        ("practice.person.jsonl", b"{}\n", "the part 'practice.person.jsonl' of the copy is not"),
        ("practice.needle.jsonl", b"not JSON\n", "the part 'practice.needle.jsonl' of the copy"),
        ("manifest.json", b"{}", "the file is no copy of the form filiform-backup/1"),
        ("manifest.json", b"[]", "the file is no copy of the form filiform-backup/1"),
    ],
)
@pytest.mark.django_db
def test_a_copy_that_was_changed_is_refused_and_nothing_is_put_in(
    copied: Path, tmp_path: Path, part: str, text: bytes, said: str
) -> None:
    damaged = changed(copied, tmp_path / "damaged.zip", part, text)
    with pytest.raises(BackupError, match=re.escape(said)):
        restore(damaged)
    assert not any(model._default_manager.exists() for model in models())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("text.zip", "'text.zip' cannot be read as a copy: it is damaged or something else"),
        ("none.zip", "there is no file 'none.zip': name a copy"),
    ],
)
def test_what_is_no_copy_is_told_in_one_sentence(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "text.zip").write_text("something else")
    with pytest.raises(BackupError, match=re.escape(said)):
        restore(tmp_path / name)
