"""House style: short files, short functions; the tail is budgeted."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
# Django writes a migration's operations from the models: nobody reads or edits their lines.
SOURCE = sorted(
    file for file in (ROOT / "src").rglob("*.py") if not file.match("migrations/0001_initial.py")
)
EVERY_FILE = [*SOURCE, *sorted((ROOT / "tests").rglob("*.py"))]


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement after the docstring to the last."""
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def functions() -> dict[str, int]:
    found = {}
    for file in SOURCE:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found[f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"] = body_lines(node)
    return found


def share_within(lengths: list[int], most: int) -> float:
    return sum(length <= most for length in lengths) / len(lengths)


def test_no_file_is_longer_than_600_lines_and_nine_of_ten_are_within_400() -> None:
    lines = {str(file): len(file.read_text(encoding="utf-8").splitlines()) for file in EVERY_FILE}
    assert {file: count for file, count in lines.items() if count > 600} == {}
    assert share_within(list(lines.values()), 400) >= 0.9


def test_no_function_is_longer_than_60_lines() -> None:
    assert {name: lines for name, lines in functions().items() if lines > 60} == {}


def test_functions_are_short_as_a_rule() -> None:
    lengths = list(functions().values())
    assert median(lengths) <= 8
    assert share_within(lengths, 30) >= 0.9
