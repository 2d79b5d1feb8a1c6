from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from filiform.guidance.person import Person
from filiform.guidance.screening import screen
from filiform.knowledge import library

CASES = [
    case
    for path in sorted((Path(__file__).parent / "cases").glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8")).get("case", [])
]


@pytest.mark.parametrize("case", CASES, ids=[case["sentence"] for case in CASES])
def test_the_case_is_answered_as_its_clause_asks(case: dict[str, Any]) -> None:
    result = screen(Person.from_mapping(case["input"], library()), library())
    assert (result.urgency, result.needling) == (case["urgency"], case["needling"])
    fired = [each.rule for reason in result.reasons for each in (reason, *reason.also)]
    if "rule" in case:
        assert case["rule"] in fired
        assert result.reasons[0].urgency == case["urgency"]
    else:
        assert fired == []


def test_there_are_enough_cases_and_each_names_its_clause() -> None:
    assert len(CASES) >= 60
    assert all(case["clause"] for case in CASES)


def test_no_sentence_is_told_twice() -> None:
    sentences = [case["sentence"] for case in CASES]
    assert len(sentences) == len(set(sentences))
