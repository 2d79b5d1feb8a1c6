"""A practice's and a person's record: out, into an empty system, and out again the same."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from tests.site.copies.running import FILL, filiform, run

from filiform.site.copies.export import ExportError, put_in
from filiform.site.copies.rows import models

if TYPE_CHECKING:
    from pathlib import Path

WRITE = """
import sys
from pathlib import Path
from filiform.cli._upkeep import site
site(None)
from filiform.site.copies.export import Export, stream
from filiform.site.practice.models import Person, Practice
practice, person = Practice.objects.get(), Person.objects.get()
papers = [("consent.pdf", b"%PDF invented")]
scope = sys.argv[1]
export = Export(scope, practice.pk, person.pk if scope == "person" else None, papers)
with Path(sys.argv[2]).open("wb") as file:
    for piece in stream(export):
        file.write(piece)
"""


def export(scope: str, to: Path, *, data: Path) -> Path:
    made = run("-c", WRITE, scope, str(to), data=data)
    assert made.returncode == 0, made.stderr
    return to


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data directory of a small practice."""
    here = tmp_path_factory.mktemp("exports") / "data"
    made = run(str(FILL), data=here)
    assert made.returncode == 0, made.stderr
    return here


@pytest.mark.parametrize("scope", ["practice", "person"])
def test_what_is_put_in_elsewhere_is_equal_field_for_field(
    scope: str, filled: Path, tmp_path: Path
) -> None:
    first = export(scope, tmp_path / "first.zip", data=filled)
    brought = filiform("import", str(first), data=tmp_path / "other")
    assert brought.returncode == 0, brought.stderr
    again = export(scope, tmp_path / "again.zip", data=tmp_path / "other")
    kept = [json.loads(part(path, "manifest.json"))["tables"] for path in (first, again)]
    assert kept[0] == kept[1]
    assert kept[0]["practice.needle"][0] == 3
    assert kept[0]["practice.lot"][0] == 1
    assert ("practice.historyentry" in kept[0]) == (scope == "practice")
    verified = filiform("verify", data=tmp_path / "other")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    refused = filiform("import", str(first), data=tmp_path / "other")
    assert refused.returncode == 2
    assert "the system holds records already" in refused.stderr


def test_the_tables_say_the_same_and_no_password_leaves(filled: Path, tmp_path: Path) -> None:
    made = export("practice", tmp_path / "all.zip", data=filled)
    person = json.loads(part(made, "data/practice.person.jsonl"))
    row = next(csv.DictReader(io.StringIO(part(made, "tables/person.csv"))))
    assert row["family_name"] == person["family_name"] == "O'Neil\nJr."
    user = json.loads(part(made, "data/accounts.user.jsonl"))
    assert (user["password"], user["last_login"]) == ("!", None)
    assert part(made, "papers/consent.pdf") == "%PDF invented"
    assert "read" in part(made, "history/history.jsonl")
    with zipfile.ZipFile(made) as archive:
        assert not any("authenticator" in name for name in archive.namelist())


@pytest.mark.parametrize(
    ("part_name", "text", "said"),
    [
        ("manifest.json", "{}", "the file is no export of the form filiform-export/1"),
        ("data/practice.lot.jsonl", "{}\n", "the part 'data/practice.lot.jsonl' is not as it was"),
        ("data/practice.lot.jsonl", "", "the part 'data/practice.lot.jsonl' is not as it was"),
    ],
)
@pytest.mark.django_db
def test_what_was_changed_on_the_way_is_refused(
    filled: Path, tmp_path: Path, part_name: str, text: str, said: str
) -> None:
    made = export("person", tmp_path / "one.zip", data=filled)
    with (
        zipfile.ZipFile(made) as old,
        zipfile.ZipFile(tmp_path / "changed.zip", "w") as new,
    ):
        for name in old.namelist():
            new.writestr(name, text if name == part_name else old.read(name))
    with pytest.raises(ExportError, match=re.escape(said)):
        put_in(tmp_path / "changed.zip")
    assert not any(model._default_manager.exists() for model in models())
