"""A package uses the public names of the others: a module that begins with `_` is its own."""

from __future__ import annotations

import re
from pathlib import Path

import filiform

ROOT = Path(filiform.__file__).parent
PRIVATE = re.compile(
    r"^\s*(?:from|import) filiform\.(\w+)(?:[\w.]*\._\w+| import _\w+)", re.MULTILINE
)


def test_no_package_imports_a_private_module_of_another() -> None:
    files = sorted(ROOT.rglob("*.py"))
    assert len(files) > 100
    for file in files:
        own = file.relative_to(ROOT).parts[0]
        others = {name for name in PRIVATE.findall(file.read_text("utf-8")) if name != own}
        assert not others, file.relative_to(ROOT)
