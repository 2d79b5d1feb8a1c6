"""What README shows is what the program prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = re.findall(
    r"```console\n\$ (filiform .+?)\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
)


@pytest.mark.parametrize(("command", "shown"), EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_an_example_prints_what_the_readme_shows(command: str, shown: str) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    answer = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
    )
    assert answer.stdout == shown


def test_the_readme_shows_three_examples() -> None:
    assert len(EXAMPLES) == 3
