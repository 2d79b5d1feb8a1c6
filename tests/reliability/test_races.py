"""Of two who do at the same moment what only one can, one does it and the other is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.reliability import ground
from tests.reliability.races import ROUNDS

if TYPE_CHECKING:
    from pathlib import Path

Told = dict[str, Any]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Run all races once, on a database of their own where the tests run."""
    directory: Path = tmp_path_factory.mktemp("races")
    (directory / "secret-key").write_text("known to this test alone")
    variables = {
        **ground.environment(directory),
        "FILIFORM_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "filiform.site.settings",
    }
    found: Told = json.loads(ground.run("-m", "tests.reliability.races", variables=variables))
    return found


def test_the_history_verifies_after_all_races(told: Told) -> None:
    assert told["faults"] == []


def test_no_lot_gives_more_needles_than_came(told: Told) -> None:
    assert told["last_needles"]["left"] == [[5, 10]] * ROUNDS
    for first, second in told["last_needles"]["told"]:
        assert first == "302"
        assert second.startswith("409")
        assert "10 more needles of lot S" in second
        assert "are asked for and 5 are left: each is used once" in second


def test_two_bills_have_two_numbers_and_a_session_is_billed_once(told: Told) -> None:
    assert told["two_bills"]["numbers"] == list(range(1, 2 * ROUNDS + 1))
    for first, second, third in told["two_bills"]["told"]:
        assert (first, second) == ("302", "302")
        assert third.startswith("400")
        assert "This session has a bill already" in third


def test_a_session_is_closed_once_and_the_second_is_shown_so(told: Told) -> None:
    assert told["two_closings"]["closed"] == ROUNDS
    for first, second in told["two_closings"]["told"]:
        assert first == "302"
        assert second.startswith("409 Someone else changed this while you were typing")
        assert "It was closed meanwhile" in second


def test_a_course_has_one_open_session(told: Told) -> None:
    assert told["two_openings"]["sessions"] == [1] * ROUNDS
    for first, second in told["two_openings"]["told"]:
        assert first == "302"
        assert "A session of this course is open. Close it first" in second


def test_after_a_consent_is_withdrawn_no_needle_goes_in(told: Told) -> None:
    for first, second in told["consent_withdrawn"]["told"]:
        assert first == "302"  # it is always withdrawn
        was_first = second == "302"
        assert was_first or "The consent for acupuncture was withdrawn" in second
        assert was_first or second.startswith("409")
    for in_session, stage, needles in told["consent_withdrawn"]["stands"]:
        assert stage == "in_session"
        assert needles == (10 if in_session == "302" else 0)


def test_an_invitation_makes_one_member(told: Told) -> None:
    assert told["one_invitation"]["joined"] == ROUNDS
    for first, second in told["one_invitation"]["told"]:
        assert (first, second) == ("200", "302")


def test_a_link_is_answered_once(told: Told) -> None:
    assert told["one_link"]["scores"] == ROUNDS
    for first, second in told["one_link"]["told"]:
        assert first == "302"
        assert second.startswith("404 This link does not work It was used before")
