"""The terminal prints what the library returns, as text and as JSON."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from filiform.guidance import guide, read_person, screen
from filiform.knowledge import library
from filiform.review import Question, forest_svg, published

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run, Write

MYOFASCIAL = """
age = 46
pain_0_10 = 6
findings = ["tender_knot_in_muscle"]
absent = ["fever"]
condition = "myofascial"
jurisdiction = "US-NY"
"""
EMERGENCY = 'findings = ["fever", "headache", "neck_stiffness"]'
DAY = dt.date(2026, 11, 21)


def test_screen_prints_the_screening_that_python_returns(run: Run, write: Write) -> None:
    path = write(MYOFASCIAL)
    expected = screen(read_person(path, library()), library()).to_dict()
    assert json.loads(run("screen", path, "--json").stdout) == expected


def test_guide_prints_the_aid_that_python_returns(run: Run, write: Write) -> None:
    path = write(MYOFASCIAL)
    facts = library()
    expected = guide(read_person(path, facts), library=facts, review=published(), today=DAY)
    printed = run("guide", path, "--json", "--today", "2026-11-21")
    assert json.loads(printed.stdout) == json.loads(json.dumps(expected.to_dict()))


def test_a_json_file_is_answered_like_a_toml_file(run: Run, write: Write) -> None:
    toml = write('age = 46\nfindings = ["dizziness"]')
    other = write('{"age": 46, "findings": ["dizziness"]}', "person.json")
    assert run("screen", toml, "--json").stdout == run("screen", other, "--json").stdout


def test_an_emergency_stands_alone(run: Run, write: Write) -> None:
    path = write(EMERGENCY)
    aid = json.loads(run("guide", path, "--json").stdout)
    assert (aid["screening"]["urgency"], aid["options"], aid["first_line"]) == ("emergency", [], [])
    shown = run("guide", path).stdout
    assert shown.startswith("Emergency")
    assert "acupuncture" not in shown.lower()


def test_the_text_puts_first_line_care_before_the_options(run: Run, write: Write) -> None:
    shown = run("guide", write(MYOFASCIAL)).stdout
    places = [
        shown.index(part) for part in ("First, and beside", "Acupuncture\n──", "Dry needling\n")
    ]
    assert places == sorted(places)


def test_what_was_not_asked_is_named_in_the_text(run: Run, write: Write) -> None:
    assert "Not asked, so not known: " in run("screen", write(MYOFASCIAL)).stdout


def test_one_question_is_answered_as_the_review_answers_it(run: Run) -> None:
    question = Question("acupuncture", "sham", "pain_intensity", "short")
    words = ("--against", "sham", "--outcome", "pain_intensity", "--weeks", "short")
    printed = run("evidence", "acupuncture", *words, "--json")
    expected = published().synthesis(question)
    assert json.loads(printed.stdout) == json.loads(json.dumps(expected.to_dict()))
    assert run("evidence", "acupuncture", *words).stdout == expected.summary() + "\n"


def test_the_plot_is_the_reviews_forest_plot(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "forest.svg"
    words = ("--against", "sham", "--outcome", "pain_intensity", "--weeks", "short")
    assert run("evidence", "acupuncture", *words, "--plot", target).returncode == 0
    question = Question("acupuncture", "sham", "pain_intensity", "short")
    assert target.read_text(encoding="utf-8") == forest_svg(published().synthesis(question))


def test_a_therapy_alone_lists_every_question_it_has(run: Run) -> None:
    rows = json.loads(run("evidence", "dry_needling", "--json").stdout)
    asked = {(row["against"], row["outcome"], row["window"], row["measure"]) for row in rows}
    expected = {
        (question.against, question.outcome, question.window, question.measure)
        for question in published().questions("dry_needling")
    }
    assert asked == expected


def test_another_region_has_its_own_trials(run: Run) -> None:
    shown = run("evidence", "dry_needling", "--region", "shoulder").stdout
    assert "same_care_without_it" in shown


def test_no_trial_is_said_to_be_no_trial(run: Run) -> None:
    words = ("--against", "sham", "--outcome", "pain_intensity", "--weeks", "short")
    answer = run("evidence", "cupping", *words)
    assert answer.returncode == 0
    assert "no trial" in answer.stdout.lower()


@pytest.mark.parametrize("command", ["findings", "therapies"])
def test_lists_hold_the_ids_of_the_tables(run: Run, command: str) -> None:
    ids = {row["id"] for row in json.loads(run(command, "--json").stdout)}
    assert ids >= set(getattr(library(), command))
    shown = run(command).stdout
    assert all(id_ in shown for id_ in ids)


def test_the_places_of_a_person_file_are_listed_by_country(run: Run) -> None:
    rows = json.loads(run("places", "--json").stdout)
    assert {row["id"] for row in rows} == set(library().jurisdictions)
    assert {"id": "US-NY", "country": "United States", "name": "New York"} in rows
    shown = run("places").stdout
    assert "\n\nUnited States\n" in shown
    assert all(row["id"] in shown and row["name"] in shown for row in rows)


def test_help_names_every_command(run: Run) -> None:
    shown = run("--help").stdout
    for command in ("check", "evidence", "findings", "guide", "places", "screen", "therapies"):
        assert f"\n  {command} " in shown
