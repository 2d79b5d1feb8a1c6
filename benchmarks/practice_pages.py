"""Opens every page of a filled practice and tells what it takes: time, queries, the slowest one.

    FILIFORM_DATA=DIR .venv/bin/python -m benchmarks.practice_pages [GOAL_MS]

The addresses are made from the URL conf, so that no page is forgotten. Times are of the server
alone, in one process: the view, its queries, its template; the median of some openings.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from dataclasses import dataclass

import django

GOAL_MS = 200.0
RUNS = 5


@dataclass(frozen=True, slots=True)
class Opened:
    """A page as it was opened.

    Attributes:
        first, median: milliseconds of the first opening, and of the later ones.
        worked: milliseconds of the processor in the median opening, whatever else the machine did.
        queries: how many the database was asked.
        slowest: milliseconds of the slowest query, and its text.
    """

    name: str
    status: int
    first: float
    median: float
    worked: float
    queries: int
    slowest: tuple[float, str]


def pages() -> list[Opened]:
    """Open every page of the largest practice, as its owner."""
    from django.conf import settings  # noqa: PLC0415  (Django is ready by then)
    from django.urls import reverse  # noqa: PLC0415
    from tests.browser.practice_world import addresses  # noqa: PLC0415
    from tests.site.practice.making import client_for  # noqa: PLC0415

    from filiform.site.practice.models import Member, Person, Practice  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    practice = Practice.objects.latest("history_number")
    client = client_for(Member.objects.get(practice=practice, role="owner"))
    found = addresses(practice)
    last = (Person.objects.filter(practice=practice).count() - 1) // 25 + 1
    found["people, the last page"] = reverse("practice:people") + f"?page={last}"
    found["bills, the last page"] = reverse("practice:bills") + "?page=1000000"
    found["history, the oldest"] = reverse("practice:history") + "?before=60"
    opened = [_opened(client, name, address) for name, address in found.items()]
    opened.append(_opened(client, "people, a search", found["people"], {"words": "garcia ada"}))
    return opened


def _opened(client: object, name: str, address: str, post: dict[str, str] | None = None) -> Opened:
    from django.db import connection  # noqa: PLC0415  (Django is ready by then)
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    times, worked, status = [], [], 0
    for _ in range(RUNS):
        began, from_then = time.perf_counter(), time.process_time()
        answer = client.post(address, post) if post else client.get(address)  # type: ignore[attr-defined]
        b"".join(answer)
        times.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - from_then) * 1000)
        status = answer.status_code
    with CaptureQueriesContext(connection) as asked:
        client.post(address, post) if post else client.get(address)  # type: ignore[attr-defined]
    slowest = max(((float(each["time"]) * 1000, each["sql"]) for each in asked), default=(0, ""))
    median, work = statistics.median(times[1:]), statistics.median(worked[1:])
    return Opened(name, status, times[0], median, work, len(asked), slowest)


def main() -> None:
    """Print each page, the slowest first, and say how many miss the goal."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filiform.site.settings")
    goal = float(sys.argv[1]) if len(sys.argv) > 1 else GOAL_MS
    django.setup()
    found = sorted(pages(), key=lambda each: -each.median)
    slow = [each for each in found if each.median >= goal]
    print(f"{'page':<34}{'status':>7}{'first ms':>10}{'median ms':>11}{'CPU ms':>8}{'queries':>9}")
    for each in found:
        print(
            f"{each.name:<34}{each.status:>7}{each.first:>10.0f}{each.median:>11.0f}"
            f"{each.worked:>8.0f}{each.queries:>9}"
        )
        if each.slowest[0] > goal / 10:
            print(f"    {each.slowest[0]:.0f} ms: {each.slowest[1][:400]}")
    print(f"{len(slow)} of {len(found)} pages take {goal:.0f} ms or more")


if __name__ == "__main__":
    main()
