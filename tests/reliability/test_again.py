"""A form whose answer was lost is sent again: it leads to where it led, whatever changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn
from uuid import uuid4

import pytest
from django.test import Client
from tests.site.practice import cared, making, needling

from filiform.site.practice import intake_links, keeping
from filiform.site.practice.models import Amendment, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from filiform.site.practice.models import Consent, Course, Member

pytestmark = pytest.mark.django_db


def test_an_amendment_is_kept_once_and_leads_to_its_session_again(
    member: Callable[[str], Member], a_course: Course
) -> None:
    by = member("practitioner")
    needling.ready(by, a_course)
    needling.make_lot(by)
    client = making.client_for(by)
    session = needling.begin(client, a_course)
    needling.press(client, session, "save")
    needling.finish(client, session)
    address = f"/practice/sessions/{session.pk}/"
    sheet = needling.form_of(client.get(f"{address}amend/"))
    given = {**sheet, "notes": "Said later.", "reason": "Forgotten.", "once": str(uuid4())}
    led = [client.post(f"{address}amend/", given).headers["Location"] for _ in range(2)]
    assert led == [address, address]
    assert Amendment.objects.count() == 1


def test_an_answer_by_link_is_kept_once_and_thanked_again(
    member: Callable[[str], Member], a_course: Course
) -> None:
    with keeping.acting(member("owner")) as act:
        token = intake_links.make(act, a_course.person, "outcome", course=a_course, week=4)
    given = {"NPRS": "3", "once": str(uuid4())}
    address = f"/practice/link/{token}/"
    led = [Client().post(address, given).headers["Location"] for _ in range(2)]
    assert led == [f"{address}done/"] * 2
    assert Outcome.objects.count() == 1
    assert Client().post(address, {"NPRS": "5", "once": str(uuid4())}).status_code == 404


def test_two_who_meet_where_no_page_shows_the_difference_are_shown_it_all_the_same(
    member: Callable[[str], Member], a_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent = cared.consented(member("practitioner"), a_course)

    def stale(_act: keeping.Act, held: Consent, _reason: str) -> NoReturn:
        ours = keeping.values(held)
        raise keeping.StaleError({**ours, "signer_note": "The mother."}, ours)

    monkeypatch.setattr("filiform.site.practice.course_consent.withdraw", stale)
    client = making.client_for(member("practitioner"))
    answer = client.post(f"/practice/consents/{consent.pk}/withdraw/", {"reason": "No more."})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Someone else changed this while you were typing" in page
    assert "The mother." in page
