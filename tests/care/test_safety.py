"""Harms graded and related in published words; advice over the lung; duties to report."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.knowledge.test_statements import grade as reading_grade

from filiform.care._safety_rules import read_safety_rules, safety_rules
from filiform.care.refusal import Refusal
from filiform.care.safety import (
    Deadlines,
    Graded,
    deadlines,
    delayed_advice,
    facts_of_harm,
    grade,
    related,
    relatedness_words,
)
from filiform.errors import CareError
from filiform.knowledge import library

LIB = library()
FRIDAY = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("event", "facts", "word"),
    [
        ("bruising", ["no_care"], "mild"),
        ("bruising", ["local_care"], "moderate"),
        ("bruising", ["no_care", "tasks_limited"], "moderate"),
        ("fainting", ["hospital"], "serious"),
        ("infection", ["local_care"], "serious"),
        ("bleeding", ["death"], "serious"),
        ("pneumothorax", [], "serious"),
        ("requiring_treatment", ["local_care"], "moderate"),
    ],
)
def test_a_harm_has_the_grade_of_its_worst_fact_or_of_its_name(
    event: str, facts: list[str], word: str
) -> None:
    found = grade(event, facts, LIB)
    assert isinstance(found, Graded)
    assert found.grade == word
    assert found.why
    assert "ctcae-5" in found.sources


def test_one_more_fact_never_lowers_the_grade() -> None:
    order = ["mild", "moderate", "serious"]
    for first in facts_of_harm():
        for second in facts_of_harm():
            alone, both = grade("bruising", [first], LIB), grade("bruising", [first, second], LIB)
            assert isinstance(alone, Graded)
            assert isinstance(both, Graded)
            assert order.index(both.grade) >= order.index(alone.grade)


def test_a_harm_of_which_nothing_is_told_has_no_grade() -> None:
    found = grade("bruising", [], LIB)
    assert isinstance(found, Refusal)
    assert found.sentence.endswith("say what had to be done.")


def test_words_that_are_not_known_are_refused() -> None:
    with pytest.raises(CareError, match=r"^unknown harm 'brusing': did you mean 'bruising'\?"):
        grade("brusing", ["no_care"], LIB)
    with pytest.raises(CareError, match=r"^unknown fact of a harm 'hospitl': did you mean"):
        grade("bruising", ["hospitl"], LIB)
    with pytest.raises(CareError, match=r"^unknown relatedness 'likely': did you mean"):
        related("likely", LIB)


def test_the_six_words_of_relatedness_have_their_source() -> None:
    assert list(relatedness_words()) == [
        *("certain", "probable", "possible", "unlikely", "not_yet_known", "cannot_be_known"),
    ]
    for word in relatedness_words():
        assert related(word, LIB).sources == ("who-umc-causality",)


def test_needles_near_the_lung_are_followed_by_advice_with_its_rows() -> None:
    (advice,) = delayed_advice(["GB20", "GB21", "upper_trapezius"], LIB)
    assert (advice.organ, advice.sites) == ("lung", ("GB21", "upper_trapezius"))
    assert "hours later" in " ".join(advice.sentences)
    assert "emergency care" in " ".join(advice.sentences)
    assert advice.rows == ("any-54", "any-50")
    assert advice.sources


def test_every_site_whose_row_names_the_lung_gets_the_advice_and_no_other() -> None:
    named = {code for code, row in LIB.points.items() if "lung" in (row.cautions or "").casefold()}
    named |= {id_ for id_, row in LIB.muscles.items() if "lung" in (row.danger or "").casefold()}
    assert len(named) >= 8
    for site in (*LIB.points, *LIB.muscles):
        assert bool(delayed_advice([site], LIB)) == (site in named)


def test_the_advice_on_the_lung_reads_at_grade_six_or_below() -> None:
    (advice,) = delayed_advice(["GB21"], LIB)
    assert reading_grade(" ".join(advice.sentences)) <= 6


def test_a_site_that_no_table_knows_is_refused_and_never_taken_for_harmless() -> None:
    with pytest.raises(CareError, match=r"^unknown point or muscle 'GB99': did you mean"):
        delayed_advice(["GB99"], LIB)


def of(jurisdiction: str, *facts: str, harmed: str = "patient") -> Deadlines:
    return deadlines(jurisdiction, facts, library=LIB, known_at=FRIDAY, harmed=harmed)


def test_ten_work_days_leave_the_weekends_out() -> None:
    # 21 CFR 803.30(a)(1): 10 work days after becoming aware. From Friday that is Friday week two.
    (duty,) = [each for each in of("US-NY", "death").duties if each.id == "us-803-death"]
    assert duty.due == dt.datetime(2026, 12, 4, 15, 0, tzinfo=dt.UTC)
    assert duty.time.startswith("10 work days from the day on which one becomes aware")
    assert "physician's office is not a device user facility" in duty.limits
    assert {"cfr-21-803", "uslegal-user-facility"} <= set(duty.sources)


def test_a_state_adds_its_duties_to_those_of_the_country() -> None:
    # Florida Statutes 458.351(3): postmarked within 15 days after the occurrence.
    found = {each.id: each for each in of("US-FL", "hospital").duties}
    assert set(found) == {"us-803-injury", "us-fl-458-injury"}
    assert found["us-fl-458-injury"].due == FRIDAY + dt.timedelta(days=15)


def test_staff_and_patients_have_duties_of_their_own() -> None:
    # 29 CFR 1904.39(a): 8 hours after a death, 24 after a stay in hospital.
    staff = {each.id: each.due for each in of("US-NY", "death", "hospital", harmed="staff").duties}
    assert staff == {
        "us-osha-death": FRIDAY + dt.timedelta(hours=8),
        "us-osha-hospital": FRIDAY + dt.timedelta(hours=24),
    }


def test_where_a_source_gives_no_days_the_day_is_not_known() -> None:
    (duty,) = of("US-NY", "needlestick", harmed="staff").duties
    assert (duty.id, duty.due) == ("us-osha-needlestick", None)
    assert duty.time == "how long there is, we do not know"


def test_great_britain_gives_ten_days_for_a_death_and_fifteen_for_a_long_absence() -> None:
    # RIDDOR 2013 schedule 1 paragraph 1(1)(b): within 10 days of the incident.
    (death,) = of("GB", "death").duties
    assert death.due == FRIDAY + dt.timedelta(days=10)
    (absence,) = of("GB", "absence", harmed="staff").duties
    assert absence.due == FRIDAY + dt.timedelta(days=15)


def test_a_fault_of_the_needle_is_reported_in_germany_without_delay() -> None:
    (duty,) = of("DE", "device_fault").duties
    assert (duty.due, duty.time.startswith("without delay, from knowing")) == (FRIDAY, True)


@pytest.mark.parametrize(
    ("place", "fact"), [("AU", "death"), ("US-NY", "no_care"), ("ZA", "hospital")]
)
def test_where_no_duty_is_known_we_say_that_we_do_not_know(place: str, fact: str) -> None:
    found = of(place, fact)
    assert found.duties == ()
    assert "by when, we do not know. Ask the licensing board" in found.sentence


def test_known_duties_are_never_said_to_be_all() -> None:
    assert "There may be more" in of("US-NY", "death").sentence


def test_a_place_a_fact_or_a_person_that_is_not_known_is_refused() -> None:
    with pytest.raises(CareError, match=r"^unknown jurisdiction 'US-XX'"):
        of("US-XX", "death")
    with pytest.raises(CareError, match=r"^unknown fact of a harm 'deth': did you mean 'death'\?"):
        of("US-NY", "deth")
    with pytest.raises(CareError, match=r"^unknown word for who was harmed 'visitor'"):
        of("US-NY", "death", harmed="visitor")


def test_every_fact_of_a_harm_is_known_to_the_duties_and_every_event_is_reached() -> None:
    reported = safety_rules().reported_as
    assert set(facts_of_harm()) <= set(reported)
    reached = {event for events in reported.values() for event in events}
    assert reached == {row.event for row in LIB.reporting_deadlines}


def test_a_rule_file_without_its_keys_is_refused() -> None:
    with pytest.raises(CareError, match=r"^grades is None, admissible is an object of named"):
        read_safety_rules({})
    rules = {**LIB.rules("safety"), "drift": {"odds_ratio": 1.0}}
    with pytest.raises(CareError, match=r"^drift\.odds_ratio is 1\.0, admissible is a number from"):
        read_safety_rules(rules)
