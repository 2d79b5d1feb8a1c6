"""First-line care leaves out what is not safe for the person, and for now."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.guidance.strategies import FINDINGS, persons

from filiform.guidance._guidebook import guidebook
from filiform.guidance.aid import guide
from filiform.guidance.first_line import first_line_of, first_line_rules
from filiform.guidance.person import Person
from filiform.knowledge import library
from filiform.review import published

TODAY = dt.date(2026, 11, 21)
CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "first_line.toml").read_text(encoding="utf-8")
)["first_line"]


def ids_of(person: Person) -> list[str]:
    aid = guide(person, library=library(), review=published(), today=TODAY)
    return [text.id for text in aid.first_line]


@pytest.mark.parametrize("case", CASES, ids=[case["sentence"] for case in CASES])
def test_first_care_is_told_as_the_case_asks(case: dict[str, Any]) -> None:
    found = set(ids_of(Person.from_mapping(case["input"], library())))
    assert set(case.get("told", [])) <= found
    assert not set(case.get("not_told", [])) & found


def test_the_rules_name_known_facts_and_sentences() -> None:
    rules = first_line_rules()
    facts = {*library().findings, *guidebook().history, *guidebook().medicines, "child"}
    named = {id_ for rule in rules.rules for id_ in rule.ids} | set(rules.meanwhile)
    topics = {"first_line", "co_treatment"}
    assert named <= {row.id for row in library().statements.values() if row.topic in topics}
    for rule in rules.rules:
        assert {*rule.not_if, *rule.only_if} <= facts
        assert rule.not_if or rule.only_if


def test_until_the_doctor_has_been_seen_only_what_is_safe_meanwhile_is_told() -> None:
    found = ids_of(Person(findings=frozenset({"shooting_pain_down_arm"})))
    assert found
    assert set(found) <= set(first_line_rules().meanwhile)
    assert "co_treatment-not-instead" in found


@settings(max_examples=40, deadline=None)
@given(persons(), st.sampled_from(FINDINGS))
def test_one_more_finding_brings_no_care_but_a_warning(person: Person, finding: str) -> None:
    present = set(person.findings | person.history)
    before = {text.id for text in first_line_of(library(), present)}
    after = {text.id for text in first_line_of(library(), present | {finding})}
    warnings = {id_ for rule in first_line_rules().rules if rule.only_if for id_ in rule.ids}
    assert after - before <= warnings
