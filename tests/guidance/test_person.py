from __future__ import annotations

import math

import pytest

from filiform.errors import GuidanceError
from filiform.guidance.person import Person, Preferences
from filiform.knowledge import library

REFUSED: list[tuple[dict[str, object], str]] = [
    ({"agee": 46}, r"unknown key 'agee': did you mean 'age'\? .*person.schema.json"),
    ({"age": 121}, r"age is 121, admissible is a number from 0 to 120 \(years\): mend it or"),
    ({"age": -1}, r"age is -1, admissible is a number from 0 to 120"),
    ({"age": 46.5}, r"age is 46.5, admissible is a whole number from 0 to 120"),
    ({"age": True}, r"age is true, admissible is a number"),
    ({"age": "46"}, r"age is '46', admissible is a number"),
    ({"age": None}, r"age is null, admissible is a number"),
    ({"age": [46]}, r"age is a list, admissible is a number"),
    ({"age": {}}, r"age is a table, admissible is a number"),
    ({"age": 10**5000}, r"age is a very large number, admissible is a number"),
    ({"age": math.nan}, r"age is nan, admissible is a number"),
    ({"pain_0_10": 11}, r"pain_0_10 is 11, admissible is a number from 0 to 10"),
    ({"pain_0_10": math.inf}, r"pain_0_10 is inf, admissible is a number"),
    ({"pain_0_10": -0.5}, r"pain_0_10 is -0.5, admissible"),
    ({"disability_percent": 100.5}, r"disability_percent is 100.5, admissible .* 0 to 100"),
    ({"duration_days": -1}, r"duration_days is -1, admissible is a number from 0"),
    ({"sex": "femal"}, r"unknown sex 'femal': did you mean 'female'\?"),
    ({"sex": 1}, r"sex is 1, admissible is a text"),
    (
        {"findings": ["fevr"]},
        r"unknown finding 'fevr': did you mean 'fever'\? .*`filiform findings`",
    ),
    ({"absent": ["fevr"]}, r"unknown finding in absent 'fevr': did you mean 'fever'\?"),
    ({"findings": "fever"}, r"findings is 'fever', admissible is a list of texts"),
    ({"findings": [1]}, r"an entry of findings is 1, admissible is a text"),
    ({"findings": ["fever", "fever"]}, r"findings holds 'fever' twice: name it once"),
    ({"findings": [""]}, r"findings holds an empty text"),
    ({"findings": ["x" * 200]}, r"findings holds a text of 200 characters, at most 100"),
    ({"findings": ["a"] * 101}, r"findings holds 101 entries, at most 100"),
    (
        {"findings": ["fever"], "absent": ["fever"]},
        r"'fever' is given both as present and as absent: keep one",
    ),
    (
        {"history": ["pregnant"], "absent": ["pregnant"]},
        r"'pregnant' is given both as present and as absent",
    ),
    ({"condition": "myofacial"}, r"unknown condition 'myofacial': did you mean 'myofascial'\?"),
    ({"region": "shoulder"}, r"unknown region 'shoulder': Admissible: neck"),
    ({"pain_regions": ["tempel"]}, r"unknown pain region 'tempel': did you mean 'temple'\?"),
    ({"jurisdiction": "US-NYC"}, r"unknown jurisdiction 'US-NYC': did you mean 'US-N"),
    ({"jurisdiction": "us-ny"}, r"unknown jurisdiction 'us-ny': did you mean 'US-NY'\?"),
    ({"insurance": 5}, r"an entry of insurance is 5, admissible is a text"),
    ({"insurance": "x" * 101}, r"insurance holds a text of 101 characters"),
    ({"insurance": "a\x00b"}, r"insurance holds characters that cannot be printed"),
    ({"medicines": "aspirin"}, r"medicines is 'aspirin', admissible is a list of texts"),
    (
        {"medicines": ["warfarine"]},
        r"medicine 'warfarine' is not listed: did you mean 'warfarin'\?",
    ),
    ({"history": ["pacemaker"]}, r"unknown entry of history 'pacemaker': did you mean"),
    ({"history": ["fever"]}, r"unknown entry of history 'fever'"),
    ({"preferences": []}, r"preferences is a list, admissible is a table with fear_of_needles"),
    ({"preferences": {"avod": []}}, r"unknown key in preferences 'avod': did you mean 'avoid'\?"),
    (
        {"preferences": {"avoid": ["acupunture"]}},
        r"unknown therapy in preferences.avoid 'acupunture': did you mean 'acupuncture'\?",
    ),
    ({"preferences": {"fear_of_needles": "no"}}, r"fear_of_needles is 'no', admissible is true or"),
    ({"preferences": {"drives_after": None}}, r"drives_after is null, admissible is true or false"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED, ids=[text for _, text in REFUSED])
def test_an_answer_that_cannot_be_read_is_one_clear_sentence(
    given: dict[str, object], message: str
) -> None:
    with pytest.raises(GuidanceError, match=message) as caught:
        Person.from_mapping(given, library())
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_the_first_of_several_faults_in_the_order_of_the_keys_is_told() -> None:
    with pytest.raises(GuidanceError, match=r"^age is 150"):
        Person.from_mapping({"pain_0_10": 11, "age": 150, "findings": ["x"]}, library())


def test_an_unknown_key_comes_before_all_other_faults() -> None:
    with pytest.raises(GuidanceError, match="unknown key 'pian'"):
        Person.from_mapping({"age": 150, "pian": 3}, library())


def test_everything_may_be_left_out() -> None:
    assert Person.from_mapping({}, library()) == Person()


def test_a_whole_number_written_with_a_point_is_the_same_number() -> None:
    assert Person.from_mapping({"age": 46.0}, library()).age == 46


def test_limits_themselves_are_admissible() -> None:
    for given in ({"age": 0}, {"age": 120}, {"pain_0_10": 10}, {"disability_percent": 100}):
        Person.from_mapping(given, library())


def test_a_minor_is_admissible() -> None:
    assert Person.from_mapping({"age": 12}, library()).age == 12


def test_a_medicine_that_we_do_not_know_is_kept_as_it_was_written() -> None:
    person = Person.from_mapping({"medicines": ["Hawthorn drops"]}, library())
    assert person.medicines == ("Hawthorn drops",)


def test_what_was_read_is_written_back_the_same() -> None:
    answers: dict[str, object] = {
        "age": 46,
        "sex": "female",
        "duration_days": 120,
        "pain_0_10": 6,
        "disability_percent": 34,
        "findings": ["shooting_pain_down_arm"],
        "absent": ["fever"],
        "condition": "myofascial",
        "region": "neck",
        "pain_regions": ["upper_shoulder", "temple"],
        "jurisdiction": "US-NY",
        "insurance": "My Plan",
        "medicines": ["aspirin"],
        "history": ["pregnant", "stroke"],
        "preferences": {"fear_of_needles": False, "avoid": ["cupping"], "drives_after": True},
    }
    person = Person.from_mapping(answers, library())
    assert person.to_dict() == answers
    assert Person.from_mapping(person.to_dict(), library()) == person


def test_what_was_not_answered_is_not_written() -> None:
    assert Person(age=40, preferences=Preferences()).to_dict() == {"age": 40, "region": "neck"}
