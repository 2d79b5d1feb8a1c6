"""Runs several commands of the terminal program and prints what each ended with, as JSON."""

from __future__ import annotations

import json
import sys

from click.testing import CliRunner
from tests.site.copies import fill
from tests.site.copies.running import FILL

from filiform.cli import program
from filiform.errors import FiliformError


def answer(words: list[str]) -> tuple[int, str]:
    """Run one command; `fill` fills the database."""
    if words == [FILL]:
        fill.main()
        return 0, ""
    found = CliRunner().invoke(program, words)
    if isinstance(found.exception, FiliformError):
        return 2, str(found.exception)
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.exit_code, found.output


if __name__ == "__main__":
    sys.stdout.write(json.dumps([answer(words) for words in json.loads(sys.argv[1])]))
