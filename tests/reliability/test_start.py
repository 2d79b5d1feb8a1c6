"""The site is whole before its first request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reliability import ground

if TYPE_CHECKING:
    from pathlib import Path

_STARTED = """
import sys
from filiform.site import wsgi
print("filiform.site.practice.views.session" in sys.modules)
"""


def test_every_page_is_imported_before_there_are_threads(tmp_path: Path) -> None:
    variables = {**ground.environment(tmp_path), "PYTHONWARNINGS": "error"}
    assert ground.run("-c", _STARTED, variables=variables) == "True\n"
