"""The list of people, a person's page, and the links that are made there."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from tests.site.practice import making
from tests.site.practice.cared import queries, sent

from filiform.care.course import Ended
from filiform.site.practice import intake_links, keeping
from filiform.site.practice.course_log import log
from filiform.site.practice.models import HistoryEntry, Intake, Link, Person
from filiform.site.practice.models.people import LinkKind
from filiform.site.practice.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from filiform.site.practice.models import Course, Member

pytestmark = pytest.mark.django_db

PEOPLE = reverse("practice:people")


def test_everybody_of_the_practice_is_listed_and_nobody_else(
    client_of: Callable[[str], Client], a_person: Person, stranger: Client
) -> None:
    for role in making.ROLES:
        assert "Example, Pat" in client_of(role).get(PEOPLE).content.decode()
    assert "Example" not in stranger.get(PEOPLE).content.decode()
    assert stranger.get(f"{PEOPLE}{a_person.pk}/").status_code == 404


def test_a_search_finds_by_name_or_number_and_stands_in_no_address(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    making.make_person(member("owner"), "Zimmer")
    making.make_person(member("owner"), "Abel")
    client = client_of("reader")
    for words in ("zim", "Pat zim", "1"):
        found = client.post(PEOPLE, {"words": words})
        page = found.content.decode()
        assert found.status_code == 200
        assert "Zimmer, Pat" in page
        assert "Abel, Pat" not in page
        assert found.request["QUERY_STRING"] == ""
    assert "Nobody here" in client.post(PEOPLE, {"words": "Nemo"}).content.decode()
    assert "Abel, Pat" in client.post(PEOPLE, {"words": " "}).content.decode()


def test_the_list_asks_the_database_as_often_for_many_people_as_for_one(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    client = client_of("reader")
    making.make_person(member("owner"))
    for_one = queries(client, PEOPLE)
    for number in range(20):
        making.make_person(member("owner"), f"Example {number}")
    assert queries(client, PEOPLE) == for_one


def test_a_person_is_added_once_however_often_the_button_is_pressed(
    client_of: Callable[[str], Client],
) -> None:
    client = client_of("front_desk")
    token = re.search(r'name="once" value="([^"]+)"', client.get(f"{PEOPLE}add/").content.decode())
    assert token
    given = {
        "given_name": "Ann",
        "family_name": "Other",
        "born_on": "1980-02-29",
        "may_contact": "no",
        "once": token[1],
    }
    first = client.post(f"{PEOPLE}add/", given)
    second = client.post(f"{PEOPLE}add/", given)
    assert first.headers["Location"] == second.headers["Location"]
    added = Person.objects.get()
    assert (added.number, added.may_contact, added.registry_consent) == (1, False, None)
    page = client.get(first.headers["Location"]).content.decode()
    assert "1980-02-29" in page
    assert "Not asked yet" in page


def test_a_fault_is_told_and_nothing_is_kept(client_of: Callable[[str], Client]) -> None:
    answer = client_of("owner").post(f"{PEOPLE}add/", {"given_name": "Ann", "born_on": "1.1."})
    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()
    assert not Person.objects.exists()


def test_a_reader_may_look_and_not_write(
    client_of: Callable[[str], Client], a_person: Person
) -> None:
    client, address = client_of("reader"), f"{PEOPLE}{a_person.pk}/"
    page = client.get(address).content.decode()
    assert "Change the particulars" not in page
    assert "Make a link" not in page
    assert client.get(f"{PEOPLE}add/").status_code == 403
    assert client.get(f"{address}change/").status_code == 403
    assert client.post(f"{address}change/", {}).status_code == 403
    assert client.post(f"{address}link/").status_code == 403


def test_the_front_desk_sees_particulars_and_nothing_of_the_care(
    client_of: Callable[[str], Client],
    member: Callable[[str], Member],
    a_person: Person,
    a_course: Course,
) -> None:
    sent(member("owner"), a_person)
    address = f"{PEOPLE}{a_person.pk}/"
    desk = client_of("front_desk").get(address).content.decode()
    assert "Particulars" in desk
    assert "Courses" not in desk
    assert "Sent on" not in desk
    page = client_of("practitioner").get(address).content.decode()
    assert f"/practice/courses/{a_course.pk}/" in page
    assert "Sent on" in page


def test_the_front_desk_finds_the_estimate_of_each_open_course(
    client_of: Callable[[str], Client],
    member: Callable[[str], Member],
    a_person: Person,
    a_course: Course,
) -> None:
    over = making.make_course(member("owner"), a_person)
    with keeping.acting(member("owner")) as act:
        log(act, over, Ended(act.now, act.by, "done"))
    desk = client_of("front_desk").get(f"{PEOPLE}{a_person.pk}/").content.decode()
    assert f"/practice/courses/{a_course.pk}/estimate.pdf" in desk
    assert str(over.pk) not in desk
    assert a_course.therapy not in desk.casefold()
    assert desk.count(str(a_course.pk)) == 1
    none_yet = client_of("front_desk").get(f"/practice/courses/{a_course.pk}/estimate.pdf")
    assert none_yet.status_code == 409
    assert f"{PEOPLE}{a_person.pk}/" in none_yet.content.decode()
    assert f'href="/practice/courses/{a_course.pk}/"' not in none_yet.content.decode()


def test_reading_a_person_stands_in_the_history(
    client_of: Callable[[str], Client], a_person: Person
) -> None:
    client_of("reader").get(f"{PEOPLE}{a_person.pk}/")
    entry = HistoryEntry.objects.latest("number")
    assert (entry.act, entry.kind, entry.person_id) == ("read", "person", a_person.pk)


def test_who_changes_an_older_version_is_shown_both(
    client_of: Callable[[str], Client], a_person: Person
) -> None:
    client, address = client_of("owner"), f"{PEOPLE}{a_person.pk}/change/"
    given = {"given_name": "Pat", "family_name": "Example", "version": a_person.version}
    assert client.post(address, {**given, "phone": "111"}).status_code == 302
    late = client.post(address, {**given, "phone": "222"})
    assert late.status_code == 409
    assert "111" in late.content.decode()
    assert "222" in late.content.decode()
    assert Person.objects.get().phone == "111"


def test_a_link_is_shown_once_and_its_token_is_not_kept(
    client_of: Callable[[str], Client], a_person: Person
) -> None:
    client, address = client_of("front_desk"), f"{PEOPLE}{a_person.pk}/"
    page = client.post(f"{address}link/", follow=True).content.decode()
    token = re.search(r"/practice/link/([\w-]+)/", page)
    assert token
    assert Client().get(f"/practice/link/{token[1]}/").status_code == 200
    again = client.get(address).content.decode()
    assert token[1] not in again
    assert "Questions before the first visit" in again
    assert token[1] not in str([*Link.objects.values(), *HistoryEntry.objects.values()])
    assert mail.outbox == []


def test_a_link_is_sent_where_there_is_mail(
    client_of: Callable[[str], Client], a_person: Person
) -> None:
    Person.objects.filter(pk=a_person.pk).update(email="pat@people.example")
    address = f"{PEOPLE}{a_person.pk}/"
    with override_settings(FILIFORM_MAIL=True):
        page = client_of("owner").post(f"{address}link/", {"mail": "yes"}, follow=True)
    assert "It was sent to pat@people.example." in page.content.decode()
    assert mail.outbox[0].to == ["pat@people.example"]
    assert "/practice/link/" in str(mail.outbox[0].body)


def test_a_link_that_is_taken_back_answers_as_one_that_is_too_old(
    client_of: Callable[[str], Client], a_person: Person
) -> None:
    client, address = client_of("front_desk"), f"{PEOPLE}{a_person.pk}/"
    page = client.post(f"{address}link/", follow=True).content.decode()
    token = re.search(r"/practice/link/([\w-]+)/", page)
    assert token
    link, opened = Link.objects.get(), f"/practice/link/{token[1]}/"
    assert f"works until {link.expires_at.date()}" in page
    assert client_of("reader").post(f"/practice/links/{link.pk}/take-back/").status_code == 403
    back = {"link": str(link.pk), "once": str(uuid.uuid4())}
    for _ in range(2):
        after = client.post(f"/practice/links/{link.pk}/take-back/", back, follow=True)
        assert "taken back on" in after.content.decode()
        assert "Take the link back" not in after.content.decode()
    assert Client().get(opened).content == Client().get("/practice/link/never/").content
    answer = Client().post(f"{opened}page/about-you/", {"age": "46"})
    assert (answer.status_code, Intake.objects.count()) == (404, 0)
    last = HistoryEntry.objects.filter(kind="link").latest("number")
    assert (last.act, last.reason, last.person_id) == ("change", "taken back", a_person.pk)
    seen = client_of("owner").get(address).content.decode()
    assert f"/practice/history/record/{link.pk}/" in seen
    assert list(verify()) == []


def test_links_tell_what_they_are_for_and_whether_they_were_used(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    person = a_course.person
    with keeping.acting(member("owner")) as act:
        intake_links.make(act, person, LinkKind.INTAKE)
        token = intake_links.make(act, person, LinkKind.OUTCOME, course=a_course, week=4)
        intake_links.make(act, person, LinkKind.OUTCOME, course=a_course, week=12)
    Link.objects.filter(week=12).update(expires_at=timezone.now())
    Client().post(f"/practice/link/{token}/", {"NPRS": "3"})
    client, address = client_of("owner"), f"{PEOPLE}{person.pk}/"
    page = " ".join(client.get(address).content.decode().split())
    assert "How it is going, week 4: used on" in page
    assert "How it is going, week 12: too old since" in page
    assert page.count("Take the link back") == 1
    few = queries(client, address)
    with keeping.acting(member("owner")) as act:
        for _ in range(30):
            intake_links.make(act, person, LinkKind.INTAKE)
    assert queries(client, address) == few
    of_course = client.get(f"/practice/courses/{a_course.pk}/outcomes/").content.decode()
    assert "week 12" in of_course
    assert "Questions before" not in of_course
    assert client.post(f"/practice/links/{Link.objects.get(week=4).pk}/take-back/").status_code
    assert Link.objects.get(week=4).taken_back_at is None


def test_a_link_from_before_the_release_that_takes_links_back_still_agrees_with_its_history(
    member: Callable[[str], Member], a_person: Person
) -> None:
    with keeping.acting(member("owner")) as act:
        intake_links.make(act, a_person, LinkKind.INTAKE)
    entry = HistoryEntry.objects.get(kind="link")
    assert "taken_back_at" not in str(entry.after)
    assert list(verify()) == []
    Link.objects.update(taken_back_at=timezone.now())
    assert [fault.sentence for fault in verify()] == [
        "It is not what the history says that it became."
    ]


def test_what_is_sent_by_a_link_that_was_taken_back_meanwhile_is_not_kept(
    member: Callable[[str], Member], a_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keeping.acting(member("owner")) as act:
        token = intake_links.make(act, a_course.person, LinkKind.OUTCOME, course=a_course, week=4)
    found = intake_links.find(token)
    assert found is not None
    with keeping.acting(member("owner")) as act:
        intake_links.take_back(act, found.pk)
    monkeypatch.setattr(intake_links, "find", lambda _token: found)
    answer = Client().post(f"/practice/link/{token}/", {"NPRS": "3"})
    assert (answer.status_code, a_course.outcomes.count()) == (404, 0)
