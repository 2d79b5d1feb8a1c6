from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.guidance.strategies import FINDINGS, HISTORY, persons

from filiform.errors import GuidanceError
from filiform.guidance._rulebook import NEEDLINGS, URGENCIES, rulebook
from filiform.guidance.person import Person
from filiform.guidance.screening import screen
from filiform.knowledge import Library, library

EMERGENCY_SIGNS = {"fever", "thunderclap_headache", "chest_pain", "leg_weakness"}


def rank(person: Person) -> tuple[int, int]:
    result = screen(person, library())
    return URGENCIES.index(result.urgency), NEEDLINGS.index(result.needling)


def with_finding(person: Person, finding: str) -> Person:
    answers = person.to_dict()
    answers["findings"] = sorted(person.findings | {finding})
    answers["absent"] = sorted(person.absent - {finding})
    return Person.from_mapping(answers, library())


@settings(max_examples=300, deadline=None)
@given(persons(), st.sampled_from(FINDINGS))
def test_one_more_finding_never_lowers_the_urgency_nor_loosens_the_needling(
    person: Person, finding: str
) -> None:
    before, after = rank(person), rank(with_finding(person, finding))
    assert after[0] <= before[0]
    assert after[1] <= before[1]


@pytest.mark.parametrize("first", FINDINGS)
def test_no_pair_of_findings_is_milder_than_its_parts(first: str) -> None:
    alone = {finding: rank(Person(findings=frozenset({finding}))) for finding in FINDINGS}
    for second in FINDINGS:
        urgency, needling = rank(Person(findings=frozenset({first, second})))
        assert urgency <= min(alone[first][0], alone[second][0])
        assert needling <= min(alone[first][1], alone[second][1])


@settings(max_examples=50, deadline=None)
@given(persons(), st.sampled_from(HISTORY))
def test_one_more_entry_of_history_never_lowers_the_urgency(person: Person, entry: str) -> None:
    answers = person.to_dict()
    answers["history"] = sorted(person.history | {entry})
    answers["absent"] = sorted(person.absent - {entry})
    after = rank(Person.from_mapping(answers, library()))
    assert after[0] <= rank(person)[0]
    assert after[1] <= rank(person)[1]


@settings(max_examples=50, deadline=None)
@given(st.permutations(["fever", "headache", "arm_weakness", "recent_injury", "pregnant"]))
def test_the_order_of_the_answers_does_not_matter(order: list[str]) -> None:
    given_first = Person.from_mapping({"findings": sorted(order)}, library())
    given_other = Person.from_mapping({"findings": order}, library())
    assert screen(given_first, library()) == screen(given_other, library())


@settings(max_examples=100, deadline=None)
@given(persons())
def test_asked_implied_and_not_asked_findings_are_all_that_rules_read(person: Person) -> None:
    result = screen(person, library())
    answered = person.findings | person.absent | person.history
    assert not set(result.not_asked) & answered
    implied = {each.finding for each in result.assumed}
    read = {fact for fact in rulebook().reads if fact in library().findings}
    assert read <= set(result.not_asked) | answered | implied


def test_findings_that_were_not_asked_are_listed_the_most_urgent_first() -> None:
    result = screen(Person(), library())
    assert set(result.not_asked) >= EMERGENCY_SIGNS
    assert result.not_asked.index("chest_pain") < result.not_asked.index("pregnant")
    assert result.not_asked[-1] in library().findings


def test_nothing_asked_is_said_and_never_called_free_of_signs() -> None:
    result = screen(Person(age=40), library())
    assert result.asked == 0
    assert result.title == "Nothing to go by yet"
    assert "cannot say that there are none" in result.summary[0]
    assert "cannot say yet" in result.needling_sentence


@pytest.mark.parametrize("finding", ["neck_swelling_or_lump", *rulebook().core])
def test_one_answer_is_not_enough_to_speak_of_no_warning_sign(finding: str) -> None:
    result = screen(Person(absent=frozenset({finding})), library())
    assert (result.urgency, result.needling) == ("routine", "may_be_considered")
    assert result.title == "Nothing to go by yet"
    assert result.action.startswith("Answer the questions about warning signs first.")
    assert result.needling_sentence == "We cannot say yet whether needles may be used"
    assert result.summary[0].endswith("Some of them are signs of an emergency.")


def test_with_the_signs_of_an_emergency_answered_the_result_speaks_of_no_warning_sign() -> None:
    result = screen(Person(absent=frozenset(rulebook().core)), library())
    assert result.title == "No warning sign in your answers"
    assert result.needling_sentence == "Needles may be one choice"
    assert f"{len(result.not_asked)} warning signs" in result.summary[0]
    assert "emergency" not in result.summary[0]


@pytest.mark.parametrize("finding", ["pregnant", "cannot_rotate_neck_45", "headache", "fever"])
def test_needles_are_not_called_a_choice_before_the_core_is_answered(finding: str) -> None:
    result = screen(Person(findings=frozenset({finding})), library())
    careful = result.needling == "not_before_a_doctor"
    assert ("cannot say yet" in result.needling_sentence) is not careful
    assert (result.title == "Nothing to go by yet") is (result.urgency == "routine")


def test_the_core_is_the_page_of_emergencies_and_each_sign_of_it_is_one() -> None:
    texts = files("filiform.knowledge") / "data" / "texts" / "questions.toml"
    pages = tomllib.loads(texts.read_text(encoding="utf-8"))["page"]
    page = next(each for each in pages if each["id"] == "urgent")
    assert list(rulebook().core) == list(page["field"][0]["options"])
    for finding in rulebook().core:
        assert screen(Person(findings=frozenset({finding})), library()).urgency == "emergency"


def test_what_was_not_asked_is_counted_in_the_summary() -> None:
    result = screen(Person(absent=frozenset({"fever"})), library())
    assert f"{len(result.not_asked)} warning signs" in result.summary[0]


def test_all_asked_and_absent_still_does_not_promise_health() -> None:
    result = screen(Person(absent=frozenset(FINDINGS)), library())
    assert (result.urgency, result.not_asked) == ("routine", ())
    assert "mild pain can have a serious cause" in result.summary[0]


def test_the_screening_says_that_it_is_no_validated_test() -> None:
    assert "not a tested exam" in screen(Person(), library()).summary[1]


def test_a_cluster_keeps_its_weaker_parts_under_also() -> None:
    result = screen(Person(findings=frozenset({"fever", "neck_stiffness"})), library())
    assert [reason.rule for reason in result.reasons] == ["meningitis_fever"]
    assert "fever" in [reason.rule for reason in result.reasons[0].also]


def test_reasons_stand_most_urgent_first() -> None:
    findings = frozenset({"headache", "chest_pain", "pregnant", "fever", "osteoporosis"})
    ranks = [
        URGENCIES.index(reason.urgency)
        for reason in screen(Person(findings=findings), library()).reasons
    ]
    assert ranks == sorted(ranks)
    assert len(ranks) > 2


def test_every_reason_names_its_source_and_grade() -> None:
    result = screen(Person(findings=frozenset({"chest_pain", "seizure"})), library())
    for reason in result.reasons:
        assert reason.source
        assert reason.rows
    assert {reason.rule: reason.grade for reason in result.reasons}["seizure"] == "editor"


def test_a_medicine_counts_as_the_finding_of_the_same_meaning() -> None:
    result = screen(Person.from_mapping({"medicines": ["Warfarin"]}, library()), library())
    assert [(each.finding, each.because) for each in result.assumed] == [
        ("anticoagulant", "Warfarin")
    ]
    assert "anticoagulant" not in result.not_asked


def test_what_another_answer_says_counts_even_where_it_was_called_absent() -> None:
    person = Person(findings=frozenset({"thunderclap_headache"}), absent=frozenset({"headache"}))
    assert "headache" in [each.finding for each in screen(person, library()).assumed]


def test_emergency_and_same_day_stand_alone() -> None:
    assert screen(Person(findings=frozenset({"chest_pain"})), library()).alone
    assert screen(Person(findings=frozenset({"fever"})), library()).alone
    assert not screen(Person(findings=frozenset({"headache"})), library()).alone


def test_an_unknown_finding_is_refused_with_the_nearest() -> None:
    with pytest.raises(GuidanceError, match=r"unknown finding 'fevr': did you mean 'fever'\?"):
        screen(Person(findings=frozenset({"fevr"})), library())


def test_tables_of_ones_own_that_lack_a_cited_row_are_refused() -> None:
    class Without(Library):
        warning_signs = {}  # noqa: RUF012 - stands in for a table

    with pytest.raises(GuidanceError, match=r"rests on row 'w\d+', which your tables do not hold"):
        screen(Person(findings=frozenset({"fever"})), Without())


def test_the_same_answers_give_the_same_text_every_time() -> None:
    person = Person(findings=frozenset({"fever", "headache", "arm_weakness"}))
    assert screen(person, library()).to_dict() == screen(person, library()).to_dict()
