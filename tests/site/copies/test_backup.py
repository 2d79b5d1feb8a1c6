"""A copy of everything, damaged copies, and the restore drill: out, in, and out again the same."""

from __future__ import annotations

import datetime as dt
import json
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from tests.site.copies.running import FILL, filiform, run

from filiform.site.copies.backup import BackupError, back_up, restore
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
    filled = run(str(FILL), data=here / "first")
    assert filled.returncode == 0, filled.stderr
    made = filiform("backup", str(here / "all.zip"), data=here / "first")
    assert made.returncode == 0, made.stderr
    assert "1 practices" in made.stdout
    return here / "all.zip"


def test_what_comes_back_is_equal_field_for_field(copied: Path, tmp_path: Path) -> None:
    back = filiform("restore", str(copied), data=tmp_path / "second")
    assert back.returncode == 0, back.stderr
    again = filiform("backup", str(tmp_path / "again.zip"), data=tmp_path / "second")
    assert again.returncode == 0, again.stderr
    first, second = manifest(copied), manifest(tmp_path / "again.zip")
    assert first["tables"] == second["tables"]
    assert first["chains"] == second["chains"]
    assert first["tables"]["practice.needle.jsonl"][0] == 3  # type: ignore[index]
    secret = (copied.parent / "first" / "secret-key").read_text()
    assert (tmp_path / "second" / "secret-key").read_text() == secret
    verified = filiform("verify", data=tmp_path / "second")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    once_more = filiform("restore", str(copied), data=tmp_path / "second")
    assert once_more.returncode == 2
    assert "the database holds records already" in once_more.stderr


def test_only_the_owner_may_read_a_copy_and_none_is_written_over(copied: Path) -> None:
    assert copied.stat().st_mode & 0o077 == 0
    with pytest.raises(BackupError, match=r"'all\.zip' is there already: name a file that does"):
        back_up(copied, now=dt.datetime.now(tz=dt.UTC))
    assert not list(copied.parent.glob("*.part"))


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
