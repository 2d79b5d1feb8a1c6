"""The health of care.toml: every row it names is there, every word it has is read."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import cast

import pytest

import filiform.care
from filiform.care import _reading as read
from filiform.care._licence_rules import licence_rules
from filiform.care._names import signature_rules
from filiform.care._rules import EXPERT, care_rules
from filiform.care.closing import checklist
from filiform.errors import CareError
from filiform.guidance.screening import Screening
from filiform.knowledge import library

LIB = library()
RULES = care_rules()
FILE = LIB.rules("care")
CODE = Path(filiform.care.__file__).parent
URGENCIES = {"emergency", "same_day", "within_days", "within_weeks", "routine"}
NEEDLINGS = {"not_before_a_doctor", "with_precautions", "may_be_considered"}


def tables(value: object) -> list[dict[str, object]]:
    """Every table of the file."""
    if isinstance(value, dict):
        return [value, *(each for inner in value.values() for each in tables(inner))]
    if isinstance(value, list):
        return [each for inner in value for each in tables(inner)]
    return []


def test_the_basis_of_a_rule_without_a_source_is_said_in_one_way() -> None:
    said = {table["basis"] for table in tables(dict(FILE)) if "basis" in table}
    assert said == {EXPERT}


def test_every_refusal_rests_on_rows_or_is_called_an_expert_rule() -> None:
    refusals = cast("dict[str, dict[str, object]]", FILE["refusal"])
    for code, rule in refusals.items():
        assert ("basis" in rule) is ("contraindications" not in rule), code
        assert bool(RULES.refusals[code].sources) is ("contraindications" in rule), code


def test_every_refusal_is_used_and_every_refusal_used_is_there() -> None:
    text = (CODE / "course.py").read_text("utf-8")
    used = set(re.findall(r'_refuse\(\s*"(\w+)"', text))
    used |= {f"halted_by_{cause}" for cause in ("screening", "warning_sign", "harm")}
    assert used == set(RULES.refusals)


def test_every_sentence_on_licences_is_used() -> None:
    text = (CODE / "licence.py").read_text("utf-8")
    strings = {
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(licence_rules().sentences) <= strings


def test_every_row_that_a_rule_names_is_in_the_tables() -> None:
    rows = {row for danger in RULES.dangers for each in danger.avoid.values() for row in each}
    rows |= {limit.contraindication for limit in RULES.limits}
    rows |= {RULES.both_sides.contraindication}
    assert rows <= set(LIB.contraindications)
    assert {limit.muscle for limit in RULES.limits} <= set(LIB.muscles)


def test_every_word_of_a_danger_is_one_that_the_tables_use() -> None:
    cautions = [point.cautions or "" for point in LIB.points.values()]
    cautions += [muscle.danger or "" for muscle in LIB.muscles.values()]
    told = " | ".join(cautions).casefold()
    for danger in RULES.dangers:
        for word in danger.words:
            assert word in told, (danger.id, word)
        assert set(danger.avoid) == {"point", "muscle", "other"}
    for word in RULES.no_danger_words:
        assert word in told, word


def test_the_places_with_a_danger_are_those_of_guidance() -> None:
    guidance = read.several(read.mapping)(LIB.rules("guidance")["local"], "guidance.toml")
    local = {str(rule["id"]) for rule in guidance}
    assert set(RULES.local_danger) <= local
    assert set(RULES.local_danger.values()) <= {danger.id for danger in RULES.dangers}


def test_a_limit_is_one_bound_and_the_number_stands_in_its_row() -> None:
    # dn-02 says 3.1 cm, the others mm
    for limit in RULES.limits:
        bounds = [bound for bound in (limit.below, limit.most) if bound is not None]
        assert len(bounds) == 1
        action = LIB.contraindications[limit.contraindication].action
        assert f"{bounds[0]:g} mm" in action or f"{bounds[0] / 10:g} cm" in action


def test_the_screening_that_stops_a_course_is_told_in_the_words_of_screening() -> None:
    assert set(Screening.__annotations__) >= {"urgency", "needling"}
    assert (
        set(RULES.screening.stop_urgency)
        <= URGENCIES
        == set(cast("dict[str, object]", LIB.rules("screening")["urgency"]))
    )
    assert (
        set(RULES.screening.stop_needling)
        <= NEEDLINGS
        == set(cast("dict[str, object]", LIB.rules("screening")["needling"]))
    )


def test_the_checklist_has_no_item_twice_and_begins_before_the_first_needle() -> None:
    ids = [item for item, *_ in checklist()]
    assert len(ids) == len(set(ids))
    when = [when for _, when, *_ in checklist()]
    assert when == sorted(when, key=["before", "after"].index)


def test_the_rules_on_licences_name_known_practices_and_places() -> None:
    rules = licence_rules()
    practices = {row.practice for row in LIB.scope_of_practice}
    assert set(rules.practice.values()) <= practices
    assert {each for held in rules.training_in_licence.values() for each in held} <= practices
    assert set(rules.by_part) <= set(LIB.jurisdictions)


def test_what_counts_as_a_signature_is_a_share() -> None:
    assert 0 < signature_rules().least_ink < 1
    assert 0 < signature_rules().alike < 1


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"low": 0, "high": 1}, r"x has no unit: add it"),
        ({"low": 0, "high": 1, "unit": "mm", "hihg": 2}, "unknown field of x 'hihg'"),
        ({"low": "0", "high": 1, "unit": "mm"}, r"x\.low is '0', admissible is a number"),
        (3, r"x is 3, admissible is an object of named values"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(value: object, message: str) -> None:
    from filiform.care._rules import _range  # noqa: PLC0415 - one reader stands for all

    with pytest.raises(CareError, match=message):
        _range(value, "x")


@pytest.mark.parametrize(
    ("reader", "value", "message"),
    [
        (read.whole, 1.5, r"x is 1\.5, admissible is a whole number of 0 or more"),
        (read.whole, True, "x is True, admissible is a whole number of 0 or more"),
        (read.day, 3, "x is 3, admissible is a text"),
        (read.moment, 3, "x is 3, admissible is a moment with its zone"),
    ],
)
def test_a_value_of_another_kind_is_refused(
    reader: read.Reader[object], value: object, message: str
) -> None:
    with pytest.raises(CareError, match=message):
        reader(value, "x")


def test_a_long_value_is_not_echoed_whole() -> None:
    with pytest.raises(CareError, match=r"^x is '1{79}…, admissible is a day as YYYY-MM-DD"):
        read.day("1" * 500, "x")
