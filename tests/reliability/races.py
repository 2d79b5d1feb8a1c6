"""Two who do at the same moment what only one can: stock, bills, closing, consent, links.

python -m tests.reliability.races     (prints what became of each race, as JSON)

Both have their form open before either sends it. They are threads with a connection each, so that
the database decides who comes first.
"""

from __future__ import annotations

import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import django

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.test import Client

    from filiform.site.practice.models import Course, Member, Session

# Django is made ready first, and what needs it is imported after.
# ruff: noqa: PLC0415
ROUNDS = 2
Race = dict[str, Any]


def at_once(*do: Callable[[], Any]) -> list[str]:
    """Do all at the same moment; the status of each, and what a page that refused says."""
    from django.db import connection

    barrier = Barrier(len(do))

    def one(act: Callable[[], Any]) -> str:
        barrier.wait()
        try:
            answer = act()
        finally:
            connection.close()
        return f"{answer.status_code} {_said(answer)}".strip()

    with ThreadPoolExecutor(len(do)) as pool:
        return sorted(pool.map(one, do))


def _said(answer: Any) -> str:
    """Return the first sentence of a page that shows why it refused."""
    if answer.status_code < 400:
        return ""
    text = answer.content.decode()
    inside = re.sub(r"<[^>]+>", " ", text.partition("<main")[2].partition("</main>")[0])
    return " ".join(inside.partition(">")[2].split())[:200]


def posting(client: Client, path: str, given: Mapping[str, str]) -> Callable[[], Any]:
    """Return what sends a form of its own with its own token, in a client of its own."""
    from django.test import Client as Another

    other = Another(raise_request_exception=False)
    other.cookies = client.cookies
    sent = {**given, "once": str(uuid4())}
    return lambda: other.post(path, sent)


class World:
    """A practice whose members meet."""

    def __init__(self) -> None:
        """Make its owner, who may needle."""
        from tests.site.practice import making, needling

        self.owner: Member = making.make_member(making.make_practice(), "owner")
        self.client = making.client_for(self.owner)
        needling.license_of(self.owner)

    def course(self) -> Course:
        """Return a course that may be needled, with a plan of ten needles."""
        from tests.site.practice import making, needling

        person = making.make_person(self.owner)
        course = making.make_course(self.owner, person, needling.TODAY)
        needling.ready(self.owner, course)
        return course

    def session(self, course: Course | None = None) -> tuple[Session, dict[str, str]]:
        """Return an open session and its form as a browser shows it."""
        from tests.site.practice import needling

        session = needling.begin(self.client, course or self.course())
        return session, self.form(session)

    def form(self, session: Session) -> dict[str, str]:
        """Return the form of a session."""
        from tests.site.practice import needling

        return needling.form_of(self.client.get(f"/practice/sessions/{session.pk}/"))

    def save(self, session: Session, form: Mapping[str, str], do: str) -> Callable[[], Any]:
        """Return what sends a session's form."""
        return posting(self.client, f"/practice/sessions/{session.pk}/", {**form, "do": do})


def last_needles(world: World) -> Race:
    """Two sessions take the last needles of one lot."""
    from tests.site.practice import needling

    from filiform.site.practice.models import Needle

    told, left = [], []
    for n in range(ROUNDS):
        lot = needling.make_lot(world.owner, f"S{n}", quantity=15)
        sends = []
        for session, form in (world.session() for _ in range(2)):
            lots = {name: str(lot.pk) for name in form if re.fullmatch(r"n\d+-lot", name)}
            sends.append(world.save(session, {**form, **lots}, "save"))
        told.append(at_once(*sends))
        lot.refresh_from_db()
        left.append([lot.quantity - lot.used, Needle.objects.filter(lot=lot).count()])
    return {"told": told, "left": left}


def two_bills(world: World) -> Race:
    """Two sessions are billed at once, one of them twice."""
    from tests.site.practice import billed, making, needling

    from filiform.site.practice import keeping
    from filiform.site.practice.models import Invoice, Session

    billed.set_fees(world.owner, c97810="80")
    told = []
    for _ in range(ROUNDS):
        paths = []
        for _ in range(2):
            course = making.make_course(world.owner, making.make_person(world.owner))
            session = Session(course=course, practitioner=world.owner, number=1, on=needling.TODAY)
            with keeping.acting(world.owner) as act:
                session.closed_at = act.now
                act.create(session)
            paths.append(f"/practice/sessions/{session.pk}/bill/")
        given = {"minutes_1": "20", "keep": "yes"}
        told.append(at_once(*(posting(world.client, path, given) for path in (*paths, paths[0]))))
    numbers = Invoice.objects.order_by("number").values_list("number", flat=True)
    return {"told": told, "numbers": list(numbers)}


def two_closings(world: World) -> Race:
    """Two close one session, each in a window of their own."""
    from tests.site.practice import needling

    from filiform.site.practice.models import CourseEvent

    needling.make_lot(world.owner, "C1", quantity=1000)
    told = []
    for _ in range(ROUNDS):
        session, _ = world.session()
        needling.press(world.client, session, "in")
        needling.press(world.client, session, "out")
        form = world.form(session)
        counts = {f"out-{name[3:]}": form[name] for name in form if name.startswith("in-")}
        closing = {**form, **counts, **needling.ticks(world.client, session)}
        told.append(at_once(*(world.save(session, closing, "close") for _ in range(2))))
    closed = CourseEvent.objects.filter(kind="SessionClosed").count()
    return {"told": told, "closed": closed}


def two_openings(world: World) -> Race:
    """Two open a session of one course."""
    from filiform.site.practice.models import Session

    told, sessions = [], []
    for _ in range(ROUNDS):
        course = world.course()
        path = f"/practice/courses/{course.pk}/sessions/new/"
        told.append(at_once(*(posting(world.client, path, {"begin": "plan"}) for _ in range(2))))
        sessions.append(Session.objects.filter(course=course).count())
    return {"told": told, "sessions": sessions}


def consent_withdrawn(world: World) -> Race:
    """A person takes their consent back while needles are put in, or while a session begins."""
    from tests.site.practice import cared

    from filiform.site.practice.course_log import state_of
    from filiform.site.practice.models import Needle

    told, stands = [], []
    for n in range(2 * ROUNDS):
        course = world.course()
        consent = cared.consented(world.owner, course)
        taken = {"reason": "No more."}
        back = posting(world.client, f"/practice/consents/{consent.pk}/withdraw/", taken)
        if n % 2:
            session, form = world.session(course)
            told.append(at_once(back, world.save(session, form, "in")))
            needles = Needle.objects.filter(session=session).count()
            stands.append([told[-1][1], state_of(course).stage, needles])
        else:
            path = f"/practice/courses/{course.pk}/sessions/new/"
            told.append(at_once(back, posting(world.client, path, {"begin": "plan"})))
    return {"told": told, "stands": stands}


def one_invitation(world: World) -> Race:
    """Two accept one invitation."""
    from django.test import Client

    from filiform.site.practice import joining, keeping
    from filiform.site.practice.models import Member

    told, before = [], Member.objects.count()
    for n in range(ROUNDS):
        with keeping.acting(world.owner) as act:
            token = joining.invite(act, email=f"new{n}@practice.example", role="reader")
        words = "needles and pins and needles"
        given = {"name": "New", "password1": words, "password2": words}
        path = f"/practice/join/{token}/"
        told.append(at_once(*(posting(Client(), path, given) for _ in range(2))))
    return {"told": told, "joined": Member.objects.count() - before}


def one_link(world: World) -> Race:
    """A person answers one link in two windows."""
    from django.test import Client

    from filiform.site.practice import intake_links, keeping
    from filiform.site.practice.models import Outcome

    told, course = [], world.course()
    for _ in range(ROUNDS):
        with keeping.acting(world.owner) as act:
            token = intake_links.make(act, course.person, "outcome", course=course, week=4)
        path = f"/practice/link/{token}/"
        told.append(at_once(*(posting(Client(), path, {"NPRS": "3"}) for _ in range(2))))
    return {"told": told, "scores": Outcome.objects.filter(origin="link").count()}


RACES = (
    *(last_needles, two_bills, two_closings, two_openings),
    *(consent_withdrawn, one_invitation, one_link),
)


def main() -> None:
    """Race, then verify."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from filiform.site.practice.verifying import verify

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    world = World()
    told: Race = {race.__name__: race(world) for race in RACES}
    told["faults"] = [fault.sentence for fault in verify()]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
