"""Twenty practitioners at work at once: what each page takes, beside the disk's own floor.

    .venv/bin/python -m benchmarks.practice [PAUSE_SECONDS] [VISITS]
    .venv/bin/python -m tests.postgresql -m benchmarks.practice      (on PostgreSQL)

Each treats one person after the other as a scripted visit: today, search, person, course, session
from the plan, needles in, typed and kept as a draft, out, counted, closed, scores, progress, bill,
payment. Between two pages they pause (the mean is told; people take ten times as long). The site
runs as `./serve` does, with two workers. The floor is a bare transaction of two rows, synced to
disk, in the same minutes on the same disk.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Protocol

import django
from tests.reliability import ground
from tests.reliability.visitor import Visitor, forms_of, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.reliability.visitor import Answer, Fields, Form

STAFF, WARMING, VISITS, PAUSE_SECONDS = 20, 4, 3, 1.0
GOAL_MS = 150.0
_BOX = re.compile(r'type="checkbox" id="(?:done|as)-[^"]*" name="([^"]+)"')


@dataclass(slots=True)
class Ledger:
    """The times of each step in milliseconds, and every answer that was not as it must be."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def note(self, step: str, answer: Answer, wanted: int) -> None:
        """Note an answer."""
        with self.lock:
            self.times[step].append(answer.seconds * 1000)
            if answer.status != wanted:
                self.faults[f"{step}: {answer.status} instead of {wanted}"] += 1


class Browser(Protocol):
    """What opens pages and sends forms."""

    def get(self, path: str) -> Answer:
        """Ask for a page."""

    def post(self, path: str, fields: Fields) -> Answer:
        """Send a form."""


@dataclass(frozen=True, slots=True)
class Known:
    """Someone who treats: their cookie, and the courses that wait with each its person."""

    cookie: str
    courses: list[tuple[str, str]]


@dataclass(slots=True)
class Practitioner:
    """One who treats, with a browser of their own.

    Attributes:
        courses: the courses that wait, as pairs of a course's and its person's id.
        pause: the mean seconds between two pages.
    """

    visitor: Browser
    ledger: Ledger
    random: Random
    courses: list[tuple[str, str]]
    pause: float

    def work(self) -> None:
        """Treat one person after the other."""
        for course, person in self.courses:
            self._visit(course, person)

    def _open(self, step: str, path: str) -> Answer:
        self._wait()
        answer = self.visitor.get(path)
        self.ledger.note(step, answer, 200)
        return answer

    def _send(self, step: str, page: Answer, path: str, having: str, **given: str) -> Answer:
        """Send the form of a page that has a field, and open what it leads to."""
        self._wait()
        form = _form(page, having)
        answer = self.visitor.post(form.action or path, form.filled(given))
        self.ledger.note(f"{step} (send)", answer, 302)
        if not answer.location:
            return answer
        shown = self.visitor.get(answer.location.partition("#")[0])
        self.ledger.note(f"{step} (then)", shown, 200)
        return shown

    def _wait(self) -> None:
        if self.pause:
            time.sleep(self.random.expovariate(1 / self.pause))

    def _visit(self, course: str, person: str) -> None:
        self._open("today", "/practice/")
        people = self._open("people", "/practice/people/")
        search = _form(people, "words").filled({"words": "example"})
        self._wait()
        self.ledger.note("search", self.visitor.post("/practice/people/", search), 200)
        self._open("person", f"/practice/people/{person}/")
        self._open("course", f"/practice/courses/{course}/")
        session = self._treat(course)
        scores = self._open("scores", f"/practice/courses/{course}/outcomes/take/")
        self._send("scores", scores, scores_path(course), "NPRS", NPRS="4")
        self._open("progress", f"/practice/courses/{course}/progress/")
        self._bill(session)

    def _treat(self, course: str) -> str:
        path = f"/practice/courses/{course}/sessions/new/"
        new = self._open("new session", path)
        form = _form(new, "once").filled({"begin": "plan"})
        self._wait()
        opened = self.visitor.post(path, form)
        self.ledger.note("new session (send)", opened, 302)
        session = opened.location
        sheet = self._open("session", session)
        depths = {f"n{n}-depth_mm": "10" for n in range(10)}
        sheet = self._send("save", sheet, session, "origin", do="save", **depths)
        sheet = self._send("all in", sheet, session, "origin", do="in")
        self._wait()
        typed = _form(sheet, "origin").filled({"notes": "Turns the head more freely."})
        self.ledger.note("draft", self.visitor.post(f"{session}draft/", typed), 200)
        sheet = self._send("all out", self._open("session", session), session, "origin", do="out")
        told = dict(_form(sheet, "origin").fields)
        counts = {f"out-{name[3:]}": told[name] for name in told if name.startswith("in-")}
        ticks = dict.fromkeys(_BOX.findall(sheet.text), "on")
        closed = self._send("close", sheet, session, "origin", do="close", **counts, **ticks)
        if "data-session" in closed.text:
            self.ledger.faults["close: the session is still open"] += 1
        return session

    def _bill(self, session: str) -> None:
        path = f"{session}bill/"
        asked = self._open("bill a session", path)
        form = _form(asked, "minutes_1").filled({"minutes_1": "20", "keep": "yes"})
        self._wait()
        made = self.visitor.post(path, form)
        self.ledger.note("bill (send)", made, 302)
        bill = self._open("bill", made.location)
        self._send("payment", bill, made.location, "method", amount="85.00", method="card")


def scores_path(course: str) -> str:
    """Return where scores are taken."""
    return f"/practice/courses/{course}/outcomes/take/"


def _form(page: Answer, having: str) -> Form:
    for form in forms_of(page.text):
        if any(name == having for name, _ in form.fields):
            return form
    raise ValueError(f"a page ({page.status}) has no form with {having!r}: {page.text[-2000:]}")


def make_world(staff: int, visits: int) -> list[Known]:
    """Make a practice with its staff, its stock and the people who wait; return who is who."""
    django.setup()
    from tests.site.practice import making, needling  # noqa: PLC0415  (Django is ready by then)

    from filiform.site.practice import keeping  # noqa: PLC0415
    from filiform.site.practice.models import Fee  # noqa: PLC0415

    practice = making.make_practice()
    owner = making.make_member(practice, "owner")
    needling.license_of(owner)
    for n in range(6):
        needling.make_lot(owner, f"L{n}", quantity=5_000)
    with keeping.acting(owner) as act:
        for code in ("97810", "97811", "97813", "97814"):
            act.create(Fee(code=code, name="Needles", amount=85, since=needling.TODAY))
    told = []
    for _ in range(staff):
        member = making.make_member(practice, "practitioner")
        courses = []
        for _ in range(visits):
            course = making.make_course(member, making.make_person(member), needling.TODAY)
            needling.ready(member, course)
            courses.append((str(course.pk), str(course.person_id)))
        told.append(Known(making.client_for(member).cookies["sessionid"].value, courses))
    return told


def floor(directory: Path, until: Event) -> list[float]:
    """Return the milliseconds of bare transactions, four a second, until told to stop."""
    times = []
    path = directory / "floor.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
        while not until.wait(0.25):
            began = time.perf_counter()
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT INTO t (b) VALUES (?)", ["x" * 500])
            database.execute("INSERT INTO t (b) VALUES (?)", ["x" * 500])
            database.execute("COMMIT")
            times.append((time.perf_counter() - began) * 1000)
    return times


def measure(pause: float, visits: int, directory: Path) -> tuple[Ledger, list[float], float]:
    """Let everyone work; the times, the floor's times, and the seconds that it took."""
    variables = {
        **ground.environment(directory),
        "DJANGO_SETTINGS_MODULE": "filiform.site.settings",
        "FILIFORM_HOSTS": "testserver",
    }
    ground.run("-m", "filiform.site", "prepare", variables=variables)
    words = ("-m", "benchmarks.practice", "--world", str(visits))
    known = [Known(*each) for each in json.loads(ground.run(*words, variables=variables))]
    ledger, until, floors = Ledger(), Event(), list[float]()
    with served(variables) as address:
        # Each page is made once before it is timed: a template is compiled at its first use.
        for practitioner in _staff(address, known[:WARMING], Ledger(), 0):
            practitioner.work()
        staff = list(_staff(address, known[WARMING:], ledger, pause))
        beside = Thread(target=lambda: floors.extend(floor(directory, until)))
        threads = [Thread(target=each.work) for each in staff]
        beside.start()
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - began
        until.set()
        beside.join()
    return ledger, floors, seconds


def _staff(
    address: str, known: list[Known], ledger: Ledger, pause: float
) -> Iterator[Practitioner]:
    for number, each in enumerate(known):
        visitor = Visitor(address)
        visitor.cookies["sessionid"] = each.cookie
        visitor.get("/practice/")
        yield Practitioner(visitor, ledger, Random(number), each.courses, pause)  # noqa: S311


def _line(name: str, times: list[float], limit: float) -> str:
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return (
        f"{name:<24}{len(times):>7}{statistics.median(times):>9.0f}{p95:>9.0f}{max(times):>9.0f}"
        f"{p95 / limit:>11.1f}"
    )


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--world"]:
        told = make_world(WARMING + STAFF, int(sys.argv[2]))
        sys.stdout.write(json.dumps([(each.cookie, each.courses) for each in told]))
        return
    pause = float(sys.argv[1]) if len(sys.argv) > 1 else PAUSE_SECONDS
    visits = int(sys.argv[2]) if len(sys.argv) > 2 else VISITS
    with tempfile.TemporaryDirectory(prefix="filiform-load-") as directory:
        ledger, floors, seconds = measure(pause, visits, Path(directory))
    every = [each for times in ledger.times.values() for each in times]
    limit = statistics.quantiles(floors, n=20)[-1]
    print(
        f"{STAFF} at work, mean pause {pause:g} s: {len(every)} requests in {seconds:.0f} s "
        f"({len(every) / seconds:.1f} a second), {sum(ledger.faults.values())} errors; "
        f"load of the machine {os.getloadavg()[0]:.1f}"
    )
    print(f"{'':<24}{'count':>7}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}{'p95/floor':>11}")
    print(_line("floor: 2 rows, fsync", floors, limit))
    print(_line(f"all (goal {GOAL_MS:.0f})", every, limit))
    for name, times in sorted(ledger.times.items(), key=lambda each: -statistics.median(each[1])):
        print(_line(name, times, limit))
    for fault, count in ledger.faults.most_common():
        print(f"ERROR {count} × {fault}")
    sys.exit(bool(ledger.faults))


if __name__ == "__main__":
    main()
