"""The machine's clock goes back while people work, and forward: what came first stays first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from axes.models import AccessAttempt
from django.db.models import F
from django.utils import timezone
from tests.site.practice import making, needling
from tests.site.practice.cared import benign, screened

from filiform.site.practice import keeping
from filiform.site.practice.course_log import events_of, state_of
from filiform.site.practice.models import Amendment, CourseEvent, HistoryEntry
from filiform.site.practice.screened_person import screened_person
from filiform.site.practice.session_effective import effective
from filiform.site.practice.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django.fixtures import Settings

    from filiform.site.practice.models import Course, Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def goes_back(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what moves the clock an hour back each time."""
    asked, hours = timezone.now, [0]
    monkeypatch.setattr(timezone, "now", lambda: asked() - dt.timedelta(hours=hours[0]))

    def back() -> None:
        hours[0] += 1

    return back


def test_the_later_of_two_corrections_holds(
    member: Callable[[str], Member], a_course: Course, goes_back: Callable[[], None]
) -> None:
    by = member("practitioner")
    needling.ready(by, a_course)
    needling.make_lot(by)
    client = making.client_for(by)
    session = needling.begin(client, a_course)
    needling.press(client, session, "save")
    needling.finish(client, session)
    address = f"/practice/sessions/{session.pk}/amend/"
    for notes in ("First", "Second", "Third"):
        sheet = needling.form_of(client.get(address))
        sent = client.post(address, {**sheet, "notes": notes, "reason": "Heard later."})
        assert sent.status_code == 302, sent.content.decode()
        goes_back()
    session.refresh_from_db()
    assert effective(session).session.notes == "Third"
    assert Amendment.objects.count() == 3
    # The history says what the clock said, in the order in which it happened.
    told = list(HistoryEntry.objects.filter(kind="amendment").order_by("number"))
    assert [entry.after["changes"]["notes"]["after"] for entry in told if entry.after] == [
        "First",
        "Second",
        "Third",
    ]
    assert told[0].at > told[1].at > told[2].at
    assert list(verify()) == []


def test_the_later_of_two_screenings_is_asked(
    member: Callable[[str], Member], a_course: Course, goes_back: Callable[[], None]
) -> None:
    by = member("practitioner")
    screened(by, a_course, benign(age=46))
    goes_back()
    screened(by, a_course, benign(age=47))
    asked = screened_person(a_course)
    assert asked is not None
    assert asked.person.age == 47
    assert list(verify()) == []


def test_the_events_of_a_course_keep_their_order(
    member: Callable[[str], Member], a_course: Course, goes_back: Callable[[], None]
) -> None:
    by = member("practitioner")
    needling.ready(by, a_course)
    needling.make_lot(by)
    client = making.client_for(by)
    goes_back()
    session = needling.begin(client, a_course)
    goes_back()
    needling.press(client, session, "save")
    needling.finish(client, session)
    kinds = ["Screened", "Consented", "Planned", "SessionOpened", "SessionClosed"]
    assert [type(event).__name__ for event in events_of(a_course)] == kinds
    numbers = CourseEvent.objects.filter(course=a_course).order_by("at").values_list("number")
    assert [number for (number,) in numbers] == [5, 4, 1, 2, 3]
    assert state_of(a_course).stage == "planned"
    page = client.get(f"/practice/courses/{a_course.pk}/")
    assert page.status_code == 200
    assert list(verify()) == []


def test_a_lock_out_is_over_after_a_quarter_of_an_hour(client: Client, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = making.a_user()
    user.set_password("needles and pins and needles")
    user.save()
    given = {"login": user.email, "password": "needles and pins and needles"}
    for _ in range(5):
        client.post("/account/login/", {**given, "password": "wrong"})
    assert client.post("/account/login/", given).status_code == 429
    fourteen, fifteen = dt.timedelta(minutes=14), dt.timedelta(minutes=15, seconds=1)
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - fourteen)
    assert client.post("/account/login/", given).status_code == 429
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - (fifteen - fourteen))
    assert client.post("/account/login/", given).status_code == 302


def test_what_was_created_tells_the_clock_where_it_never_went_back(
    member: Callable[[str], Member], a_course: Course
) -> None:
    screening = screened(member("practitioner"), a_course)
    entry = HistoryEntry.objects.get(kind="screening")
    assert screening.created_at == entry.at
    with keeping.acting(member("owner")) as act:
        assert act.now > entry.at
