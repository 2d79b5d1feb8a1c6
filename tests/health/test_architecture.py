"""The import directions are the architecture: each floor knows only the floors below it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_each_floor_imports_only_from_the_floors_below() -> None:
    # A process of its own: the linter sets up logging anew and would switch ours off.
    lint = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stdout
