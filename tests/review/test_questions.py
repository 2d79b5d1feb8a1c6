"""Questions: read as people type them, refused with the nearest word, listed where trials are."""

from __future__ import annotations

import re

import pytest

from filiform.review import WINDOWS, Question, ReviewError, Synthesis, find, headline, published


def test_a_question_is_read_whatever_its_case_spaces_hyphens_and_order() -> None:
    asked = Question.parse(
        " Dry-Needling ", "manual therapy + Exercise", "Pain intensity", "SHORT", measure="md"
    )
    assert asked == Question(
        "dry_needling", "exercise+manual_therapy", "pain_intensity", "short", measure="MD"
    )


def test_without_a_measure_the_usual_one_of_the_outcome_is_taken() -> None:
    assert Question.parse("acupuncture", "sham", "pain_intensity").measure == "MD"
    assert Question.parse("acupuncture", "sham", "global_improvement").measure == "RR"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"intervention": "acupunture"}, "'acupunture': did you mean 'acupuncture'?"),
        ({"intervention": "no"}, "unknown therapy 'no'"),
        ({"intervention": ""}, "unknown therapy ''"),
        ({"against": "shamm"}, "unknown comparator 'shamm': did you mean 'sham'?"),
        ({"against": "exercise+zzz"}, "unknown comparator 'zzz'"),
        ({"outcome": "pain"}, "unknown outcome 'pain': did you mean 'pain_intensity'?"),
        ({"window": "4"}, "unknown time window '4': week 4 lies in 'short'. Admissible: immediate"),
        ({"window": "26 weeks"}, "unknown time window '26 weeks': week 26 lies in 'long'"),
        ({"window": "-1"}, "unknown time window '-1'"),
        ({"window": "nan"}, "unknown time window 'nan'"),
        ({"intervention": "sham", "against": "sham"}, "'sham' against itself is no question"),
        ({"window": "shrt"}, "unknown time window 'shrt': did you mean 'short'?"),
        ({"region": "nek"}, "unknown region 'nek': did you mean 'neck'?"),
        ({"measure": "RD"}, "unknown measure 'RD'"),
        ({"condition": "wiplash"}, "unknown condition 'wiplash': did you mean 'whiplash'?"),
    ],
)  # fmt: skip
def test_an_unknown_word_is_refused_with_the_nearest(words: dict[str, str], sentence: str) -> None:
    given = {"intervention": "acupuncture", "against": "sham", **words}
    with pytest.raises(ReviewError, match=re.escape(sentence)):
        Question.parse(**given)  # type: ignore[arg-type] # words by name


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Question("needles", "sham", "pain_intensity", "short"), "unknown therapy 'needles'"),
        (Question("acupuncture", "shamm", "pain_intensity", "short"), "did you mean 'sham'?"),
        (Question("acupuncture", "sham", "pain", "short"), "unknown outcome 'pain'"),
        (Question("acupuncture", "sham", "disability", "short", "knee"), "unknown region 'knee'"),
        (
            Question("acupuncture", "sham", "disability", "short", condition="cold"),
            "unknown condition 'cold'",
        ),
    ],
)
def test_a_review_refuses_a_question_that_its_tables_do_not_know(
    asked: Question, sentence: str
) -> None:
    with pytest.raises(ReviewError, match=re.escape(sentence)):
        published().synthesis(asked)


def test_lists_of_an_unknown_therapy_are_refused() -> None:
    with pytest.raises(ReviewError, match=re.escape("did you mean 'acupuncture'?")):
        published().questions("acupunctur")
    with pytest.raises(ReviewError, match=re.escape("unknown region 'knee'")):
        published().questions(region="knee")
    with pytest.raises(ReviewError, match=re.escape("did you mean 'massage'?")):
        published().trials_of("masage")


def test_the_questions_of_a_therapy_are_about_it_alone_and_in_order() -> None:
    questions = published().questions("dry_needling")
    assert {question.intervention for question in questions} == {"dry_needling"}
    assert list(questions) == sorted(questions, key=lambda question: question.key)
    assert {question.window for question in questions} <= set(WINDOWS)


def test_every_listed_question_has_a_row_used_or_not() -> None:
    for question in published().questions():
        synthesis = published().synthesis(question)
        assert synthesis.effects or synthesis.left_out, question.key


def test_the_trials_of_a_therapy_are_those_with_an_arm_of_it() -> None:
    trials = published().trials_of("electroacupuncture")
    assert "li-2025" in trials
    assert "white-2004" not in trials
    assert "schwerla-2008" in published().trials_of("sham")


def test_a_question_becomes_an_address_and_a_record() -> None:
    asked = Question("acupuncture", "sham", "disability", "long", condition="whiplash")
    assert asked.key == "acupuncture/sham/disability/long/MD/neck/whiplash"
    assert asked.without_condition.key == "acupuncture/sham/disability/long/MD/neck"
    assert Question(**asked.to_dict()) == asked  # type: ignore[arg-type] # fields by name


def test_a_synthesis_is_computed_once() -> None:
    asked = Question("acupuncture", "sham", "pain_intensity", "short")
    assert published().synthesis(asked) is published().synthesis(asked)


def test_words_that_name_one_question_find_one_synthesis() -> None:
    found = find(published(), "acupuncture", against="sham", outcome="disability", window="mid")
    assert isinstance(found, Synthesis)
    assert found.question == Question("acupuncture", "sham", "disability", "mid")


def test_fewer_words_find_all_that_agree() -> None:
    found = find(published(), "acupuncture", outcome="pain intensity", condition="whiplash")
    assert isinstance(found, tuple)
    assert {synthesis.question.outcome for synthesis in found} == {"pain_intensity"}
    assert {synthesis.question.condition for synthesis in found} == {"whiplash"}
    assert headline(found[0])["trials"] == found[0].trials


def test_an_unknown_word_finds_nothing_but_the_nearest() -> None:
    with pytest.raises(ReviewError, match=re.escape("did you mean 'acupuncture'?")):
        find(published(), "acupunkture")
