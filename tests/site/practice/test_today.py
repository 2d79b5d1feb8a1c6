"""The first page: what waits, as far as each role may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.site.practice import cared

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
