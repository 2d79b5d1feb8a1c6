"""The examples on the pages of the methods print what the pages show."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "methods"

NAMES = (
    "bayes", "glmm", "multilevel", "robust", "selection", "sequential",
    "conversions", "effect-sizes", "henmi-copas", "influence", "mantel-haenszel", "mean-intervals",
    "meta-regression", "peto", "pool", "pool-many", "prediction-intervals",
    "small-study-adjustments", "small-study-tests", "subgroups", "tau2-estimators",
    "tau2-intervals",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_example_prints_what_the_page_shows(name: str) -> None:
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert ">>> " in page
    assert rendered(page) == page


def rendered(page: str) -> str:
    """The page with the output of its examples made anew."""
    names: dict[str, Any] = {}
    lines, code = [], False
    statement: list[str] = []
    for line in page.split("\n"):
        if not line.startswith("... ") and statement:
            lines += _output(statement, names)
            statement = []
        if line.startswith("```"):
            code = line == "```python"
        if line.startswith((">>> ", "... ")):
            statement.append(line[4:])
        if not code or line.startswith((">>> ", "... ", "```")):
            lines.append(line)
    return "\n".join(lines)


def _output(statement: list[str], names: dict[str, Any]) -> list[str]:
    source = "\n".join(statement) + ("\n" if len(statement) > 1 else "")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "example", "single"), names)  # noqa: S102 - our own pages
    text = printed.getvalue().rstrip("\n")
    return text.split("\n") if text else []
