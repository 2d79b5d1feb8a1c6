"""Writes a small practice as one version of Filiform keeps it, to be migrated by every later one.

    cd THE_TREE_OF_THAT_VERSION
    PYTHONPATH=src:. python THIS_FILE DIRECTORY

It is run once, when a version lands, with that version's own code. What it wrote is never written
again: `copy.zip` by `filiform backup`, and `database.sql.gz`, the file of SQLite as text. People
are invented, and what they do goes through the pages. `migrations.sha256` is put beside it by hand,
and so are `export_of_practice.zip` and `export_of_person.zip`, exports of another practice of that
version, without their papers and tables.
"""

from __future__ import annotations

import datetime as dt
import gzip
import os
import re
import sqlite3
import sys
import tempfile
import uuid
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from filiform.site.practice.models import Course, Member

# Django is made ready first, and what needs it is imported after.
# ruff: noqa: PLC0415
NEEDLES = 3
SECRET = "known to everybody who reads the tests, and long enough to sign with"  # noqa: S105
# Who is signed in, what is counted and what the library is searched by end with the machine.
_LEFT_OUT = re.compile(r'INSERT INTO "(django_session|filiform_cache|axes_\w+|library_\w+)"')


def sent(client: Client, path: str, **given: object) -> str:
    """Send a form with a token of its own; where it led."""
    answer = client.post(path, {**given, "once": str(uuid.uuid4())})
    if answer.status_code not in {302, 303}:
        raise ValueError(f"{path} answered {answer.status_code}: {answer.content.decode()}")
    return str(answer.headers["Location"]).partition("#")[0]


def live() -> None:
    """Let one person come, be needled twice, answer, be hurt a little, and pay."""
    from tests.site.practice import making, needling

    from filiform.site.practice import keeping
    from filiform.site.practice.models import Fee

    practice = making.make_practice("Praxis Größe “9”", "US-NY")
    owner = making.make_member(practice, "owner")
    practitioner = making.make_member(practice, "practitioner")
    needling.make_lot(owner, "L1", quantity=60)
    with keeping.acting(owner) as act:
        for code in ("97810", "97811"):
            act.create(Fee(code=code, name="Needles", amount=85, since=needling.TODAY))
    client = making.client_for(practitioner)
    name = {"given_name": "Zoë", "family_name": "O'Neil", "email": "zoe@people.example"}
    person = sent(client, "/practice/people/add/", **name)
    course = begun(practitioner, person.split("/")[3])
    for visit in range(2):
        visited(client, course, visit)
    hurt(client, course)
    linked(making.client_for(owner), course)
    waiting(making.client_for(owner), client, course)


def begun(by: Member, person_id: str) -> Course:
    """Return a course that is screened, signed for and planned."""
    from tests.site.practice import cared, making, needling

    from filiform.site.practice import keeping
    from filiform.site.practice.course_log import log
    from filiform.site.practice.models import Person, Plan

    course = making.make_course(by, Person.objects.get(pk=person_id), started_on=needling.TODAY)
    cared.screened(by, course)
    cared.consented(by, course)
    needling.license_of(by)
    chosen = [
        {"kind": "point", "site": site, "side": "left", "region": region}
        for site, region in needling.PLACES[:NEEDLES]
    ]
    plan = Plan(
        course=course,
        number=1,
        by=by,
        sessions=6,
        weeks=3,
        diagnoses=["M54.2"],
        goals="Turn the head when driving.",
        prescription={"chosen": chosen, "changes": []},
    )
    from filiform.care.course import Planned

    with keeping.acting(by) as act:
        act.create(plan)
        log(act, course, Planned(act.now, act.by, course.therapy, 6, 3))
    return course


def visited(client: Client, course: Course, visit: int) -> None:
    """Treat, close, ask, and bill; the first visit is amended and its bill paid."""
    from tests.site.practice import needling

    session = needling.begin(client, course)
    depths = {f"n{n}-depth_mm": "10" for n in range(NEEDLES)}
    needling.press(client, session, "save", notes="Turns more freely.", **depths)
    needling.finish(client, session)
    scores = {"on": needling.TODAY, "NPRS": str(6 - visit)}
    if not visit:
        scores |= {f"activity_{n}": f"Thing {n}" for n in (1, 2, 3)}
        scores |= {f"rating_{n}": "4" for n in (1, 2, 3)}
    sent(client, f"/practice/courses/{course.pk}/outcomes/take/", **scores)
    path = f"/practice/sessions/{session.pk}/"
    bill = sent(client, f"{path}bill/", minutes_1="20", keep="yes")
    if visit:
        sent(client, f"{bill}void/", reason="Entered twice.")
        return
    sent(client, bill, on=needling.TODAY, amount="85.00", method="card")
    amended = needling.form_of(client.get(f"{path}amend/"))
    given = {**amended, "notes": "Turns freely.", "reason": "Said so on the way out."}
    sent(client, f"{path}amend/", **given)


def hurt(client: Client, course: Course) -> None:
    """Note a bruise."""
    from tests.site.practice import needling

    given = {"event": "bruising", "facts": ["no_care"], "relatedness": "probable"}
    words = {"noticed_on": needling.TODAY, "text": "A blue spot."}
    sent(client, f"/practice/courses/{course.pk}/harms/add/", **given, **words)


def linked(client: Client, course: Course) -> None:
    """Send a link that is answered, and one that is not."""
    from django.test import Client as Anybody

    for answered in (True, False):
        path = f"/practice/courses/{course.pk}/outcomes/link/"
        page = client.get(sent(client, path)).content.decode()
        found = re.search(r"/practice/link/[\w-]+/", page)
        if found is None:
            raise ValueError("no link is shown")
        if answered:
            sent(Anybody(), found[0], NPRS="3")


def waiting(owner: Client, client: Client, course: Course) -> None:
    """Leave what is not finished: answers before a visit, an invitation, a session being typed."""
    from django.test import Client as Anybody
    from tests.site.practice import needling

    page = owner.get(sent(owner, f"/practice/people/{course.person_id}/link/", kind="intake"))
    found = re.search(r"/practice/link/[\w-]+/", page.content.decode())
    if found is None:
        raise ValueError("no link is shown")
    Anybody().post(f"{found[0]}page/about-you/", {"age": "46", "sex": "female"})
    sent(owner, "/practice/staff/invite/", email="new@practice.example", role="reader")
    decided = {"decision": "continue", "reason": "The pain is less."}
    sent(client, f"/practice/courses/{course.pk}/progress/", **decided)
    session = needling.begin(client, course)
    sheet = needling.form_of(client.get(f"/practice/sessions/{session.pk}/"))
    client.post(f"/practice/sessions/{session.pk}/draft/", {**sheet, "notes": "Not saved yet."})


def written(directory: Path, database: Path) -> None:
    """Write the copy, and the database as text."""
    from filiform.site.copies.backup import back_up

    directory.mkdir(parents=True)
    told = back_up(directory / "copy.zip", now=dt.datetime.now(tz=dt.UTC))
    with closing(sqlite3.connect(database)) as kept:
        text = "".join(f"{line}\n" for line in _lines(kept))
    packed = gzip.compress(text.encode(), mtime=0)
    (directory / "database.sql.gz").write_bytes(packed)
    sys.stdout.write(f"{told.count} rows\n")


def _lines(kept: sqlite3.Connection) -> Iterator[str]:
    yield from (line for line in kept.iterdump() if not _LEFT_OUT.match(line))


def main() -> None:
    """Live, and write."""
    with tempfile.TemporaryDirectory() as data:
        (Path(data) / "secret-key").write_text(SECRET)
        os.environ |= {
            "FILIFORM_DATA": data,
            "DJANGO_SETTINGS_MODULE": "filiform.site.settings",
            "FILIFORM_HOSTS": "testserver",
        }
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        live()
        written(Path(sys.argv[1]), Path(data) / "filiform.sqlite3")


if __name__ == "__main__":
    main()
