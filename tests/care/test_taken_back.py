"""A sign that was reported stands until a screening takes it back with a reason."""

from __future__ import annotations

import datetime as dt
from itertools import permutations

from filiform.care.taken_back import Told, as_reported, held_since, reported, signs_of
from filiform.guidance import Person, screen
from filiform.knowledge import library

NOW = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SIGN = frozenset({"clumsy_hands"})
INTAKE = Told(NOW - 3 * DAY, "intake", SIGN)


def test_a_sign_stands_though_it_is_not_named_when_the_person_answers_again() -> None:
    again = Told(NOW - DAY, "intake", frozenset())
    assert reported([INTAKE, again], now=NOW) == {"clumsy_hands": INTAKE}


def test_a_sign_taken_back_with_a_reason_stands_no_more_until_it_is_reported_anew() -> None:
    explained = Told(NOW - 2 * DAY, "screening", frozenset(), explained=SIGN)
    anew = Told(NOW - DAY, "intake", SIGN)
    for order in permutations([INTAKE, explained]):
        assert reported(order, now=NOW) == {}
    assert reported([INTAKE, explained, anew], now=NOW) == {"clumsy_hands": anew}


def test_a_sign_stands_as_long_as_a_screening_holds() -> None:
    assert reported([Told(held_since(NOW), "screening", SIGN)], now=NOW)
    late = Told(held_since(NOW) - dt.timedelta(seconds=1), "screening", SIGN)
    assert reported([late], now=NOW) == {}
    assert NOW - held_since(NOW) == 90 * DAY


def test_a_warning_sign_of_the_history_counts_and_what_no_rule_reads_does_not() -> None:
    person = Person(
        findings=SIGN | {"tender_knot_in_muscle"}, history=frozenset({"anticoagulant", "stroke"})
    )
    assert signs_of(person) == SIGN | {"anticoagulant"}


def test_what_the_answer_would_be_counts_the_signs_as_so() -> None:
    benign = Person(absent=frozenset(library().findings))
    assert screen(benign, library()).urgency == "routine"
    held = as_reported(benign, ["clumsy_hands", "numbness_below_neck", "unsteady_walking"])
    assert screen(held, library()).urgency == "emergency"
    assert not held.findings & held.absent
