"""Consent: read, signed by hand or by name, shown again to the letter, withdrawn."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest
from tests.site.practice.cared import consented, screened

from filiform.care.consent import consent_text
from filiform.knowledge import library
from filiform.site.practice.course_consent import unchanged
from filiform.site.practice.course_log import state_of
from filiform.site.practice.models import Consent, HistoryEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from filiform.site.practice.models import Course, Member

pytestmark = pytest.mark.django_db
TEXT = consent_text("acupuncture", "US-NY", library=library())
TICKED = {f"choice_{choice.id}": "on" for choice in TEXT.choices if choice.required}
DRAWN = json.dumps([[[0.1, 0.2], [0.6, 0.7], [0.9, 0.1]]])


def signing(course: Course) -> str:
    return f"/practice/courses/{course.pk}/consent/"


def test_the_whole_text_is_on_the_page_before_the_signature(
    client_of: Callable[[str], Client], a_course: Course
) -> None:
    page = html.unescape(client_of("practitioner").get(signing(a_course)).content.decode())
    for line in TEXT.body.splitlines():
        assert line.removeprefix("[ ] ").removesuffix(" (if you like)") in page
    assert TEXT.sha256 in page


def test_a_typed_name_signs(client_of: Callable[[str], Client], a_course: Course) -> None:
    given = {**TICKED, "sha256": TEXT.sha256, "signed_name": "Pat Example"}
    page = client_of("practitioner").post(signing(a_course), given, follow=True)
    assert "The consent is signed and kept." in page.content.decode()
    kept = Consent.objects.get()
    assert (kept.text.body, kept.text_id) == (TEXT.body, TEXT.sha256)
    assert unchanged(kept)
    assert kept.witnessed_by is not None
    assert [each.therapy for each in state_of(a_course).consents] == ["acupuncture"]


def test_a_drawing_signs_and_is_shown(client_of: Callable[[str], Client], a_course: Course) -> None:
    client = client_of("practitioner")
    given = {**TICKED, "sha256": TEXT.sha256, "strokes": DRAWN}
    assert client.post(signing(a_course), given).status_code == 302
    kept = Consent.objects.get()
    page = client.get(f"/practice/consents/{kept.pk}/").content.decode()
    assert 'points="40.0,24.0 240.0,84.0 360.0,12.0"' in page
    assert "exactly as they were signed" in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"signed_name": ""}, "It is not signed"),
        ({next(iter(TICKED)): ""}, "Not ticked"),
        ({"sha256": "0" * 64}, "The text has changed since it was shown"),
        ({"signed_name": "Somebody Else"}, "Note who signed, and why"),
        ({"sha256": ""}, "The text has changed since it was shown"),
    ],
)
def test_it_cannot_be_finished_blank(
    client_of: Callable[[str], Client], a_course: Course, changed: dict[str, str], told: str
) -> None:
    given = {**TICKED, "sha256": TEXT.sha256, "signed_name": "Pat Example", **changed}
    given = {name: value for name, value in given.items() if value}
    answer = client_of("practitioner").post(signing(a_course), given)
    assert answer.status_code == 400
    assert told in html.unescape(answer.content.decode())
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    "strokes",
    ["[[", "[" * 9000, "[[[2, 0]]]", "[[[NaN, 0.2]]]", '{"a": 1}', "[[[1e999, 0]]]", "7" * 41_000],
    ids=["broken", "deep", "outside", "nan", "no list", "endless", "huge"],
)
def test_a_drawing_that_cannot_be_read_is_told_in_plain_words(
    client_of: Callable[[str], Client], a_course: Course, strokes: str
) -> None:
    given = {**TICKED, "sha256": TEXT.sha256, "signed_name": "Pat Example", "strokes": strokes}
    answer = client_of("practitioner").post(signing(a_course), given)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 400
    assert page.count("The drawing cannot be read: draw it again, or type your name.") == 2
    assert not re.search(r"strokes\.|admissible|mend|characters|Strokes:", page)
    assert '<input type="hidden" name="strokes" value="">' in page
    assert 'value="Pat Example"' in page
    assert not Consent.objects.exists()


def test_who_signs_for_someone_else_says_so(
    client_of: Callable[[str], Client], a_course: Course
) -> None:
    given = {
        **TICKED,
        "sha256": TEXT.sha256,
        "signed_name": "Somebody Else",
        "signer_note": "The mother; Pat cannot write.",
    }
    client = client_of("practitioner")
    assert client.post(signing(a_course), given).status_code == 302
    page = client.get(f"/practice/consents/{Consent.objects.get().pk}/").content.decode()
    assert "The mother; Pat cannot write." in page


def test_what_was_signed_is_shown_to_the_letter_and_a_changed_one_is_told(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    kept = consented(member("owner"), a_course)
    client, address = client_of("reader"), f"/practice/consents/{kept.pk}/"
    page = html.unescape(client.get(address).content.decode())
    for part in TEXT.body.strip().split("\n\n"):
        assert f">{part}</p>" in page
    assert HistoryEntry.objects.latest("number").kind == "consent"
    Consent.objects.filter(pk=kept.pk).update(signed_name="Someone Else")
    assert "this is not what was signed" in client.get(address).content.decode()


def test_a_consent_is_withdrawn_and_the_course_stops(
    client_of: Callable[[str], Client], member: Callable[[str], Member], a_course: Course
) -> None:
    screened(member("owner"), a_course)
    kept = consented(member("owner"), a_course)
    address = f"/practice/consents/{kept.pk}/withdraw/"
    assert client_of("reader").post(address).status_code == 403
    client = client_of("practitioner")
    assert client.post(address, {"reason": "Changed my mind."}).status_code == 302
    assert client.post(address, {"reason": "Twice."}).status_code == 200
    kept.refresh_from_db()
    assert kept.withdrawn_reason == "Changed my mind."
    assert unchanged(kept)
    a_course.refresh_from_db()
    assert a_course.stage == "stopped"
    assert "Withdrawn on" in client.get(f"/practice/consents/{kept.pk}/").content.decode()


def test_no_stranger_sees_or_withdraws_a_consent(
    stranger: Client, member: Callable[[str], Member], a_course: Course
) -> None:
    kept = consented(member("owner"), a_course)
    assert stranger.get(f"/practice/consents/{kept.pk}/").status_code == 404
    assert stranger.post(f"/practice/consents/{kept.pk}/withdraw/").status_code == 404
