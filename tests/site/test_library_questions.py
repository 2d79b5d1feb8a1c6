"""The page of one question: the answer, and everything behind it."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse
from tests.site.library_pages import read

from filiform.guidance.effects import effect_of
from filiform.review import Question, forest_svg, published

if TYPE_CHECKING:
    from django.test import Client

SEVERAL = Question.parse("acupuncture", "sham")
ALONE = Question.parse("acupuncture", "massage")
NONE = Question.parse("cupping", "sham", window="long")


def page(client: Client, question: Question) -> str:
    response = client.get(question.path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_address_of_a_question_is_the_one_that_the_library_gives_it() -> None:
    for question in published().questions():
        assert reverse("library:question", args=[question.key]) == question.path


@pytest.mark.parametrize("question", [SEVERAL, ALONE, NONE], ids=["several", "alone", "none"])
def test_the_answer_is_the_sentence_of_the_decision_aid(client: Client, question: Question) -> None:
    sentence = effect_of(published(), question).sentence
    assert sentence in page(client, question)


def test_several_trials_are_shown_with_what_was_pooled(client: Client) -> None:
    shown, synthesis = page(client, SEVERAL), published().synthesis(SEVERAL)
    fit = synthesis.pooled
    assert fit is not None
    assert synthesis.trials > 2
    assert f"{fit.i2:.0f} %" in shown
    assert f"{fit.q:.2f} on {fit.q_df} degrees of freedom" in shown
    assert all(reference.split("doi:")[1] in shown for reference in fit.references())
    for domain in synthesis.certainty.domains:
        assert domain.domain.replace("_", " ") in shown
        assert domain.source in shown


def test_the_table_holds_the_numbers_of_the_plot(client: Client) -> None:
    rows = read(page(client, SEVERAL)).rows
    drawing = forest_svg(published().synthesis(SEVERAL)).replace("−", "-")
    for effect in published().synthesis(SEVERAL).effects:
        row = next(row for row in rows if row[0] == effect.trial_id)
        assert row[1].replace("−", "-") in drawing
        assert row[2].replace("−", "-") in drawing


def test_one_trial_alone_is_not_called_pooled(client: Client) -> None:
    shown = page(client, ALONE)
    assert published().synthesis(ALONE).trials == 1
    assert "Nothing was pooled" in shown
    assert "none: it takes three trials" in shown
    assert "degrees of freedom" not in shown


def test_no_trial_is_said_to_be_no_trial(client: Client) -> None:
    shown = page(client, NONE)
    assert "We found no trial" in shown
    assert "There was nothing to pool." in shown
    assert "<img" not in shown
    assert "How sure this is" not in shown


def test_a_trial_left_out_stands_there_with_its_reason(client: Client) -> None:
    question = next(q for q in published().questions() if published().synthesis(q).left_out)
    entry = published().synthesis(question).left_out[0]
    row = next(row for row in read(page(client, question)).rows if row[1] == entry.reason)
    assert row[0] == entry.trial_id


def test_the_plot_is_a_picture_with_a_text_beside_it(client: Client) -> None:
    response = client.get(f"{SEVERAL.path}forest.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert ET.fromstring(response.content).tag.endswith("svg")  # noqa: S314  (our own drawing)
    assert f'<img src="{SEVERAL.path}forest.svg" alt="Forest plot' in page(client, SEVERAL)


def test_the_csv_pools_to_the_same_number(client: Client) -> None:
    response = client.get(f"{SEVERAL.path}effects.csv")
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    synthesis = published().synthesis(SEVERAL)
    assert [row["trial_id"] for row in rows] == list(synthesis.trial_ids)
    for row, effect in zip(rows, synthesis.effects, strict=True):
        assert float(row["yi"]) == effect.analysed
        assert float(row["sei"]) == effect.standard_error


def test_the_json_is_the_synthesis(client: Client) -> None:
    response = client.get(f"{SEVERAL.path}synthesis.json")
    assert json.loads(response.content) == published().synthesis(SEVERAL).to_dict()


def test_words_as_people_type_them_lead_to_the_one_address(client: Client) -> None:
    response = client.get("/library/question/Acupuncture/Sham/pain-intensity/short/md/")
    assert response.status_code == 302
    assert response.headers["Location"] == SEVERAL.path


def test_a_kind_of_pain_may_be_asked_beside_the_address(client: Client) -> None:
    response = client.get(SEVERAL.path, {"condition": "myofascial"})
    asked = Question.parse("acupuncture", "sham", condition="myofascial")
    assert response.headers["Location"] == asked.path
    shown = page(client, asked)
    assert '<option value="myofascial" selected>' in shown


def test_no_kind_of_pain_is_the_question_itself(client: Client) -> None:
    assert client.get(SEVERAL.path, {"condition": ""}).status_code == 200


@pytest.mark.parametrize(
    ("given", "says", "meant"),
    [
        (
            "acupunture/sham/pain_intensity/short/MD/neck",
            "unknown therapy",
            SEVERAL.path,
        ),
        (
            "acupuncture/shan/pain_intensity/short/MD/neck",
            "unknown comparator",
            SEVERAL.path,
        ),
        (
            "acupuncture/sham/pain_intensty/shot/MD/nek",
            "unknown outcome",
            SEVERAL.path,
        ),
        (
            "acupuncture/sham/pain_intensity/short/SMD/neck",
            "unknown measure",
            SEVERAL.path,
        ),
    ],
)
def test_an_unknown_word_gives_the_nearest_question(
    client: Client, given: str, says: str, meant: str
) -> None:
    response = client.get(f"/library/question/{given}/")
    shown = response.content.decode()
    assert response.status_code == 404
    assert says in shown.casefold()
    assert f'href="{meant}"' in shown


def test_a_word_like_no_other_is_refused_without_a_guess(client: Client) -> None:
    response = client.get("/library/question/zzzzzz/sham/pain_intensity/short/MD/neck/")
    shown = response.content.decode()
    assert response.status_code == 404
    assert "Unknown therapy" in shown
    assert "Did you mean" not in shown


@pytest.mark.parametrize("given", ["acupuncture", "a/b/c/d/e/f/g/h"])
def test_an_address_with_other_parts_says_which_parts_there_are(client: Client, given: str) -> None:
    response = client.get(f"/library/question/{given}/")
    assert response.status_code == 404
    assert "5 to 7 parts" in response.content.decode()


@pytest.mark.parametrize("file", ["forest.svg", "effects.csv", "synthesis.json"])
def test_a_file_of_an_unknown_question_is_not_found(client: Client, file: str) -> None:
    assert client.get(f"/library/question/a/b/c/d/e/{file}").status_code == 404
