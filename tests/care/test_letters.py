"""Letters hold the figures of the review, the harms and the advice; nothing is left out."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
from tests.knowledge.test_statements import grade as reading_grade

from filiform.care.claims import cover_note
from filiform.care.course import CourseState
from filiform.care.course_events import (
    Consented,
    ConsentWithdrawn,
    Ended,
    HarmNoted,
    Screened,
    WarningSignFound,
)
from filiform.care.letter import Letter, Party
from filiform.care.letter_figures import (
    CourseFigures,
    LetterPerson,
    NotedHarm,
    OutcomeFigures,
    Request,
    ReviewFigures,
    ScreenedFor,
    ScreeningFigures,
    Told,
    VisitFacts,
)
from filiform.care.letters import (
    approval_refusal,
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
        OutcomeFigures("NDI", 24, dt.date(2026, 10, 1), 15, TODAY, 8),
        OutcomeFigures("PSFS", 6, dt.date(2026, 10, 1), 5, TODAY),
    ),
    harms=(NotedHarm("a bruise", TODAY, "mild", "probable"),),
    screening=ScreeningFigures(
        dt.date(2026, 10, 1),
        "within_weeks",
        "may_be_considered",
        (
            ScreenedFor(
                "a plan that needs a review", "within_weeks", ("pain for 45 days",), ("uhcw",)
            ),
        ),
    ),
    told=Told(medicines=("warfarin",), history=("heart disease",), own_words=("My heart races.",)),
    review=ReviewFigures(TODAY, "continue", over=False, reasons=("The chance is 62 %.",)),
)
LUNG = NotedHarm(
    "a collapsed lung", TODAY, "serious", "probable", "Ann decided on May 1, 2026: go on. Healed"
)


def pre_approval(
    course: CourseFigures | None = COURSE, insurance: str = "Cigna", **changed: object
) -> Letter:
    request = dataclasses.replace(REQUEST, **changed)  # type: ignore[arg-type]
    return pre_approval_letter(
        PRACTICE,
        Party(insurance),
        PAT,
        request,
        course=course,
        cover=cover_note(insurance, "US-NY", request.therapy, library(), today=TODAY),
        review=published(),
        library=library(),
        made_on=TODAY,
    )


def sentences(letter: Letter, heading: str) -> tuple[str, ...]:
    return next(part.sentences for part in letter.paragraphs if part.heading == heading)


def test_a_request_tells_what_is_asked_for_whom_and_what_was_done_before() -> None:
    letter = pre_approval()
    assert letter.subject == "Request for approval: acupuncture for Pat Person"
    assert letter.facts == (
        ("Person", "Pat Person"),
        ("Born", "May 4, 1980"),
        ("Member number", "M123"),
    )
    assert sentences(letter, "Request") == (
        "We ask you to approve 10 visits of acupuncture over 8 weeks from November 21, 2026.",
        "Diagnosis: M54.2 neck pain.",
        "Codes a visit: 97810 × 1; 97811 × 1.",
        "Goals: sleep through the night.",
    )
    assert sentences(letter, "Done before") == REQUEST.tried
    assert sentences(letter, "Your rule, as we read it")[0].startswith("Cigna 0024 (2017)")


def test_no_sentence_of_a_letter_ends_in_two_stops() -> None:
    letter = pre_approval(goals=("Less pain.", "Work at the desk. "), tried=("Heat",))
    assert sentences(letter, "Request")[-1] == "Goals: Less pain; Work at the desk."
    assert sentences(letter, "Done before") == ("Heat.",)
    told = [each for part in letter.paragraphs for each in part.sentences]
    assert [each for each in told if ".." in each] == []


def test_what_is_asked_against_our_own_rules_says_so_with_its_reason() -> None:
    letter = pre_approval(reason="A fall undid the gain")
    said = "Our rules advise to stop. We ask all the same: A fall undid the gain."
    assert sentences(letter, "Request")[-1] == said


AT = dt.datetime(2026, 11, 1, 10, tzinfo=dt.UTC)
READY = (
    Screened(AT, "Ann", id="s", urgency="routine", needling="may_be_considered"),
    Consented(AT, "Ann", therapy="dry_needling", text_version="1", sha256="0"),
)

END = Ended(AT, "Ann", reason="done")


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (WarningSignFound(AT, "Ann", "w", "weak_arm"), "2026-11-01: weak arm. Someone must decide"),
        (ConsentWithdrawn(AT, "Ann", therapy=None), "The consent for needles was withdrawn."),
        (END, "The course ended on 2026-11-01."),
    ],
)
def test_no_insurer_is_asked_for_a_course_that_is_halted_stopped_or_ended(
    event: WarningSignFound | ConsentWithdrawn | Ended, said: str
) -> None:
    late = AT + dt.timedelta(days=400)
    assert approval_refusal(CourseState.of(READY), now=late) is None
    refusal = approval_refusal(CourseState.of((*READY, event)), now=late)
    assert refusal is not None
    assert said in refusal.sentence


def test_what_halts_another_course_of_the_person_halts_the_request_too() -> None:
    other = CourseState.of((*READY, HarmNoted(AT, "Ann", "h", "pneumothorax", "serious")))
    ended = CourseState.of((*READY, HarmNoted(AT, "Ann", "h", "pneumothorax", "serious"), END))
    for each in (other, ended):
        refusal = approval_refusal(CourseState.of(READY), now=AT, others=(each,))
        assert refusal is not None
        assert "2026-11-01: a collapsed lung. Someone must decide" in refusal.sentence
    done = CourseState.of((*READY, END))
    assert approval_refusal(CourseState.of(READY), now=AT, others=(done,)) is None


def test_a_serious_harm_stands_right_below_what_is_asked_with_what_was_decided() -> None:
    course = dataclasses.replace(COURSE, harms=(LUNG, *COURSE.harms))
    headings = [part.heading for part in pre_approval(course).paragraphs]
    assert headings[:2] == ["Request", "Serious harm noted here"]
    letter = to_doctor(course)
    assert sentences(letter, "Serious harm noted here") == (
        (
            "November 21, 2026: a collapsed lung, serious; that the needles did it: probable. "
            "Ann decided on May 1, 2026: go on. Healed."
        ),
    )
    assert all("lung" not in each for each in sentences(letter, "Harms"))
    alone = to_doctor(dataclasses.replace(COURSE, harms=(LUNG,)))
    assert sentences(alone, "Harms") == ("No other harm has been noted.",)


def test_every_main_comparison_of_the_review_is_told_whatever_it_says() -> None:
    letter = pre_approval()
    effects = [
        effect
        for effect in effects_of(published(), "acupuncture", "nonspecific")
        if effect.against in MAIN_COMPARATORS and effect.outcome in MAIN_OUTCOMES
    ]
    tried = tuple(effect.sentence for effect in effects if effect.trials)
    assert sentences(letter, "What the trials say")[1 : len(tried) + 1] == tried
    table = letter.tables[1]
    assert len(table.rows) == len(effects)
    assert {len(row) for row in table.rows} == {len(table.columns)}
    for effect, row in zip(effects, table.rows, strict=True):
        shown = "usable" if effect.estimate is None else f"{effect.estimate:.1f}"
        assert shown in row[3] or row[3] == effect.withheld
        assert row[6] == effect.certainty.replace("_", " ")
    assert any(effect.trials == 0 for effect in effects)


def test_against_what_there_is_no_trial_is_told_in_one_sentence() -> None:
    letter = pre_approval(therapy="dry_needling", condition=None)
    assert sentences(letter, "What the trials say")[-1] == (
        "We found no trial against no treatment or usual care."
    )


def test_the_letter_tells_serious_harms_and_cites_what_it_says() -> None:
    letter = pre_approval()
    told = " ".join(sentences(letter, "Serious harms of this treatment"))
    assert "A collapsed lung: 0.0087 to 0.036 of 10,000 treatments" in told
    assert "Death: told of in reports of acupuncture, how often is not known." in told
    assert "lin-2019" in letter.sources
    assert any(line.endswith("doi 10.1136/acupmed-2018-011697") for line in letter.citations)
    assert not any("data tables" in line for line in letter.citations)


@pytest.mark.parametrize("therapy", ["dry_needling", "dry_needling_electrical"])
def test_a_collapsed_lung_that_no_study_counted_of_a_therapy_is_told_all_the_same(
    therapy: str,
) -> None:
    letter = pre_approval(therapy=therapy, condition=None)
    told = sentences(letter, "Serious harms of this treatment")
    assert any(
        each.startswith("A collapsed lung: told of in reports of dry needling")
        and "Of acupuncture: " in each
        and "0.0087 to 0.036 of 10,000 treatments" in each
        for each in told
    )
    assert "lin-2019" in letter.sources
    assert any(each.startswith("No study of ours counts these of") for each in told)


def test_progress_stands_with_its_change_and_measurement_error_as_of_the_day() -> None:
    letter = pre_approval()
    assert letter.tables[0].rows == (
        (
            "Neck Disability Index, 0 to 50 points (NDI)",
            "24, October 1, 2026",
            "15, November 21, 2026",
            "−9 (better)",
            "yes (error 8)",
        ),
        (
            "Patient-Specific Functional Scale, 0 to 10 (PSFS)",
            "6, October 1, 2026",
            "5, November 21, 2026",
            "−1 (worse)",
            "not known",
        ),
    )
    assert sentences(letter, "So far")[0] == "5 visits of acupuncture since October 1, 2026."
    assert sentences(letter, "Is it working?") == (
        "By our rules, with all scores until November 21, 2026: go on as planned.",
        "The chance is 62 %.",
        "The chances are our own estimates from published trials; no trial has tested them.",
    )


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


def test_the_doctor_reads_first_what_is_urgent_and_what_was_told() -> None:
    course = dataclasses.replace(COURSE, warning_signs=("Weakness of the left arm since Monday.",))
    letter = to_doctor(course, "Would you see her this week?")
    assert [part.heading for part in letter.paragraphs] == [
        "Open warnings",
        "The last screening for warning signs",
        "Medicines and history",
        "What we ask you",
        "So far",
        "Is it working?",
        "Harms",
        "Beside the needles",
    ]
    assert letter.subject == "Pat Person: acupuncture since October 1, 2026"
    assert letter.facts == (("Person", "Pat Person"), ("Born", "May 4, 1980"))
    assert sentences(letter, "The last screening for warning signs")[:3] == (
        "On October 1, 2026 the answers called for a doctor within weeks.",
        "A plan that needs a review (a doctor within weeks): pain for 45 days.",
        "Needles: no rule was against them.",
    )
    assert sentences(letter, "Medicines and history") == (
        "Medicines: warfarin.",
        "History: heart disease.",
        "In their words: My heart races.",
    )
    assert sentences(letter, "Harms") == (
        "November 21, 2026: a bruise, mild; that the needles did it: probable.",
    )
    assert "uhcw" in letter.sources


def test_what_was_not_asked_and_what_was_decided_stand_with_the_screening() -> None:
    asked = ScreeningFigures(
        TODAY,
        "same_day",
        "not_before_a_doctor",
        (),
        2,
        "Ann decided on May 1, 2026: go on. Seen",
        (dt.date(2026, 11, 20), "emergency"),
    )
    letter = to_doctor(dataclasses.replace(COURSE, screening=asked, told=Told()))
    assert sentences(letter, "The last screening for warning signs")[:5] == (
        "On November 21, 2026 the answers called for a doctor on the same day.",
        "Their own answers of November 20, 2026 had called for emergency care at once.",
        "2 main warning signs were not asked.",
        "Needles: not before a doctor has looked at it.",
        "Ann decided on May 1, 2026: go on. Seen.",
    )
    assert sentences(letter, "Medicines and history") == (
        "Medicines: none were told.",
        "History: none were told.",
    )


def test_a_course_without_harms_outcomes_and_screening_says_so() -> None:
    bare = CourseFigures("dry_needling", TODAY, 1, ())
    letter = to_doctor(bare)
    assert sentences(letter, "Harms") == ("No harm has been noted.",)
    assert "No outcome has been measured twice yet." in sentences(letter, "So far")
    assert sentences(letter, "The last screening for warning signs") == (
        "We have not asked about warning signs yet.",
    )
    assert letter.tables == ()


def summary(*sites: str, **changed: object) -> Letter:
    facts = VisitFacts(TODAY, "acupuncture", sites, needles=8, minutes=20)
    visit = dataclasses.replace(facts, **changed)  # type: ignore[arg-type]
    return visit_summary(PRACTICE, PAT, visit, library=library(), made_on=TODAY)


def test_a_person_needled_near_the_lung_takes_the_advice_home() -> None:
    letter = summary("GB20", "GB21")
    assert "hours later" in " ".join(sentences(letter, "Look out for this"))
    assert "today" not in " ".join(sentences(letter, "Look out for this"))
    assert not [each for each in letter.citations if "retracted" in each.lower()]
    far = summary("GB20", "LI4")
    assert "Look out for this" not in [part.heading for part in far.paragraphs]


def test_every_person_is_told_when_to_get_help() -> None:
    told = " ".join(sentences(summary("LI4"), "When to get help"))
    assert "short of breath" in told
    assert "weak or numb" in told
    assert sentences(summary("LI4"), "What was done") == (
        "On November 21, 2026 you had acupuncture with 8 needles. They stayed in for 20 minutes.",
    )


def test_the_page_that_a_person_takes_home_reads_at_grade_six_or_below() -> None:
    letter = summary("GB21", needles=1, amended_on=(TODAY,))
    assert sentences(letter, "What was done")[0].endswith("1 needle. It stayed in for 20 minutes.")
    told = " ".join(each for part in letter.paragraphs for each in part.sentences)
    assert reading_grade(told) <= 6


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
