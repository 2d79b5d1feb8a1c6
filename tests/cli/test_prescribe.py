"""`filiform prescribe` prints what the library proposes, as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from filiform.care.prescription import propose
from filiform.guidance import read_person
from filiform.knowledge import library
from filiform.review import published

if TYPE_CHECKING:
    from tests.cli.conftest import Run, Write

PERSON = """
age = 46
condition = "myofascial"
findings = ["tender_knot_in_muscle"]
medicines = ["warfarin"]
pain_regions = ["upper_shoulder"]
"""
DRAWING = """
upper_shoulder = { left = 6, right = 2 }
suboccipital = { left = 4 }
"""


def test_it_prints_the_proposal_that_python_returns(run: Run, write: Write) -> None:
    person, drawing = write(PERSON), write(DRAWING, "drawing.toml")
    expected = propose(
        read_person(person, library()),
        therapy="dry_needling",
        library=library(),
        review=published(),
        pain_areas={"upper_shoulder": {"left": 6, "right": 2}, "suboccipital": {"left": 4}},
    )
    asked = ("prescribe", person, "--therapy", "dry_needling", "--drawing", drawing, "--json")
    assert json.loads(run(*asked).stdout) == json.loads(json.dumps(expected.to_dict()))


def test_the_text_holds_sites_reasons_dangers_and_what_was_left_out(run: Run, write: Write) -> None:
    person, drawing = write(PERSON), write(DRAWING, "drawing.toml")
    answer = run("prescribe", person, "--therapy", "dry_needling", "--drawing", drawing)
    shown = " ".join(answer.stdout.replace("•", " ").split())
    for part in (
        "Proposed for dry needling",
        "1. upper trapezius (left), top of the shoulder",
        "The depth is not in our tables: your training decides.",
        "Why: Used in 5 of 7 trials of dry needling for muscle pain with trigger points",
        "To avoid it: pinch the muscle up and needle within the fingers",
        "At every site: Anticoagulant or antiplatelet medicine",
        "upper trapezius (right): Never over both lungs on one day",
        "Because of: anticoagulant. (any-19)",
        "Further sites that fit: ",
        "How the trials gave dry needling: 2.5 sessions (from 1 to 6)",
        "No trial in our tables tells: needles and depth.",
    ):
        assert part in shown


def test_without_a_drawing_the_persons_regions_are_taken(run: Run, write: Write) -> None:
    shown = run("prescribe", write(PERSON), "--therapy", "acupuncture").stdout
    assert "GB21 Jianjing, half way between the C7 spine and the shoulder tip" in shown
    assert "The drawing does not tell the side" in shown


def test_a_stop_is_printed_in_place_of_sites(run: Run, write: Write) -> None:
    person = write('findings = ["fever", "neck_stiffness", "headache"]')
    asked = ("prescribe", person, "--therapy", "acupuncture")
    shown = " ".join(run(*asked).stdout.split())
    assert "No site is proposed." in shown
    assert "No needle before a doctor has found the cause of your pain." in shown
    assert "1. " in run(*asked, "--after-the-doctor").stdout


def test_a_therapy_without_needles_is_refused_in_one_sentence(run: Run, write: Write) -> None:
    answer = run("prescribe", write(PERSON), "--therapy", "massage")
    assert answer.returncode == 2
    assert answer.stderr == (
        "filiform: unknown therapy with needles to prescribe 'massage': Admissible: acupuncture, "
        "dry_needling, dry_needling_electrical, electroacupuncture\n"
    )


def test_a_drawing_that_cannot_be_read_is_refused(run: Run, write: Write) -> None:
    drawing = write("temple = 12", "drawing.toml")
    answer = run("prescribe", write(PERSON), "--therapy", "acupuncture", "--drawing", drawing)
    assert answer.returncode == 2
    assert "temple is 12, admissible is a number from 0 to 10 points" in answer.stderr


def test_what_no_reason_lifts_and_what_waits_for_a_doctor_is_said(run: Run, write: Write) -> None:
    fits = write('history = ["epilepsy_uncontrolled"]\n')
    shown = " ".join(run("prescribe", fits, "--therapy", "acupuncture").stdout.split())
    assert "(any-26) It is refused: no reason lifts it." in shown
    paced = write('history = ["pacemaker_or_implant"]\n', "paced.toml")
    shown = " ".join(run("prescribe", paced, "--therapy", "electroacupuncture").stdout.split())
    assert "(es-01) It is refused until a doctor has approved it: our sources disagree." in shown
    told = json.loads(run("prescribe", paced, "--therapy", "electroacupuncture", "--json").stdout)
    assert [each["lifted_by"] for each in told["left_out"]] == ["doctor"]
