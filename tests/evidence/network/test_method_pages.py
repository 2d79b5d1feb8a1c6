"""The examples of the pages on networks print what the pages say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

PAGES = Path(__file__).parents[3] / "docs" / "methods"
FIRST = "network-fit.md"
NAMES = sorted(path.name for path in PAGES.glob("network-*.md"))
BLOCK = re.compile(r"```python\n(?P<code>.*?)```\n(?:```text\n(?P<said>.*?)```\n)?", re.DOTALL)


def run(page: str, known: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Run the code of a page; return what is not as the page says."""
    wrong = []
    for block in BLOCK.finditer((PAGES / page).read_text(encoding="utf-8")):
        exec(block["code"], known)  # noqa: S102 - our own documentation
        said = capsys.readouterr().out.rstrip()
        if said != (block["said"] or "").rstrip():
            wrong.append(said)
    return wrong


def test_every_page_is_here() -> None:
    assert len(NAMES) == 8
    assert FIRST in NAMES


@pytest.mark.parametrize("page", NAMES)
def test_the_page_prints_what_it_says(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    known: dict[str, Any] = {}
    if page != FIRST:
        assert run(FIRST, known, capsys) == []
    assert run(page, known, capsys) == []
