"""One question a page: shown, answered, skipped, refused, changed, and led on."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.site.guide_client import having, kept, text

from filiform.knowledge import library
from filiform.site.guide import answers
from filiform.site.guide.questions import Page, questions
from filiform.site.guide.record import Record

if TYPE_CHECKING:
    from tests.site.guide_client import Form

PAGES = questions().pages
AGE = "Write your age in whole years, from 0 to 120."
each_page = pytest.mark.parametrize("page", PAGES, ids=[page.id for page in PAGES])

MACHINE = re.compile(r"admissible|\w+_\w+|`|jurisdictions?\.csv")
"""What only a program says: an id, a command, a file of the tables."""

ANSWERED: dict[str, object] = {
    "signs": "none",
    "several": "none",
    "yes_no": "no",
    "number": "7",
    "duration": "4",
    "place": "US-NY",
    "text": "Medicare",
    "lines": "ibuprofen\nhawthorn",
}


def filled(page: Page) -> dict[str, str]:
    form: dict[str, str] = {}
    for field in page.fields:
        form[field.name] = str(ANSWERED.get(field.kind, field.ids[0] if field.ids else ""))
        if field.kind == "duration":
            form[field.unit_name] = "30"
    return form


def next_address(page: Page) -> str:
    after = questions().after(page)
    return f"/guide/{after.id}" if after else "/guide/check"


@each_page
def test_a_question_is_shown_with_its_number(page: Page) -> None:
    response = Client().get(f"/guide/{page.id}")
    assert response.status_code == 200
    assert page.title in text(response)
    assert f"Question {questions().number(page)} of {len(PAGES)}" in text(response)
    assert "Skip this question" in text(response)
    assert response["Cache-Control"] == "no-store"
    assert b"<script" not in response.content


@each_page
def test_an_answer_is_kept_shown_again_and_leads_to_the_next_question(page: Page) -> None:
    client = Client()
    response = client.post(f"/guide/{page.id}", filled(page))
    assert (response.status_code, response["Location"]) == (303, next_address(page))
    assert not kept(client).empty
    again = client.get(f"/guide/{page.id}")
    shown = again.content.decode()
    for field in page.fields:
        value = filled(page)[field.name]
        assert any(
            sign in shown
            for sign in (
                f'value="{value}" checked',
                f'value="{value}" selected',
                f'value="{value}"',
                f">{value}</textarea>",
            )
        )
    assert "Remove this answer" in text(again)


@each_page
def test_a_skipped_question_is_not_asked_and_leads_on(page: Page) -> None:
    client = Client()
    client.post(f"/guide/{page.id}", filled(page))
    response = client.post(f"/guide/{page.id}", {**filled(page), "skip": "yes"})
    assert (response.status_code, response["Location"]) == (303, next_address(page))
    assert kept(client) == Record()


@each_page
def test_a_page_left_empty_is_not_asked(page: Page) -> None:
    client = Client()
    assert client.post(f"/guide/{page.id}", {}).status_code == 303
    assert kept(client) == Record()


@each_page
def test_a_changed_answer_leads_back_to_the_list(page: Page) -> None:
    response = Client().post(f"/guide/change/{page.id}", filled(page))
    assert (response.status_code, response["Location"]) == (303, "/guide/check")


@each_page
def test_a_field_that_the_page_does_not_have_is_refused(page: Page) -> None:
    client = Client()
    response = client.post(f"/guide/{page.id}", {**filled(page), "admin": "1"})
    assert response.status_code == 400
    assert (
        text(response).count("The page was sent with more than it asks. Load the page again.") == 2
    )
    assert kept(client).empty


@each_page
def test_a_choice_that_is_not_on_the_page_is_refused(page: Page) -> None:
    for field in page.fields:
        if field.kind in {"number", "duration", "text", "lines"}:
            continue
        client = Client()
        response = client.post(f"/guide/{page.id}", {field.name: "no_such_choice"})
        assert response.status_code == 400
        assert text(response).count("That choice is not on this list.") == 2
        assert "no_such_choice" not in text(response)
        assert f'href="#{field.name}"' in response.content.decode()
        assert f'id="{field.name}-error"' in response.content.decode()
        assert kept(client).empty


def test_a_finding_of_another_page_is_refused_here() -> None:
    response = Client().post("/guide/legs", {"signs": "fever"})
    assert response.status_code == 400
    assert "That choice is not on this list. Choose one from the list." in text(response)


def test_what_is_ticked_is_present_and_the_rest_of_the_page_absent() -> None:
    client = Client()
    client.post("/guide/chest", {"signs": ["cough_or_blood", "chest_pain"]})
    person = kept(client).person(library())
    assert person.findings == {"cough_or_blood", "chest_pain"}
    assert person.absent == {"shortness_of_breath", "pain_on_exertion"}
    client.post("/guide/chest", {"signs": ["shortness_of_breath"]})
    assert kept(client).person(library()).findings == {"shortness_of_breath"}


def test_none_of_these_makes_all_of_the_page_absent() -> None:
    client = Client()
    client.post("/guide/chest", {"signs": "none"})
    person = kept(client).person(library())
    assert (person.findings, len(person.absent)) == (frozenset(), 4)


def test_a_finding_named_in_the_history_of_a_file_is_ticked_and_can_be_taken_back() -> None:
    client = having({"history": ["anticoagulant", "diabetes"]})
    assert 'value="anticoagulant" checked' in client.get("/guide/medicines").content.decode()
    client.post("/guide/medicines", {"signs": "none"})
    person = kept(client).person(library())
    assert person.history == {"diabetes"}
    assert "anticoagulant" in person.absent


def test_two_pages_of_the_history_keep_each_others_answers() -> None:
    client = Client()
    client.post("/guide/illness", {"history": "diabetes"})
    client.post("/guide/body", {"history": "metal_implant"})
    client.post("/guide/needles", {"history": "none", "fear_of_needles": "yes"})
    person = kept(client).person(library())
    assert person.history == {"diabetes", "metal_implant"}
    assert person.preferences.fear_of_needles is True


@pytest.mark.parametrize(
    ("amount", "unit", "days"),
    [("4", "30", 120), ("10", "1", 10), ("3", "7", 21), ("2", "365", 730), ("1.5", "7", 10.5)],
)
def test_a_duration_is_kept_in_days_and_shown_as_it_was_typed(
    amount: str, unit: str, days: float
) -> None:
    client = Client()
    client.post("/guide/how-long", {"duration_days": amount, "duration_days_unit": unit})
    assert kept(client).person(library()).duration_days == days
    shown = client.get("/guide/how-long").content.decode()
    if float(amount).is_integer():
        assert f'value="{unit}" selected' in shown
        assert f'name="duration_days" type="text" inputmode="decimal" value="{amount}"' in shown


@pytest.mark.parametrize(
    ("page", "form", "fault"),
    [
        ("about-you", {"age": "200"}, AGE),
        ("about-you", {"age": "-3"}, AGE),
        ("about-you", {"age": "forty"}, AGE),
        ("about-you", {"age": "nan"}, AGE),
        ("about-you", {"age": "9" * 400}, AGE),
        ("about-you", {"age": "46.5"}, AGE),
        (
            "about-you",
            {"age": ["46", "47"]},
            "This was answered more than once. Please answer it once.",
        ),
        ("how-long", {"pain_0_10": "11"}, "Write a number from 0 (no pain) to 10"),
        ("how-long", {"disability_percent": "101"}, "Write your score as a number from 0 to 100."),
        (
            "how-long",
            {"duration_days": "200", "duration_days_unit": "365"},
            "It cannot be more than 120 years.",
        ),
        (
            "how-long",
            {"duration_days": "soon", "duration_days_unit": "7"},
            "Write how long as a number",
        ),
        ("how-long", {"duration_days": "5"}, "Choose days, weeks, months or years."),
        (
            "unwell",
            {"signs": ["fever", "none"]},
            "You ticked “None of these” and something else. Keep one of the two.",
        ),
        ("illness", {"history": ["diabetes", "none"]}, "You ticked “None of these” and something"),
        ("place", {"jurisdiction": "Atlantis"}, "That choice is not on this list."),
        ("place", {"insurance": "x" * 101}, "in 100 letters at most"),
        ("place", {"insurance": "a\x07b"}, "Write only the name of who insures you"),
        ("medicines", {"medicines": "warfarine"}, "Did you mean “warfarin”?"),
        ("medicines", {"medicines": "a\n" * 120}, "We can read 100 lines"),
        ("medicines", {"medicines": "aspirin\naspirin"}, "each name once"),
        ("kind", {"condition": "myofacial"}, "That choice is not on this list."),
        ("needles", {"fear_of_needles": "maybe"}, "That choice is not on this list."),
    ],
)
def test_a_fault_is_told_above_the_form_and_beside_the_field_and_what_was_typed_stays(
    page: str, form: Form, fault: str
) -> None:
    client = Client()
    response = client.post(f"/guide/{page}", form)
    shown = response.content.decode()
    assert response.status_code == 400
    assert text(response).count(fault) == 2
    assert "There is a problem" in text(response)
    assert "<title>Error: " in shown
    name = next(name for name in form if not name.endswith("_unit"))
    assert f'href="#{name}"' in shown
    assert f'id="{name}-error"' in shown
    assert "Traceback" not in shown
    assert MACHINE.findall(text(response)) == []
    assert kept(client).empty
    typed = form[name]
    if isinstance(typed, str) and name in {"age", "pain_0_10", "duration_days"}:
        assert f'value="{typed}"' in shown


def test_a_fault_in_one_field_does_not_lose_what_was_typed_in_the_others() -> None:
    response = Client().post("/guide/about-you", {"age": "200", "sex": "female"})
    assert 'value="female" checked' in response.content.decode()


def test_answers_that_no_cookie_holds_are_refused_beside_the_field() -> None:
    noise = [chr(0x4E00 + (number * 7919) % 20000) for number in range(3000)]
    long = "\n".join("".join(noise[start : start + 60]) for start in range(0, 3000, 60))
    response = Client().post("/guide/medicines", {"medicines": long})
    assert response.status_code == 400
    assert text(response).count("That is more than we can keep. Please write less.") == 2


def test_too_many_fields_are_refused() -> None:
    form = {f"field{number}": "1" for number in range(1_100)}
    response = Client(raise_request_exception=False).post("/guide/legs", form)
    assert response.status_code == 400
    assert "This could not be read" in text(response)


def test_every_answer_that_can_be_given_fits_in_the_cookie() -> None:
    client = Client()
    for page in PAGES:
        form: Form = dict(filled(page))
        for field in page.fields:
            if field.kind == "several":
                form[field.name] = list(field.ids)
            if field.kind == "lines":
                form[field.name] = "\n".join(f"medicine number {n} of many" for n in range(30))
        assert client.post(f"/guide/{page.id}", form).status_code == 303
    assert len(client.cookies[answers.COOKIE].value) < answers.LARGEST_BYTES


def test_a_page_that_no_one_asks_is_not_found() -> None:
    assert Client(raise_request_exception=False).get("/guide/colour").status_code == 404


@pytest.mark.parametrize("page", ["urgent", "unwell"])
def test_an_emergency_leads_straight_to_the_result(page: str) -> None:
    client = having({"findings": ["neck_stiffness"]})
    sign = {"urgent": "seizure", "unwell": "fever"}[page]
    for address in (f"/guide/{page}", f"/guide/change/{page}"):
        response = client.post(address, {"signs": sign})
        assert (response.status_code, response["Location"]) == (303, "/guide/result")


def test_answers_that_mean_a_doctor_today_offer_the_result_on_the_next_page() -> None:
    client = Client()
    sent = client.post("/guide/arms", {"signs": "clumsy_hands"})
    assert sent["Location"] == "/guide/legs"
    page = client.get("/guide/legs")
    assert "See your result now" in text(page)
    assert 'href="/guide/result"' in page.content.decode()
    assert "See your result now" not in text(Client().get("/guide/legs"))


def test_a_corrected_answer_leads_on_again() -> None:
    client = Client()
    client.post("/guide/urgent", {"signs": "seizure"})
    response = client.post("/guide/urgent", {"signs": "none"})
    assert response["Location"] == "/guide/injury"


def test_the_list_tells_none_from_not_answered() -> None:
    client = Client()
    client.post("/guide/legs", {"signs": "none"})
    client.post("/guide/illness", {"history": "none"})
    client.post("/guide/kind", {"condition": ""})
    client.post("/guide/place", {"jurisdiction": "elsewhere"})
    shown = text(client.get("/guide/check"))
    assert "Legs and walking None of these Change" in shown
    assert "Other health problems None of these Change" in shown
    assert "What a doctor said No one has told me Change" in shown
    assert "Where you live Place: Somewhere else Change" in shown
    assert "Arms and hands Not answered Answer" in shown


def test_the_list_shows_the_answers_in_words() -> None:
    client = Client()
    for page in PAGES:
        client.post(f"/guide/{page.id}", filled(page))
    shown = text(client.get("/guide/check"))
    for words in (
        "Age: 7 years",
        "Sex: Female",
        "For how long: 4 months",
        "Place: New York",
        "Others: ibuprofen, hawthorn",
        "Fear of needles: No",
    ):
        assert words in shown
    assert "Not answered" not in shown


def test_a_page_that_a_file_answered_in_part_says_so() -> None:
    shown = text(having({"findings": ["fever"]}).get("/guide/check"))
    assert "Feeling ill A fever Some of this page is not answered Change" in shown


def test_deleted_answers_are_gone() -> None:
    client = having({"age": 46})
    response = client.post("/guide/delete")
    assert (response.status_code, response["Location"]) == (303, "/guide/deleted")
    assert client.cookies[answers.COOKIE]["max-age"] == 0
    assert "Your answers are gone" in text(client.get("/guide/deleted"))


def test_a_link_alone_deletes_nothing() -> None:
    assert Client(raise_request_exception=False).get("/guide/delete").status_code == 405


def test_the_start_leads_back_to_answers_that_are_there() -> None:
    assert "Start now" in text(Client().get("/"))
    assert "Go on with my answers" in text(having({"age": 46}).get("/"))


def test_answers_whose_words_are_no_longer_known_are_none() -> None:
    client = having({"findings": ["a_finding_of_long_ago"]})
    assert "Start now" in text(client.get("/"))


def test_no_answer_stands_in_an_address_or_a_log(caplog: pytest.LogCaptureFixture) -> None:
    client = Client()
    with caplog.at_level(logging.DEBUG):
        for page in PAGES:
            response = client.post(f"/guide/{page.id}", {**filled(page), "insurance": "Medicare"})
            assert "?" not in response.get("Location", "")
    written = "\n".join(record.getMessage() for record in caplog.records)
    for answer in ("Medicare", "hawthorn", "US-NY", "myofascial"):
        assert answer not in written


def test_a_form_needs_its_token() -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert client.post("/guide/legs", {"signs": "none"}).status_code == 403
    page = client.get("/guide/legs")
    assert isinstance(page, HttpResponse)
    token = client.cookies["csrftoken"].value
    form = {"signs": "none", "csrfmiddlewaretoken": token}
    assert client.post("/guide/legs", form).status_code == 303
