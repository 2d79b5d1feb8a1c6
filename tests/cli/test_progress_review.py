"""`filiform progress`: the library's answer as text and as JSON, faults on standard error."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from filiform.care.progress_file import review_file
from filiform.knowledge import library
from filiform.review import published

if TYPE_CHECKING:
    from tests.cli.conftest import Run, Write

EXAMPLE = Path(__file__).parents[2] / "examples" / "scores.csv"
SCHEMA = json.loads(
    files("filiform.care").joinpath("schema", "progress.schema.json").read_text("utf-8")
)
HEAD = "person,week,instrument,score\n"


def test_json_is_what_the_library_returns_and_fits_the_schema(run: Run) -> None:
    answer = run("progress", EXAMPLE, "--json")
    assert (answer.returncode, answer.stderr) == (0, "")
    told = json.loads(answer.stdout)
    Draft202012Validator(SCHEMA).validate(told)
    found = review_file(EXAMPLE, library=library(), review=published())
    assert told == json.loads(json.dumps(found.to_dict()))


def test_the_text_tells_each_person_the_group_and_what_it_rests_on(run: Run) -> None:
    answer = run("progress", EXAMPLE)
    assert (answer.returncode, answer.stderr) == (0, "")
    for words in (
        "scores.csv: 9 people (1 refer, 1 stop, 1 adapt, 3 continue, 3 unknown)",
        "Ada: continue",
        "NPRS: 7 at first, 4 in week 4; foretold for week 12: 3.8 (80 % band 1.5 to 6.1)",
        "Ben: stop",
        "There is no NPRS score of week 0 to compare with, and none is guessed.",
        "too few to say",
        "Columns not used: note.",
        "Planned end: week 12 (the rules' week, because none was given).",
        "tested on no patients",
    ):
        assert words in answer.stdout
    joined = " ".join(answer.stdout.split())
    assert "the review has no published course yet. Certainty very low" in joined
    assert "zhao-2024" in joined


def test_rows_that_cannot_be_used_are_on_standard_error_and_the_rest_is_answered(
    run: Run, write: Write
) -> None:
    table = write(HEAD + "Ada,0,NPRS,70\nBen,0,NPRS,6\nBen,4,NPRS,6\nBen,5,NPRS,\n", "scores.csv")
    answer = run("progress", table)
    assert answer.returncode == 2
    assert answer.stderr == (
        "filiform: scores.csv, row 2, column score: found '70', admissible is a number from 0 to "
        "10 for NPRS (if it is meant, write 'NPRS 0-100')\n"
    )
    assert "Ada: unknown" in answer.stdout
    assert "Ben: adapt" in answer.stdout
    assert "row 5, column score: found an empty cell" in answer.stdout


def test_options_say_therapy_end_and_what_a_name_means(run: Run, write: Write) -> None:
    table = write(HEAD + "Ada,0,VAS,6\nAda,4,VAS,6\n", "scores.csv")
    options = ("--read-as", "VAS=VAS 0-10", "--end-week", "4", "--therapy", "dry_needling")
    answer = run("progress", table, *options)
    assert answer.returncode == 0
    assert "Ada: stop" in answer.stdout
    assert "Planned end: week 4 (as given)." in answer.stdout
    assert "Of dry needling alone" in " ".join(answer.stdout.split())


def test_the_columns_of_each_ones_own_are_named(run: Run, write: Write) -> None:
    rows = "person,week,instrument,score,plan\nAda,0,NPRS,6,4\nAda,4,NPRS,6,4\n"
    table = write(rows, "scores.csv")
    assert "Ada: adapt" in run("progress", table).stdout
    assert "Ada: stop" in run("progress", table, "--end-week-column", "plan").stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--read-as", "VAS"), "--read-as is 'VAS': write NAME=MEASURE"),
        (("--read-as", "=NPRS"), "--read-as is '=NPRS': write NAME=MEASURE"),
        (("--end-week", "0"), "the planned end is week 0, admissible is a week above 0"),
        (("--therapy", "massage"), "unknown therapy with needles 'massage'"),
        (("--therapy-column", "by"), "scores.csv has no column 'by'"),
    ],
)
def test_an_option_that_cannot_be_is_refused(
    run: Run, write: Write, options: tuple[str, ...], message: str
) -> None:
    answer = run("progress", write(HEAD + "Ada,0,NPRS,6\n", "scores.csv"), *options)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert answer.stderr.startswith(f"filiform: {message}")


def test_a_long_table_shows_the_first_two_hundred_people(run: Run, write: Write) -> None:
    rows = "".join(f"p{n},{week},NPRS,{6 - week}\n" for n in range(203) for week in (0, 2))
    answer = run("progress", write(HEAD + rows, "scores.csv"))
    assert "3 more people: --json lists all." in answer.stdout
    assert "p199: continue" in answer.stdout
    assert "p200:" not in answer.stdout
    assert "The scores did not come as foretold" in answer.stdout


def test_the_command_does_not_slow_the_others_down() -> None:
    code = "import sys, filiform.cli; sys.exit('numpy' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
