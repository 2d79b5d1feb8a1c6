"""docs/security.md: every test that it names is there, and no requirement is told twice."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| V")]


def test_every_test_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    there = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(named) > 40
    assert sorted(named - there) == []


def test_every_file_that_the_page_names_is_there() -> None:
    for name in re.findall(r"`(tests/[\w./]+)`", PAGE):
        assert (ROOT / name).exists(), name


def test_no_requirement_is_told_twice() -> None:
    told = [given for row in ROWS for given in re.findall(r"V[\d.]+", row.split("|")[1])]
    assert len(told) > 150
    assert sorted(told) == sorted(set(told))
