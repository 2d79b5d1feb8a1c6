"""What each page of a visit asks of the processor: one practitioner, in this process, no network.

    FILIFORM_DATA=$(mktemp -d) .venv/bin/python -m benchmarks.practice_work [VISITS] [PROFILED_STEP]

The same visits as benchmarks/practice.py. Times are of the processor alone, so that a busy machine
does not change them; with the name of a step, what it spends them on is printed too.
"""

from __future__ import annotations

import cProfile
import io
import os
import pstats
import statistics
import sys
import time
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from tests.reliability.visitor import Answer

from benchmarks.practice import Ledger, Practitioner, make_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reliability.visitor import Fields

VISITS, SHOWN = 12, 45


@dataclass(slots=True)
class Inside:
    """A visitor who calls the site's own WSGI application.

    Attributes:
        last: what the last request spent its time on, where it is asked for.
    """

    application: Callable[..., Any]
    cookie: str
    profiled: bool = False
    last: cProfile.Profile | None = None

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, b"")

    def post(self, path: str, fields: Fields) -> Answer:
        """Send a form."""
        return self._ask("POST", path, urlencode(fields).encode())

    def _ask(self, method: str, path: str, body: bytes) -> Answer:
        parts = urlsplit(path)
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_ORIGIN": "http://127.0.0.1",
            "HTTP_COOKIE": self.cookie,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }
        told: list[tuple[str, list[tuple[str, str]]]] = []
        profile = cProfile.Profile() if self.profiled else None
        began = time.process_time()
        if profile:
            profile.enable()
        answer = self.application(environ, lambda status, headers: told.append((status, headers)))
        text = b"".join(answer).decode()
        answer.close()
        if profile:
            profile.disable()
        seconds = time.process_time() - began
        self.last = profile
        ((status, headers),) = told
        for name, value in headers:
            if name == "Set-Cookie":
                self.cookie += "; " + value.partition(";")[0]
        return Answer(int(status[:3]), dict(headers).get("Location", ""), text, seconds)


@dataclass(slots=True)
class Work(Ledger):
    """The times of each step, and what those of one name were spent on."""

    step: str = ""
    inside: Inside | None = None
    spent: list[cProfile.Profile] = field(default_factory=list)

    def note(self, step: str, answer: Answer, wanted: int) -> None:
        """Note an answer."""
        Ledger.note(self, step, answer, wanted)
        if step == self.step and self.inside and self.inside.last:
            self.spent.append(self.inside.last)


def main() -> None:
    """Measure and print."""
    visits = int(sys.argv[1]) if len(sys.argv) > 1 else VISITS
    step = sys.argv[2] if len(sys.argv) > 2 else ""
    os.environ["DJANGO_SETTINGS_MODULE"] = "filiform.site.settings"
    from django.core.management import call_command  # noqa: PLC0415

    from filiform.site.wsgi import application  # noqa: PLC0415  (it sets Django up)

    call_command("prepare", stdout=io.StringIO())
    (known,) = make_world(staff=1, visits=visits + 2)
    inside = Inside(application, f"sessionid={known.cookie}", profiled=bool(step))
    # Each page is made before it is timed: a template is compiled at its first use.
    Practitioner(inside, Ledger(), Random(1), known.courses[:2], 0).work()  # noqa: S311
    work = Work(step=step, inside=inside)
    Practitioner(inside, work, Random(1), known.courses[2:], 0).work()  # noqa: S311
    print(f"{'milliseconds of the processor':<32}{'count':>7}{'median':>9}{'most':>9}")
    for name, times in sorted(work.times.items(), key=lambda each: -statistics.median(each[1])):
        print(f"{name:<32}{len(times):>7}{statistics.median(times):>9.1f}{max(times):>9.1f}")
    every = sum(sum(times) for times in work.times.values())
    print(f"{'a whole visit':<32}{visits:>7}{every / visits:>9.0f}")
    for fault, count in work.faults.most_common():
        print(f"ERROR {count} × {fault}")
    if work.spent:
        pstats.Stats(*work.spent).sort_stats("cumulative").print_stats(SHOWN)
    sys.exit(bool(work.faults))


if __name__ == "__main__":
    main()
