"""A person's answers in their encrypted cookie."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from filiform.site.guide import answers

NAMES = st.text(min_size=1, max_size=20)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.lists(st.text(max_size=10), max_size=5),
)
ANSWERS = st.dictionaries(NAMES, VALUES, max_size=6)


def sent(given_answers: dict[str, object]) -> str:
    response = HttpResponse()
    answers.write(response, given_answers)
    return response.cookies[answers.COOKIE].value


def read_back(token: str) -> dict[str, object]:
    request = RequestFactory().get("/")
    request.COOKIES[answers.COOKIE] = token
    return answers.read(request)


@given(ANSWERS)
def test_what_was_answered_is_read_back(given_answers: dict[str, object]) -> None:
    assert read_back(sent(given_answers)) == given_answers


@given(st.data())
def test_an_altered_cookie_holds_no_answers(data: st.DataObject) -> None:
    token = sent({"age": 46, "findings": ["fever"]})
    # The last characters before the padding carry bits that base64 drops.
    place = data.draw(st.integers(0, len(token) - 5))
    other = data.draw(st.sampled_from("ABCDEFGHabcdefgh0123456789-_"))
    altered = token[:place] + other + token[place + 1 :]
    assert read_back(altered) == ({} if altered != token else {"age": 46, "findings": ["fever"]})


@given(st.text(max_size=200))
def test_a_cookie_that_we_did_not_make_holds_no_answers(token: str) -> None:
    assert read_back(token) == {}


def test_no_cookie_holds_no_answers() -> None:
    assert answers.read(RequestFactory().get("/")) == {}


@pytest.mark.parametrize(("age_seconds", "kept"), [(11 * 3600, True), (12 * 3600 + 5, False)])
def test_answers_are_forgotten_after_twelve_hours(*, age_seconds: int, kept: bool) -> None:
    cipher = answers._cipher(settings.SECRET_KEY)
    packed = cipher.decrypt(sent({"age": 46}))
    old = cipher.encrypt_at_time(packed, int(time.time()) - age_seconds).decode()
    assert read_back(old) == ({"age": 46} if kept else {})


def test_another_secret_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    token = sent({"age": 46})
    monkeypatch.setattr(settings, "SECRET_KEY", "another secret of another site")
    assert read_back(token) == {}


def test_the_cookie_shows_no_answer() -> None:
    assert "fever" not in sent({"findings": ["fever"]})


def test_the_cookie_ends_with_the_browser_and_is_out_of_reach_of_scripts() -> None:
    response = HttpResponse()
    answers.write(response, {"age": 46})
    cookie = response.cookies[answers.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert (cookie["max-age"], cookie["expires"], cookie["domain"]) == ("", "", "")


def test_clearing_makes_the_browser_forget() -> None:
    response = HttpResponse()
    answers.clear(response)
    assert response.cookies[answers.COOKIE]["max-age"] == 0


def test_answers_that_do_not_fit_are_refused_with_their_size() -> None:
    noise = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(2000))
    with pytest.raises(
        answers.AnswersTooLargeError,
        match=r"the answers take [\d,]+ bytes, at most 3,800 can be carried .* shorten",
    ):
        sent({"note": noise})


def test_no_answer_is_a_number_that_is_none() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        sent({"age": float("nan")})
