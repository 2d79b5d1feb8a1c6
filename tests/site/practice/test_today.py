"""The first page: what waits, as far as each role may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.site.practice import cared
from tests.site.practice.needling import TODAY, make_lot, text

from filiform.site.practice import keeping, stock
from filiform.site.practice.incident_words import KINDS, words_of
from filiform.site.practice.models import Incident

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Member, Person

MARK = "Call a practitioner now"


@pytest.mark.parametrize(("finding", "marked"), [(cared.RED, True), (None, False)])
def test_the_front_desk_is_told_whom_to_call_and_nothing_of_the_answers(
    client_of: Callable[[str], Client],
    member: Callable[[str], Member],
    a_person: Person,
    finding: str | None,
    marked: bool,
) -> None:
    record = cared.benign(findings=[finding]) if finding else cared.benign()
    intake = cared.sent(member("owner"), a_person, record)
    assert (intake.urgency in {"emergency", "same_day"}) == marked
    desk = client_of("front_desk").get("/practice/").content.decode()
    assert (MARK in desk) == marked
    assert str(intake.pk) not in desk
    assert intake.urgency.replace("_", " ") not in desk
    assert MARK not in client_of("owner").get("/practice/").content.decode()


def test_each_kind_of_incident_is_told_in_words_and_with_what_happened(
    client_of: Callable[[str], Client], member: Callable[[str], Member]
) -> None:
    by = member("practitioner")
    lot = make_lot(by, used=3)
    with keeping.acting(by) as act:
        stock.recall(act, lot.pk, TODAY, "The maker's letter.", by)
        for kind in KINDS:
            act.create(Incident(kind=kind, text=f"What {kind} was.", by=by))
    client = client_of("practitioner")
    for page in (text(client.get("/practice/")), text(client.get("/practice/incidents/"))):
        assert "Lot A1 of Maker was recalled from" in page
        for kind, words in KINDS.items():
            assert words in page
            assert f"What {kind} was." in page
    first = Incident.objects.filter(kind="recalled_lot").first()
    assert first is not None
    assert words_of("recalled_lot") in text(client.get(f"/practice/incidents/{first.pk}/"))
    assert words_of("new_kind") == "New kind"
