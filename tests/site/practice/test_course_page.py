"""A course from its opening to its end, as its page shows it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.site.practice import making
from tests.site.practice.billed import make_plan, make_session
from tests.site.practice.cared import RED, benign, consented, planned, queries, screened, sent

from filiform.care.course import SessionOpened
from filiform.site.practice import keeping
from filiform.site.practice.course_log import log, state_of
from filiform.site.practice.course_page import address_if
from filiform.site.practice.models import Course, Credential, HistoryEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Member, Person

pytestmark = pytest.mark.django_db


def page_of(client: Client, course: Course, part: str = "") -> str:
    answer = client.get(f"/practice/courses/{course.pk}/{part}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_course_is_opened_and_says_what_is_needed(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_person: Person
) -> None:
    client, address = client_of("practitioner"), f"/practice/people/{a_person.pk}/course/"
    assert "No needle before all three" in client.get(address).content.decode()
    given = {
        "therapy": "acupuncture",
        "practitioner": str(member("owner").pk),
        "started_on": "2026-11-02",
    }
    opened = client.post(address, given, follow=True).content.decode()
    course = Course.objects.get()
    assert (course.stage, course.practitioner) == ("new", member("owner"))
    first = opened.index("Ask for warning signs")
    assert first < opened.index("Read and sign the consent") < opened.index("Make the plan")
    refused = client.post(address, {**given, "practitioner": str(member("reader").pk)})
    assert refused.status_code == 400


@pytest.mark.parametrize("part", ["", "screening/", "consent/", "warning/", "end/"])
def test_no_stranger_and_no_front_desk_sees_a_course(
    client_of: Callable[[str], Client], stranger: Client, a_course: Course, part: str
) -> None:
    address = f"/practice/courses/{a_course.pk}/{part}"
    assert stranger.get(address).status_code == 404
    assert client_of("front_desk").get(address).status_code == 403
    assert client_of("reader").get(address).status_code == (403 if part else 200)


def test_reading_a_course_stands_in_the_history(
    client_of: Callable[[str], Client], a_course: Course
) -> None:
    page_of(client_of("reader"), a_course)
    entry = HistoryEntry.objects.latest("number")
    assert (entry.act, entry.kind, entry.person_id) == ("read", "course", a_course.person_id)


def test_the_page_tells_all_that_happened_in_order(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    owner = member("owner")
    screened(owner, a_course)
    consented(owner, a_course)
    make_plan(owner, a_course)
    planned(owner, a_course)
    make_session(owner, a_course)
    page = page_of(client_of("practitioner"), a_course)
    order = [
        page.index(words)
        for words in (
            "Warning signs asked: routine",
            "Consent to acupuncture signed",
            "Planned: 6 sessions of acupuncture in 6 weeks",
        )
    ]
    assert order == sorted(order)
    assert "Under way" in page
    session = a_course.sessions.get()
    for name, key in [
        ("practice:visit-summary", session.pk),
        ("practice:bill-session", session.pk),
        ("practice:session", session.pk),
        ("practice:new-session", a_course.pk),
        ("practice:plan", a_course.pk),
        ("practice:doctor-letter", a_course.pk),
        ("practice:approval", a_course.pk),
        ("practice:estimate", a_course.pk),
        ("practice:consent-paper", a_course.consents.get().pk),
    ]:
        assert f'href="{address_if(name, key)}"' in page, name
    assert address_if("practice:no-such-page") == ""


def test_the_page_asks_the_database_as_often_for_much_as_for_little(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    owner, client = member("owner"), client_of("reader")
    address = f"/practice/courses/{a_course.pk}/"
    screened(owner, a_course)
    consented(owner, a_course)
    for_little = queries(client, address)
    for _ in range(3):
        screened(owner, a_course)
        consented(owner, a_course)
    assert queries(client, address) == for_little


def test_a_red_screening_halts_until_someone_decides_with_a_reason(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    kept = screened(member("owner"), a_course, benign(findings=[RED]))
    client, address = client_of("practitioner"), f"/practice/courses/{a_course.pk}/decide/"
    assert "Halted: emergency" in page_of(client, a_course)
    given = {"about": str(kept.pk), "decision": "go_on"}
    blank = client.post(address, {**given, "reason": " "})
    assert blank.status_code == 400
    assert "There is a problem" in blank.content.decode()
    assert state_of(a_course).halted_by
    reader = client_of("reader").post(address, {**given, "reason": "Seen."})
    assert reader.status_code == 403
    wait = client.post(address, {**given, "decision": "refer", "reason": "To the hospital."})
    assert wait.status_code == 302
    assert "sent to a doctor" in page_of(client, a_course)
    done = client.post(address, {**given, "reason": "The hospital found nothing."})
    assert done.status_code == 302
    kept.refresh_from_db()
    assert (kept.decision, kept.reason) == ("go_on", "The hospital found nothing.")
    assert kept.decided_by == member("practitioner")
    assert not state_of(a_course).halted_by
    late = client.post(address, {**given, "reason": "Again."})
    assert late.status_code == 400


def test_a_warning_sign_found_later_halts_the_course(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    screened(member("owner"), a_course)
    consented(member("owner"), a_course)
    client = client_of("practitioner")
    assert "Choose a sign" in page_of(client, a_course, "warning/")
    address = f"/practice/courses/{a_course.pk}/warning/"
    assert client.post(address, {"finding": "no_such_sign"}).status_code == 400
    page = client.post(address, {"finding": "fever"}, follow=True).content.decode()
    assert "Halted: fever" in page
    a_course.refresh_from_db()
    assert a_course.stage == "halted"
    halt = state_of(a_course).halted_by[0]
    given = {"about": halt.id, "decision": "go_on", "reason": "A cold, over since Monday."}
    client.post(f"/practice/courses/{a_course.pk}/decide/", given)
    assert "A cold, over since Monday." in page_of(client, a_course)


def test_a_course_ends_with_a_reason_and_not_with_a_session_open(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    owner, client = member("owner"), client_of("practitioner")
    screened(owner, a_course)
    consented(owner, a_course)
    planned(owner, a_course)
    session = make_session(owner, a_course)
    with keeping.acting(owner) as act:
        log(act, a_course, SessionOpened(act.now, act.by, str(session.pk)))
    address = f"/practice/courses/{a_course.pk}/end/"
    refused = client.post(address, {"reason": "Done."})
    assert refused.status_code == 400
    assert "session" in refused.content.decode()
    assert client.post(address, {"reason": ""}).status_code == 400
    assert state_of(a_course).ended is None


def test_an_ended_course_says_so_and_asks_for_nothing(
    client_of: Callable[[str], Client], a_course: Course
) -> None:
    client = client_of("practitioner")
    page_of(client, a_course, "end/")
    client.post(f"/practice/courses/{a_course.pk}/end/", {"reason": "Moved away."})
    page = page_of(client, a_course)
    assert "Course ended: Moved away." in page
    assert 'id="next"' not in page


def test_the_screening_begins_with_the_answers_by_link_and_keeps_the_rest_as_not_asked(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    sent(member("owner"), a_course.person, benign(findings=["fever"]))
    client = client_of("practitioner")
    page = page_of(client, a_course, "screening/")
    assert "Go through them together" in page
    assert 'name="unwell.signs"' in page
    assert 'value="fever" checked' in page
    answer = client.post(
        f"/practice/courses/{a_course.pk}/screening/",
        {"about-you.age": "46", "urgent.signs": "none", "unwell.signs": ["fever"]},
    )
    assert answer.status_code == 302
    kept = a_course.screenings.get()
    assert kept.answers["findings"] == ["fever"]
    assert "fever" not in kept.answers["absent"]
    seen = client_of("reader").get(f"/practice/screenings/{kept.pk}/").content.decode()
    assert "signs were not answered" in seen
    assert "fever" in seen.casefold()


def test_signs_of_an_emergency_left_open_keep_the_course_from_going_on(
    client_of: Callable[[str], Client], a_course: Course
) -> None:
    client = client_of("practitioner")
    client.post(f"/practice/courses/{a_course.pk}/screening/", {"about-you.age": "46"})
    page = page_of(client, a_course)
    assert "signs of an emergency were not answered" in page
    assert "Not asked" in page
    assert "Routine" not in page
    assert "screening" in state_of(a_course).needs


def test_a_fault_in_the_screening_is_told_and_keeps_what_was_ticked(
    client_of: Callable[[str], Client], a_course: Course
) -> None:
    answer = client_of("owner").post(
        f"/practice/courses/{a_course.pk}/screening/",
        {"about-you.age": "200", "unwell.signs": ["fever"]},
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#about-you.age"' in page
    assert 'value="fever" checked' in page
    assert not a_course.screenings.exists()


def test_the_age_is_known_from_the_day_of_birth(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    person = making.make_person(member("owner"))
    type(person).objects.filter(pk=person.pk).update(born_on="1980-01-01")
    course = making.make_course(member("owner"), person)
    assert 'id="about-you.age"' in page_of(client_of("owner"), course, "screening/")
    page = page_of(client_of("owner"), course, "screening/")
    assert 'value="46"' in page


def test_a_screening_of_strangers_is_not_there(
    stranger: Client, member: Callable[[str], Member], a_course: Course
) -> None:
    kept = screened(member("owner"), a_course)
    assert stranger.get(f"/practice/screenings/{kept.pk}/").status_code == 404


def a_licence(member: Member, profession: str) -> None:
    with keeping.acting(member) as act:
        act.create(
            Credential(
                member=member,
                profession=profession,
                title="",
                number="N 1",
                jurisdiction="US-NY",
                expires_on=date(2030, 1, 1),
            )
        )


def test_what_the_law_forbids_is_told_when_the_course_is_opened(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_person: Person
) -> None:
    owner, client = member("owner"), client_of("owner")
    a_licence(owner, "physical_therapist")
    address = f"/practice/people/{a_person.pk}/course/"
    given = {
        "therapy": "dry_needling",
        "practitioner": str(owner.pk),
        "started_on": "2026-11-02",
    }
    refused = client.post(address, given)
    assert refused.status_code == 400
    told = "Physical therapists may not do dry needling in New York."
    assert told in refused.content.decode()
    assert not Course.objects.exists()


def test_no_consent_is_asked_for_what_may_not_be_done(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    a_licence(a_course.practitioner, "physical_therapist")
    Course.objects.filter(pk=a_course.pk).update(therapy="dry_needling")
    client = client_of("owner")
    assert "The law stands against it" in page_of(client, a_course)
    address = f"/practice/courses/{a_course.pk}/consent/"
    page = client.get(address).content.decode()
    assert "No consent is asked for what may not be done here." in page
    assert "Sign</button>" not in page
    assert client.post(address, {"signed_name": "Pat Example"}).status_code == 400
    assert member("owner").practice.jurisdiction == "US-NY"


def test_only_what_can_be_planned_and_recorded_is_offered_as_a_course(
    client_of: Callable[[str], Client], a_person: Person
) -> None:
    page = client_of("owner").get(f"/practice/people/{a_person.pk}/course/").content.decode()
    assert "dry needling" in page.lower()
    assert "cupping" not in page.lower()
