"""Runs programs on a data directory of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FILL = Path(__file__).with_name("fill.py")


def run(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Run Python on a data directory."""
    environment = {**os.environ, "FILIFORM_DATA": str(data)}
    return subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, check=False
    )


def filiform(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Run the terminal program on a data directory."""
    return run("-c", "from filiform.cli import main; main()", *words, data=data)
