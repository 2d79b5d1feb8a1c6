"""Needles held against what a person's answers forbid, whichever way they came in."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.care.needle_records import needle, session

from filiform.care._never import lifted_by
from filiform.care._prescription_rules import prescription_rules
from filiform.care.against import against
from filiform.care.approvals import approval
from filiform.care.closing import breaches, closing_problems
from filiform.care.needles import Needle
from filiform.errors import CareError
from filiform.guidance.person import Person
from filiform.knowledge import library

if TYPE_CHECKING:
    from filiform.care.refusal import Problem

LIB = library()
PREGNANT = Person(history=frozenset({"pregnant"}))
PACED = Person(history=frozenset({"pacemaker_or_implant"}))
HAND = Needle("point", "LI4", "left", "hand_radial")
ANKLE = Needle("point", "BL60", "right", "ankle")
ARM = Needle("point", "LI11", "left", "forearm")


def keys(person: Person, *needles: Needle, therapy: str = "acupuncture") -> list[str]:
    found = against(person, needles, therapy=therapy, library=LIB)
    return [problem.key for problem in found]


def test_points_that_pregnancy_leaves_out_are_named_with_their_row() -> None:
    found = against(PREGNANT, (ARM, HAND, ANKLE), therapy="acupuncture", library=LIB)
    assert [problem.key for problem in found] == [
        "against:ac-03:LI4:left",
        "against:ac-05:BL60:right",
    ]
    assert [problem.where for problem in found] == ["needles.1.site", "needles.2.site"]
    assert found[0].sentence.startswith(
        "Needle 2 (LI4, left): the last screening speaks against it. "
    )
    assert found[0].sentence.endswith("(ac-03) Take it away, or say why.")
    assert {problem.answered_by for problem in found} == {"confirmation"}


def test_nothing_speaks_against_a_person_who_told_nothing() -> None:
    assert keys(Person(), ARM, HAND, ANKLE) == []


def test_current_in_a_person_with_a_pacemaker_is_asked_once_for_all_needles() -> None:
    wired = replace(ARM, stimulation="electrical", hz=2)
    found = keys(PACED, wired, replace(wired, side="right"), therapy="electroacupuncture")
    assert found == ["against:es-01"]


def test_a_needle_without_current_is_held_against_the_form_without_it() -> None:
    for stimulation in ("none", "manual"):
        plain = Needle("point", "LI11", "left", "forearm", stimulation=stimulation)
        assert keys(PACED, plain, therapy="electroacupuncture") == []


def test_where_it_is_not_told_the_current_of_the_therapy_is_assumed() -> None:
    assert keys(PACED, ARM, therapy="electroacupuncture") == ["against:es-01"]


def test_no_current_at_the_head_whoever_the_person_is() -> None:
    skull = Needle("point", "GB20", "left", "suboccipital", stimulation="electrical", hz=2)
    assert keys(Person(), skull, therapy="electroacupuncture") == ["against:es-08:GB20:left"]


def test_another_therapy_is_refused() -> None:
    with pytest.raises(CareError, match="therapy with needles"):
        against(PREGNANT, (HAND,), therapy="massage", library=LIB)


def test_a_session_is_closed_over_it_only_with_a_reason() -> None:
    record = session(needle("LI4", region="hand_radial", depth_mm=10))
    further = against(PREGNANT, record.needles, therapy="acupuncture", library=LIB)
    left = closing_problems(record, second_look=None, further=further)
    assert [problem.key for problem in left] == ["against:ac-03:LI4:left"]
    answered = replace(record, confirmations={"against:ac-03:LI4:left": "Labour is wanted."})
    assert closing_problems(answered, second_look=None, further=further) == ()


def one(person: Person, needle_: Needle, therapy: str = "acupuncture") -> Problem:
    (found,) = against(person, (needle_,), therapy=therapy, library=LIB)
    return found


@pytest.mark.parametrize(
    ("fact", "row"),
    [
        ("needle_phobia", "any-01"),
        ("lack_of_consent", "any-03"),
        ("neutropenia", "any-15"),
        ("epilepsy_uncontrolled", "any-26"),
        ("uncontrolled_movements", "any-36"),
        ("unstable_spine", "any-42"),
    ],
)
def test_what_an_absolute_row_speaks_against_is_lifted_by_nothing(fact: str, row: str) -> None:
    person = Person(history=frozenset({fact}))
    told = against(person, (ARM,), therapy="acupuncture", library=LIB)
    found = next(each for each in told if each.row == row)
    assert found.lifted_by == "nothing"
    assert "It is refused and no reason lifts it: take it away." in found.sentence
    assert LIB.contraindications[row].kind == "absolute"


def test_every_absolute_row_is_refused_but_where_a_rule_says_why_a_reason_is_enough() -> None:
    rules = prescription_rules()
    absolute = {row.id for row in LIB.contraindications.values() if row.kind == "absolute"}
    assert set(rules.reason_enough) | set(rules.disagreements) <= absolute
    for row in LIB.contraindications:
        by = "reason"
        if row in absolute - set(rules.reason_enough):
            by = "doctor" if row in rules.disagreements else "nothing"
        assert lifted_by(row, LIB) == by
    assert {*rules.never_at, *rules.never_words} <= set(LIB.contraindications) - absolute
    assert set(rules.disagreements.values()) <= set(LIB.contraindications)


def test_a_swollen_arm_asks_which_one_it_is() -> None:
    found = one(Person(history=frozenset({"lymphedema"})), ARM)
    assert (found.row, found.lifted_by) == ("any-05", "reason")


def test_infected_skin_asks_once_whether_a_needle_went_into_it() -> None:
    person = Person(history=frozenset({"skin_infection"}))
    assert keys(person, ARM, HAND) == ["against:any-08"]


def test_where_sources_disagree_both_are_told_and_the_stricter_holds_until_a_doctor_approves() -> (
    None
):
    wired = replace(ARM, stimulation="electrical", hz=2)
    found = one(PACED, wired, "electroacupuncture")
    assert (found.row, found.lifted_by) == ("es-01", "doctor")
    assert "Sources disagree: another says “pacemaker, with specialist consent: only with the " in (
        found.sentence
    )
    assert "(es-02)" in found.sentence
    told = against(
        PACED, (wired,), therapy="electroacupuncture", library=LIB, approved=frozenset({"es-01"})
    )
    assert told == ()
    fits = Person(history=frozenset({"epilepsy_uncontrolled"}))
    kept = against(fits, (ARM,), therapy="acupuncture", library=LIB, approved=("any-26",))
    assert [each.row for each in kept] == ["any-26"]


def test_current_at_the_chest_and_the_front_of_the_neck_is_refused_and_elsewhere_asked() -> None:
    found = {
        place: one(
            Person(),
            Needle("other", "here", "midline", place, stimulation="electrical", hz=2),
            "electroacupuncture",
        )
        for place in ("anterior_neck", "chest", "vertex")
    }
    assert {place: each.lifted_by for place, each in found.items()} == {
        "anterior_neck": "nothing",
        "chest": "nothing",
        "vertex": "reason",
    }


def test_a_place_that_is_never_needled_is_read_in_the_words_of_a_site() -> None:
    found = one(Person(), Needle("other", "Left nipple", "left", "chest"))
    assert (found.row, found.lifted_by) == ("any-46", "nothing")
    assert keys(Person(), Needle("other", "below the collar bone", "left", "chest")) == []


def test_needles_over_both_lungs_are_refused_and_where_they_are_in_an_incident() -> None:
    left = needle("upper_trapezius", site_kind="muscle", region="upper_shoulder", depth_mm=10)
    record = replace(session(left, replace(left, side="right")), therapy="dry_needling")
    (found,) = breaches(record)
    assert (found.key, found.row, found.lifted_by) == ("both_sides:lung", "dn-04", "nothing")
    assert breaches(replace(record, needles=record.needles[:1])) == ()


def test_a_doctor_is_named_with_a_day_that_has_been() -> None:
    today = dt.date(2026, 11, 21)
    assert approval("  Dr.  Heart ", "2026-11-20", today=today) == "Dr. Heart, 2026-11-20"
    assert approval("", "2026-11-20", today=today) == ""
    assert approval("Dr. Heart", "", today=today) == ""
    assert approval("Dr. Heart", "2026-11-22", today=today) == ""
