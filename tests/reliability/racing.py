"""Threads that change one record at once, and send one form at once, on a database of their own.

python -m tests.reliability.racing     (prints what became of it, as JSON)
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from collections.abc import Callable

# Each program of this directory makes Django ready first, and imports what needs it after.
# ruff: noqa: PLC0415
THREADS, ROUNDS = 6, 8


def at_once(do: Callable[[int], str]) -> Counter[str]:
    """Do one thing in all threads at the same moment; how often each outcome came."""
    from django.db import connection

    barrier = Barrier(THREADS)

    def one(number: int) -> str:
        barrier.wait()
        try:
            return do(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(one, range(THREADS)))


def main() -> None:
    """Race, then verify."""
    django.setup()
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    from tests.site.practice import making

    from filiform.site.practice import keeping, sending
    from filiform.site.practice.models import Credential, HistoryEntry, Person
    from filiform.site.practice.verifying import verify

    owner = making.make_member(making.make_practice(), "owner")
    person = making.make_person(owner)

    def change(number: int) -> str:
        mine = Person.objects.get(pk=person.pk)
        before, mine.family_name = keeping.values(mine), f"Family {number}"
        barrier.wait()
        try:
            with keeping.acting(owner) as act:
                act.change(mine, before=before)
        except keeping.StaleError:
            return "stale"
        return "kept"

    changes: Counter[str] = Counter()
    for _ in range(ROUNDS):
        barrier = Barrier(THREADS)
        changes += at_once(change)

    client = making.client_for(owner)
    form = {
        "profession": "acupuncturist",
        "title": "L.Ac.",
        "number": "1",
        "jurisdiction": "US-NY",
        "expires_on": "2030-01-01",
    }
    sends: Counter[str] = Counter()
    for _ in range(ROUNDS):
        form["once"] = sending.token()

        def send(_number: int) -> str:
            other = Client(headers={"host": "localhost"})
            other.cookies = client.cookies
            address = f"/practice/staff/{owner.pk}/credentials/add/"
            return str(other.post(address, form).status_code)

        sends += at_once(send)

    told = {
        "changes": changes,
        "version": Person.objects.get().version,
        "sends": sends,
        "credentials": Credential.objects.count(),
        "links": HistoryEntry.objects.count(),
        "faults": [fault.sentence for fault in verify()],
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
