"""The terminal prints what the library returns, as text and as JSON."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from filiform.cli import _option
from filiform.guidance import guide, read_person, screen
from filiform.knowledge import library
from filiform.review import Question, forest_svg, published

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run, Write

    from filiform.guidance import Aid

MYOFASCIAL = """
age = 46
pain_0_10 = 6
findings = ["tender_knot_in_muscle"]
absent = ["fever"]
condition = "myofascial"
jurisdiction = "US-NY"
"""
MINOR = "This guide is for adults. If you are under 18, see a doctor first"
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


def printed(run: Run, write: Write, person: str) -> tuple[Aid, str]:
    """Return the aid of a person, and what the terminal prints of it, on one line."""
    path = write(person)
    aid = guide(read_person(path, library()), library=library(), review=published(), today=DAY)
    shown = run("guide", path, "--today", "2026-11-21").stdout
    return aid, " ".join(shown.replace("•", " ").split())


def test_the_text_holds_what_the_aid_says_of_each_therapy(run: Run, write: Write) -> None:
    aid, shown = printed(run, write, MYOFASCIAL)
    for option in aid.options:
        told = [
            *(each.text for each in option.texts),
            *(each.text for each in option.doses),
            *(each.text for each in option.harm_ranges),
            *(f"{each.name}: {each.text}" for each in option.harms if each.rate is None),
            *(each.name for each in option.harms_not_counted),
            *(f"against {each.against_name}: {each.text}" for each in option.expected.lasting),
            option.expected.placebo.text,
            *(each.text for each in option.expected.not_known),
            *(each.sentence for each in option.effects if each.estimate is not None),
            *(each.sentence for each in option.effects if each.left_out),
        ]
        assert [each for each in told if " ".join(each.split()).lower() not in shown.lower()] == []


def test_a_sentence_stands_with_the_ids_of_its_sources(run: Run, write: Write) -> None:
    aid, shown = printed(run, write, MYOFASCIAL)
    ids = [each.sources for each in aid.first_line]
    ids += [each.sources for each in aid.options[0].effects if each.trials]
    assert [each for each in ids if f"[{', '.join(dict.fromkeys(each))}]" not in shown] == []
    text = aid.first_line[0]
    assert f"{text.text} {text.limits or ''}".strip() + f" [{', '.join(text.sources)}]" in shown


def test_the_command_beside_a_result_shows_its_trials(run: Run, write: Write) -> None:
    aid, shown = printed(run, write, MYOFASCIAL)
    option = next(each for each in aid.options if each.id == "acupuncture")
    known = [each for each in option.effects if each.estimate is not None]
    assert [each for each in known if _option.command(option, each) not in shown] == []
    for effect in (known[0], next(each for each in known if each.measure == "RR")):
        words = _option.command(option, effect).split()[1:]
        answer = json.loads(run(*words, "--json").stdout)
        assert {each["trial_id"] for each in answer["effects"]} == set(effect.trial_ids)


def test_what_no_trial_tells_is_said_once_a_comparator_and_outcome(run: Run, write: Write) -> None:
    _, shown = printed(run, write, MYOFASCIAL)
    part = shown.partition("Not known: we found no trial on:")[2].partition("What a sham does")[0]
    assert "pain against no treatment: " in part
    assert part.count("pain against no treatment: ") == 1


def test_two_measures_of_one_group_are_told_apart(run: Run, write: Write) -> None:
    _, shown = printed(run, write, MYOFASCIAL + "duration_days = 120")
    assert "(VAS (at rest)): Pain was" in shown
    assert "(VAS (motion-related)): Pain was" in shown


def test_the_persons_own_rules_of_cover_are_printed(run: Run, write: Write) -> None:
    aid, shown = printed(run, write, MYOFASCIAL + 'insurance = "Medicare"')
    own = [each for option in aid.options for each in option.cost.cover if each.yours]
    assert own
    assert [each.text for each in own if " ".join(each.text.split()) not in shown] == []
    assert "NECK PAIN IS NOT COVERED" in shown


def test_a_minor_in_an_emergency_reads_the_emergency_first(run: Run, write: Write) -> None:
    shown = run("guide", write(f"age = 16\n{EMERGENCY}")).stdout
    assert shown.startswith("Emergency")
    assert MINOR not in shown
    same_day = run("guide", write('age = 16\nfindings = ["clumsy_hands"]')).stdout
    assert not same_day.startswith(MINOR)
    assert MINOR in same_day
    assert run("guide", write("age = 16")).stdout.startswith(MINOR)


def test_the_text_puts_first_line_care_before_the_options(run: Run, write: Write) -> None:
    shown = run("guide", write(MYOFASCIAL)).stdout
    places = [
        shown.index(part) for part in ("First, and beside", "Acupuncture\n──", "Dry needling\n")
    ]
    assert places[0] == min(places)


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
