"""Every address of the practice × every role × own and other practice, from the URL conf itself.

Who is not signed in is led to sign in, who has no second factor to set one up; a stranger is told
404 as if there were no such record; who lacks the act is told 403; who has it gets the page.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.site.practice import making
from tests.site.practice.growing import grow

from filiform.site.practice import intake_links, joining, keeping, urls
from filiform.site.practice.access import ACTS
from filiform.site.practice.demo.fill import fill
from filiform.site.practice.models import (
    Harm,
    HistoryEntry,
    Incident,
    Intake,
    Practice,
    Session,
)
from filiform.site.practice.models.people import LinkKind
from filiform.site.practice.opening import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.urls import URLPattern
    from pytest_django import DjangoDbBlocker

    from filiform.site.practice.models import Member

pytestmark = pytest.mark.django_db

# Pages that are opened by a link that was sent, without an account.
BY_LINK = [entry for entry in urls.urlpatterns if "<str:token>" in str(entry.pattern)]
FOR_STAFF = [entry for entry in urls.urlpatterns if entry not in BY_LINK]
DONE = {HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT}
NOT_SO = HTTPStatus.METHOD_NOT_ALLOWED


def named(entry: URLPattern) -> str:
    return str(entry.name)


@dataclass(frozen=True, slots=True)
class World:
    """A practice in which care is given, by role the clients of its staff, and a stranger."""

    practice: Practice
    clients: dict[str, Client]
    stranger: Client
    no_second_factor: Client

    def address(self, entry: URLPattern) -> str:
        """Return an address of the page with this practice's own records in it."""
        given = {name: self._value(name) for name in entry.pattern.converters}
        return reverse(f"practice:{entry.name}", kwargs=given)

    def _value(self, name: str) -> UUID | int:
        if name == "number":
            return 1
        kind = "person" if name == "record_id" else name.removesuffix("_id").replace("_", "")
        found = apps.get_model("practice", kind)._default_manager.filter(practice=self.practice)
        first = found.order_by("created_at").values_list("pk", flat=True).first()
        assert isinstance(first, UUID), f"the world of this test has no {kind}: add one"
        return first


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,  # noqa: ARG001  (it makes the database)
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[World]:
    """Give care once for all tests of this module, each of which leaves it as it was."""
    with django_db_blocker.unblock(), transaction.atomic():
        today = dt.date(2026, 11, 20)
        practice = fill(people=3, start=today - dt.timedelta(weeks=30), today=today)
        Practice.objects.update(demo=False)
        add_what_is_rare(practice)
        members = {role: made(practice, role) for role in making.ROLES}
        bare = made(practice, "owner")
        Authenticator.objects.filter(user=bare.user).delete()
        other = making.make_member(making.make_practice("Strangers"), "owner")
        made_world = World(
            practice,
            {role: making.client_for(member) for role, member in members.items()},
            making.client_for(other),
            making.client_for(bare),
        )
        connection.check_constraints()  # or PostgreSQL does it after each test anew
        yield made_world
        transaction.set_rollback(True)


def add_what_is_rare(practice: Practice) -> None:
    """Add what not every practice has: an incident, a harm, an answered intake, an invitation."""
    session = Session.objects.filter(practice=practice).select_related("course__person")[0]
    by = session.practitioner
    with keeping.acting(by) as act:
        act.create(Incident(session=session, kind="needle_count", text="", by=by))
        act.create(
            Harm(
                course=session.course,
                session=session,
                by=by,
                event="bruising",
                grade="mild",
                relatedness="related",
                noticed_on=session.on,
            )
        )
        act.create(Intake(person=session.course.person, sent_at=act.now, urgency="routine"))
        intake_links.make(act, session.course.person, LinkKind.INTAKE)
        joining.invite(act, email="somebody@practice.example", role="reader")


def made(practice: Practice, role: str) -> Member:
    return join(practice, making.with_mfa(making.a_user()), name=role, role=role)


def acts_of(entry: URLPattern) -> tuple[str, str | None]:
    acts = getattr(entry.callback, "acts", None)
    assert acts is not None, f"{entry.name} has no door: guard it with @staff"
    reading, writing = acts
    return reading, writing


@pytest.mark.parametrize("entry", FOR_STAFF, ids=named)
def test_who_is_not_signed_in_is_led_to_sign_in(world: World, entry: URLPattern) -> None:
    address = world.address(entry)
    for response in (Client().get(address), Client().post(address)):
        assert response.status_code in {HTTPStatus.FOUND, NOT_SO}
        if response.status_code == HTTPStatus.FOUND:
            assert response.headers["Location"].startswith("/account/login/?next=")


@pytest.mark.parametrize("entry", FOR_STAFF, ids=named)
def test_who_has_no_second_factor_is_led_to_set_one_up(world: World, entry: URLPattern) -> None:
    address = world.address(entry)
    for response in (world.no_second_factor.get(address), world.no_second_factor.post(address)):
        assert response.status_code in {HTTPStatus.FOUND, NOT_SO}
        if response.status_code == HTTPStatus.FOUND:
            assert response.headers["Location"] == "/account/2fa/"


@pytest.mark.parametrize("entry", FOR_STAFF, ids=named)
def test_a_stranger_finds_no_record_of_this_practice(world: World, entry: URLPattern) -> None:
    address = world.address(entry)
    answers = [world.stranger.get(address), world.stranger.post(address)]
    if set(entry.pattern.converters) - {"number"}:
        assert {answer.status_code for answer in answers} <= {HTTPStatus.NOT_FOUND, NOT_SO}
    for answer in answers:
        assert world.practice.name not in b"".join(answer).decode(errors="replace")


@pytest.mark.parametrize("role", making.ROLES)
@pytest.mark.parametrize("entry", FOR_STAFF, ids=named)
def test_a_role_does_what_the_table_of_acts_admits_and_nothing_else(
    world: World, entry: URLPattern, role: str
) -> None:
    reading, writing = acts_of(entry)
    client, address = world.clients[role], world.address(entry)
    read, written = client.get(address).status_code, client.post(address).status_code
    if role in ACTS[reading]:
        assert read in DONE | {NOT_SO}
    else:
        assert read in {HTTPStatus.FORBIDDEN, NOT_SO}
    if writing is None:
        assert written == NOT_SO
    elif role in ACTS[writing]:
        assert written in DONE
    else:
        assert written == HTTPStatus.FORBIDDEN
    assert {read, written} != {NOT_SO}


@pytest.mark.parametrize("entry", BY_LINK, ids=named)
def test_a_link_that_was_never_sent_opens_nothing(
    client: Client,
    entry: URLPattern,
    db: None,  # noqa: ARG001
) -> None:
    given = {"token": "never-sent"}
    given |= {name: "1" for name in entry.pattern.converters if name != "token"}
    address = reverse(f"practice:{entry.name}", kwargs=given)
    for response in (client.get(address), client.post(address)):
        assert response.status_code in {HTTPStatus.NOT_FOUND, NOT_SO}


@pytest.mark.parametrize("role", making.ROLES)
def test_a_reader_writes_nothing_and_the_front_desk_sees_nothing_clinical(role: str) -> None:
    may = {act for act, roles in ACTS.items() if role in roles}
    if role == "reader":
        assert not {act for act in may if act.startswith(("write", "administer"))}
    if role == "front_desk":
        assert not {act for act in may if "clinical" in act or "history" in act}
    if role != "owner":
        assert "administer" not in may


# Pages of the staff that show nobody who is treated: no reading of them is kept.
NOBODY = {
    "member",
    "credential",
    "credential-add",
    "lots",
    "correct-lot",
    "discard-needles",
    "recall-lot",
    "person-add",
    "questionnaires",
    "fees",
    "stock",
    "receive-lot",
    "staff",
    "invite",
    "settings",
    "export-practice",
    "incident-add",
}


@pytest.mark.parametrize("entry", FOR_STAFF, ids=named)
def test_each_page_that_shows_a_person_leaves_one_entry_in_the_history(
    world: World, entry: URLPattern
) -> None:
    last = Practice.objects.get(pk=world.practice.pk).history_number
    response = world.clients["owner"].get(world.address(entry))
    b"".join(response)
    entries = HistoryEntry.objects.filter(practice=world.practice, number__gt=last)
    acts = [kept.act for kept in entries]
    if entry.name in NOBODY or response.status_code != HTTPStatus.OK:
        assert acts == []
    elif response.headers["Content-Type"] == "application/pdf":
        assert acts == ["print"]
    else:
        assert acts == ["read"]
    if entry.name not in NOBODY and "person_id" in entry.pattern.converters and acts:
        assert entries[0].person_id is not None


def test_what_is_not_shown_at_a_get_is_a_redirect_or_a_form_without_a_page(world: World) -> None:
    other = {
        str(entry.name): status
        for entry in FOR_STAFF
        if (status := world.clients["owner"].get(world.address(entry)).status_code) != HTTPStatus.OK
    }
    assert set(other.values()) <= {NOT_SO, HTTPStatus.CONFLICT, HTTPStatus.FOUND}
    posted = {name for name, status in other.items() if status == NOT_SO}
    assert posted == {
        "course-decide",
        "consent-withdraw",
        "link-take-back",
        "outcomes-link",
        "person-link",
        "session-draft",
    }
    assert set(other) - posted <= {"estimate", "amend-session"}


def test_a_search_for_people_leaves_an_entry(world: World) -> None:
    last = Practice.objects.get(pk=world.practice.pk).history_number
    world.clients["front_desk"].post(reverse("practice:people"), {"words": "1"})
    entry = HistoryEntry.objects.get(practice=world.practice, number__gt=last)
    assert (entry.act, entry.kind, entry.person_id) == ("read", "people list", None)


def test_a_page_that_is_refused_leaves_no_entry(world: World) -> None:
    last = Practice.objects.get(pk=world.practice.pk).history_number
    course = Session.objects.filter(practice=world.practice)[0].course_id
    world.clients["front_desk"].get(reverse("practice:course", args=[course]))
    world.stranger.get(reverse("practice:course", args=[course]))
    assert not HistoryEntry.objects.filter(practice=world.practice, number__gt=last).exists()


def test_no_page_asks_the_database_more_often_where_there_is_more(world: World) -> None:
    owner = world.clients["owner"]
    pages = {str(entry.name): world.address(entry) for entry in FOR_STAFF}
    opened = {
        name: address for name, address in pages.items() if owner.get(address).status_code == 200
    }
    few = {name: asked_by(owner, address) for name, address in opened.items()}
    with transaction.atomic():
        grow(world.practice)
        many = {name: asked_by(owner, address) for name, address in opened.items()}
        transaction.set_rollback(True)
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}


def asked_by(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        b"".join(client.get(address))
    return len(asked)
