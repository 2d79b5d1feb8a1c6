"""Incidents: listed, resolved with words, and told to two who resolve one at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.site.practice.needling import form_of, text

from filiform.site.practice import keeping
from filiform.site.practice.models import Incident

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(member: Callable[[str], Member]) -> Incident:
    """Return an incident that nobody resolved."""
    found = Incident(kind="needle_not_found", text="One is missing.", by=member("practitioner"))
    with keeping.acting(member("practitioner")) as act:
        act.create(found)
    return found


def test_an_incident_is_resolved_with_words(
    client_of: Callable[[str], Client], incident: Incident
) -> None:
    client, address = client_of("practitioner"), f"/practice/incidents/{incident.pk}/"
    assert "A needle was not found" in text(client.get("/practice/incidents/"))
    sheet = form_of(client.get(address))
    assert client.post(address, {**sheet, "resolution": ""}).status_code == 400
    sent = {**sheet, "resolution": "It was in the tray."}
    assert client.post(address, sent).status_code == 302
    incident.refresh_from_db()
    assert incident.resolved_at is not None
    assert "It was in the tray." in text(client.get(address))
    assert "Resolved" in text(client.get("/practice/incidents/"))
    late = client.post(address, {**sent, "once": "", "resolution": "Found on the floor."})
    assert late.status_code == 409
    assert "Found on the floor." in text(late)


def test_no_incident_is_said(client_of: Callable[[str], Client]) -> None:
    assert "There is none." in text(client_of("owner").get("/practice/incidents/"))


def test_strangers_and_the_front_desk_see_no_incident(
    client_of: Callable[[str], Client], stranger: Client, incident: Incident
) -> None:
    address = f"/practice/incidents/{incident.pk}/"
    assert stranger.get(address).status_code == 404
    assert stranger.post(address).status_code == 404
    assert "A needle was not found" not in text(stranger.get("/practice/incidents/"))
    assert client_of("front_desk").get(address).status_code == 403
    assert client_of("reader").get(address).status_code == 200
    assert client_of("reader").post(address).status_code == 403


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("staff_needlestick", "sharps injury log"),
        ("staff_hospital", "OSHA, by telephone, in person or on its page"),
        ("device_fault", "we do not know"),
    ],
)
def test_an_incident_of_staff_or_a_device_tells_whom_to_tell(
    client_of: Callable[[str], Client], kind: str, told: str
) -> None:
    client = client_of("practitioner")
    given = {"kind": kind, "text": "While the container was closed."}
    noted = client.post("/practice/incidents/add/", given, follow=True).content.decode()
    assert "Whom to tell, and by when" in noted
    assert told in noted
    assert Incident.objects.get().kind == kind


def test_an_incident_without_words_is_not_noted(client_of: Callable[[str], Client]) -> None:
    client = client_of("practitioner")
    given = {"kind": "staff_needlestick", "text": " "}
    assert client.post("/practice/incidents/add/", given).status_code == 400
    assert not Incident.objects.exists()
