"""Letters hold the figures of the review, the harms and the advice; nothing is left out."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest

from filiform.care.claims import cover_note
from filiform.care.letter import Letter, Party
from filiform.care.letters import (
    CourseFigures,
    LetterPerson,
    NotedHarm,
    OutcomeFigures,
    Request,
    VisitFacts,
    doctor_letter,
    pre_approval_letter,
    visit_summary,
)
from filiform.errors import CareError
from filiform.guidance.effects import MAIN_COMPARATORS, MAIN_OUTCOMES, effects_of
from filiform.knowledge import library
from filiform.review import published

TODAY = dt.date(2026, 11, 21)
PRACTICE = Party("Example Practice", ("1 Example Street",))
PAT = LetterPerson("Pat Person", dt.date(1980, 5, 4), "M123")
REQUEST = Request(
    "acupuncture",
    "nonspecific",
    visits=10,
    weeks=8,
    from_day=TODAY,
    diagnoses=("M54.2 neck pain",),
    codes=("97810 × 1", "97811 × 1"),
    tried=("Exercise for six weeks: little change.",),
    goals=("sleep through the night",),
)
COURSE = CourseFigures(
    "acupuncture",
    dt.date(2026, 10, 1),
    5,
    ("M54.2 neck pain",),
    sites=("GB20", "GB21"),
    co_treatments=("Exercise, as the doctor prescribed.",),
    outcomes=(
        OutcomeFigures("Neck Disability Index", 50, 24, dt.date(2026, 10, 1), 15, TODAY, 8),
        OutcomeFigures("Pain", 10, 6, dt.date(2026, 10, 1), 5, TODAY),
    ),
    harms=(NotedHarm("a bruise", TODAY, "mild", "probable"),),
    probability_meaningful=0.62,
    planned_end_week=12,
    advice="continue",
    reasons=("Pain falls as expected.",),
)


def pre_approval(course: CourseFigures | None = COURSE, insurance: str = "Cigna") -> Letter:
    return pre_approval_letter(
        PRACTICE,
        Party(insurance),
        PAT,
        REQUEST,
        course=course,
        cover=cover_note(insurance, "US-NY", "acupuncture", library(), today=TODAY),
        review=published(),
        library=library(),
        made_on=TODAY,
    )


def sentences(letter: Letter, heading: str) -> tuple[str, ...]:
    return next(part.sentences for part in letter.paragraphs if part.heading == heading)


def test_a_request_tells_what_is_asked_for_whom_and_what_was_done_before() -> None:
    letter = pre_approval()
    assert sentences(letter, "Request") == (
        (
            "We ask you to approve 10 visits of acupuncture over 8 weeks from 2026-11-21 for "
            "Pat Person, born 1980-05-04, member number M123."
        ),
        "Diagnosis: M54.2 neck pain.",
        "Codes a visit: 97810 × 1; 97811 × 1.",
        "Goals: sleep through the night.",
    )
    assert sentences(letter, "Done before") == REQUEST.tried
    assert sentences(letter, "Your rule, as we read it")[0].startswith("Cigna 0024 (2017)")


def test_every_main_comparison_of_the_review_is_told_whatever_it_says() -> None:
    letter = pre_approval()
    effects = [
        effect
        for effect in effects_of(published(), "acupuncture", "nonspecific")
        if effect.against in MAIN_COMPARATORS and effect.outcome in MAIN_OUTCOMES
    ]
    assert sentences(letter, "What the trials say")[1:] == tuple(e.sentence for e in effects)
    table = letter.tables[0]
    assert len(table.rows) == len(effects)
    assert {len(row) for row in table.rows} == {len(table.columns)}
    for effect, row in zip(effects, table.rows, strict=True):
        shown = "usable" if effect.estimate is None else f"{effect.estimate:.1f}"
        assert shown in row[3] or row[3] == effect.withheld
        assert row[6] == effect.certainty.replace("_", " ")
    assert any(effect.trials == 0 for effect in effects)


def test_the_letter_tells_serious_harms_and_cites_what_it_says() -> None:
    letter = pre_approval()
    told = " ".join(sentences(letter, "Serious harms"))
    assert "A collapsed lung" in told
    assert "lin-2019" in letter.sources
    assert len(letter.citations) == len(letter.sources)
    assert any(line.endswith("doi 10.1136/acupmed-2018-011697") for line in letter.citations)


def test_progress_stands_with_its_change_measurement_error_and_probability() -> None:
    letter = pre_approval()
    assert letter.tables[1].rows == (
        ("Neck Disability Index", "50", "24 (2026-10-01)", "15 (2026-11-21)", "-9", "yes"),
        ("Pain", "10", "6 (2026-10-01)", "5 (2026-11-21)", "-1", "not known"),
    )
    told = sentences(letter, "So far")
    assert told[0] == "5 visits of acupuncture since 2026-10-01."
    chance = "The probability of a meaningful improvement by week 12 is 62 %, by our calculation."
    assert chance in told
    assert told[-1] == "Our review says: continue. Pain falls as expected."


def test_before_the_first_visit_there_is_no_progress_and_no_table_of_it() -> None:
    letter = pre_approval(course=None)
    assert sentences(letter, "So far") == ("No visit has been given yet.",)
    assert len(letter.tables) == 1


def test_an_insurer_whose_rule_we_do_not_know_is_not_told_one() -> None:
    headings = [part.heading for part in pre_approval(insurance="United").paragraphs]
    assert "Your rule, as we read it" not in headings


def to_doctor(course: CourseFigures, question: str = "") -> Letter:
    return doctor_letter(
        PRACTICE,
        Party("Dr. Example"),
        PAT,
        course,
        question=question,
        library=library(),
        made_on=TODAY,
    )


def test_the_doctor_reads_warning_signs_first_and_then_the_question() -> None:
    course = dataclasses.replace(COURSE, warning_signs=("Weakness of the left arm since Monday.",))
    letter = to_doctor(course, "Would you see her this week?")
    assert [part.heading for part in letter.paragraphs] == [
        "Warning signs",
        "What we ask you",
        "So far",
        "Harms",
        "Beside the needles",
    ]
    assert letter.subject.startswith("Pat Person, born 1980-05-04")
    assert sentences(letter, "Harms") == (
        "2026-11-21: a bruise, mild; that the needles did it: probable.",
    )


def test_a_course_without_harms_and_outcomes_says_so() -> None:
    bare = CourseFigures("dry_needling", TODAY, 1, ())
    letter = to_doctor(bare)
    assert sentences(letter, "Harms") == ("No harm has been noted.",)
    assert "No outcome has been measured yet." in sentences(letter, "So far")
    assert letter.tables == ()


def summary(*sites: str, **changed: object) -> Letter:
    facts = VisitFacts(TODAY, "acupuncture", sites, needles=8, minutes=20)
    visit = dataclasses.replace(facts, **changed)  # type: ignore[arg-type]
    return visit_summary(PRACTICE, PAT, visit, library=library(), made_on=TODAY)


def test_a_person_needled_near_the_lung_takes_the_advice_home() -> None:
    letter = summary("GB20", "GB21")
    assert "hours later" in " ".join(sentences(letter, "Look out for this"))
    far = summary("GB20", "LI4")
    assert "Look out for this" not in [part.heading for part in far.paragraphs]


def test_every_person_is_told_when_to_get_help() -> None:
    told = " ".join(sentences(summary("LI4"), "When to get help"))
    assert "short of breath" in told
    assert "weak or numb" in told
    assert sentences(summary("LI4"), "What was done") == (
        "On 2026-11-21 you had acupuncture with 8 needles. They stayed in for 20 minutes.",
    )


def test_what_was_noted_and_told_and_the_next_visit_stand_in_the_summary() -> None:
    letter = summary(
        "LI4",
        harms=(NotedHarm("a bruise", TODAY, "mild"),),
        told=("Move as usual.",),
        next_visit="Next Saturday at ten.",
    )
    assert sentences(letter, "What we noted") == ("A bruise (mild).",)
    assert sentences(letter, "What we told you") == ("Move as usual.",)
    assert sentences(letter, "Next visit") == ("Next Saturday at ten.",)


def test_a_letter_is_plain_content_ready_for_json() -> None:
    for letter in (pre_approval(), to_doctor(COURSE), summary("GB21")):
        data = json.loads(json.dumps(letter.to_dict()))
        assert data["made_on"] == "2026-11-21"
        assert all(part["sentences"] for part in data["paragraphs"])


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(CareError, match=r"^unknown therapy 'acupunture': did you mean"):
        summary("LI4", therapy="acupunture")
    with pytest.raises(CareError, match=r"^unknown point or muscle 'LI44'"):
        summary("LI44")
    with pytest.raises(CareError, match=r"^a probability of 1\.2, admissible is 0 to 1"):
        dataclasses.replace(COURSE, probability_meaningful=1.2)
