"""The public face: its names, its records, and what it does not load."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from filiform import review
from filiform.evidence import pool
from filiform.review import Question, published


def test_the_public_names_are_these() -> None:
    assert review.__all__ == [
        "MEASURES",
        "WINDOWS",
        "Certainty",
        "Check",
        "DomainRating",
        "LeftOut",
        "Measure",
        "PlaceboPair",
        "Question",
        "ReferenceSd",
        "Result",
        "Review",
        "ReviewError",
        "Sensitivity",
        "StudyEffect",
        "Synthesis",
        "Window",
        "direction_text",
        "find",
        "forest_svg",
        "headline",
        "interval_text",
        "number_text",
        "people_text",
        "placebo_share",
        "published",
    ]
    assert all(hasattr(review, name) for name in review.__all__)


def loaded_after(code: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded after some code."""
    ask = f"{code}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_asking_nothing_loads_no_numbers() -> None:
    assert not {"numpy", "scipy", "pandas", "django"} & loaded_after("import filiform.review")


def test_a_synthesis_and_its_plot_load_no_heavy_package() -> None:
    code = (
        "from filiform.review import Question, forest_svg, published\n"
        "asked = Question('acupuncture', 'sham', 'pain_intensity', 'short')\n"
        "forest_svg(published().synthesis(asked))"
    )
    loaded = loaded_after(code)
    assert "numpy" in loaded
    assert not {"pandas", "matplotlib", "scipy.stats", "scipy.optimize", "django"} & loaded


@pytest.mark.parametrize("question", published().questions(), ids=lambda q: q.key)
def test_every_synthesis_is_plain_json_and_readable_text(question: Question) -> None:
    synthesis = published().synthesis(question)
    record = json.loads(json.dumps(synthesis.to_dict(), allow_nan=False))
    assert record["question"] == question.to_dict()
    assert record["trial_ids"] == list(synthesis.trial_ids)
    lines = synthesis.summary().splitlines()
    assert lines[0] == synthesis.title
    assert all(line == line.rstrip() for line in lines)


def test_anyone_can_pool_again_from_the_record() -> None:
    for question in published().questions():
        record = published().synthesis(question).to_dict()
        effects = record["effects"]
        assert isinstance(effects, list)
        if len(effects) < 2:
            continue
        again = pool([e["yi"] for e in effects], [e["sei"] ** 2 for e in effects])
        back = math.exp if question.measure != "MD" else float
        assert back(again.estimate) == pytest.approx(record["estimate"])
        assert [back(again.ci_low), back(again.ci_high)] == pytest.approx(record["ci"])


def test_a_summary_shows_the_trials_the_result_and_what_was_left_out() -> None:
    asked = Question("dry_needling", "sham", "disability", "short")
    summary = published().synthesis(asked).summary()
    for words in (
        "Dry needling against a sham treatment: disability in the neck, short term",
        "Unit: points (0 to 100). Numbers below 0 favour the therapy.",
        "3 trials pooled: -0.5 (95 % interval",
        "Prediction interval",
        "One SD was taken as 15.8 points (from 4 arms).",
        "Certainty: very low (provisional, by rules)",
        "Left out:",
        "segura-orti-2016",
    ):
        assert words in summary


def test_the_example_of_the_methods_page_is_what_the_review_says_today() -> None:
    page = Path(__file__).parents[2] / "docs" / "methods" / "review-synthesis.md"
    shown = {line.strip() for line in page.read_text(encoding="utf-8").splitlines()}
    asked = Question("acupuncture", "sham", "pain_intensity", "short")
    numbers = published().synthesis(asked).summary().split("\n\n")[1:3]
    lines = [line for block in numbers for line in block.splitlines()]
    assert set(lines[:-1]) <= shown  # the last line, on the SD, is told in words
    assert lines[-1] == "One SD was taken as 18.8 points (from 10 arms)."
