"""The forest plot: one drawing that says in words what it shows, and needs nothing else."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from tests.review.small import arm, contrast, review_of, trial

from filiform.review import Question, Synthesis, forest_svg, published
from filiform.review._axis import Axis
from filiform.review._svg import wrapped

SVG = "{http://www.w3.org/2000/svg}"
SHAM_PAIN = Question("acupuncture", "sham", "pain_intensity", "short")
ALL = [published().synthesis(question) for question in published().questions()]


def drawing(synthesis: Synthesis) -> ET.Element:
    return ET.fromstring(forest_svg(synthesis))  # noqa: S314 (our own text)


def texts(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("synthesis", ALL, ids=lambda s: s.question.key)
def test_every_synthesis_can_be_drawn_with_a_title_and_a_description(synthesis: Synthesis) -> None:
    root = drawing(synthesis)
    assert root.get("role") == "img"
    title, about = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert about is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {about.get('id')}"
    assert synthesis.title in (title.text or "")
    assert all(trial in (about.text or "") for trial in synthesis.trial_ids)


@pytest.mark.parametrize("synthesis", ALL, ids=lambda s: s.question.key)
def test_a_drawing_holds_no_script_no_style_and_nothing_from_elsewhere(
    synthesis: Synthesis,
) -> None:
    for element in drawing(synthesis).iter():
        assert element.tag.removeprefix(SVG) in {
            "svg", "title", "desc", "rect", "line", "polygon", "text"
        }  # fmt: skip
        assert not any(name.startswith("on") for name in element.keys())  # noqa: SIM118 (XML)
        assert not {"style", "href", "class"} & set(element.keys())


@pytest.mark.parametrize("synthesis", ALL, ids=lambda s: s.question.key)
def test_everything_stays_inside_the_drawing(synthesis: Synthesis) -> None:
    root = drawing(synthesis)
    width, height = (float(number) for number in (root.get("viewBox") or "").split()[2:])
    assert width == 390
    for element in root.iter():
        for name in ("x", "x1", "x2"):
            assert 0 <= float(element.get(name, "0")) <= width
        for name in ("y", "y1", "y2"):
            assert 0 <= float(element.get(name, "0")) <= height


def test_it_shows_weights_people_flags_and_both_directions() -> None:
    shown = " ".join(texts(drawing(published().synthesis(SHAM_PAIN)))).replace("\u00a0", " ")
    for words in (
        "white-2004",
        "−6.3 (−11.3 to −1.4)",
        "week 5 · 135 people · weight 21 %",
        "people not reported",
        "contradiction",
        "All 5 trials",
        "A new trial may find",
        "Without doubtful trials",
        "← favours acupuncture",
        "favours a sham treatment →",
        "Certainty: very low (provisional, by rules)",
    ):
        assert words in shown


def test_a_ratio_above_one_favours_the_therapy_on_the_right() -> None:
    asked = Question("massage", "no_treatment", "pain_intensity", "short", measure="RR")
    shown = [text.replace("\u00a0", " ") for text in texts(drawing(published().synthesis(asked)))]
    assert "← favours no treatment" in shown
    assert "favours massage →" in shown


def test_one_trial_has_no_diamond_and_says_that_it_is_alone() -> None:
    synthesis = published().synthesis(Question("acupuncture", "usual_care", "disability", "mid"))
    root = drawing(synthesis)
    assert root.findall(f"{SVG}polygon") == []
    assert any("One trial alone" in text for text in texts(root))


def test_no_trial_is_said_in_words() -> None:
    synthesis = published().synthesis(Question("cupping", "massage", "disability", "long"))
    assert "No trial with a usable number was found." in texts(drawing(synthesis))


def test_an_interval_wider_than_the_trials_ends_in_arrows() -> None:
    asked = Question("electroacupuncture", "sham", "pain_intensity", "short")
    assert len(drawing(published().synthesis(asked)).findall(f"{SVG}polygon")) == 1 + 2


def test_a_long_name_moves_its_number_to_a_line_of_its_own_and_is_escaped() -> None:
    name = "a-name-that-is-far-too-long-for-one-line-of-a-telephone-2001"
    review = review_of(
        trial(name), arm("a", "acupuncture", 50, name), arm("b", "sham_needle", 50, name),
        contrast(trial_id=name),
    )  # fmt: skip
    shown = texts(drawing(review.synthesis(SHAM_PAIN)))
    assert "−10.0 (−15.0 to −5.0)" in shown
    assert name not in shown
    assert name in "".join(shown)


def test_ids_differ_between_two_drawings_of_one_page() -> None:
    ids = [re.findall(r'id="([^"]+)"', forest_svg(synthesis)) for synthesis in ALL]
    flat = [found for drawing_ids in ids for found in drawing_ids]
    assert len(flat) == len(set(flat)) == 2 * len(ALL)


def test_an_axis_places_its_ends_and_cuts_off_what_lies_beyond() -> None:
    axis = Axis(-10, 10, 0, 100, ratio=False)
    assert [axis.place(number) for number in (-10, 0, 10, 99)] == [0, 50, 100, 100]
    assert [axis.beyond(number) for number in (-11, 0, 11)] == [-1, 0, 1]


def test_an_axis_of_ratios_is_even_in_their_logarithms() -> None:
    axis = Axis.about([0.25, 4.0], (0, 100), ratio=True)
    assert axis.place(1.0) == pytest.approx(50)
    assert axis.place(2.0) - 50 == pytest.approx(50 - axis.place(0.5))
    assert list(axis.marks()) == [0.5, 1.0, 2.0]


def test_an_axis_of_one_number_has_a_width() -> None:
    axis = Axis.about([0.0, 0.0], (0, 100), ratio=False)
    assert axis.place(0.0) == 50


def test_a_word_longer_than_a_line_is_broken() -> None:
    assert wrapped("abcdefgh ij", 40, 10) == ["abcd", "efgh", "ij"]
