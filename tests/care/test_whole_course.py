"""One person from screening to the end: what was proposed is needled, counted, closed, repeated."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.care.needle_records import LOT, TICKED

from filiform.care.closing import closing_problems
from filiform.care.consent import Signature, check_signature, consent_text
from filiform.care.course import (
    Consented,
    CourseState,
    Ended,
    Planned,
    Screened,
    SessionClosed,
    SessionOpened,
    may,
)
from filiform.care.lots import lot_problems, lots_used, repeat_last
from filiform.care.needles import Needle, SessionRecord, count_needles
from filiform.care.prescription import propose
from filiform.care.stricta import NOT_REPORTED, stricta
from filiform.guidance import Person, screen
from filiform.knowledge import library
from filiform.review import published

if TYPE_CHECKING:
    from filiform.care.course_events import Event

NOW = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)
LIB = library()
BY = "Dr. Ada"
THERAPIES = ["acupuncture", "electroacupuncture", "dry_needling", "dry_needling_electrical"]


def proposed(therapy: str) -> SessionRecord:
    """The first session of a person with a sore neck, as it is proposed."""
    person = Person.from_mapping(
        {"age": 46, "pain_0_10": 6, "findings": ["tender_knot_in_muscle"]}, LIB
    )
    drawing = {"upper_shoulder": 6, "suboccipital": 3}
    plan = propose(person, therapy=therapy, library=LIB, review=published(), pain_areas=drawing)
    needles = [
        Needle(
            site.kind,
            site.site,
            site.side or "left",
            site.region,
            depth_mm=site.depth_mm_high or 10,
            stimulation="electrical" if site.electrical else "manual",
            hz=2 if site.electrical else None,
            minutes=20,
            length_mm=LOT.length_mm,
            diameter_mm=LOT.diameter_mm,
            maker=LOT.maker,
            lot=LOT.lot,
            lot_expires_on=LOT.expires_on,
        )
        for site in plan.sites
    ]
    counts = count_needles(needles)
    return SessionRecord(
        therapy,
        NOW.date(),
        tuple(needles),
        in_counts=counts,
        out_counts=counts,
        checklist=TICKED,
        told="may be sore",
    )


@pytest.mark.parametrize("therapy", THERAPIES)
def test_what_is_proposed_can_be_needled_and_closed_when_its_dangers_are_confirmed(
    therapy: str,
) -> None:
    session = proposed(therapy)
    assert session.needles
    asked = closing_problems(session, second_look=None)
    assert {problem.answered_by for problem in asked} <= {"confirmation"}
    reasons = {problem.key: "pinched up, level, away from the lung" for problem in asked}
    closed = replace(session, confirmations=reasons)
    assert closing_problems(closed, second_look=None) == ()
    assert stricta(closed)["2c"] != NOT_REPORTED


@pytest.mark.parametrize("therapy", THERAPIES)
def test_the_next_session_repeats_it_from_fresh_lots(therapy: str) -> None:
    session, on = proposed(therapy), NOW.date() + dt.timedelta(days=7)
    again = repeat_last(session, lots=[LOT], on=on)
    assert count_needles(again.needles) == count_needles(session.needles)
    assert lot_problems([LOT], lots_used(again.needles), on=on) == ()
    left = {problem.code for problem in closing_problems(again, second_look=None)}
    assert {"not_counted", "checklist"} <= left


def test_a_course_asks_before_each_act_and_no_event_is_refused() -> None:
    events: list[Event] = []

    def then(event: Event) -> None:
        events.append(event)
        assert CourseState.of(events).refused == ()

    person = Person(absent=frozenset(LIB.findings))
    screening = screen(person, LIB)
    then(Screened.of(screening, screening_id="s1", at=NOW, by=BY, library=LIB))
    text = consent_text("acupuncture", "US-CA", library=LIB)
    signature = Signature(text.sha256, {each.id: True for each in text.choices}, "Ada Lovelace")
    assert check_signature(text, signature, person_name="Ada Lovelace") == ()
    then(Consented(NOW, BY, "acupuncture", text.version, text.sha256))
    then(Planned(NOW, BY, "acupuncture", sessions=10, weeks=6))
    for number in range(10):
        at = NOW + dt.timedelta(days=4 * number)
        assert may(CourseState.of(events), "open_session", now=at) is None
        then(SessionOpened(at, BY, session_id=f"v{number}"))
        assert may(CourseState.of(events), "insert_needle", now=at) is None
        then(SessionClosed(at, BY, session_id=f"v{number}"))
    then(Ended(NOW + dt.timedelta(days=42), BY, reason="better"))
    assert CourseState.of(events).sessions_done == 10
