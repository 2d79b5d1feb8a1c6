"""The health of screening.toml and guidance.toml: nothing unread, nothing unfounded."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from filiform.errors import GuidanceError
from filiform.guidance import _toml
from filiform.guidance._guidebook import guidebook
from filiform.guidance._rulebook import URGENCIES, Rule, rulebook
from filiform.guidance.person import Person
from filiform.guidance.screening import screen
from filiform.guidance.suitability import fit_rules, fit_words
from filiform.knowledge import library

if TYPE_CHECKING:
    from collections.abc import Callable

RULES = rulebook().rules
FACTS_SET_BY_GUIDANCE = {"fear_of_needles", "drives_after", "child", "male", "no_diagnosis"}
KNOWN = (
    set(library().findings)
    | set(guidebook().history)
    | set(guidebook().medicines)
    | FACTS_SET_BY_GUIDANCE
)
READ_BY_SUITABILITY = {
    "tender_knot_in_muscle",
    "pain_with_movement_or_posture",
    "stress_or_desk_work",
}


def test_every_rule_has_its_own_id() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_rule_reads_known_facts_and_rests_on_a_row(rule: Rule) -> None:
    assert set(rule.condition.reads) <= KNOWN
    assert rule.signs or rule.contraindications
    assert set(rule.signs) <= set(library().warning_signs)
    assert set(rule.contraindications) <= set(library().contraindications)
    assert rule.condition.clauses or rule.condition.bounds


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_rule_milder_than_its_row_says_why_and_no_other_rule_does(rule: Rule) -> None:
    milder = {
        sign
        for sign in rule.signs
        if URGENCIES.index(library().warning_signs[sign].urgency) < URGENCIES.index(rule.urgency)
    }
    assert set(rule.lower) == milder


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_each_clause_asks_for_no_more_than_it_lists(rule: Rule) -> None:
    for clause in rule.condition.clauses:
        assert 1 <= clause.n <= len(clause.of) == len(set(clause.of))


def test_every_warning_sign_is_modelled_or_said_not_to_be() -> None:
    modelled = {sign for rule in RULES for sign in rule.signs}
    assert modelled | set(rulebook().not_modelled) == set(library().warning_signs)
    assert not modelled & set(rulebook().not_modelled)


def test_every_finding_is_read_by_screening_or_by_suitability() -> None:
    assert set(library().findings) - set(rulebook().reads) == READ_BY_SUITABILITY


def test_every_contraindication_is_reached_or_left_to_the_practitioner_with_the_reason() -> None:
    book = guidebook()
    reached = {
        id_
        for source in (RULES, book.cautions, book.local)
        for rule in source
        for id_ in rule.contraindications
    }
    assert reached | set(book.practitioner_only) == set(library().contraindications)
    assert not reached & set(book.practitioner_only)


def test_every_entry_of_history_reaches_a_caution() -> None:
    read = {fact for rule in guidebook().cautions for fact in rule.facts}
    assert set(guidebook().history) <= read
    assert read <= KNOWN


def test_what_history_and_medicines_imply_is_a_finding() -> None:
    book = guidebook()
    implied = {
        then
        for source in (book.history, book.medicines)
        for item in source.values()
        for then in item.implies
    }
    assert implied <= set(library().findings)
    assert not set(book.history) & set(library().findings)


def test_no_medicine_name_stands_in_two_classes() -> None:
    names = [name for medicine in guidebook().medicines.values() for name in medicine.names]
    assert len(names) == len(set(names))
    assert all(name == name.casefold() for name in names)


def test_the_areas_and_therapies_of_guidance_are_known() -> None:
    book = guidebook()
    assert {area for rule in book.local for area in rule.areas} <= set(library().areas)
    assert {id_ for ids in book.modality.values() for id_ in ids} <= set(library().therapies)
    assert set(book.modality) == {row.modality for row in library().contraindications.values()}


def test_implications_end_in_findings_that_are_read() -> None:
    assert {rule.then for rule in rulebook().implications} <= set(rulebook().reads)


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_sentence_is_short_and_ends_as_one(rule: Rule) -> None:
    assert rule.sentence.endswith(".")
    assert max(len(part.split()) for part in re.split(r"[.!?]", rule.sentence)) <= 28


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_every_rule_can_hold(rule: Rule) -> None:
    present = {fact for clause in rule.condition.clauses for fact in clause.of[: clause.n]}
    person = Person(
        age=_inside(rule, "age", 40),
        duration_days=_inside(rule, "duration_days", 5),
        findings=frozenset(present & set(library().findings)),
        history=frozenset(present & set(guidebook().history)),
        medicines=tuple(sorted(present & set(guidebook().medicines))),
    )
    result = screen(person, library())
    assert rule.id in [r.rule for reason in result.reasons for r in (reason, *reason.also)]


def _inside(rule: Rule, number: str, usual: int) -> int:
    for bound in rule.condition.bounds:
        if bound.number == number:
            return int(bound.low if bound.low is not None else (bound.below or 1) - 1)
    return usual


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (_toml.table, 1, "x is 1, admissible is a table"),
        (_toml.tables, 1, "x is 1, admissible are tables"),
        (_toml.text, "", "x is '', admissible is a text"),
        (_toml.texts, "a", "x is 'a', admissible is a list"),
        (_toml.whole, True, "x is True, admissible is a whole number"),
    ],
)
def test_a_rule_file_with_the_wrong_type_is_refused(
    read: Callable[[object, str], object], value: object, message: str
) -> None:
    with pytest.raises(GuidanceError, match=message):
        read(value, "x")


def test_a_key_that_no_rule_reads_is_refused() -> None:
    with pytest.raises(GuidanceError, match="rule a has the key 'urgencyy', which no rule reads"):
        _toml.only({"urgencyy": 1}, frozenset({"urgency"}), "rule a")


def test_the_methods_page_lists_every_milder_rule_and_every_row_that_is_not_modelled() -> None:
    page = (Path(__file__).parents[2] / "docs" / "methods" / "screening.md").read_text("utf-8")
    for rule in RULES:
        for sign, why in rule.lower.items():
            own = library().warning_signs[sign].urgency
            assert f"| {rule.id} | {rule.urgency} | {sign} | {own} | {why} |" in page
        if rule.basis == "editor":
            assert f"| {rule.id} | {rule.urgency} | " in page
    for sign, why in rulebook().not_modelled.items():
        assert f"| {sign} | {why} |" in page


def test_every_therapy_on_offer_has_a_fit_for_every_kind_of_pain_and_for_none() -> None:
    conditions = [*library().conditions, "not_given"]
    offered = [row.id for row in library().therapies.values() if row.offered]
    for therapy in offered:
        for condition in conditions:
            assert any(rule.holds(therapy, condition, ()) for rule in fit_rules())


def test_the_rules_of_suitability_know_their_words_and_statements() -> None:
    for rule in fit_rules():
        assert rule.fits in {"yes", "maybe", "unknown"}
        assert set(rule.conditions) <= {*library().conditions, "not_given", "*"}
        assert set(rule.findings) <= set(library().findings)
        assert set(rule.statements) <= set(library().statements)
        assert rule.statements
    assert set(fit_words()) == {"yes", "maybe", "unknown", "no", "not_before_a_doctor"}


def test_findings_that_screening_does_not_read_change_the_fit_or_are_everyday() -> None:
    read = {finding for rule in fit_rules() for finding in rule.findings}
    # Movement, posture and stress change neither urgency nor fit: no source here says so.
    everyday = {"pain_with_movement_or_posture", "stress_or_desk_work"}
    assert READ_BY_SUITABILITY - everyday <= read


def test_the_texts_that_the_urgency_asks_for_exist() -> None:
    book = guidebook()
    ids = {id_ for each in book.doctor_first.values() for id_ in each}
    assert ids | set(book.doctor_first_if.values()) <= set(library().statements)
    assert set(book.doctor_first) == set(URGENCIES)


def test_every_option_knows_where_its_harms_prices_and_texts_come_from() -> None:
    book = guidebook()
    offered = {row.id for row in library().therapies.values() if row.offered}
    assert set(book.harms_from) == set(book.prices_from) == set(book.texts_from) == offered
    assert set(book.practice) < offered
    modalities = {row.modality for row in library().harms}
    assert {id_ for ids in book.harms_from.values() for id_ in ids} <= modalities


def test_every_item_and_code_of_prices_and_cover_exists() -> None:
    items = {row.item for row in library().costs}
    codes = {row.code for row in library().billing}
    book = guidebook()
    assert {item for each in book.price_items.values() for item in each} <= items
    for rule in book.cover:
        assert set(rule.names) <= (codes if rule.table == "billing" else items)


def test_every_row_of_a_payer_is_told_by_one_rule_with_the_payers_names() -> None:
    rules = [rule for rule in guidebook().cover if rule.table == "billing"]
    for row in library().billing:
        if row.system.startswith("coverage_"):
            told = [
                rule
                for rule in rules
                if rule.system == row.system and (not rule.names or row.code in rule.names)
            ]
            assert len(told) == 1
    assert all(rule.insurers for rule in guidebook().cover)
    assert {rule.modality for rule in guidebook().cover} <= set(guidebook().practice.values())


def test_groups_with_one_kind_of_pain_are_known() -> None:
    book = guidebook()
    assert set(book.course_of) <= {row.study_id for row in library().course}
    assert set(book.course_of.values()) <= set(library().conditions)


def test_the_spans_of_chronicity_join_without_a_gap() -> None:
    spans = list(guidebook().chronicity.values())
    assert spans[0][0] == 0
    assert all(left[1] == right[0] for left, right in itertools.pairwise(spans))
