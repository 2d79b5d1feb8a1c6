"""A form acts once: sent again it leads there, and with other fields it is another form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filiform.site.practice import sending
from filiform.site.practice.models import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

ADD = "/practice/people/add/"


def test_a_form_that_is_sent_again_as_it_was_leads_to_where_it_led(
    client_of: Callable[[str], Client],
) -> None:
    client = client_of("front_desk")
    given = {"given_name": "Ana", "family_name": "Once", "once": sending.token()}
    first = client.post(ADD, {**given, "csrfmiddlewaretoken": "a", "ago": "1"})
    again = client.post(ADD, {**given, "csrfmiddlewaretoken": "b", "ago": "9"})
    assert first.headers["Location"] == again.headers["Location"]
    assert Person.objects.filter(family_name="Once").count() == 1


def test_other_fields_under_the_same_token_are_kept_as_well(
    client_of: Callable[[str], Client],
) -> None:
    client, token = client_of("front_desk"), sending.token()
    given = {"given_name": "Ana", "family_name": "First", "once": token}
    first = client.post(ADD, given)
    second = client.post(ADD, given | {"family_name": "Second"})
    assert second.status_code == 302
    assert second.headers["Location"] != first.headers["Location"]
    assert Person.objects.filter(family_name__in=("First", "Second")).count() == 2
    assert client.post(ADD, given).headers["Location"] == first.headers["Location"]


def test_a_change_sent_again_with_other_fields_is_shown_as_out_of_date(
    client_of: Callable[[str], Client], a_person: Person
) -> None:
    client, address = client_of("front_desk"), f"/practice/people/{a_person.pk}/change/"
    given = {"given_name": "Pat", "version": "1", "once": sending.token()}
    assert client.post(address, given | {"family_name": "One"}).status_code == 302
    late = client.post(address, given | {"family_name": "Two"})
    assert late.status_code == 409
    a_person.refresh_from_db()
    assert a_person.family_name == "One"
