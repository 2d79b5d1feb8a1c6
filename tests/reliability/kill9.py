"""Kills a serving site, or its database, while people work, and looks what became of their work.

    python -m tests.reliability.kill9 --kills 20
    python -m tests.postgresql -m tests.reliability.kill9 --kills 20         (on PostgreSQL)
    python -m tests.reliability.kill9 --kills 20 --postgresql                (PostgreSQL itself)

Some practitioners treat, close, amend, ask, bill and take in stock over HTTP (working.py). At
random moments all processes of the site, or all of the PostgreSQL server, get SIGKILL together, as
a power cut would end them. After each kill the database is compared with what was acknowledged
(comparing.py), and every history is verified. While PostgreSQL is away the site stays: it has to
tell so and to go on by itself. The seed is printed; `--seed` repeats the moments.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Protocol

from tests.reliability import ground, postgres
from tests.reliability.visitor import Visitor, free_port, start
from tests.reliability.working import Gate, Practitioner

if TYPE_CHECKING:
    from random import Random

PEOPLE = 4
_RECOVERY_SECONDS = 180
_SEEDS = 1_000_000


class Victim(Protocol):
    """What is killed."""

    def kill(self) -> None:
        """End it by SIGKILL, all its processes at once."""

    def start(self) -> None:
        """Start it again and return once it serves."""


class Site:
    """A site on a database of its own."""

    def __init__(self, variables: dict[str, str]) -> None:
        """Take the port that it keeps over all its lives."""
        self.variables, self.port = variables, free_port()

    def start(self) -> None:
        """Serve."""
        self.server = start(self.variables, self.port)

    def kill(self) -> None:
        """Kill the server and its workers."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.communicate()


@dataclass(slots=True)
class Told:
    """What came of it.

    Attributes:
        kills: how many.
        found: every difference, by kind; all lists are empty where all is well.
    """

    kills: int = 0
    acknowledged: int = 0
    cut_off: int = 0
    told_away: int = 0
    entries: int = 0
    found: dict[str, list[str]] = field(default_factory=dict)

    @property
    def well(self) -> bool:
        """Whether nothing was lost, doubled, damaged or said wrongly."""
        return not any(self.found.values())

    def sentence(self) -> str:
        """Return it for a reader."""
        faults = ", ".join(f"{len(each)} {kind}" for kind, each in self.found.items())
        return (
            f"{self.kills} kills, {self.acknowledged} writes acknowledged, {self.cut_off} requests "
            f"cut off, {self.told_away} told that the database is away; {self.entries} entries of "
            f"the history; {faults}"
        )


@dataclass(slots=True)
class Round:
    """People at work on a site, and who is killed meanwhile."""

    site: Site
    victim: Victim
    people: list[Practitioner]
    gate: Gate
    chance: Random
    writes: int
    told: Told = field(default_factory=Told)

    def run(self, kills: int) -> Told:
        """Let them work, kill that often, compare after each, and once more at the end.

        Raises:
            RuntimeError: the site does not go on by itself.
        """
        threads = [Thread(target=each.work, daemon=True) for each in self.people]
        for thread in threads:
            thread.start()
        for _ in range(kills):
            self._until_more(self.chance.randint(1, self.writes))
            time.sleep(self.chance.random() / 2)
            self._killed()
        self._until_more(1)
        self.gate.close(len(self.people))
        self.gate.open(over=True)
        for thread in threads:
            thread.join(_RECOVERY_SECONDS)
        self._compare()
        return self.told

    def _killed(self) -> None:
        """Kill, compare while nobody writes, and let them go on."""
        self.victim.kill()
        self.told.kills += 1
        if self.victim is self.site:
            self.gate.close(len(self.people))
            self._compare()
            self.victim.start()
        else:
            time.sleep(self.chance.uniform(0.1, 1.0))  # people meet the page that tells so
            self.victim.start()
            self._until_more(1)
            self.gate.close(len(self.people))
            self._compare()
        self.gate.open()

    def _until_more(self, writes: int) -> None:
        """Wait until the site has acknowledged some more, all by itself."""
        wanted, until = self._done() + writes, time.monotonic() + _RECOVERY_SECONDS
        while self._done() < wanted:
            if time.monotonic() > until:
                raise RuntimeError("the site does not answer, and nobody killed it")
            time.sleep(0.05)

    def _done(self) -> int:
        return sum(each.ledger.acknowledged for each in self.people)

    def _compare(self) -> None:
        ledgers = [each.ledger for each in self.people]
        words = [sys.executable, "-m", "tests.reliability.comparing"]
        given = json.dumps([ledger.to_json() for ledger in ledgers])
        done = subprocess.run(
            words, env=self.site.variables, input=given, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        found, told = json.loads(done.stdout), self.told
        told.entries, told.acknowledged = found.pop("entries"), self._done()
        told.cut_off = sum(ledger.cut_off for ledger in ledgers)
        told.told_away = sum(ledger.told_away for ledger in ledgers)
        found["faults"] = [fault for ledger in ledgers for fault in ledger.faults]
        for kind, faults in found.items():
            told.found[kind] = sorted({*told.found.get(kind, []), *faults})


def prepared(directory: Path, address: str | None) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Make a database with a practice at work; its variables, and who is who."""
    named = {"FILIFORM_DATABASE_URL": address} if address else {}
    variables = {
        **ground.environment(directory),
        **named,
        "DJANGO_SETTINGS_MODULE": "filiform.site.settings",
        "FILIFORM_HOSTS": "testserver",
    }
    ground.run("-m", "filiform.site", "prepare", variables=variables)
    known = ground.run("-m", "tests.reliability.world", str(PEOPLE), variables=variables)
    return variables, json.loads(known)


def killed(
    directory: Path, kills: int, writes: int, seed: int, *, postgresql: bool = False
) -> Told:
    """Kill the site that often, or its PostgreSQL, and return what came of it.

    Args:
        directory: an empty one, for the data.
        kills: how often.
        writes: up to how many are acknowledged between two kills.
        seed: of the moments, and of what people type.
        postgresql: whether to kill the database's server instead of the site.
    """
    with postgres.postgresql() if postgresql else nullcontext() as database:
        address = database.address if database else None
        variables, known = prepared(directory, address)
        site, chance, gate = Site(variables), random.Random(seed), Gate()  # noqa: S311  (moments)
        site.start()
        try:
            people = [
                Practitioner(_visitor(site, each["cookie"]), each["course"], gate, chance)
                for each in known
            ]
            return Round(site, database or site, people, gate, chance, writes).run(kills)
        finally:
            site.kill()


def _visitor(site: Site, cookie: str) -> Visitor:
    visitor = Visitor(f"http://127.0.0.1:{site.port}")
    visitor.cookies["sessionid"] = cookie
    return visitor


def main() -> int:
    """Run it and say what came of it; the exit status is 1 where anything is not as promised."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--kills", type=int, default=20)
    words.add_argument("--writes", type=int, default=30, help="most writes between two kills")
    words.add_argument("--seed", type=int, default=secrets.randbelow(_SEEDS))
    words.add_argument("--postgresql", action="store_true", help="kill PostgreSQL, not the site")
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        told = killed(
            Path(directory), given.kills, given.writes, given.seed, postgresql=given.postgresql
        )
    sys.stdout.write(f"seed {given.seed}: {told.sentence()}\n")
    for kind, faults in told.found.items():
        sys.stdout.writelines(f"{kind}: {fault}\n" for fault in faults)
    return not told.well


if __name__ == "__main__":
    sys.exit(main())
