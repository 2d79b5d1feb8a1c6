"""Care starts without the libraries of numbers and plots, and without the web framework."""

from __future__ import annotations

import subprocess
import sys

import pytest

MODULES = (
    "refusal",
    "needles",
    "closing",
    "lots",
    "sites",
    "stricta",
    "course",
    "licence",
    "consent",
)
HEAVY = ("numpy", "scipy", "pandas", "matplotlib", "django", "filiform.review", "filiform.evidence")


@pytest.mark.parametrize("module", MODULES)
def test_a_module_of_care_starts_light_and_names_what_it_offers(module: str) -> None:
    code = (
        f"import sys, filiform.care.{module} as m\n"
        f"print([h for h in {HEAVY!r} if h in sys.modules])\n"
        "print([n for n in m.__all__ if not hasattr(m, n)])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    assert told == "[]\n[]\n"
