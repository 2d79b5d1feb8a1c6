"""Staff: invitations, roles, licences, the practice's settings, and the first page."""

from __future__ import annotations

import re
from datetime import date, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.site.practice import making

from filiform.site.practice import keeping, sending
from filiform.site.practice.models import (
    Course,
    Credential,
    HistoryEntry,
    Incident,
    Intake,
    Invitation,
    Lot,
    Member,
    Person,
    Practice,
    Session,
)
from filiform.site.practice.session_licence import permission_of
from filiform.site.practice.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django.fixtures import Settings

LICENCE = {
    "profession": "acupuncturist",
    "title": "L.Ac.",
    "number": "NY-0001",
    "jurisdiction": "US-NY",
    "expires_on": "2027-05-01",
}
PASSWORD = "needles and pins and needles"  # noqa: S105  (of nobody)


def invited(owner: Client, email: str = "pat@practice.example", role: str = "practitioner") -> str:
    given = {"email": email, "role": role, "once": sending.token()}
    response = owner.post("/practice/staff/invite/", given, follow=True)
    found = re.search(r"http://testserver(/practice/join/[\w-]+/)", response.content.decode())
    assert found is not None
    return found[1]


def joined(link: str) -> int:
    given = {"name": "Pat Practitioner", "password1": PASSWORD, "password2": PASSWORD}
    return Client().post(link, given).status_code


def test_who_is_invited_joins_by_the_link_once(client_of: Callable[[str], Client]) -> None:
    link = invited(client_of("owner"))
    assert "Join Hill Street Needles" in Client().get(link).content.decode()
    assert joined(link) == HTTPStatus.FOUND
    pat = Member.objects.get(name="Pat Practitioner")
    assert (pat.role, pat.user.email) == ("practitioner", "pat@practice.example")
    assert joined(link) == HTTPStatus.NOT_FOUND
    assert "This link is over" in Client().get(link).content.decode()


def test_the_token_of_an_invitation_is_shown_once_and_not_kept(
    client_of: Callable[[str], Client],
) -> None:
    owner = client_of("owner")
    token = invited(owner).split("/")[-2]
    assert token not in owner.get("/practice/staff/").content.decode()
    assert token not in str(list(Invitation.objects.values()) + list(HistoryEntry.objects.values()))


def test_an_invitation_is_over_after_a_week(client_of: Callable[[str], Client]) -> None:
    link = invited(client_of("owner"))
    Invitation.objects.update(expires_at=timezone.now())
    assert joined(link) == HTTPStatus.NOT_FOUND


def test_an_invitation_is_sent_where_there_is_mail(
    client_of: Callable[[str], Client], settings: Settings
) -> None:
    settings.FILIFORM_MAIL = True
    link = invited(client_of("owner"))
    assert link in mail.outbox[0].body
    assert mail.outbox[0].to == ["pat@practice.example"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"password2": "another set of words"}, "This is not the same password."),
        ({"password1": "short", "password2": "short"}, "at least 12 characters"),
        ({"name": ""}, "Write it here."),
    ],
)
def test_joining_with_a_fault_is_told_so_and_uses_nothing_up(
    client_of: Callable[[str], Client], changed: dict[str, str], told: str
) -> None:
    link = invited(client_of("owner"))
    given = {"name": "Pat", "password1": PASSWORD, "password2": PASSWORD, **changed}
    page = Client().post(link, given).content.decode()
    assert told in page
    assert PASSWORD not in page
    assert joined(link) == HTTPStatus.FOUND


def test_an_address_that_has_an_account_cannot_join_another_practice(
    client_of: Callable[[str], Client], stranger: Client, other_practice: Practice
) -> None:
    there = Member.objects.get(practice=other_practice)
    assert stranger.get("/practice/").status_code == HTTPStatus.OK
    link = invited(client_of("owner"), email=there.user.email)
    given = {"name": "Twice", "password1": PASSWORD, "password2": PASSWORD}
    page = Client().post(link, given).content.decode()
    assert "There is an account with this address already." in page
    assert not Member.objects.filter(name="Twice").exists()


def test_a_role_is_changed_and_a_member_leaves(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    owner, reader = client_of("owner"), member("reader")
    theirs = client_of("reader")
    given = {"name": reader.name, "role": "front_desk", "version": 1, "once": sending.token()}
    assert owner.post(f"/practice/staff/{reader.pk}/", given).status_code == HTTPStatus.FOUND
    reader.refresh_from_db()
    assert (reader.role, reader.active, reader.version) == ("front_desk", False, 2)
    left = theirs.get("/practice/")
    assert left.headers["Location"] == "/account/login/?next=/practice/"
    assert making.client_for(reader).get("/practice/").status_code == HTTPStatus.NOT_FOUND


def test_a_practice_keeps_an_owner(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    owner = member("owner")
    given = {"name": "Olive", "role": "reader", "active": "on", "version": 1}
    page = client_of("owner").post(f"/practice/staff/{owner.pk}/", given).content.decode()
    assert "make someone else an owner first" in page
    owner.refresh_from_db()
    assert owner.role == "owner"


def test_a_member_changed_by_two_is_told_the_second(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    owner, address = client_of("owner"), f"/practice/staff/{member('reader').pk}/"
    given = {"name": "First", "role": "reader", "active": "on", "version": 1}
    assert owner.post(address, given).status_code == HTTPStatus.FOUND
    page = owner.post(address, {**given, "name": "Second"}).content.decode()
    assert "Someone else changed this since you opened it." in page
    assert Member.objects.get(pk=member("reader").pk).name == "First"


def test_a_licence_is_added_and_renewed(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    owner, holder = client_of("owner"), member("practitioner")
    address = f"/practice/staff/{holder.pk}/credentials/add/"
    added = owner.post(address, {**LICENCE, "once": sending.token()})
    assert added.headers["Location"] == f"/practice/staff/{holder.pk}/"
    kept = Credential.objects.get()
    assert (kept.profession, kept.expires_on) == ("acupuncturist", date(2027, 5, 1))
    renewed = {**LICENCE, "expires_on": "2029-05-01", "version": 1}
    owner.post(f"/practice/credentials/{kept.pk}/", renewed)
    kept.refresh_from_db()
    assert kept.expires_on == date(2029, 5, 1)
    assert "valid to 2029-05-01" in owner.get("/practice/staff/").content.decode()


def test_a_form_sent_twice_acts_once(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    owner = client_of("owner")
    address = f"/practice/staff/{member('practitioner').pk}/credentials/add/"
    form = {**LICENCE, "once": sending.token()}
    first, second = owner.post(address, form), owner.post(address, form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Credential.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"profession": "astronaut"}, "astronaut is not one of the available choices"),
        ({"expires_on": "soon"}, "Enter a valid date"),
        ({"jurisdiction": ""}, "Choose one."),
        ({"training_hours": "-1"}, "greater than or equal to 0"),
    ],
)
def test_a_licence_with_a_fault_is_refused_and_nothing_typed_is_lost(
    client_of: Callable[[str], Client],
    member: Callable[[str], Member],
    changed: dict[str, str],
    told: str,
) -> None:
    address = f"/practice/staff/{member('practitioner').pk}/credentials/add/"
    page = client_of("owner").post(address, {**LICENCE, **changed}).content.decode()
    assert told in page
    assert "NY-0001" in page
    assert not Credential.objects.exists()


def test_what_a_licence_holds_and_its_hours_stand_beside_what_the_law_asks(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    owner, holder = client_of("owner"), member("practitioner")
    add, page = f"/practice/staff/{holder.pk}/credentials/add/", f"/practice/staff/{holder.pk}/"
    therapist = {**LICENCE, "profession": "physical_therapist", "expires_on": "2099-01-01"}
    assert owner.post(add, {**therapist, "jurisdiction": "US-AZ"}).status_code == HTTPStatus.FOUND
    held = Credential.objects.get()
    told = " ".join(owner.get(page).content.decode().split())
    assert "24 hours of training are asked." in told
    assert "does not tell of that training" in told
    change = f"/practice/credentials/{held.pk}/"
    given = {**therapist, "jurisdiction": "US-WA", "version": held.version, "training_hours": "30"}
    owner.post(change, given)
    told = " ".join(owner.get(page).content.decode().split())
    assert "Asked are: an endorsement on the licence." in told
    assert "The licence says 30 hours of training." in told
    held.refresh_from_db()
    owner.post(change, {**given, "version": held.version, "holds": ["dry_needling"]})
    held.refresh_from_db()
    assert held.holds == ["dry_needling"]
    assert "All that the law asks was shown for: dry needling." in owner.get(page).content.decode()
    assert permission_of(holder, "dry_needling", timezone.localdate()).code == "no_credential"
    holder.practice.jurisdiction = "US-WA"
    assert permission_of(holder, "dry_needling", timezone.localdate()).status == "allowed"
    assert 'value="dry_needling" checked' in owner.get(change).content.decode()
    assert list(verify()) == []


def test_the_settings_of_the_practice_are_changed_with_their_history(
    client_of: Callable[[str], Client], practice: Practice
) -> None:
    owner = client_of("owner")
    given = {
        "name": "Hill Street Acupuncture",
        "jurisdiction": "US-NJ",
        "currency": "USD",
        "timezone": "America/New_York",
        "opened": keeping.fingerprint(practice),
    }
    assert owner.post("/practice/settings/", given).status_code == HTTPStatus.FOUND
    practice.refresh_from_db()
    assert (practice.name, practice.jurisdiction) == ("Hill Street Acupuncture", "US-NJ")
    entry = HistoryEntry.objects.get(kind="practice")
    assert entry.before is not None
    assert entry.before["name"] == "Hill Street Needles"
    stale = owner.post("/practice/settings/", {**given, "name": "Third"}).content.decode()
    assert "Someone else changed this since you opened it." in stale
    wrong = owner.post("/practice/settings/", {**given, "currency": "dollars"}).content.decode()
    assert "Three capital letters are asked" in wrong


def fill(by: Member, rows: int) -> None:
    """Keep that many of everything that can wait."""
    today, now = timezone.localdate(), timezone.now()
    for number in range(rows):
        person = making.make_person(by, f"Family {number}")
        course = making.make_course(by, person, started_on=today - timedelta(weeks=20))
        lot = {"length_mm": "40", "diameter_mm": "0.25", "quantity": 10, "maker": "Maker"}
        day = {"received_on": today, "expires_on": today + timedelta(days=9)}
        session = Session(course=course, practitioner=by, number=1, on=today)
        with keeping.acting(by) as act:
            act.create(session)
            act.create(Incident(session=session, kind="needle_count", text="", by=by))
            act.create(Lot(lot_number=f"L{person.number}", **lot, **day))
            act.create(Credential(member=by, **{**LICENCE, "expires_on": today}))
            urgency = "emergency" if number == rows - 1 else "routine"
            act.create(Intake(person=person, sent_at=now - timedelta(days=number), urgency=urgency))


def test_the_first_page_shows_what_waits_red_on_top(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    client = client_of("owner")
    assert "Nothing waits." in client.get("/practice/").content.decode()
    fill(member("owner"), 3)
    page = client.get("/practice/").content.decode()
    for part in ("Answers that came in", "Incidents to resolve", "Sessions to close"):
        assert part in page
    for part in ("Scores that are overdue", "Licences that expire", "Needles that expire"):
        assert part in page
    assert page.index("Family 2") < page.index("Family 0")
    assert "week 4" in page
    assert "NPRS" in page


def test_the_front_desk_sees_no_urgency_and_nothing_clinical(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    fill(member("owner"), 1)
    page = client_of("front_desk").get("/practice/").content.decode()
    assert "Answers that came in" in page
    assert "emergency" not in page
    assert "Sessions to close" not in page
    assert "Scores that are overdue" not in page
    assert "Needles that expire" in page


def test_another_practice_sees_nothing_of_this_one(
    stranger: Client, member: Callable[[str], Member]
) -> None:
    fill(member("owner"), 1)
    assert Person.objects.count() == Course.objects.count() == 1
    assert "Nothing waits." in stranger.get("/practice/").content.decode()


@pytest.mark.parametrize("address", ["/practice/", "/practice/staff/", "/practice/history/"])
def test_a_page_takes_as_many_queries_for_many_rows_as_for_few(
    client_of: Callable[[str], Client],
    member: Callable[[str], Member],
    address: str,
) -> None:
    client = client_of("owner")
    fill(member("owner"), 2)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    fill(member("owner"), 9)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few) > 0
