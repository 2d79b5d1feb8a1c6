"""A visit becomes the lines that the rows of billing.csv tell; what speaks against them is said."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.knowledge.test_statements import grade

import filiform.knowledge
from filiform.care._claim_rules import billing_rows, claim_rules
from filiform.care.claims import (
    BillableSession,
    ClaimLine,
    Evaluation,
    NeedledMuscle,
    NeedleSet,
    claim_of,
    codes_for,
    conflicts,
    cover_note,
)
from filiform.errors import CareError
from filiform.knowledge import Library, library

CASES = tomllib.loads((Path(__file__).parent / "cases" / "claims.toml").read_text("utf-8"))["case"]
CLAIMS = Path(filiform.knowledge.__file__).parent / "data" / "rules" / "claims.toml"
TODAY = dt.date(2026, 11, 21)
USUAL: dict[str, object] = {
    "on": TODAY,
    "jurisdiction": "US-NY",
    "insurance": "",
    "diagnoses": ["M54.2"],
}


def session(**changed: object) -> BillableSession:
    return BillableSession.from_mapping({**USUAL, **changed})


def written(line: ClaimLine) -> str:
    return f"{line.code} {line.modifier} × {line.units}".replace("  ", " ")


@pytest.mark.parametrize("case", CASES, ids=[case["sentence"] for case in CASES])
def test_a_visit_is_billed_as_its_row_says(case: dict[str, object]) -> None:
    visit = case["visit"]
    assert isinstance(visit, dict)
    claim = claim_of(session(**visit), library=library())
    assert [written(line) for line in claim.lines] == case["lines"]
    assert sorted(each.code for each in claim.conflicts) == sorted(case.get("conflicts", []))  # type: ignore[call-overload]


@pytest.mark.parametrize("case", CASES, ids=[case["sentence"] for case in CASES])
def test_a_case_rests_on_rows_that_are_there(case: dict[str, object]) -> None:
    rows = case["rows"]
    assert isinstance(rows, list)
    assert len(billing_rows(library(), tuple(rows))) == len(rows)


NOT_MODELLED = {
    "CPT|97810-97814 relative value": "what Medicare weighs, not what is billed",
    "coverage_payer|HealthPartners": "no prior authorisation is asked: nothing to check",
    "coverage_payer|Priority Health Medicare": "the cover note tells the row as it stands",
}


def test_every_row_of_codes_and_payers_is_modelled_or_said_not_to_be() -> None:
    text = CLAIMS.read_text("utf-8")
    rows = {f"{r.system}|{r.code}" for r in library().billing if r.system != "ICD-10-CM"}
    assert {row for row in rows if f'"{row}"' not in text} == set(NOT_MODELLED)


def test_no_key_of_the_rules_is_read_by_nobody() -> None:
    told_only = {"used"}  # which side of a contradiction is followed, for the reader of the file
    sources = Path(billing_rows.__code__.co_filename).parent.glob("*.py")
    code = "".join(file.read_text("utf-8") for file in sources)
    keys = {
        key
        for name, section in claim_rules().sections.items()
        for key in section
        if name != "time_rule"
    }
    unread = {key for key in keys - told_only if not re.search(rf"""["']{key}["']""", code)}
    assert unread == set()


def test_what_a_person_reads_of_cover_is_at_grade_six_or_below() -> None:
    for rule in claim_rules().cover.values():
        assert grade(rule.sentence) <= 6, rule.sentence


def test_every_row_that_a_rule_names_is_in_the_table() -> None:
    rules = claim_rules()
    rows = {row for pair in rules.pairs for row in (*pair.rows, *pair.payers)}
    rows |= {limit.row for limit in rules.limits} | {cap.row for cap in rules.caps}
    rows |= {rule.row for rule in rules.diagnoses} | set(rules.cover)
    for name in ("acupuncture", "mixed_current", "dry_needling", "evaluation", "medicare", "goae"):
        rows |= set(rules.texts(name, "rows"))
    rows |= rules.rows_of_payer("medicare") | set(rules.texts("medicare", "provider_rows"))
    assert len(billing_rows(library(), tuple(rows))) == len(rows)


def test_a_rule_without_its_row_is_refused() -> None:
    with pytest.raises(
        CareError,
        match=r"^claims\.toml rests on the row 'CPT\|99999', which billing\.csv lacks: give",
    ):
        billing_rows(library(), ("CPT|99999",))


def test_every_line_says_why_and_where_from_in_our_own_words() -> None:
    rows = {row.code: row for row in library().billing}
    for case in CASES:
        for line in codes_for(session(**case["visit"]), library=library()):
            assert line.why.endswith(".")
            assert line.sources
            if line.code in rows:
                assert line.description == rows[line.code].description
                assert "one or more needles" not in line.description.casefold()


def test_dry_needling_names_each_muscle_once() -> None:
    visit = session(
        muscles=[
            {"muscle": "upper_trapezius", "side": "left"},
            {"muscle": "upper_trapezius", "side": "right"},
            {"muscle": "levator_scapulae"},
        ]
    )
    (line,) = codes_for(visit, library=library())
    assert line.names == ("upper_trapezius", "levator_scapulae")


def test_the_time_rule_that_is_used_and_those_that_are_not_are_told_with_their_units() -> None:
    visit = session(acupuncture=[{"minutes": 8}, {"minutes": 8}])
    (told,) = claim_of(visit, library=library()).contradictions
    assert told.used == "A block of 15 minutes counts from its eighth minute on."
    assert told.why.startswith("Two billing pages")
    assert told.others == (
        "A block of 15 minutes counts from its first minute on. (2 units by time)",
        "Only a whole block of 15 minutes counts. (1 unit by time)",
    )
    assert {"aacinfonetwork-timed", "aapc-147639", "zrlka"} <= set(told.sources)


@pytest.mark.parametrize(
    ("minutes", "units"),
    # digital.aacinfonetwork.com, table of the eight-minute rule: 8-22, 23-37, 38-52, 53-67.
    [(7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4), (67, 4)],
)
def test_the_eight_minute_rule_gives_the_units_of_its_table(minutes: int, units: int) -> None:
    assert claim_rules().time_rule.units(minutes, 15) == units


@given(
    sets=st.lists(st.builds(NeedleSet, st.integers(0, 40), st.booleans()), min_size=1, max_size=6)
)
def test_units_are_one_first_and_never_more_than_time_or_new_needles_allow(
    sets: list[NeedleSet],
) -> None:
    visit = BillableSession(TODAY, "US-NY", acupuncture=tuple(sets), insurance="")
    lines = codes_for(visit, library=library())
    units = sum(line.units for line in lines)
    assert units == min(claim_rules().time_rule.units(visit.face_to_face, 15), len(sets))
    first = [line for line in lines if line.code in {"97810", "97813"}]
    assert sum(line.units for line in first) == (1 if units else 0)
    codes = {line.code for line in lines}
    assert ("97814" not in codes) or any(each.current for each in sets[1:])
    begun_by_the_end_of_the_first_block = takewhile(
        lambda n: sum(each.minutes for each in sets[:n]) < 15, range(len(sets))
    )
    early = [sets[n].current for n in begun_by_the_end_of_the_first_block]
    if units > 1:
        assert ("97813" in codes) == any(early)
    asked = "mixed_current" in {each.code for each in conflicts(visit, library=library())}
    assert asked == (bool(units) and len({each.current for each in sets}) > 1)


@given(st.integers(1, 20))
def test_more_muscles_are_never_a_smaller_code(count: int) -> None:
    muscles = tuple(NeedledMuscle(f"muscle {n}") for n in range(count))
    (line,) = codes_for(BillableSession(TODAY, "US-NY", muscles=muscles), library=library())
    assert line.code == ("20560" if count <= 2 else "20561")
    assert line.units == 1


def test_what_must_be_put_right_comes_first_and_refuses_the_claim() -> None:
    visit = session(
        acupuncture=[{"minutes": 15}, {"minutes": 15, "current": True}],
        diagnoses=["M54.2", "M50.20"],
    )
    assert [each.strength for each in conflicts(visit, library=library())] == ["refused", "ask"]
    assert claim_of(visit, library=library()).refused
    assert not claim_of(session(acupuncture=[{"minutes": 15}]), library=library()).refused


def test_medicare_and_the_neck_is_said_beforehand() -> None:
    for therapy in ("acupuncture", "electroacupuncture", "dry_needling"):
        note = cover_note("Medicare", "US-NY", therapy, library(), today=TODAY)
        assert note.status == "not_covered"
        assert note.sentences[0].startswith("Medicare does not pay for")
        assert note.sources


def test_an_insurer_without_a_row_is_not_known_and_never_taken_for_covered() -> None:
    for insurance in ("United", "", None):
        note = cover_note(insurance, "US-NY", "acupuncture", library(), today=TODAY)
        assert note.status == "unknown"
        assert note.sentences


def test_a_policy_that_names_the_neck_is_told_with_its_rule() -> None:
    note = cover_note("Cigna PPO", "US-NY", "acupuncture", library(), today=TODAY)
    assert note.status == "covered_by_policy"
    assert "Ask whether yours still does." in note.sentences[0]
    assert note.told[0].startswith("Cigna 0024 (2017)")


def test_a_session_survives_a_round_trip_through_json() -> None:
    visit = BillableSession(
        TODAY,
        "US-CA",
        acupuncture=(NeedleSet(10, current=True), NeedleSet(5)),
        muscles=(NeedledMuscle("upper_trapezius", "left"),),
        session_minutes=40,
        evaluation=Evaluation("eval", True, False, 3, None, dt.date(2020, 1, 1)),
        same_day=("20552",),
        diagnoses=("M54.2",),
        insurance="Medi-Cal",
        visits_before=(dt.date(2026, 11, 1),),
        time_rule="any_minute",
    )
    again = BillableSession.from_mapping(json.loads(json.dumps(visit.to_dict())))
    assert again == visit


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"jurisdiction": "US-XX", "acupuncture": [{"minutes": 15}]},
            r"^unknown jurisdiction 'US-XX': did you mean",
        ),
        (
            {"acupuncture": [{"minutes": 15}], "time_rule": "eight_minute"},
            r"^unknown time rule 'eight_minute': did you mean 'eight_minutes'\?",
        ),
    ],
)
def test_a_place_or_time_rule_that_is_not_known_is_refused(
    changed: dict[str, object], message: str
) -> None:
    with pytest.raises(CareError, match=message):
        claim_of(session(**changed), library=library())


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"on": None}, r"^on is None, admissible is a text"),
        ({"acupuncture": [{"minutes": 241}]}, r"^241 minutes with the person over one set"),
        ({"acupuncture": [{"minutes": -1}]}, r"^acupuncture\.0\.minutes is -1, admissible is"),
        ({"acupuncture": [{"current": True}]}, r"^acupuncture\.0\.minutes is None, admissible"),
        ({"muscles": [{"muscle": " "}]}, r"^muscles\.0\.muscle is ' ', admissible is a text"),
        ({"muscles": [{"muscle": "a", "side": "top"}]}, r"^muscles\.0\.side: unknown side 'top'"),
        ({"diagnosis": []}, r"^unknown field of session 'diagnosis': did you mean 'diagnoses'\?"),
        ({"evaluation": {"code": "x"}}, r"^evaluation\.separate is None, admissible is true"),
    ],
)
def test_a_session_that_cannot_be_read_is_refused_in_one_sentence(
    changed: dict[str, object], message: str
) -> None:
    with pytest.raises(CareError, match=message):
        session(**changed)


def test_a_needled_muscle_without_a_name_or_with_a_strange_side_is_refused() -> None:
    with pytest.raises(CareError, match=r"^a needled muscle has no name: name each muscle"):
        NeedledMuscle("")
    with pytest.raises(CareError, match=r"^unknown side 'back'"):
        NeedledMuscle("upper_trapezius", "back")


def test_a_table_without_the_rows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "billing.csv").write_text(
        "system,code,description,rule,source\nCPT,97810,first,,zrlka.com\n", encoding="utf-8"
    )
    own = Library.from_directory(tmp_path)
    with pytest.raises(CareError, match=r"which billing\.csv lacks"):
        claim_of(session(muscles=[{"muscle": "a"}]), library=own)


def test_needles_of_both_kinds_in_two_bills_of_one_day_are_asked_about() -> None:
    morning = BillableSession(
        TODAY,
        "US-NY",
        muscles=(NeedledMuscle("upper_trapezius", "left"),),
        insurance="Cigna PPO",
        same_day=("97810",),
    )
    assert "both_needlings" in {each.code for each in conflicts(morning, library=library())}


def test_visits_of_another_course_count_in_the_month() -> None:
    # Medi-Cal: 2 services a month.
    visit = BillableSession(
        TODAY,
        "US-CA",
        acupuncture=(NeedleSet(15),),
        insurance="Medi-Cal",
        visits_elsewhere=(TODAY.replace(day=2), TODAY.replace(day=9)),
    )
    assert "over_the_limit" in {each.code for each in conflicts(visit, library=library())}


@pytest.mark.parametrize("plan", ["Humana Medicare Advantage", "Aetna Medicare HMO"])
def test_a_plan_of_another_name_with_medicare_in_it_has_rules_of_its_own(plan: str) -> None:
    note = cover_note(plan, "US-NY", "acupuncture", library(), today=TODAY)
    assert note.status == "unknown"
    assert "its own rules: ask it" in " ".join(note.sentences)


@pytest.mark.parametrize(
    "plan", ["Medicare", "Original Medicare, parts A and B", "medicare + Medigap"]
)
def test_plain_medicare_does_not_pay_for_the_neck_and_the_notice_is_told_beforehand(
    plan: str,
) -> None:
    note = cover_note(plan, "US-NY", "dry_needling", library(), today=TODAY)
    assert note.status == "not_covered"
    assert "Give the notice." in " ".join(note.sentences)
    assert "notice" not in " ".join(
        cover_note(plan, "US-NY", "acupuncture", library(), today=TODAY).sentences
    )
