"""Every fault of a table is refused with its file, row, column, what was found, what is admissible.

The tables are the published ones with one change each, so that nothing else can be at fault.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import TypedDict

import pytest
from tests.knowledge._tables import csv_text, first_row, published, with_cells, write

from filiform.knowledge import KnowledgeError, Library, check

TODAY = dt.date(2026, 11, 21)
THE_COLUMNS = "admissible is a table with the columns id, name, meaning"


class CellCase(TypedDict):
    table: str
    row: int
    cells: dict[str, str]
    problem: str


class FileCase(TypedDict):
    content: str
    problem: str


CASES = tomllib.loads(Path(__file__).with_name("refusals.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["cells"], ids=lambda case: case["problem"])
def test_a_wrong_cell_is_refused_with_its_place_and_what_is_admissible(
    tmp_path: Path, case: CellCase
) -> None:
    table = case["table"]
    write(tmp_path, f"{table}.csv", with_cells(table, case["row"], case["cells"]))
    assert [str(problem) for problem in check(tmp_path, TODAY)] == [case["problem"]]
    with pytest.raises(KnowledgeError, match=f"^{re.escape(case['problem'])}$"):
        Library.from_directory(tmp_path, today=TODAY)


@pytest.mark.parametrize("case", CASES["files"], ids=lambda case: case["problem"])
def test_a_file_with_a_broken_form_is_refused_in_one_sentence(
    tmp_path: Path, case: FileCase
) -> None:
    write(tmp_path, "conditions.csv", case["content"])
    assert [str(problem) for problem in check(tmp_path)] == [case["problem"]]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\x00\x01\x02junk", "bytes that are not text, admissible is a CSV file in UTF-8"),
        (
            "id,name,meaning\n".encode("utf-16"),
            "bytes that are not text, admissible is a CSV file in UTF-8",
        ),
        (
            "id,name,meaning\nx,R\u00fccken,y\n".encode("latin-1"),
            (
                "a byte that is not UTF-8 at position 19, "
                "admissible is a CSV file in UTF-8: save it again with that encoding"
            ),
        ),
        (
            b"id,name,meaning\n" + b"x" * 10_000_000,
            "more than 5 MB, admissible is a table of at most 5 MB",
        ),
    ],
    ids=["binary junk", "UTF-16", "Latin-1", "10 MB of junk"],
)
def test_what_is_no_text_or_no_table_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    (tmp_path / "conditions.csv").write_bytes(content)
    assert [str(found) for found in check(tmp_path)] == [f"conditions.csv: found {problem}"]


def test_a_misspelt_column_is_answered_with_the_nearest_missing_one(tmp_path: Path) -> None:
    write(tmp_path, "conditions.csv", "id,nmae,meaning\nx,y,z\n")
    assert [str(problem) for problem in check(tmp_path)] == [
        "conditions.csv, row 1: found the column 'nmae', admissible is 'name', which is missing",
        "conditions.csv, row 1, column name: found no such column, " + THE_COLUMNS,
    ]


def test_all_faults_are_told_in_the_order_of_file_and_row(tmp_path: Path) -> None:
    trials = published("trials")
    trials[0]["year"] = "soon"
    trials[0]["design"] = "paralel"
    trials[4]["percent_female"] = "-1"
    write(tmp_path, "trials.csv", csv_text(trials))
    write(tmp_path, "costs.csv", first_row("costs", {"currency": "Euro"}))
    places = [(p.file, p.row, p.column) for p in check(tmp_path, TODAY)]
    assert places == [
        ("costs.csv", 2, "currency"),
        ("trials.csv", 2, "year"),
        ("trials.csv", 2, "design"),
        ("trials.csv", 6, "percent_female"),
    ]
    with pytest.raises(KnowledgeError, match=r"\(3 more: `filiform check` lists them\)$"):
        Library.from_directory(tmp_path)


def test_a_row_that_points_to_a_faulty_table_is_not_blamed_for_it(tmp_path: Path) -> None:
    write(tmp_path, "trials.csv", first_row("trials", {"year": "soon"}))
    write(tmp_path, "arms.csv", csv_text(published("arms")))
    assert [(p.file, p.row, p.column) for p in check(tmp_path)] == [("trials.csv", 2, "year")]


def test_a_long_cell_is_cut_in_the_message(tmp_path: Path) -> None:
    write(tmp_path, "trials.csv", with_cells("trials", 2, {"year": "9" * 5000}))
    (problem,) = check(tmp_path)
    assert problem.found == "'" + "9" * 60 + "'…"


def test_an_unknown_file_is_answered_with_the_nearest_table(tmp_path: Path) -> None:
    write(tmp_path, "trails.csv", "a,b\n")
    (problem,) = check(tmp_path)
    assert str(problem) == (
        "trails.csv: found a file that is no table, "
        "admissible is a file named as a table (did you mean 'trials.csv'?)"
    )


@pytest.mark.parametrize("name", ["Trials.csv", "trials.CSV"])
def test_the_case_of_a_file_name_counts(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, csv_text(published("trials")))
    (problem,) = check(tmp_path)
    assert problem.admissible == "a file named as a table (did you mean 'trials.csv'?)"


def test_a_directory_without_tables_is_refused(tmp_path: Path) -> None:
    (problem,) = check(tmp_path)
    assert str(problem).startswith(
        f"{tmp_path}: found no CSV file, admissible is one of trials.csv"
    )


def test_a_directory_that_is_not_there_is_said_to_be_none(tmp_path: Path) -> None:
    (problem,) = check(tmp_path / "nowhere")
    assert str(problem) == (
        f"{tmp_path / 'nowhere'}: found no such directory, admissible is the name of a directory "
        "of tables, or of one table such as trials.csv"
    )


def test_a_table_that_stands_in_two_places_is_refused(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    write(tmp_path, "conditions.csv", csv_text(published("conditions")))
    write(tmp_path / "knowledge", "conditions.csv", csv_text(published("conditions")))
    (problem,) = check(tmp_path)
    assert str(problem) == (
        "conditions.csv: found a second file of this name, "
        f"admissible is one: remove {tmp_path / 'knowledge' / 'conditions.csv'}"
    )
    with pytest.raises(KnowledgeError, match=r"^conditions\.csv: found a second file"):
        Library.from_directory(tmp_path)


def test_a_fault_in_a_folder_of_tables_is_found(tmp_path: Path) -> None:
    (tmp_path / "evidence").mkdir()
    write(tmp_path / "evidence", "harms.csv", first_row("harms", {"events": "-3"}))
    (problem,) = check(tmp_path)
    assert str(problem).startswith("harms.csv, row 2, column events: found '-3'")


def test_a_table_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / "trials.csv").mkdir()
    (problem,) = check(tmp_path)
    assert str(problem) == (
        "trials.csv: found a file that cannot be read (Is a directory), "
        "admissible is a CSV file in UTF-8"
    )


def test_a_given_table_may_not_leave_published_rows_without_their_trial(tmp_path: Path) -> None:
    write(tmp_path, "trials.csv", first_row("trials", {}))
    assert check(tmp_path, TODAY) == []
    with pytest.raises(
        KnowledgeError, match=r"^arms\.csv, row 4, column trial_id: found 'altan-2005', .*more"
    ):
        Library.from_directory(tmp_path)
