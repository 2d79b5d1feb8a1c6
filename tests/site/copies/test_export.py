"""A practice's and a person's record: out, into an empty system, and out again the same."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from tests.site.copies.running import FILL, Site

from filiform.site.copies.bringing import ExportError, put_in
from filiform.site.copies.rows import models

if TYPE_CHECKING:
    from pathlib import Path

NAME = "Praxis Größe “9” ☯"
OF_A_PERSON = ("--person", "1")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return the site of a small practice; beside it, the practice's and a person's export."""
    here = tmp_path_factory.mktemp("exports")
    site = Site(here / "data")
    said = site.does(
        (FILL,),
        ("export", str(here / "practice.zip")),
        ("export", str(here / "person.zip"), *OF_A_PERSON),
    )
    assert said[1:] == [
        f"practice.zip: {NAME}, 1 papers\n",
        "person.zip: person 1, 1 papers\n",
    ]
    return site


@pytest.fixture(scope="module")
def out(known: Site) -> Path:
    """Return the directory of the exports."""
    return known.directory.parent


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize("scope", ["practice", "person"])
def test_what_is_put_in_elsewhere_is_equal_field_for_field(
    scope: str, out: Path, tmp_path: Path
) -> None:
    first, again = out / f"{scope}.zip", tmp_path / "again.zip"
    *_, refused = Site(tmp_path / "other").run(
        ("import", str(first)),
        ("verify",),
        ("export", str(again), *(OF_A_PERSON if scope == "person" else ())),
        ("import", str(first)),
    )
    assert refused.status == 2
    assert "the system holds records already" in refused.said
    kept = [json.loads(part(path, "manifest.json"))["tables"] for path in (first, again)]
    if scope == "practice":  # one entry more: that it was exported
        assert (
            kept[1].pop("practice.historyentry")[0] == kept[0].pop("practice.historyentry")[0] + 1
        )
        kept[0].pop("practice.practice"), kept[1].pop("practice.practice")
    assert kept[0] == kept[1]
    assert kept[0]["practice.needle"][0] == 3
    assert kept[0]["practice.lot"][0] == 1
    assert "practice.historyentry" not in kept[0]


def test_the_tables_say_the_same_and_no_password_leaves(out: Path) -> None:
    made = out / "practice.zip"
    person = json.loads(part(made, "data/practice.person.jsonl"))
    row = next(csv.DictReader(io.StringIO(part(made, "tables/person.csv"))))
    assert row["family_name"] == person["family_name"] == "O'Neil\nJr."
    assert row["created_at"] == person["created_at"]
    needle = next(csv.DictReader(io.StringIO(part(made, "tables/needle.csv"))))
    assert (needle["depth_mm"], needle["angle"], needle["hz"]) == ("13.5", "", "")
    user = json.loads(part(made, "data/accounts.user.jsonl"))
    assert (user["password"], user["last_login"]) == ("!", None)
    entries = [
        json.loads(line) for line in part(made, "data/practice.historyentry.jsonl").splitlines()
    ]
    assert (entries[-1]["act"], entries[-1]["by"]) == (
        "export",
        "who runs this site, at its terminal",
    )
    assert "read" in part(out / "person.zip", "history/history.jsonl")
    with zipfile.ZipFile(made) as archive:
        assert not any("authenticator" in name for name in archive.namelist())
        assert archive.read("papers/000001/visit-001-2026-09-02.pdf").startswith(b"%PDF")


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
    out: Path, tmp_path: Path, part_name: str, text: str, said: str
) -> None:
    with (
        zipfile.ZipFile(out / "person.zip") as old,
        zipfile.ZipFile(tmp_path / "changed.zip", "w") as new,
    ):
        for name in old.namelist():
            new.writestr(name, text if name == part_name else old.read(name))
    with pytest.raises(ExportError, match=re.escape(said)):
        put_in(tmp_path / "changed.zip")
    assert not any(model._default_manager.exists() for model in models())


def test_a_practice_or_a_person_that_is_not_there_is_told_and_no_file_is_left(
    known: Site, out: Path, tmp_path: Path
) -> None:
    empty = Site(tmp_path / "empty")
    asked = [
        ("--practice", "Praxis"),
        ("--person", "7"),
    ]
    file = str(tmp_path / "x.zip")
    said = [answer.said for answer in known.run(*(("export", file, *more) for more in asked))]
    assert said == [
        f"unknown practice 'Praxis': did you mean '{NAME}'? Admissible: {NAME}",
        "the practice has no person 7: their numbers go from 1 to 1, as on their pages",
    ]
    (nobody,) = empty.run(("export", file))
    assert nobody.said == "there is no practice here: name another data directory (--data DIR)"
    (there,) = known.run(("export", str(out / "person.zip")))
    assert there.said == "'person.zip' is there already: name a file that does not exist"
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]
