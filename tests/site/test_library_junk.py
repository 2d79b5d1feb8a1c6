"""Whatever stands in an address: an answer or a sentence, never a fault of ours."""

from __future__ import annotations

from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from filiform.knowledge import library
from filiform.review import MEASURES, WINDOWS, published

ANYTHING = st.text(
    st.characters(exclude_characters="/?#\\", exclude_categories=["Cs"]), max_size=80
)
WORDS = st.sampled_from(
    sorted(
        {
            *library().therapies,
            *library().comparators,
            *library().conditions,
            *published().vocabulary.outcomes,
            *WINDOWS,
            *MEASURES,
            "neck",
            "shoulder",
        }
    )
)
PART = ANYTHING | WORDS
EXPECTED = {200, 301, 302, 400, 404, 405}


@given(st.lists(PART, max_size=8), st.sampled_from(["", "forest.svg", "effects.csv"]))
def test_any_question_is_answered(parts: list[str], file: str) -> None:
    response = Client().get(f"/library/question/{'/'.join(parts)}/{file}")
    assert response.status_code in EXPECTED


@given(st.sampled_from(["therapies", "trials", "law", "data"]), PART)
def test_any_word_is_answered(subject: str, word: str) -> None:
    assert Client().get(f"/library/{subject}/{word}/").status_code in EXPECTED


@given(PART, PART, PART)
def test_any_sham_is_answered(therapy: str, outcome: str, window: str) -> None:
    address = f"/library/therapies/{therapy}/sham/{outcome}/{window}.svg"
    assert Client().get(address).status_code in EXPECTED


@given(st.dictionaries(st.sampled_from(["therapy", "condition", "region"]) | ANYTHING, PART))
def test_any_choice_of_trials_is_answered(query: dict[str, str]) -> None:
    assert Client().get("/library/trials/", query).status_code in {200, 400}


@given(
    st.dictionaries(
        st.sampled_from(["therapy", "against", "outcome", "weeks", "region", "measure"]) | ANYTHING,
        PART,
    )
)
def test_any_question_over_rest_is_answered(query: dict[str, str]) -> None:
    response = Client().get("/api/evidence", query)
    assert response.status_code in {200, 400}
    if response.status_code == 400:
        assert list(response.json()) == ["error"]


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_body_is_answered(body: bytes) -> None:
    response = Client().post("/api/screen", body, content_type="application/json")
    assert response.status_code in {200, 400}
