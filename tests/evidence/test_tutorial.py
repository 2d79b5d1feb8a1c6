"""The tutorial prints what it shows.

After a change that is meant, `python -m tests.evidence.test_tutorial` writes its output anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.evidence.test_methods_pages import rendered

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "evidence" / "tutorial.md"


def test_the_tutorial_prints_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    page = TUTORIAL.read_text(encoding="utf-8")
    assert page.count("```python") >= 10
    assert rendered(page) == page


if __name__ == "__main__":
    TUTORIAL.write_text(rendered(TUTORIAL.read_text(encoding="utf-8")), encoding="utf-8")
