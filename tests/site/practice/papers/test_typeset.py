"""Papers as PDF: accessible, the same every time, and nothing that was typed is read as markup."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from filiform.site.practice.papers.paper import (
    Facts,
    Heading,
    Note,
    Paper,
    Points,
    Signature,
    Table,
    Text,
    Warn,
)
from filiform.site.practice.papers.typeset import typeset

PAPER = Paper(
    title="Superbill",
    practice="Invented Practice",
    sender=("1 Main Street", "NPI 1234567893"),
    on=dt.date(2026, 11, 3),
    blocks=(
        Heading("Codes"),
        Text("One visit."),
        Facts((("Name", "Zoë O'Neil"),)),
        Table(
            ("Code", "Amount"),
            (("97810", "75.00"), ("97811", "80.00")),
            right=(1,),
            total=("Total", "155.00"),
        ),
        Points(("first", "second")),
        Warn("See a doctor."),
        Note("A source."),
        Signature("Signed", "Zoë", "2026-11-03", (((0.1, 0.1), (0.5, 0.8), (0.9, 0.2)),)),
        Signature("Practitioner"),
    ),
    to=("Dr. Invented",),
    size="us-letter",
    demo=True,
)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_paper_says_all_its_blocks_and_that_it_is_a_demo() -> None:
    said = text_of(typeset(PAPER))
    for part in [
        "Superbill",
        "Invented Practice",
        "NPI 1234567893",
        "November 3, 2026",
        "Zoë O'Neil",
        "97811",
        "155.00",
        "second",
        "See a doctor.",
        "A source.",
        "Signed: Zoë, 2026-11-03",
        "every person here is invented",
        "1 of 1",
    ]:
        assert part in said.replace("’", "'"), part
    assert "invented" not in text_of(typeset(replace(PAPER, demo=False))).casefold().replace(
        "invented practice", ""
    ).replace("dr. invented", "")


def test_a_paper_is_accessible_and_the_same_to_the_byte() -> None:
    pdf = typeset(PAPER)
    assert pdf == typeset(PAPER)
    reader = PdfReader(io.BytesIO(pdf))
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert reader.metadata is not None
    assert reader.metadata.title == "Superbill"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True  # type: ignore[index]
    assert reader.pages[0].mediabox.width == 612  # US letter, in points


@settings(max_examples=25)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_was_typed_is_never_markup(typed: str) -> None:
    paper = replace(
        PAPER, blocks=(Text(typed), Points((typed,)), Facts(((typed, typed),))), to=(typed,)
    )
    assert typeset(paper).startswith(b"%PDF")


def test_markup_is_printed_as_it_was_typed() -> None:
    said = text_of(typeset(replace(PAPER, blocks=(Text("#strong[x] $a$ *b* \\ @c"),))))
    assert "#strong[x] $a$ *b* \\ @c" in said


def test_a_letter_without_a_font_is_printed_as_its_number_and_said() -> None:
    said = text_of(typeset(replace(PAPER, blocks=(Text("Ms. \U000e0101 \U0001fbff Wu"),))))
    assert "U+1FBFF" in said
    assert "Letters for which this machine has no font" in said
