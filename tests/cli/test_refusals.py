"""Bad input at the terminal: one sentence on standard error, exit status 2, never a traceback."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run, Write

FAULTS = {
    'findings = ["feverr"]': r"unknown finding 'feverr': did you mean 'fever'\?",
    'conditon = "myofascial"': r"'conditon'.*did you mean 'condition'",
    'condition = "miofascial"': r"'miofascial'.*did you mean 'myofascial'",
    'jurisdiction = "US-NX"': r"'US-NX'.*listed by `filiform places`",
    "age = 300": r"age is 300, admissible is a number from 0 to 120",
    "age = true": r"age",
    "age = nan": r"age",
    "pain_0_10 = 11": r"pain_0_10 is 11, admissible is a number from 0 to 10",
    'findings = ["fever"]\nabsent = ["fever"]': r"fever.*(both|absent)",
    'preferences = {avoid = ["acupunture"]}': r"'acupunture'.*did you mean 'acupuncture'",
    'medicines = ["warfarine"]': r"'warfarine'.*did you mean 'warfarin'",
    "": r"empty",
    "this is not toml": r"TOML",
    '{"age": 46,}': r"JSON",
    "age = 46\nage = 47": r"TOML",
}
WORDS = ("--against", "sham", "--outcome", "pain_intensity", "--weeks", "short")
COMMANDS = {
    ("evidence", "acupunture"): "did you mean 'acupuncture'",
    ("evidence", "acupuncture", "--against", "shm"): "did you mean 'sham'",
    ("evidence", "acupuncture", "--outcome", "pain_intensty"): "did you mean 'pain_intensity'",
    ("evidence", "acupuncture", "--weeks", "shrt"): "did you mean 'short'",
    ("evidence", "acupuncture", "--outcome", "pain"): "did you mean 'pain_intensity'",
    ("evidence", "acupuncture", "--weeks", "4"): "week 4 lies in 'short'",
    ("evidence", "sham", "--against", "sham"): "'sham' against itself is no question",
    ("evidence", "acupuncture", "--measure", "SMD"): "unknown measure 'SMD'",
    ("evidence", "acupuncture", "--region", "nekc"): "did you mean 'neck'",
    ("evidence", "acupuncture", "--plot", "x.svg"): "a plot shows one question",
    ("evidence", "acupuncture", *WORDS, "--plot", "x.png"): "the plot is an SVG drawing",
    ("guid", "x"): "Did you mean 'guide'",
    ("screen",): "Missing argument 'PERSON'",
    ("screen", "nowhere.toml"): "nowhere.toml",
    ("guide", "x.toml", "--today", "yesterday"): "--today is 'yesterday'",
    ("guide", "x.toml", "--today", "2026-99-99"): "--today is '2026-99-99'",
    ("guide", "x.toml", "--today", "20261121"): "year-month-day, such as 2026-11-21",
}


def _one_sentence(error: str) -> str:
    lines = error.strip().splitlines()
    assert len(lines) == 1, error
    assert "Traceback" not in error
    return lines[0]


@pytest.mark.parametrize("command", ["screen", "guide"])
@pytest.mark.parametrize("text", FAULTS)
def test_a_faulty_file_gets_one_sentence(run: Run, write: Write, command: str, text: str) -> None:
    name = "person.json" if text.startswith("{") else "person.toml"
    answer = run(command, write(text, name))
    assert (answer.returncode, answer.stdout) == (2, "")
    assert re.search(FAULTS[text], _one_sentence(answer.stderr)), answer.stderr


def test_ten_megabytes_of_junk_are_refused_by_their_size(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "person.toml"
    path.write_bytes(bytes(range(256)) * 40_000)
    answer = run("guide", path)
    assert answer.returncode == 2
    assert "longer than 64 KB" in _one_sentence(answer.stderr)


def test_a_directory_is_no_file_of_answers(run: Run, tmp_path: Path) -> None:
    answer = run("guide", tmp_path)
    assert answer.returncode == 2
    assert str(tmp_path) in _one_sentence(answer.stderr)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_wrong_word_is_named_with_the_nearest(run: Run, arguments: tuple[str, ...]) -> None:
    answer = run(*arguments)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert COMMANDS[arguments] in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_wrong_day_gets_one_sentence(run: Run) -> None:
    answer = run("guide", "x.toml", "--today", "2026-99-99")
    assert _one_sentence(answer.stderr) == (
        "filiform: --today is '2026-99-99', admissible is a day of the calendar as "
        "year-month-day, such as 2026-11-21: write it so"
    )


def test_check_names_file_row_and_column(run: Run, tmp_path: Path) -> None:
    head = "study_id,doi,pmid,pmcid,year,country,modality,event,severity,events,denominator,unit"
    row = "boyce-2020,,32089962,,2020,US,dry_needling,bleeding,minor,-3,20464,treatments"
    path = tmp_path / "harms.csv"
    path.write_text(f"{head},percent,source\n{row},,PMID 32089962\n", encoding="utf-8")
    answer = run("check", tmp_path)
    assert answer.returncode == 2
    assert _one_sentence(answer.stderr).startswith("harms.csv, row 2, column events: found '-3'")


def test_check_refuses_an_unknown_source(run: Run, tmp_path: Path) -> None:
    head = "study_id,doi,pmid,pmcid,year,country,modality,event,severity,events,denominator,unit"
    row = "boyce-2020,,,,2020,US,dry_needling,bleeding,minor,3,20464,treatments"
    path = tmp_path / "harms.csv"
    path.write_text(f"{head},percent,source\n{row},,hearsay\n", encoding="utf-8")
    answer = run("check", tmp_path)
    assert answer.returncode == 2
    assert "column source: found 'hearsay'" in _one_sentence(answer.stderr)


def test_a_screening_does_not_load_numbers_or_the_web(write: Write) -> None:
    path = write("age = 46")
    code = (
        "import sys; from filiform.cli import program;"
        f"program(['screen', {str(path)!r}], standalone_mode=False);"
        "heavy = {'numpy', 'scipy', 'pandas', 'matplotlib', 'django', 'pydantic'};"
        "print('loaded:', *sorted(heavy & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    assert answer.stdout.endswith("\nloaded:\n")
