"""The pinned cases, and what of them differs from what we compute."""

from __future__ import annotations

from pathlib import Path

from validation.cases.case import Case, compare, read

__all__ = ["ROOT", "Case", "cases", "compare"]

ROOT = Path(__file__).parents[1] / "reference"


def cases(family: str) -> list[Case]:
    """All cases of a family, in the order of their names."""
    return read(ROOT / family)
