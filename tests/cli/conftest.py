"""The terminal program as its users run it: a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest


class Run(Protocol):
    """Run `filiform` with arguments and return what it printed and its exit status."""

    def __call__(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]: ...


class Write(Protocol):
    """Write a file of answers and return where it is."""

    def __call__(self, text: str, name: str = "person.toml") -> Path: ...


@pytest.fixture(scope="session")
def run() -> Run:
    program = Path(sys.executable).with_name("filiform")

    def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [program, *arguments]
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)

    return call


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str, name: str = "person.toml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return to_file
