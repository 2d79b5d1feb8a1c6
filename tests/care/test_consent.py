"""The consent text is plain, sourced and fixed; a signature is whole or says what lacks."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.knowledge.test_statements import grade

from filiform.care._consent_data import consent_words
from filiform.care._names import alike
from filiform.care.consent import (
    ConsentText,
    Signature,
    check_signature,
    consent_text,
    consent_versions,
)
from filiform.care.refusal import open_problems
from filiform.errors import CareError
from filiform.guidance.harms import harms_of, ranges_of
from filiform.knowledge import library

LIB = library()
NEWEST = consent_versions()[-1]
THERAPIES = [each.id for each in LIB.therapies.values() if each.offered]
PLACES = sorted({each.jurisdiction for each in consent_words(NEWEST).additions})
DIGESTS = Path(__file__).with_name("consent_digests.json")
ALL = {
    (therapy, place): consent_text(therapy, place, library=LIB)
    for therapy in THERAPIES
    for place in ("DE", *PLACES)
}
TEXT = ALL["acupuncture", "DE"]
each_text = pytest.mark.parametrize("text", ALL.values(), ids=[each.id for each in ALL.values()])


# The texts


def test_every_option_has_a_text() -> None:
    assert set(consent_words(NEWEST).therapies) == set(THERAPIES)


def test_a_published_text_does_not_change_without_a_new_version() -> None:
    # Where this fails, words or counts have changed: copy the folder to a new version first.
    pinned = json.loads(DIGESTS.read_text("utf-8"))
    assert {f"{t} {place}": text.sha256 for (t, place), text in ALL.items()} == pinned[NEWEST]


@each_text
def test_the_digest_is_over_version_and_body(text: ConsentText) -> None:
    whole = f"{text.version}\n{text.body}".encode()
    assert text.sha256 == hashlib.sha256(whole).hexdigest()


@each_text
def test_the_body_holds_every_line_and_every_choice(text: ConsentText) -> None:
    for paragraph in text.paragraphs:
        assert paragraph.lines, paragraph.id
        for line in (paragraph.heading, *paragraph.lines):
            assert line in text.body
    for choice in text.choices:
        assert f"[ ] {choice.text}" in text.body
    assert text.body.startswith(f"{text.title}\n\n")
    assert text.body.endswith("\n")
    assert "\r" not in text.body
    assert "{" not in text.body


@each_text
def test_every_paragraph_reads_at_grade_six_or_below(text: ConsentText) -> None:
    for paragraph in text.paragraphs:
        plain = [line for line in paragraph.lines if not line.startswith("- ")]
        own = [line for line in plain if not line.startswith(("Told of", "We found no count"))]
        assert grade(" ".join(own)) <= 6, paragraph.id
    for choice in text.choices:
        agrees = choice.id == "agree"  # it holds the name of the therapy
        assert agrees or grade(choice.text) <= 6, choice.id


@each_text
def test_every_paragraph_has_a_source_or_is_an_expert_rule(text: ConsentText) -> None:
    without = {paragraph.id for paragraph in text.paragraphs if not paragraph.sources}
    assert without == set()
    assert set(text.sources) <= set(LIB.bibliography)


@pytest.mark.parametrize("therapy", THERAPIES)
def test_how_often_harms_come_up_is_read_from_the_counts(therapy: str) -> None:
    text = ALL[therapy, "DE"]
    told = [each for each in ranges_of(harms_of(LIB, therapy)) if each.told_first]
    for each in told:
        assert each.text in text.body
    if not told:
        assert therapy == "cupping"
        assert "We have no counts of its harms at all." in text.body


def test_a_harm_that_was_only_told_of_is_not_called_uncounted_and_forgotten() -> None:
    assert "Told of in reports, how often is not known: death." in TEXT.body
    assert "how often is not known: a collapsed lung." in ALL["dry_needling", "DE"].body
    assert "We found no count of: headache, numbness, a hurt blood vessel" in TEXT.body


def test_counts_of_another_form_are_said_to_be_borrowed() -> None:
    said = "These counts are from dry needling. For this form we have none."
    assert said in ALL["dry_needling_electrical", "DE"].body
    assert "For this form we have none" not in ALL["dry_needling", "DE"].body


def test_with_current_one_says_that_there_is_no_pacemaker() -> None:
    for therapy in THERAPIES:
        ids = [choice.id for choice in ALL[therapy, "DE"].choices if choice.required]
        assert ("no_device" in ids) is ("electr" in therapy)


@pytest.mark.parametrize("addition", consent_words(NEWEST).additions, ids=lambda each: each.id)
def test_what_the_law_of_a_place_asks_is_there_and_only_there(addition: object) -> None:
    words = consent_words(NEWEST).additions
    (one,) = [each for each in words if each is addition]
    for (therapy, place), text in ALL.items():
        here = place == one.jurisdiction and therapy in one.therapies
        assert (one.text in text.body) is here
        if one.choice is not None:
            assert (one.choice.id in {each.id for each in text.choices}) is here
    (source,) = LIB.sources_of(one.source)
    assert source.kind == "law"


def test_a_place_of_which_we_read_nothing_has_the_general_text() -> None:
    assert consent_text("acupuncture", "US-MT", library=LIB).body == TEXT.body
    assert consent_text("acupuncture", "US-NE", library=LIB).body != TEXT.body


def test_every_version_is_a_folder_that_can_still_be_read() -> None:
    assert consent_versions() == ("2026-11-1",)
    for version in consent_versions():
        assert consent_text("acupuncture", "DE", library=LIB, version=version).version == version


@pytest.mark.parametrize(
    ("therapy", "place", "version", "message"),
    [
        ("acupunture", "DE", None, "unknown therapy 'acupunture': did you mean 'acupuncture'"),
        ("acupuncture", "US-XX", None, "unknown jurisdiction 'US-XX'"),
        ("acupuncture", "DE", "2026-11-9", "unknown version of the consent texts '2026-11-9'"),
    ],
)
def test_what_is_not_known_is_refused(
    therapy: str, place: str, version: str | None, message: str
) -> None:
    with pytest.raises(CareError, match=message):
        consent_text(therapy, place, library=LIB, version=version)


# Signing

TICKED = {choice.id: choice.required for choice in TEXT.choices}
LINE = ((0.1, 0.5), (0.4, 0.4), (0.7, 0.6))
SIGNED = Signature(TEXT.sha256, TICKED, typed_name="Ada Lovelace")


def codes(signature: Signature, name: str = "Ada Lovelace") -> list[str]:
    return [each.code for each in check_signature(TEXT, signature, person_name=name)]


def test_a_signature_is_whole_with_every_required_choice_and_a_name() -> None:
    assert codes(SIGNED) == []
    assert codes(replace(SIGNED, typed_name="", strokes=(LINE,))) == []


@pytest.mark.parametrize("choice", [each.id for each in TEXT.choices if each.required])
def test_each_required_choice_must_be_ticked(choice: str) -> None:
    for ticked in ({**TICKED, choice: False}, {k: v for k, v in TICKED.items() if k != choice}):
        (problem,) = check_signature(TEXT, replace(SIGNED, choices=ticked), person_name="Ada")
        assert (problem.code, problem.where) == ("not_ticked", choice)
        assert problem.sentence.startswith("Not ticked: ")


def test_what_may_be_left_open_may_be_left_open() -> None:
    assert TICKED["contact"] is False
    assert codes(replace(SIGNED, choices={**TICKED, "contact": True})) == []


@pytest.mark.parametrize(
    "strokes",
    [(), ((),), (((0.5, 0.5),),), (((0.5, 0.5), (0.5, 0.5)),), (((0.1, 0.1), (0.2, 0.2)),)],
    ids=["nothing", "no point", "a dot", "a dot twice", "a slip"],
)
def test_a_page_cannot_be_finished_blank(strokes: tuple[tuple[tuple[float, float], ...]]) -> None:
    assert codes(replace(SIGNED, typed_name="   ", strokes=strokes)) == ["not_signed"]


@pytest.mark.parametrize("name", ["\u200b\u200b", "\u2060", "..", "12", "\u00ad-", "x"], ids=ascii)
def test_a_name_without_letters_to_read_is_no_signature(name: str) -> None:
    assert codes(replace(SIGNED, typed_name=name)) == ["not_signed"]


def test_a_text_that_changed_since_it_was_shown_is_signed_anew() -> None:
    assert codes(replace(SIGNED, sha256="0" * 64)) == ["text_changed"]


def test_a_name_unlike_the_persons_is_said_and_holds_nobody_up() -> None:
    found = check_signature(TEXT, SIGNED, person_name="Grace Hopper")
    assert [each.code for each in found] == ["name_differs"]
    assert open_problems(found) == ()


def test_a_choice_that_the_text_does_not_have_is_refused() -> None:
    with pytest.raises(CareError, match="unknown choice 'agre': did you mean 'agree'"):
        codes(replace(SIGNED, choices={"agre": True}))


@pytest.mark.parametrize(
    ("typed", "name", "same"),
    [
        ("ada lovelace", "Ada Lovelace", True),
        ("Lovelace, Ada", "Ada Lovelace", True),
        ("A. Lovelace", "Ada King Lovelace", True),
        ("Lovelace", "Ada Lovelace", True),
        ("José Núñez", "Jose Nunez", True),
        ("Ada Lovelac", "Ada Lovelace", True),
        ("A. L.", "Ada Lovelace", False),
        ("Ada Hopper", "Ada Lovelace", False),
        ("123", "Ada Lovelace", False),
        ("王芳", "王芳", True),
    ],
)
def test_names_are_compared_loosely(typed: str, name: str, same: bool) -> None:
    assert alike(typed, name, 0.8) is same


names = st.lists(st.sampled_from(["Ada", "A", "Adam", "Lovelace", "L", "Lowelace"]), max_size=4)


@settings(max_examples=300)
@given(names.map(" ".join) | st.text(max_size=30), names.map(" ".join) | st.text(max_size=30))
def test_the_order_of_two_names_does_not_matter(one: str, other: str) -> None:
    assert alike(one, other, 0.8) == alike(other, one, 0.8)


def test_a_signature_is_read_back_as_it_was_written() -> None:
    both = replace(SIGNED, strokes=(LINE, LINE))
    assert Signature.from_mapping(both.to_dict()) == both


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"strokes": [[[0.1, 0.2, 0.3]]]}, r"strokes\.0\.0 has 3 numbers, admissible are 2"),
        ({"strokes": [[[0.1, 2]]]}, r"strokes\.0\.0\.1 is 2, admissible is a number from 0 to 1"),
        ({"choices": {"agree": "yes"}}, r"choices\.agree is 'yes', admissible is true or false"),
        ({"typedname": "x"}, "unknown field of signature 'typedname': did you mean 'typed_name'"),
    ],
)
def test_a_signature_that_cannot_be_read_is_refused(
    changes: dict[str, object], message: str
) -> None:
    with pytest.raises(CareError, match=message):
        Signature.from_mapping({**SIGNED.to_dict(), **changes})
