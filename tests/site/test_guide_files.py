"""Answers as a file: saved, opened, refused, and never on this machine's disk."""

from __future__ import annotations

import tomllib
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.site.guide_client import having, kept, text

from filiform.guidance import Person, read_person
from filiform.knowledge import library
from filiform.site.guide import files
from filiform.site.guide.record import Record

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS: dict[str, object] = {
    "age": 46,
    "sex": "female",
    "duration_days": 120,
    "pain_0_10": 6.5,
    "findings": ["tender_knot_in_muscle"],
    "absent": ["fever"],
    "condition": "myofascial",
    "pain_regions": ["upper_shoulder", "temple"],
    "jurisdiction": "US-NY",
    "insurance": 'The "Blue" Æ \\ insurer',
    "medicines": ["ibuprofen"],
    "history": ["diabetes"],
    "preferences.fear_of_needles": False,
    "preferences.avoid": ["cupping"],
}
PRINTABLE = st.characters(exclude_categories=["C", "Z"])


def test_saved_answers_are_read_by_the_terminal_and_opened_here(tmp_path: Path) -> None:
    client = having(ANSWERS)
    response = client.get("/guide/person.toml")
    assert response["Content-Disposition"] == 'attachment; filename="person.toml"'
    assert response["Cache-Control"] == "no-store"
    person = Record(ANSWERS).person(library())
    path = tmp_path / "person.toml"
    path.write_bytes(response.content)
    assert read_person(path) == person
    fresh = Client()
    sent = fresh.post("/guide/open", {"file": SimpleUploadedFile("mine.toml", response.content)})
    assert (sent.status_code, sent["Location"]) == (303, "/guide/check")
    assert kept(fresh).person(library()) == person


def test_json_is_opened_too() -> None:
    client = Client()
    file = SimpleUploadedFile("person.json", b'{"age": 46}')
    assert client.post("/guide/open", {"file": file}).status_code == 303
    assert kept(client).person(library()).age == 46


@given(
    st.builds(
        Person,
        age=st.none() | st.integers(0, 120),
        pain_0_10=st.none() | st.floats(0, 10),
        insurance=st.none() | st.text(PRINTABLE, min_size=1, max_size=100),
        findings=st.frozensets(st.sampled_from(["fever", "headache", "rash"])),
    )
)
def test_a_person_as_toml_is_the_same_person(person: Person) -> None:
    assert tomllib.loads(files.to_toml(person)) == person.to_dict()
    assert Person.from_mapping(tomllib.loads(files.to_toml(person)), library()) == person


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("person.toml", b"", "We cannot read this file. Choose the file that you saved here."),
        (
            "person.toml",
            b"age = = 4",
            "We cannot read this file. Choose the file that you saved here.",
        ),
        ("person.json", b"[1", "We cannot read this file. Choose the file that you saved here."),
        ("person.json", b"[1]", "We cannot read this file. Choose the file that you saved here."),
        (
            "photo.png",
            b"\x89PNG\xff\xfe",
            "We cannot read this file. Choose the file that you saved here.",
        ),
        (
            "person.toml",
            b"age = 200",
            "what your file says on “Age”. Write your age in whole years, from 0",
        ),
        ("person.toml", b"agee = 2", "Your file holds “agee”. We do not ask for that."),
        (
            "person.toml",
            b'findings = ["fevr"]',
            "Your file holds “fevr”. We do not know this word.",
        ),
        (
            "person.toml",
            b'findings = ["fever"]\nabsent = ["fever"]',
            "says both yes and no to “Feeling ill: A fever”. Keep one of the two.",
        ),
        (
            "person.toml",
            b'history = [" osteoporosis"]\nabsent = ["osteoporosis"]',
            "says both yes and no to “Your health: My bones are thin”.",
        ),
        ("person.toml", b'sex = "m"', "Your file holds “m”."),
        ("person.toml", b"sex = 3", "what your file says on “Sex”. Mend it or take it out."),
        ("person.toml", b'findings = ["fever", "fever"]', "Mend it or take it out."),
        ("person.toml", b'medicines = ["warfarine"]', "Did you mean “warfarin”?"),
        ("person.toml", b"preferences = 3", "on “preferences”. Mend it or take it out."),
        ("person.toml", b"[preferences]\nfear = true", "Your file holds “fear”."),
        ("person.toml", b'[preferences]\navoid = ["leeches"]', "Your file holds “leeches”."),
        ("person.toml", b"[preferences]\ndrives_after = 3", "on “Has to drive home”."),
        (
            "person.json",
            b"[" * 60_000,
            "We cannot read this file. Choose the file that you saved here.",
        ),
        ("person.toml", b"# " + b"x" * 10_000_000, "This file is too long."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_the_field(
    name: str, content: bytes, fault: str
) -> None:
    client = having({"age": 46})
    response = client.post("/guide/open", {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 400
    assert text(response).count(fault) == 2
    assert 'href="#file"' in response.content.decode()
    assert 'id="file-error"' in response.content.decode()
    assert "admissible" not in text(response)
    assert "Traceback" not in response.content.decode()
    assert kept(client).person(library()).age == 46


def test_a_form_without_a_file_is_refused() -> None:
    response = Client().post("/guide/open", {})
    assert response.status_code == 400
    assert (
        text(response).count("You did not choose a file. Choose the file that you saved here.") == 2
    )


def test_the_page_that_opens_a_file_is_shown() -> None:
    assert "Open saved answers" in text(Client().get("/guide/open"))


def test_a_long_file_is_kept_neither_on_disk_nor_in_memory() -> None:
    handler = files.InMemory()
    handler.new_file("file", "person.toml", "text/plain", 10**7)
    for start in range(0, 10**7, 2**16):
        handler.receive_data_chunk(b"x" * 2**16, start)
    file = handler.file_complete(10**7)
    assert isinstance(file, InMemoryUploadedFile)
    assert isinstance(file.file, BytesIO)
    assert len(file.read()) == files.LARGEST_BYTES + 1
