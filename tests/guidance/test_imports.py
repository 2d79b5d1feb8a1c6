from __future__ import annotations

import subprocess
import sys

import pytest

import filiform.guidance
from filiform.guidance import screening

SCREEN = """
import sys
from filiform.guidance.person import Person, read_person
from filiform.guidance.screening import screen
from filiform.knowledge import library
screen(Person.from_mapping({"findings": ["fever"], "age": 40}, library()), library())
heavy = ("numpy", "pandas", "scipy", "matplotlib", "django", "filiform.review", "filiform.evidence")
print(*[name for name in heavy if name in sys.modules])
"""


def test_screening_imports_neither_numbers_nor_the_review() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCREEN], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_the_public_names_are_these() -> None:
    assert filiform.guidance.__all__ == [
        "Aid",
        "Person",
        "Preferences",
        "Screening",
        "guide",
        "read_person",
        "screen",
    ]


def test_public_names_are_imported_when_they_are_asked_for() -> None:
    assert filiform.guidance.screen is screening.screen


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'cure'"):
        filiform.guidance.__getattr__("cure")
