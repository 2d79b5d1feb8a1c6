"""The door of the practice's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from tests.site.practice import making

if TYPE_CHECKING:
    from collections.abc import Callable

    from filiform.site.practice.models import Course, Member


def test_a_member_of_staff_sees_the_first_page(client_of: Callable[[str], Client]) -> None:
    for role in making.ROLES:
        assert client_of(role).get("/practice/").status_code == 200


def test_who_is_not_signed_in_is_led_to_sign_in(client: Client, a_course: Course) -> None:
    assert a_course.practitioner.role == "practitioner"
    response = client.get("/practice/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/account/login/?next=/practice/"


def test_who_has_no_second_factor_is_led_to_set_one_up(member: Callable[[str], Member]) -> None:
    reader = member("reader")
    Authenticator.objects.filter(user=reader.user).delete()
    response = making.client_for(reader).get("/practice/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/account/2fa/"


def test_an_account_without_a_practice_finds_no_page(db: None) -> None:  # noqa: ARG001
    client = Client()
    client.force_login(
        making.with_mfa(making.a_user()), "allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get("/practice/").status_code == 404


def test_a_member_who_left_finds_no_page(member: Callable[[str], Member]) -> None:
    reader = member("reader")
    client = making.client_for(reader)
    type(reader).objects.filter(pk=reader.pk).update(active=False)
    assert client.get("/practice/").status_code == 404


def test_a_form_that_comes_from_elsewhere_is_refused(member: Callable[[str], Member]) -> None:
    owner = member("owner")
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user, "allauth.account.auth_backends.AuthenticationBackend")
    response = client.post("/practice/staff/invite/", {"email": "a@b.example", "role": "owner"})
    assert response.status_code == 403
    assert "Please send the form again" in response.content.decode()


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_a_method_that_no_page_uses_is_refused(
    client_of: Callable[[str], Client], method: str
) -> None:
    assert client_of("owner").generic(method, "/practice/staff/invite/").status_code == 405
