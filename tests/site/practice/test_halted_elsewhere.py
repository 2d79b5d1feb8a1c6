"""A halt belongs to the person: it halts each of their courses until it is decided where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.site.practice import making
from tests.site.practice.cared import RED, benign, consented, planned, queries, screened

from filiform.care.course import (
    HarmNoted,
    SessionOpened,
    WarningDecided,
    WarningSignFound,
    may,
)
from filiform.site.practice import course_consent, keeping
from filiform.site.practice.course_log import RefusedError, log, state_of
from filiform.site.practice.models import Course, Harm, Plan, Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.care.course_events import Event
    from filiform.site.practice.models import Member, Person

pytestmark = pytest.mark.django_db


def happened(by: Member, course: Course, make: Callable[[keeping.Act], Event]) -> None:
    with keeping.acting(by) as act:
        log(act, course, make(act))


def collapsed_lung(by: Member, course: Course) -> Harm:
    """Keep a serious harm that is not over, and that nobody has decided about."""
    harm = Harm(
        course=course,
        by=by,
        event="pneumothorax",
        facts=["hospital"],
        grade="serious",
        relatedness="probable",
        noticed_on=timezone.now().date(),
        text="Short of breath in the evening.",
    )
    with keeping.acting(by) as act:
        act.create(harm)
        log(act, course, HarmNoted(act.now, act.by, str(harm.pk), harm.event, "serious"))
    return harm


@pytest.fixture
def owner(member: Callable[[str], Member]) -> Member:
    return member("owner")


@pytest.fixture
def second(owner: Member, a_course: Course, a_person: Person) -> Course:
    """Return another course of the same person."""
    assert a_course.person_id == a_person.pk
    return making.make_course(owner, a_person)


def page_of(client: Client, course: Course, part: str = "") -> str:
    answer = client.get(f"/practice/courses/{course.pk}/{part}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_new_course_shows_what_halts_another_first_with_who_when_and_where_to_decide(
    client_of: Callable[[str], Client], owner: Member, a_course: Course, second: Course
) -> None:
    collapsed_lung(owner, a_course)
    page = page_of(client_of("practitioner"), second)
    top, rest = page.split('id="h-screening"')
    assert "Halted: a collapsed lung" in top
    assert "nhsuk-card--care--emergency" in top
    assert f"Noted by {owner.name}" in top
    assert f'href="/practice/courses/{a_course.pk}/"' in top
    assert 'name="decision"' not in page
    assert "Ask for warning signs" in top
    assert "nhsuk-tag--red" in top
    assert rest


@pytest.mark.parametrize("cause", ["harm", "screening", "warning_sign"])
def test_no_consent_plan_session_or_needle_while_another_course_is_halted(
    client_of: Callable[[str], Client],
    owner: Member,
    a_course: Course,
    second: Course,
    cause: str,
) -> None:
    if cause == "harm":
        collapsed_lung(owner, a_course)
    elif cause == "screening":
        screened(owner, a_course, benign(findings=[RED]))
    else:
        happened(owner, a_course, lambda act: WarningSignFound(act.now, act.by, "w1", "fever"))
    if cause != "screening":
        screened(owner, second)
    with pytest.raises(RefusedError) as told:
        consented(owner, second)
    assert told.value.refusal.code == "halted_elsewhere"
    client, address = client_of("practitioner"), f"/practice/courses/{second.pk}/"
    sentence = "in another course of this person: decide it there."
    assert sentence in page_of(client, second, "consent/")
    assert "Sign</button>" not in page_of(client, second, "consent/")
    assert sentence in page_of(client, second, "plan/new/")
    assert sentence in page_of(client, second, "sessions/new/")
    for part in ("consent/", "plan/new/", "sessions/new/"):
        assert client.post(f"{address}{part}", {"begin": "empty"}).status_code in {400, 409}
    assert not second.consents.exists()
    assert not Plan.objects.filter(course=second).exists()
    assert not Session.objects.filter(course=second).exists()


def test_a_session_that_is_open_takes_no_needle_once_another_course_is_halted(
    owner: Member, a_course: Course, second: Course
) -> None:
    screened(owner, second)
    consented(owner, second)
    planned(owner, second)
    happened(owner, second, lambda act: SessionOpened(act.now, act.by, "v1"))
    before = timezone.now()
    collapsed_lung(owner, a_course)
    now = timezone.now()
    refusal = may(state_of(second), "insert_needle", now=now)
    assert refusal is not None
    assert refusal.code == "halted_elsewhere"
    assert may(state_of(second), "close_session", now=now) is None
    assert may(state_of(second, until=before), "insert_needle", now=before) is None
    assert may(state_of(second, until=now), "insert_needle", now=now) is not None


def test_what_is_decided_in_its_course_lifts_the_halt_of_the_others(
    client_of: Callable[[str], Client], owner: Member, a_course: Course, second: Course
) -> None:
    harm = collapsed_lung(owner, a_course)
    screened(owner, second)
    client = client_of("practitioner")
    given = {"about": str(harm.pk), "decision": "go_on", "reason": "Healed, seen by Dr. B."}
    there = client.post(f"/practice/courses/{second.pk}/decide/", given)
    assert there.status_code == 400
    assert client.post(f"/practice/courses/{a_course.pk}/decide/", given).status_code == 302
    assert state_of(second).elsewhere == ()
    consented(owner, second)
    assert "Halted" not in page_of(client, second)


def test_a_serious_harm_that_was_decided_is_still_told_in_the_next_course(
    client_of: Callable[[str], Client], owner: Member, a_course: Course, second: Course
) -> None:
    harm = collapsed_lung(owner, a_course)
    happened(
        owner,
        a_course,
        lambda act: WarningDecided(act.now, act.by, str(harm.pk), "go_on", "Healed."),
    )
    page = page_of(client_of("reader"), second)
    assert "In other courses" in page
    assert f'href="/practice/harms/{harm.pk}/"' in page


def test_a_consent_withdrawn_in_another_course_is_shown_and_halts_nothing(
    client_of: Callable[[str], Client], owner: Member, a_course: Course, second: Course
) -> None:
    Course.objects.filter(pk=second.pk).update(therapy="dry_needling")
    second.refresh_from_db()
    screened(owner, a_course)
    kept = consented(owner, a_course)
    with keeping.acting(owner) as act:
        course_consent.withdraw(act, kept, "It hurt.")
    screened(owner, second)
    consented(owner, second)
    assert may(state_of(second), "plan", now=timezone.now(), therapy="dry_needling") is None
    page = page_of(client_of("reader"), second)
    assert "Acupuncture: withdrawn" in page
    assert f'href="/practice/consents/{kept.pk}/"' in page


def test_a_consent_withdrawn_in_another_course_is_asked_for_anew_for_the_same_therapy(
    client_of: Callable[[str], Client], owner: Member, a_course: Course, second: Course
) -> None:
    for course in (a_course, second):
        screened(owner, course)
        kept = consented(owner, course)
    with keeping.acting(owner) as act:
        course_consent.withdraw(act, kept, "")
    refusal = may(state_of(a_course), "plan", now=timezone.now())
    assert refusal is not None
    assert refusal.code == "consent_withdrawn"
    page = page_of(client_of("practitioner"), a_course)
    assert "was withdrawn. No needle without a new one." in page
    assert "Read and sign the consent" in page
    consented(owner, a_course)
    assert may(state_of(a_course), "plan", now=timezone.now()) is None


def test_a_halt_of_another_person_halts_no_course(owner: Member, a_course: Course) -> None:
    stranger = making.make_course(owner, making.make_person(owner, "Someone"))
    collapsed_lung(owner, a_course)
    assert state_of(stranger).halts == ()


def test_the_stage_that_lists_show_is_of_the_course_itself(
    owner: Member, a_course: Course, second: Course
) -> None:
    collapsed_lung(owner, a_course)
    screened(owner, second)
    second.refresh_from_db()
    assert (second.stage, state_of(second).stage) == ("screened", "halted")


def test_many_courses_are_asked_for_as_often_as_one(
    client_of: Callable[[str], Client], owner: Member, a_course: Course, a_person: Person
) -> None:
    client, address = client_of("reader"), f"/practice/courses/{a_course.pk}/"
    few = queries(client, address)
    others = [making.make_course(owner, a_person) for _ in range(3)]
    for other in others:
        screened(owner, other)
        consented(owner, other)
    for other in others:
        collapsed_lung(owner, other)
    assert queries(client, address) == few
    with CaptureQueriesContext(connection) as asked:
        state_of(a_course)
    assert len(asked) == 1
