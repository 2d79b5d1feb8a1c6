"""Kills a serving site with SIGKILL while people write, again and again, and counts what is left.

    python -m tests.reliability.kill9 --kills 20
    python -m tests.postgresql -m tests.reliability.kill9 --kills 20     (on PostgreSQL)

Writers send forms over HTTP as browsers do. A form that was answered is acknowledged: it must be
there after every kill, once. A form that was cut off is sent again with the same token: whether it
was kept before or not, it is there once at the end. Then the database's own check must pass, and
every history must verify.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import uuid4

from tests.reliability import ground

if TYPE_CHECKING:
    from random import Random

WRITERS = 4
_TIMEOUT_SECONDS = 30
_BEGIN = """
import django, json
django.setup()
from tests.site.practice import making
owner = making.make_member(making.make_practice(), "owner")
client = making.client_for(owner)
print(json.dumps({"member": str(owner.pk), "session": client.cookies["sessionid"].value}))
"""
_COUNT = """
import django, json
django.setup()
from collections import Counter
from django.db import connection
from filiform.site.practice.models import Credential
if connection.vendor == "sqlite":
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchall() == [("ok",)], "the file is damaged"
print(json.dumps(Counter(Credential.objects.values_list("number", flat=True))))
"""


@dataclass(slots=True)
class Told:
    """What became of it: forms that were answered, and those that were cut off for now."""

    acknowledged: set[str] = field(default_factory=set)
    cut_off: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    kills: int = 0


class Site:
    """A site that is started, killed and started again on one database."""

    def __init__(self, directory: Path) -> None:
        """Prepare the database and sign somebody in."""
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.variables = {
            **ground.environment(directory),
            "FILIFORM_PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "filiform.site.settings",
        }
        ground.run("-m", "filiform.site", "prepare", variables=self.variables)
        begun = json.loads(ground.run("-c", _BEGIN, variables=self.variables))
        self.address = f"/practice/staff/{begun['member']}/credentials/add/"
        self.session: str = begun["session"]

    def start(self) -> None:
        """Serve, and return once it does."""
        words = [sys.executable, "-m", "gunicorn", "--config", "python:filiform.site.server"]
        self.server = subprocess.Popen(
            words, env=self.variables, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self.server.stdout is not None
        said = self.server.stdout.readline()
        if not said.startswith("Filiform is ready"):
            raise RuntimeError(f"the site did not start: {said}")

    def kill(self) -> None:
        """Kill the server and its workers at once, as a power cut would."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.communicate()

    def count(self) -> dict[str, int]:
        """Check the database and return how often each form's record is there."""
        kept: dict[str, int] = json.loads(ground.run("-c", _COUNT, variables=self.variables))
        return kept

    def send(self, number: str, token: str) -> bool:
        """Send one form as a browser does; whether it was answered."""
        form = {
            "csrfmiddlewaretoken": "c" * 32,
            "once": token,
            "profession": "acupuncturist",
            "title": "L.Ac.",
            "number": number,
            "jurisdiction": "US-NY",
            "expires_on": "2030-01-01",
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"csrftoken={'c' * 32}; sessionid={self.session}",
        }
        server = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_TIMEOUT_SECONDS)
        with closing(server):
            try:
                server.request("POST", self.address, urlencode(form), headers)
                status = server.getresponse().status
            except (OSError, http.client.HTTPException):
                return False
        if status != http.HTTPStatus.FOUND:
            raise RuntimeError(f"a form was answered with {status}")
        return True


def write(site: Site, told: Told, stop: threading.Event) -> None:
    """Send forms one after the other until stopped; first those that were cut off."""
    while not stop.is_set():
        try:
            number, token = told.cut_off.popitem()
        except KeyError:
            number, token = uuid4().hex, str(uuid4())
        if site.send(number, token):
            told.acknowledged.add(number)
        else:
            told.cut_off[number] = token
            time.sleep(0.01)


def rounds(site: Site, kills: int, seconds: float, chance: Random) -> Told:
    """Kill the site that often, each time at a random moment, and count after each."""
    told = Told()
    for _ in range(kills + 1):
        site.start()
        stop = threading.Event()
        writers = [threading.Thread(target=write, args=(site, told, stop)) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(chance.uniform(0.2, seconds))
        if told.kills < kills:
            site.kill()
            told.kills += 1
            stop.set()
        stop.set()
        for writer in writers:
            writer.join()
        _count(site, told)
    _finish(site, told)
    site.kill()
    return told


def _finish(site: Site, told: Told) -> None:
    """Send again what was cut off, while the site still serves, and count for the last time."""
    for number, token in sorted(told.cut_off.items()):
        if not site.send(number, token):
            raise RuntimeError("the site does not answer, and nobody killed it")
        told.acknowledged.add(number)
    told.cut_off.clear()
    _count(site, told)
    ground.filiform("verify", variables=site.variables)


def _count(site: Site, told: Told) -> None:
    kept = site.count()
    told.lost += sorted(told.acknowledged - kept.keys())
    told.twice += sorted(number for number, times in kept.items() if times > 1)


def main() -> int:
    """Run it and say what came of it; the exit status is 1 where anything was lost."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--kills", type=int, default=20)
    words.add_argument("--seconds", type=float, default=3.0, help="longest time before a kill")
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        site = Site(Path(directory))
        told = rounds(site, given.kills, given.seconds, random.Random(given.seed))  # noqa: S311  (moments of killing)
    sys.stdout.write(
        f"{told.kills} kills, {len(told.acknowledged)} writes acknowledged, "
        f"{len(told.lost)} lost, {len(told.twice)} doubled; every history verifies\n"
    )
    return bool(told.lost or told.twice)


if __name__ == "__main__":
    sys.exit(main())
