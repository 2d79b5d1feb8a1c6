"""A table of scores: however it is written, every fault is told, nothing is lost."""

from __future__ import annotations

import json
from dataclasses import fields
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.care.progress_people import LIB, reviewed

from filiform.care._reviewing import MeasureReview
from filiform.care.progress_file import GroupReview, Wanted, read_score_file, review_file
from filiform.errors import CareError
from filiform.review import published

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "person,week,instrument,score\n"
GOOD = HEAD + "Ada,0,NPRS,7\nAda,2,NPRS,5\nAda,4,NPRS,4\nBen,0,NDI,24\nBen,4,NDI,24\n"
SCHEMA: dict[str, Any] = json.loads(
    files("filiform.care").joinpath("schema", "progress.schema.json").read_text("utf-8")
)
VALID = Draft202012Validator(SCHEMA)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "scores.csv"


def asked(path: Path, text: str | bytes, wanted: Wanted | None = None) -> GroupReview:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = review_file(path, library=LIB, review=published(), wanted=wanted)
    VALID.validate(found.to_dict())
    assert json.loads(found.to_json()) == json.loads(json.dumps(found.to_dict()))
    return found


def advice(found: GroupReview) -> dict[str, str]:
    return {each.person: each.review.advice for each in found.people}


def sentences(found: GroupReview) -> list[str]:
    return [problem.sentence for problem in found.file.problems]


def test_the_schema_is_a_schema_and_has_the_fields_of_a_measure() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    names = {field.name for field in fields(MeasureReview)} - {"reasons", "level", "note"}
    assert set(SCHEMA["$defs"]["measure"]["properties"]) == names


def test_the_answer_for_a_table_is_that_for_each_person_alone(table: Path) -> None:
    found = asked(table, GOOD)
    ada, ben = (each.review for each in found.people)
    assert ada == reviewed(("NPRS", {0: 7, 2: 5, 4: 4}))
    assert ben == reviewed(("NDI", {0: 24, 4: 24}))
    assert found.counts == {"refer": 0, "stop": 0, "adapt": 1, "continue": 1, "unknown": 0}
    assert found.file.problems == ()


ROWS = [line.split(",") for line in GOOD.splitlines()]


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("\ufeff" + GOOD, "comma"),
        (GOOD.replace("\n", "\r\n"), "comma"),
        (GOOD.replace("\n", "\r"), "comma"),
        (GOOD.replace(",", ";"), "semicolon"),
        (GOOD.replace(",", "\t"), "tab"),
        ("\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS), "comma"),
        ("\n".join(" , ".join(row) for row in ROWS), "comma"),
        ("\n\n".join(",".join(row) for row in ROWS) + "\n,,,\n", "comma"),
        ("\n".join(",".join(row[::-1]) for row in ROWS), "comma"),
        ("\n".join(",".join([*row, "x", "y"]) for row in ROWS), "comma"),
        (GOOD.replace("person,week,instrument,score", "Person,WEEK, Instrument ,Score"), "comma"),
        (GOOD.replace(",0,", ",0.0,").replace(",4,NDI,24", ",4.00,NDI,24.0"), "comma"),
        (GOOD.replace("NPRS", "nrs").replace("NDI", "NDI/50"), "comma"),
    ],
    ids=[
        *("byte order mark", "CRLF", "CR", "semicolons", "tabs", "quotes", "blanks"),
        *("empty rows", "columns in another order", "more columns", "headers in capitals"),
        *("decimals", "other names"),
    ],
)
def test_the_same_scores_written_otherwise_have_the_same_answer(
    table: Path, text: str, separator: str
) -> None:
    found = asked(table, text)
    assert [each.to_dict() for each in found.people] == [
        each.to_dict() for each in asked(table, GOOD).people
    ]
    assert found.file.separator == separator
    assert sentences(found) == []


def test_columns_that_are_not_used_are_named(table: Path) -> None:
    text = "\n".join(",".join([*row, "x", "y"]) for row in ROWS).replace("score,x,y", "score,a,b")
    assert asked(table, text).file.ignored == ("a", "b")


@settings(max_examples=25, deadline=None)
@given(st.permutations(GOOD.splitlines()[1:]))
def test_the_order_of_rows_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str]
) -> None:
    path = tmp_path_factory.mktemp("scores") / "scores.csv"
    one = asked(path, GOOD)
    other = asked(path, HEAD + "\n".join(rows))
    assert {p.person: p.review for p in one.people} == {p.person: p.review for p in other.people}
    assert one.calibration == other.calibration


FAULTS = [
    ("Ada,6,NPRS,11", "score", "'11', admissible is a number from 0 to 10 for NPRS (if it is"),
    ("Ada,6,NPRS,-1", "score", "'-1', admissible is a number from 0 to 10 for NPRS"),
    ("Ada,6,NPRS,x", "score", "'x', admissible is a number from 0 to 10 for NPRS"),
    ("Ada,6,NPRS,nan", "score", "'nan', admissible is a number from 0 to 10 for NPRS"),
    ("Ada,6,NPRS,inf", "score", "'inf', admissible is a number from 0 to 10 for NPRS"),
    ("Ada,6,NPRS,1_0", "score", "'1_0', admissible is a number from 0 to 10 for NPRS"),
    ('Ada,6,NPRS,"6,5"', "score", "'6,5', admissible is a number from 0 to 10 for NPRS (write dec"),
    ("Ada,six,NPRS,6", "week", "'six', admissible is a number from 0 (the first score) to 520"),
    ("Ada,,NPRS,6", "week", "an empty cell, admissible is a number from 0 (the first score)"),
    ("Ada,-2,NPRS,6", "week", "'-2', admissible is a number from 0 (the first score) to 520"),
    ("Ada,5000,NPRS,6", "week", "'5000', admissible is a number from 0 (the first score) to 520"),
    ("Ada,4,NPRS,4", "week", "'4', admissible is one NPRS score a week (week 4 is in row 4 too)"),
    ("Ada,4.0,nrs,9", "week", "'4.0', admissible is one NPRS score a week (week 4 is in row 4"),
]


@pytest.mark.parametrize(("row", "column", "words"), FAULTS, ids=[row for row, _, _ in FAULTS])
def test_a_row_that_cannot_be_used_is_told_and_its_measure_waits(
    table: Path, row: str, column: str, words: str
) -> None:
    found = asked(table, GOOD + row + "\n")
    (sentence,) = sentences(found)
    assert sentence.startswith(f"scores.csv, row 7, column {column}: found {words}")
    assert advice(found) == {"Ada": "unknown", "Ben": "adapt"}
    reason = found.people[0].review.reasons[0].text
    assert reason == f"Not judged until it is mended: {sentence}."
    assert [problem.holds_up for problem in found.file.problems] == [True]


def test_points_and_percent_of_the_index_are_told_apart(table: Path) -> None:
    text = GOOD + "Cleo,0,NDI,62\nCleo,4,NDI,40\nDan,0,NDI %,62\nDan,4,NDI %,40\n"
    found = asked(table, text)
    (sentence,) = sentences(found)
    assert sentence == (
        "scores.csv, row 7, column score: found '62', admissible is a number from 0 to 50 for NDI "
        "(if it is meant, write 'NDI %')"
    )
    assert advice(found)["Cleo"] == "unknown"
    assert advice(found)["Dan"] == "continue"


def test_a_pain_line_of_unknown_length_is_never_guessed(table: Path) -> None:
    text = HEAD + "Eve,0,VAS,6\nEve,4,VAS,6\n"
    found = asked(table, text)
    assert len(found.faults) == 2
    assert "'VAS' may mean two scales, which are never guessed" in sentences(found)[0]
    assert advice(found) == {"Eve": "unknown"}
    short = asked(table, text, Wanted(read_as={"vas": "VAS 0-10"}))
    long = asked(table, text, Wanted(read_as={"VAS": "VAS 0-100"}))
    assert sentences(short) == sentences(long) == []
    assert short.people[0].review.measures[0].instrument == "VAS 0-10"
    assert "too low for a meaningful" in long.people[0].review.reasons[0].text


def test_a_score_that_was_not_taken_is_said_and_holds_nothing_up(table: Path) -> None:
    found = asked(table, GOOD + "Ada,6,NPRS,\nAda,8,NPRS,NA\n")
    assert [problem.holds_up for problem in found.file.problems] == [False, False]
    assert "row 7, column score: found an empty cell" in sentences(found)[0]
    assert found.faults == ()
    assert advice(found)["Ada"] == "continue"


def test_every_fault_of_a_table_is_listed(table: Path) -> None:
    rows = [row for row, _, _ in FAULTS] + [",0,NPRS,5", "Ada,0,Pain,5", "Ada,1", "Ada,1,NDI,2,,,3"]
    found = asked(table, GOOD + "\n".join(rows))
    assert [problem.row for problem in found.file.problems] == list(range(7, 7 + len(rows)))
    nameless, nomeasure, short, long = sentences(found)[-4:]
    assert "column person: found an empty cell, admissible is a name or a number" in nameless
    assert "column instrument: found 'Pain', admissible is a measure that is known" in nomeasure
    assert "found 2 cells, admissible is 4 as in the header" in short
    assert "found 7 cells, admissible is 4 as in the header" in long
    assert len(found.people) == 2
    assert advice(found)["Ben"] == "adapt"


def test_a_person_whose_only_row_is_broken_is_still_listed(table: Path) -> None:
    found = asked(table, HEAD + "Ada,0,NPRS,70\nBen,0\nCleo,0,Pain,3\n")
    assert advice(found) == {"Ada": "unknown", "Ben": "unknown", "Cleo": "unknown"}
    assert all("until it is mended" in each.review.reasons[0].text for each in found.people)


def test_another_measure_is_judged_while_one_waits(table: Path) -> None:
    found = asked(table, GOOD + "Ada,0,NDI,99\nAda,0,Pain,1\n")
    review = found.people[0].review
    assert review.advice == "continue"
    assert [(m.instrument, m.advice) for m in review.measures] == [
        ("NPRS", "continue"),
        ("NDI", "unknown"),
        ("Pain", "unknown"),
    ]


def test_names_of_people_are_kept_as_they_are(table: Path) -> None:
    found = asked(table, HEAD + '007,0,NPRS,5\n7,0,NPRS,5\n"Müller, Å",0,NPRS,5\n')
    assert [each.person for each in found.people] == ["007", "7", "Müller, Å"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "scores.csv is empty: a header with person, week, instrument, score is needed"),
        (HEAD, "scores.csv has a header and no row: a row for each score is needed"),
        ("person,week,score\nA,0,1\n", "scores.csv has no column 'instrument'"),
        ("person,weeks,instrument,score\nA,0,NPRS,1\n", "did you mean 'weeks'?"),
        ("person,week,week,instrument,score\nA,0,0,NPRS,1\n", "two columns are called 'week'"),
        (HEAD + '"A,0,NPRS,1\n', "scores.csv is no CSV table: unexpected end of data"),
        (b"person,week,instrument,score\nM\xfcller,0,NPRS,1\n", "no text in UTF-8 (byte 31)"),
    ],
)
def test_a_file_that_is_no_table_of_scores_is_refused(
    table: Path, text: str | bytes, message: str
) -> None:
    with pytest.raises(CareError) as refusal:
        asked(table, text)
    assert message in str(refusal.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CareError, match=r"cannot read .*No such file"):
        read_score_file(tmp_path / "none.csv")


def test_a_file_of_unbelievable_length_is_refused(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filiform.care._score_file._MOST_BYTES", 10)
    with pytest.raises(CareError, match="longer than 256 MB: split it by people"):
        asked(table, GOOD)


OWN = (
    "person,week,instrument,score,plan,with\n"
    "Ada,0,NPRS,7,4,dry_needling\nAda,4,NPRS,7,4,\nBen,0,NPRS,7,,\nBen,4,NPRS,7,,\n"
)


def test_a_planned_end_and_a_therapy_of_each_ones_own_are_read_where_they_are_named(
    table: Path,
) -> None:
    bare = asked(table, OWN)
    assert [e.review.measures[0].planned_end_week for e in bare.people] == [12, 12]
    own = asked(table, OWN, Wanted(end_week_column="plan", therapy_column="with"))
    assert [e.review.measures[0].planned_end_week for e in own.people] == [4, 12]
    assert advice(own) == {"Ada": "stop", "Ben": "adapt"}
    assert "Of dry needling alone" in own.people[0].review.prior
    assert {prior.therapy for prior in own.priors} == {"", "dry_needling"}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("7,4,dry_needling", "7,4,massage", "unknown therapy with needles 'massage'"),
        ("7,4,dry_needling", "7,soon,", "The planned end is 'soon', admissible is a week above 0"),
        ("Ada,4,NPRS,7,4", "Ada,4,NPRS,7,6", "admissible is one value a person (it was '4' befo"),
    ],
)
def test_an_own_value_that_cannot_be_holds_that_person_up(
    table: Path, old: str, new: str, why: str
) -> None:
    wanted = Wanted(end_week_column="plan", therapy_column="with")
    found = asked(table, OWN.replace(old, new), wanted)
    assert advice(found) == {"Ada": "unknown", "Ben": "adapt"}
    assert why in found.people[0].review.reasons[0].text


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Wanted(therapy="massage"), "unknown therapy with needles 'massage'"),
        (Wanted(end_week=0), "the planned end is week 0, admissible is a week above 0"),
        (Wanted(end_week_column="none"), "scores.csv has no column 'none'"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(table: Path, wanted: Wanted, message: str) -> None:
    with pytest.raises(CareError) as refusal:
        asked(table, GOOD, wanted)
    assert message in str(refusal.value)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([1, 2, 4, 8, 12, 16]), st.integers(0, 10)), max_size=6),
    st.integers(0, 16),
)
def test_rows_that_come_later_never_change_an_earlier_answer(
    tmp_path_factory: pytest.TempPathFactory, later: list[tuple[int, int]], now: int
) -> None:
    # What was said in week `now` is what the table up to that week says, and other people's rows,
    # whenever they come, change nothing.
    path = tmp_path_factory.mktemp("scores") / "scores.csv"
    by_week = dict(later)
    rows = [f"Ada,{week},NPRS,{score}" for week, score in by_week.items()]
    past = [row for row, week in zip(rows, by_week, strict=True) if week <= now]
    others = ["Zoe,0,NPRS,9", "Zoe,20,NPRS,0"]
    then = asked(path, HEAD + "\n".join(["Ada,0,NPRS,6", *past]))
    again = asked(path, HEAD + "\n".join([*others, "Ada,0,NPRS,6", *past]))
    assert then.people[0].review == again.people[1].review
    foretold = then.calibration[0].scores
    assert foretold == len(past)


def test_the_example_is_of_every_kind() -> None:
    from pathlib import Path  # noqa: PLC0415 - only this test reads a file of the repository

    example = Path(__file__).parents[2] / "examples" / "scores.csv"
    found = review_file(example, library=LIB, review=published())
    VALID.validate(found.to_dict())
    assert set(advice(found).values()) == {"refer", "stop", "adapt", "continue", "unknown"}
    assert found.file.problems == ()


def test_decimal_commas_are_read_where_commas_do_not_part_the_cells(table: Path) -> None:
    semicolons = "person;week;instrument;score\nAda;0;NPRS;6,5\nAda;4;NPRS;2,25\n"
    found = asked(table, semicolons)
    assert found.file.problems == ()
    assert (found.people[0].review.measures[0].first, found.faults) == (6.5, ())
    odd = asked(table, semicolons.replace("2,25", "1,000"))
    assert "found '1,000'" in odd.faults[0].sentence


def test_a_missing_column_and_an_unknown_measure_are_told_with_what_there_is(table: Path) -> None:
    with pytest.raises(CareError) as refusal:
        asked(table, "name,week,tool,score\nAda,0,NPRS,6\n")
    assert str(refusal.value) == (
        "scores.csv has no column 'person': the columns person, week, instrument, score are "
        "needed, the file has name, week, tool, score"
    )
    with pytest.raises(CareError, match=r"the file has persn, .*; did you mean 'persn'\?"):
        asked(table, HEAD.replace("person", "persn") + "Ada,0,NPRS,6\n")
    found = asked(table, HEAD + "Ada,0,XYZ,6\n")
    assert "10 are admissible: NPRS, NPRS 0-100, VAS 0-10" in found.faults[0].sentence
