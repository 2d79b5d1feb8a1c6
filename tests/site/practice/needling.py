"""A course that may be needled: screened, consented, licensed, with needles in stock."""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from django.utils import timezone

from filiform.care.course import Consented, Planned, Screened
from filiform.site.practice import keeping
from filiform.site.practice.course_log import log
from filiform.site.practice.models import Credential, Lot, Person, Plan, Screening, Session

if TYPE_CHECKING:
    from django.test import Client

    from filiform.site.practice.models import Course, Member


class Answer(Protocol):
    """What a page answered."""

    @property
    def content(self) -> bytes:
        """The page."""

    @property
    def status_code(self) -> int:
        """How it went."""


TODAY = timezone.now().date()
PLACES = [
    ("GB20", "suboccipital"),
    ("GB21", "upper_shoulder"),
    ("BL10", "suboccipital"),
    ("SI14", "upper_back"),
    ("TE15", "upper_shoulder"),
]


def license_of(
    member: Member, jurisdiction: str = "US-NY", expires_on: dt.date | None = None
) -> None:
    """Give a member an acupuncturist's licence."""
    with keeping.acting(member) as act:
        act.create(
            Credential(
                member=member,
                profession="acupuncturist",
                title="LAc",
                number="AC 1",
                jurisdiction=jurisdiction,
                expires_on=expires_on or TODAY + dt.timedelta(days=300),
            )
        )


def make_lot(by: Member, number: str = "A1", **given: object) -> Lot:
    """Keep a lot of a hundred needles that is in date."""
    told: dict[str, object] = {
        "maker": "Maker",
        "length_mm": Decimal(30),
        "diameter_mm": Decimal("0.25"),
        "expires_on": TODAY + dt.timedelta(days=200),
        "received_on": TODAY - dt.timedelta(days=100),
        "quantity": 100,
    }
    lot = Lot(lot_number=number, **{**told, **given})
    with keeping.acting(by) as act:
        act.create(lot)
    return lot


def screened(by: Member, course: Course, answers: dict[str, object] | None = None) -> None:
    """Screen a course with nothing found, and sign its consent."""
    with keeping.acting(by) as act:
        kept = Screening(
            course=course,
            answers=answers or {"condition": "myofascial", "pain_regions": ["upper_shoulder"]},
            result={},
            urgency="routine",
            needling="may_be_considered",
        )
        act.create(kept)
        log(act, course, Screened(act.now, act.by, str(kept.pk), "routine", "may_be_considered"))
        log(act, course, Consented(act.now, act.by, course.therapy, "1", "0" * 64))


def ready(by: Member, course: Course) -> Plan:
    """Screen, consent, license and plan a course."""
    license_of(by)
    screened(by, course)
    chosen = [
        {"kind": "point", "site": site, "side": side, "region": region}
        for site, region in PLACES
        for side in ("left", "right")
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
    with keeping.acting(by) as act:
        act.create(plan)
        log(act, course, Planned(act.now, act.by, course.therapy, 6, 3))
    return plan


def begin(client: Client, course: Course, begin: str = "plan") -> Session:
    """Open a session through the page."""
    address = f"/practice/courses/{course.pk}/sessions/new/"
    answer = client.post(address, {"begin": begin, "once": str(uuid.uuid4())})
    assert answer.status_code == 302, answer.content.decode()
    return Session.objects.filter(course=course).latest("created_at")


_FIELD = re.compile(r'<input\b[^>]*\bname="([^"]+)"[^>]*>')
_SELECT = re.compile(r'<select\b[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
_AREA = re.compile(r'<textarea\b[^>]*\bname="([^"]+)"[^>]*>(.*?)</textarea>', re.DOTALL)


def form_of(answer: Answer) -> dict[str, str]:
    """Return what a page's form would send as it stands, without a button."""
    page, found = answer.content.decode(), {}
    for match in _FIELD.finditer(page):
        tag, name = match[0], html.unescape(match[1])
        ticked = 'type="checkbox"' not in tag or " checked" in tag
        value = re.search(r'\bvalue="([^"]*)"', tag)
        if ticked:
            found[name] = html.unescape(value[1]) if value else ""
    for match in _SELECT.finditer(page):
        chosen = re.search(r'<option value="([^"]*)" selected', match[2])
        first = re.search(r'<option value="([^"]*)"', match[2])
        pick = chosen or first
        found[match[1]] = html.unescape(pick[1]) if pick else ""
    for match in _AREA.finditer(page):
        found[match[1]] = html.unescape(match[2]).strip()
    return found


def press(client: Client, session: Session, do: str, **typed: str) -> Answer:
    """Open a session's page, type into it, press a button, and return what comes after."""
    address = f"/practice/sessions/{session.pk}/"
    sent = {**form_of(client.get(address)), **typed, "do": do}
    return client.post(address, sent, follow=True)


def finish(client: Client, session: Session) -> None:
    """Take a session from its table to closed: in, out, counted, ticked, confirmed."""
    press(client, session, "in")
    press(client, session, "out")
    sheet = form_of(client.get(f"/practice/sessions/{session.pk}/"))
    counts = {f"out-{name[3:]}": value for name, value in sheet.items() if name.startswith("in-")}
    press(client, session, "close", **counts, **ticks(client, session))
    session.refresh_from_db()
    assert session.closed_at is not None


def ticks(client: Client, session: Session) -> dict[str, str]:
    """Return every box of the checklist and of the dangers, ticked."""
    page = client.get(f"/practice/sessions/{session.pk}/").content.decode()
    names = re.findall(r'type="checkbox" id="(?:done|as)-[^"]*" name="([^"]+)"', page)
    return {html.unescape(name): "on" for name in names}


def text(answer: Answer) -> str:
    """Return a page as a reader has it."""
    return html.unescape(answer.content.decode())


def other_person(by: Member, number: int) -> Person:
    """Keep one more person."""
    person = Person(number=number, given_name="Sam", family_name=f"Other {number}")
    with keeping.acting(by) as act:
        act.create(person)
    return person


def ask_again(by: Member, course: Course, *history: str) -> None:
    """Screen a course anew: it may go on, and this is so of the person now."""
    with keeping.acting(by) as act:
        act.create(
            Screening(
                course=course,
                answers={"condition": "myofascial", "history": list(history)},
                result={},
                urgency="within_weeks",
                needling="may_be_considered",
            )
        )
