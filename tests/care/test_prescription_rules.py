"""The health of prescription.toml: every id known, every row with one meaning, nothing unread."""

from __future__ import annotations

from filiform.care._prescription_rules import prescription_rules
from filiform.care._rules import care_rules
from filiform.guidance._guidebook import guidebook
from filiform.knowledge import library

LIB = library()
RULES = prescription_rules()
CAUTION_ROWS = {row for rule in guidebook().cautions for row in rule.contraindications}
CAUTION_FACTS = {fact for rule in guidebook().cautions for fact in rule.facts}


def test_every_therapy_is_one_that_is_offered_and_borrows_from_another() -> None:
    for id_, rule in RULES.therapies.items():
        assert LIB.therapies[id_].offered
        assert rule.borrow is None or RULES.therapies[rule.borrow].sites == rule.sites
    electrical = {id_ for id_, rule in RULES.therapies.items() if rule.electrical}
    assert electrical == set(guidebook().modality["electrical_stimulation"])


def test_every_place_and_site_is_one_of_the_tables() -> None:
    areas, sites = set(LIB.areas), {*LIB.points, *LIB.muscles}
    assert RULES.limb | RULES.midline <= areas
    assert set(RULES.beside) == areas - {"any"}
    assert {area for beside in RULES.beside.values() for area in beside} <= areas
    assert set(RULES.reached_at) == set(LIB.muscles)
    assert set(RULES.reached_at.values()) <= areas
    assert RULES.special_points <= set(LIB.points)
    for effect in RULES.effects:
        assert effect.regions <= areas
        assert effect.sites <= sites
        assert effect.dangers <= {danger.id for danger in care_rules().dangers}
        assert effect.facts <= CAUTION_FACTS


def test_the_points_left_to_special_skill_are_those_the_table_names() -> None:
    named = {p.code for p in LIB.points.values() if "special skill only" in (p.cautions or "")}
    assert named == RULES.special_points


def test_each_row_that_a_caution_reaches_moves_sites_or_speaks_of_the_whole_person() -> None:
    moving = {effect.row for effect in RULES.effects}
    of_places = {row for r in guidebook().cautions if r.site for row in r.contraindications}
    absolute = {
        row for row in CAUTION_ROWS - of_places if LIB.contraindications[row].kind == "absolute"
    }
    assert moving | RULES.whole_person | absolute == CAUTION_ROWS
    assert not moving & RULES.whole_person
    assert not (moving | RULES.whole_person) & absolute


def test_a_point_that_the_table_leaves_out_in_pregnancy_is_left_out_by_a_row() -> None:
    said = {p.code for p in LIB.points.values() if "in pregnancy" in (p.cautions or "")}
    rows = {row for row in CAUTION_ROWS if "pregnancy:" in LIB.contraindications[row].condition}
    barred = {site for e in RULES.effects if e.row in rows for site in e.sites}
    assert barred == said


def test_what_a_finding_brings_in_is_no_fact_against_needles() -> None:
    brings = {rule.finding for rule in RULES.felt} | set(RULES.calls_for) | {RULES.knot}
    assert brings <= set(LIB.findings)
    assert not brings & CAUTION_FACTS
    assert LIB.statements[RULES.knot_statement].topic == "suitability"
    assert {code for codes in RULES.calls_for.values() for code in codes} <= set(LIB.points)


def test_the_number_of_sessions_without_a_response_is_the_statements() -> None:
    statement = LIB.statements[RULES.no_response.statement]
    assert "three or four visits" in statement.text
    assert RULES.no_response.sessions == 3
    assert RULES.no_response.words <= set(care_rules().responses["got"])
