"""Rules about the repository itself."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Put together here, so that this file does not name them either.
REGISTRIES = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry." + "npm" + "js.org",
    "registry." + "yarn" + "pkg.com",
    "npm" + "mirror.com",
]
# The author's own directories; an example such as /path/to/data is not one.
MACHINE_PATH = re.compile(
    r"(?<![\w.~}$)*-])/(?:home|root|Users|work|mnt|opt/(?:pypi|wheels))/[\w.]"
)
COMMANDS = ["serve", "test", ".ci/run"]


@cache
def tracked() -> list[Path]:
    """Every file that is in git, or would be."""
    git = shutil.which("git")
    assert git is not None, "these rules are about what is in git"
    said = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in said.stdout.split("\0") if name]
    return [file for file in files if file.is_file()]


@cache
def texts() -> dict[str, str]:
    found = {}
    for file in tracked():
        content = file.read_bytes()
        if b"\0" not in content:
            found[str(file.relative_to(ROOT))] = content.decode("utf-8")
    return found


def test_no_file_names_a_registry() -> None:
    named = {(file, host) for file, text in texts().items() for host in REGISTRIES if host in text}
    assert named == set()


def test_no_file_names_a_directory_of_one_machine() -> None:
    named = {
        file: found.group()
        for file, text in texts().items()
        if (found := MACHINE_PATH.search(text)) is not None
    }
    assert named == {}


def test_the_node_lock_names_no_address_to_fetch_from() -> None:
    lock = json.loads((ROOT / "assets" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


def test_the_test_lock_holds_every_pin_of_the_run_lock() -> None:
    def pins(lock: str) -> set[str]:
        text = (ROOT / lock).read_text(encoding="utf-8")
        return set(re.findall(r"^[a-z][^\\\n]+", text, re.MULTILINE))

    assert pins("requirements.lock") - pins("requirements-test.lock") == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_can_be_run(command: str) -> None:
    assert os.access(ROOT / command, os.X_OK)
    assert (ROOT / command).read_text(encoding="utf-8").startswith("#!/bin/sh\n")


@pytest.mark.parametrize("command", ["./serve", "./test"])
def test_the_readme_names_both_commands(command: str) -> None:
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_link_of_a_document_leads_somewhere() -> None:
    lost = set()
    for file, text in texts().items():
        if not file.endswith(".md"):
            continue
        prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        for target in re.findall(r"\]\(<?([^)>\s]+)>?[^)]*\)", prose):
            path = target.partition("#")[0]
            if path and "://" not in path and not path.startswith("mailto:"):
                place = ROOT / path.lstrip("/") if path[0] == "/" else (ROOT / file).parent / path
                if not place.exists():
                    lost.add((file, target))
    assert lost == set()


def test_every_decision_says_why_what_and_what_follows() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [file.name[:3] for file in decisions] == [
        f"{number:03}" for number in range(1, len(decisions) + 1)
    ]
    for file in decisions:
        headings = re.findall(r"^## (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], file.name


@pytest.mark.parametrize(
    ("licence", "words"),
    [
        ("LICENSE", "Apache License"),
        ("LICENSE-DATA", "Creative Commons Attribution 4.0 International"),
    ],
)
def test_a_licence_is_here_in_full(licence: str, words: str) -> None:
    text = (ROOT / licence).read_text(encoding="utf-8")
    assert words in text
    assert len(text) > 10_000
