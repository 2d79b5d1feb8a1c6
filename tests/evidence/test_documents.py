"""The guides to the evidence engine name what there is and show what is printed."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from filiform import evidence as ev

GUIDES = Path(__file__).parents[2] / "docs" / "evidence"
CALL = re.compile(r"\bev\.([A-Za-z_][\w.]*)(?:\(([^()`]*)\))?")


def calls(page: str) -> list[tuple[str, list[str]]]:
    """The names after `ev.` in backticks outside code blocks, with their keyword arguments."""
    text = re.sub(r"```.*?```", "", (GUIDES / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    quoted = " ".join(re.findall(r"`([^`\n]+)`", text))
    return [
        (name.rstrip("."), re.findall(r"(\w+)=", arguments))
        for name, arguments in CALL.findall(quoted)
    ]


def resolved(name: str) -> object:
    thing: object = ev
    for part in name.split("."):
        thing = getattr(thing, part)
    return thing


@pytest.mark.parametrize("page", ["coming-from.md", "recommended-practice.md", "benchmarks.md"])
def test_every_name_and_argument_of_a_guide_exists(page: str) -> None:
    found = calls(page)
    assert found
    for name, arguments in found:
        thing = resolved(name)
        assert thing is not None, name
        if arguments:
            assert callable(thing), name
            known = inspect.signature(thing).parameters
            assert set(arguments) <= set(known), f"{page}: {name}({arguments})"


def test_coming_from_leaves_no_public_function_of_synthesis_out() -> None:
    named = {name.split(".")[0] for name, _ in calls("coming-from.md")}
    functions = {name for name in ev.__all__ if inspect.isfunction(getattr(ev, name))}
    assert functions - named == set()
