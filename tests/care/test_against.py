"""Needles held against what a person's answers forbid, whichever way they came in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.care.needle_records import needle, session

from filiform.care.against import against
from filiform.care.closing import closing_problems
from filiform.care.needles import Needle
from filiform.errors import CareError
from filiform.guidance.person import Person
from filiform.knowledge import library

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
