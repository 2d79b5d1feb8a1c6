"""Runs the terminal program on data directories of their own, in SQLite or in PostgreSQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.reliability import ground

if TYPE_CHECKING:
    from pathlib import Path

FILL = "fill"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command ended with."""

    status: int
    said: str


class Site:
    """A data directory and a database: PostgreSQL where the tests run on it, else SQLite."""

    def __init__(self, directory: Path) -> None:
        """Take the directory of a new site."""
        self.directory = directory
        self.variables = ground.environment(directory)

    def run(self, *commands: tuple[str, ...]) -> list[Answer]:
        """Run commands of `filiform` one after the other, in one process that starts for them."""
        words = ("-m", "tests.site.copies.commands", json.dumps(commands))
        return [Answer(*each) for each in json.loads(ground.run(*words, variables=self.variables))]

    def does(self, *commands: tuple[str, ...]) -> list[str]:
        """Run commands none of which may fail; return what they said."""
        answers = self.run(*commands)
        for command, answer in zip(commands, answers, strict=True):
            assert answer.status == 0, (command, answer.said)
        return [answer.said for answer in answers]
