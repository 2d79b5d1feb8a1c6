"""Accounts: opening a practice, signing in and out, second factors, lock-out, limits."""

from __future__ import annotations

import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse
from tests.site.practice import making

from filiform.site.accounts import limits
from filiform.site.accounts.models import User
from filiform.site.practice.models import HistoryEntry, Member, Practice

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db

PASSWORD = "needles and pins and needles"  # noqa: S105  (of nobody)
OPENING = {
    "practice_name": "Hill Street Needles",
    "jurisdiction": "US-NY",
    "timezone": "America/New_York",
    "name": "Olive Owner",
    "email": "Olive@Practice.example",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


@pytest.fixture(autouse=True)
def _quick_hashes_and_patient_codes(settings: Settings) -> None:
    settings.MFA_TOTP_TOLERANCE = 1  # a code is read in one half minute and sent in the next
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def opened(client: Client, **changed: str) -> HttpResponse:
    return client.post("/account/signup/", {**OPENING, **changed})  # type: ignore[return-value]


def sign_in(client: Client, password: str = PASSWORD) -> HttpResponse:
    given = {"login": "olive@practice.example", "password": password}
    return client.post("/account/login/", given)  # type: ignore[return-value]


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def add_app(client: Client) -> str:
    page = client.get("/account/2fa/app/add/").content.decode()
    found = re.search(r'app-key">(\w+)<', page)
    assert found is not None
    added = client.post("/account/2fa/app/add/", {"code": code_of(found[1])})
    assert added.headers["Location"] == "/account/2fa/codes/"
    return found[1]


def test_signing_up_opens_a_practice_and_makes_its_owner(client: Client) -> None:
    response = opened(client)
    assert response.headers["Location"] == "/account/2fa/"
    owner = Member.objects.select_related("practice", "user").get()
    assert (owner.name, owner.role) == ("Olive Owner", "owner")
    assert owner.user.email == "olive@practice.example"
    assert (owner.practice.name, owner.practice.jurisdiction) == ("Hill Street Needles", "US-NY")
    assert owner.practice.timezone == "America/New_York"
    entries = [(entry.act, entry.kind) for entry in HistoryEntry.objects.all()]
    assert entries == [("create", "member"), ("sign in", "member")]


def test_a_place_with_one_time_zone_need_not_be_asked(client: Client) -> None:
    opened(client, jurisdiction="IE", timezone="")
    assert Practice.objects.get().timezone == "Europe/Dublin"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"password1": "short", "password2": "short"}, "at least 12 characters"),
        ({"password1": "1234567890123", "password2": "1234567890123"}, "too common"),
        ({"password1": "Needle-Needle-2026!", "password2": "Needle-Needle-2026!"}, "tried first"),
        ({"password2": "other needles entirely"}, "same password"),
        ({"jurisdiction": "XX"}, "XX is not one of the available choices"),
        ({"timezone": ""}, "Choose the time zone of New York."),
        ({"timezone": "Mars/Olympus"}, "Mars/Olympus is not one of the available choices"),
        ({"email": "nobody"}, "valid email"),
        ({"practice_name": " "}, "required"),
    ],
)
def test_a_sign_up_with_a_fault_is_told_so_and_opens_nothing(
    client: Client, changed: dict[str, str], told: str
) -> None:
    response = opened(client, **changed)
    assert response.status_code == HTTPStatus.OK
    assert told in response.content.decode()
    assert not Practice.objects.exists()
    assert not User.objects.exists()


def test_an_address_has_one_account(client: Client) -> None:
    opened(client)
    again = opened(Client(), email="olive@practice.EXAMPLE")
    assert "already registered" in again.content.decode()
    assert Practice.objects.count() == 1


def test_where_sign_up_is_closed_no_practice_is_opened(client: Client, settings: Settings) -> None:
    settings.FILIFORM_SIGNUP = False
    assert "admits no further practice" in client.get("/account/signup/").content.decode()
    assert "admits no further practice" in opened(client).content.decode()
    assert not Practice.objects.exists()


def test_nobody_reaches_the_practice_without_a_second_factor(client: Client) -> None:
    opened(client)
    assert client.get("/practice/").headers["Location"] == "/account/2fa/"
    add_app(client)
    assert client.get("/practice/").status_code == HTTPStatus.OK


def test_the_code_of_the_app_is_asked_at_the_next_sign_in_and_each_counts_once(
    client: Client,
) -> None:
    opened(client)
    secret = add_app(client)
    client.post("/account/logout/")
    assert sign_in(client).headers["Location"] == "/account/2fa/authenticate/"
    assert client.get("/practice/").status_code == HTTPStatus.FOUND
    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    code = code_of(secret)
    right = client.post("/account/2fa/authenticate/", {"code": code})
    assert right.headers["Location"] == "/practice/"
    assert client.get("/practice/").status_code == HTTPStatus.OK
    other = Client()
    sign_in(other)
    twice = other.post("/account/2fa/authenticate/", {"code": code})
    assert "Incorrect code" in twice.content.decode()


def test_a_second_factor_is_guessed_ten_times_at_most_from_wherever(client: Client) -> None:
    opened(client)
    secret = add_app(client)
    told = []
    for guess in range(11):
        other = Client(REMOTE_ADDR=f"192.0.2.{guess + 1}")
        sign_in(other)
        code = "000000" if guess < 10 else code_of(secret)
        page = other.post("/account/2fa/authenticate/", {"code": code}).content.decode()
        told.append("Too many failed login attempts" in page)
    assert told == [False] * 10 + [True]


def test_a_recovery_code_signs_in_once(client: Client) -> None:
    opened(client)
    add_app(client)
    page = client.get("/account/2fa/codes/").content.decode()
    codes = re.findall(r"<li><code>(\w+)</code>", page)
    assert len(codes) == 10
    saved = client.get("/account/2fa/codes/file/").content.decode().split()
    assert saved == codes
    for expected in ("/practice/", None):
        other = Client()
        sign_in(other)
        response = other.post("/account/2fa/authenticate/", {"code": codes[0]})
        assert response.headers.get("Location") == expected


def test_the_secrets_of_second_factors_are_kept_encrypted(client: Client) -> None:
    opened(client)
    secret = add_app(client)
    for kept in Authenticator.objects.all():
        assert secret not in str(kept.data)
        assert all(len(str(value)) > 90 for value in kept.data.values() if isinstance(value, str))


def test_a_second_factor_that_is_added_ends_the_other_sessions_and_is_told_by_mail(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A test's own transaction never ends: what follows its end is done at once.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda do: do())
    opened(client)
    other = Client()
    sign_in(other)
    assert other.get("/account/2fa/").status_code == HTTPStatus.OK
    add_app(client)
    assert "authenticator app was added" in mail.outbox[0].body
    assert client.get("/account/2fa/").status_code == HTTPStatus.OK
    assert other.get("/account/2fa/").headers["Location"].startswith("/account/login/")


def test_one_can_sign_out_everywhere_else(client_of: Callable[[str], Client]) -> None:
    here, there = client_of("reader"), client_of("reader")
    assert there.get("/practice/").status_code == HTTPStatus.OK
    assert here.post("/account/sign-out-elsewhere/").headers["Location"] == "/account/2fa/"
    assert here.get("/practice/").status_code == HTTPStatus.OK
    assert there.get("/practice/").status_code == HTTPStatus.FOUND


def test_five_failures_lock_the_account_at_that_address_even_for_the_right_password(
    client: Client,
) -> None:
    opened(client)
    client.post("/account/logout/")
    for _ in range(4):
        assert sign_in(client, "wrong").status_code == HTTPStatus.OK
    locked = sign_in(client, "wrong")
    assert locked.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "Wait 15 minutes" in locked.content.decode()
    assert sign_in(client).status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert HistoryEntry.objects.filter(act="lock out").exists()
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert sign_in(elsewhere).headers["Location"] == "/practice/"


def test_signing_in_rotates_the_session_and_signing_out_ends_it(client: Client) -> None:
    opened(client)
    before = client.cookies["sessionid"].value
    client.post("/account/logout/")
    sign_in(client)
    after = client.cookies["sessionid"].value
    assert before != after
    client.post("/account/logout/")
    stolen = Client()
    stolen.cookies["sessionid"] = after
    assert stolen.get("/account/2fa/").status_code == HTTPStatus.FOUND


def test_showing_again_who_it_is_rotates_the_session(client: Client) -> None:
    opened(client)
    before = client.cookies["sessionid"].value
    client.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/account/2fa/"})
    assert client.cookies["sessionid"].value != before
    assert client.get("/account/2fa/").status_code == HTTPStatus.OK


def test_signing_out_takes_a_post(client_of: Callable[[str], Client]) -> None:
    client = client_of("reader")
    assert "Sign out" in client.get("/account/logout/").content.decode()
    assert client.get("/practice/").status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([limits.IDLE_SECONDS - 1, limits.IDLE_SECONDS - 1], HTTPStatus.OK),
        ([limits.IDLE_SECONDS + 1], HTTPStatus.FOUND),
        ([limits.IDLE_SECONDS - 1] * 25, HTTPStatus.FOUND),
        ([-limits.IDLE_SECONDS - 1], HTTPStatus.FOUND),
    ],
    ids=["in use", "idle", "half a day", "clock moved back"],
)
def test_a_session_ends_after_half_an_hour_without_use_and_after_twelve_hours(
    client_of: Callable[[str], Client],
    monkeypatch: pytest.MonkeyPatch,
    steps: list[int],
    status: HTTPStatus,
) -> None:
    client, now = client_of("reader"), [time.time()]
    monkeypatch.setattr("filiform.site.accounts.limits.time.time", lambda: now[0])
    assert client.get("/practice/").status_code == HTTPStatus.OK
    for step in steps:
        now[0] += step
        response = client.get("/practice/")
    assert response.status_code == status
    if status == HTTPStatus.FOUND:
        page = client.get(response.headers["Location"]).content.decode()
        assert "You were signed out because your session was over." in page


def test_a_changed_password_ends_the_other_sessions_and_is_told_by_mail(
    client: Client, settings: Settings
) -> None:
    settings.FILIFORM_MAIL = True
    opened(client)
    other = Client()
    sign_in(other)
    new = "quite another set of words"
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/account/password/change/", given).status_code == HTTPStatus.FOUND
    assert client.get("/account/2fa/").status_code == HTTPStatus.OK
    assert other.get("/account/2fa/").status_code == HTTPStatus.FOUND
    assert [sent.subject for sent in mail.outbox] == ["Filiform: Your password was changed."]
    assert mail.outbox[0].to == ["olive@practice.example"]


def test_a_notice_that_cannot_be_sent_is_logged_and_what_was_done_stays(
    client: Client, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    opened(client)
    new = "quite another set of words"
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/account/password/change/", given).status_code == HTTPStatus.FOUND
    assert sign_in(Client(), new).status_code == HTTPStatus.FOUND
    assert "A notice about an account could not be sent" in caplog.text


def test_a_forgotten_password_is_set_by_a_link_that_acts_once(
    client: Client, settings: Settings
) -> None:
    settings.FILIFORM_MAIL = True
    opened(client)
    client.post("/account/logout/")
    asked = client.post("/account/password/reset/", {"email": "OLIVE@practice.example"})
    assert asked.headers["Location"] == "/account/password/reset/sent/"
    link = re.search(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    assert link is not None
    form = client.get(link[1], follow=True)
    new = {"password1": "quite another set of words", "password2": "quite another set of words"}
    done = client.post(form.request["PATH_INFO"], new)
    assert done.headers["Location"] == "/account/password/reset/done/"
    assert sign_in(Client(), new["password1"]).headers["Location"] == "/practice/"
    assert "This link is over" in Client().get(link[1], follow=True).content.decode()


def test_the_page_for_a_forgotten_password_does_not_tell_who_has_an_account(
    client: Client, settings: Settings
) -> None:
    settings.FILIFORM_MAIL = True
    asked = client.post("/account/password/reset/", {"email": "nobody@practice.example"})
    assert asked.headers["Location"] == "/account/password/reset/sent/"
    assert mail.outbox == []


def test_a_site_without_mail_says_so_instead_of_promising_a_link(client: Client) -> None:
    page = client.get("/account/password/reset/").content.decode()
    assert "This site sends no e-mail" in page
    assert "Send the link" not in page


def test_sign_in_leads_only_to_pages_of_this_site(client: Client) -> None:
    opened(client)
    client.post("/account/logout/")
    given = {"login": "olive@practice.example", "password": PASSWORD, "next": "//evil.example/"}
    response = client.post("/account/login/", given)
    assert response.headers["Location"] == "/account/2fa/" or response.headers[
        "Location"
    ].startswith("/practice/")


def test_changing_a_second_factor_asks_again_who_it_is(client_of: Callable[[str], Client]) -> None:
    response = client_of("reader").get("/account/2fa/app/remove/")
    assert response.headers["Location"].startswith("/account/2fa/reauthenticate/")


def test_a_second_factor_is_needed_again_after_it_was_removed(client: Client) -> None:
    opened(client)
    add_app(client)
    assert client.post("/account/2fa/app/remove/").headers["Location"] == "/account/2fa/"
    Authenticator.objects.filter(type="recovery_codes").delete()
    assert client.get("/practice/").headers["Location"] == "/account/2fa/"


def test_addresses_of_allauth_that_we_do_not_use_do_not_exist(client: Client) -> None:
    client.force_login(making.a_user(), "allauth.account.auth_backends.AuthenticationBackend")
    for address in ("email/", "confirm-email/", "password/set/", "login/code/confirm/"):
        assert client.get(f"/account/{address}").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(("host", "told"), [("127.0.0.1:8000", True), ("localhost:8000", False)])
def test_who_would_add_a_passkey_at_a_number_is_told_to_use_the_name(
    client: Client, host: str, told: bool
) -> None:
    opened(client)
    page = client.get(reverse("mfa_add_webauthn"), headers={"host": host}).content.decode()
    assert ("A passkey belongs to a name" in page) == told
