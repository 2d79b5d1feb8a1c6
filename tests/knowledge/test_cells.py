"""Each parser of a cell reads what it admits and refuses everything else."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from filiform.knowledge import _cells as cells
from filiform.knowledge import first_day, vocabulary
from filiform.knowledge._dates import as_of


@given(st.integers(-(10**9), 10**9))
def test_a_whole_number_is_read_back(value: int) -> None:
    assert cells.whole(-(10**9)).read(str(value)) == value


@given(st.decimals(-(10**6), 10**6, places=4))
def test_a_decimal_number_is_read_back(value: object) -> None:
    assert cells.number().read(f"{value:f}") == float(str(value))


@pytest.mark.parametrize(
    "text", ["1e3", "NaN", "inf", "-inf", "1,000", "0x10", "½", "1_000", "+1", " 1", "١", "", "."]
)
def test_a_number_is_plain_ascii_decimal_or_refused(text: str) -> None:
    for cell in (cells.number(), cells.whole(0)):
        with pytest.raises(ValueError, match=r"^.*$"):
            cell.read(text)


@given(st.text())
def test_any_text_is_read_as_a_number_or_refused_with_a_value_error(text: str) -> None:
    try:
        value = cells.number().read(text)
    except ValueError:
        return
    assert value == value  # noqa: PLR0124 - a NaN would differ from itself
    assert abs(value) < float("inf")


@given(st.floats(-10, 10, allow_nan=False))
def test_a_number_outside_its_range_is_refused(value: float) -> None:
    text = f"{value:.6f}"
    inside = 0 <= float(text) <= 5
    cell = cells.number(0, 5)
    if inside:
        assert cell.read(text) == float(text)
    else:
        with pytest.raises(ValueError, match=r".*"):
            cell.read(text)


@pytest.mark.parametrize("text", ["0", "1", "0.0", "1.0", "-0.5", "95"])
def test_a_level_is_strictly_between_0_and_1(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        cells.strictly_between(0, 1).read(text)


def test_an_empty_cell_is_none_and_never_zero() -> None:
    assert cells.optional(cells.number()).read("") is None
    assert cells.optional(cells.number()).read("0") == 0


@given(st.lists(st.integers(0, 99), unique=True, min_size=1))
def test_a_list_is_read_back_in_its_order(values: list[int]) -> None:
    assert cells.several(cells.whole(0)).read(";".join(map(str, values))) == tuple(values)


def test_a_list_with_a_repetition_is_refused() -> None:
    with pytest.raises(ValueError, match="1;2;1"):
        cells.several(cells.whole(0)).read("1;2;1")


WORDS = sorted(["acupuncture", "cupping", "dry_needling", "exercise", "massage"])


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
def test_a_combination_is_admitted_only_in_alphabetical_order_without_repetition(
    parts: list[str],
) -> None:
    text = "+".join(parts)
    if parts == sorted(set(parts)):
        assert cells.combination().read(text) == text
    else:
        with pytest.raises(ValueError, match=r".*"):
            cells.combination().read(text)


@given(st.text())
def test_a_word_outside_the_vocabulary_is_refused(text: str) -> None:
    assume(text not in {"yes", "no"})
    with pytest.raises((ValueError, KeyError)):
        cells.yes_no().read(text)


@pytest.mark.parametrize("channel", sorted(vocabulary.CHANNELS))
def test_a_channel_ends_at_its_last_point(channel: str) -> None:
    last = vocabulary.CHANNELS[channel][1]
    cell = vocabulary.point_code()
    assert cell.read(f"{channel}1") == f"{channel}1"
    assert cell.read(f"{channel}{last}") == f"{channel}{last}"
    for wrong in (f"{channel}0", f"{channel}{last + 1}", f"{channel}", f"{channel.lower()}1"):
        with pytest.raises(ValueError, match=r".*"):
            cell.read(wrong)


def test_the_channels_have_the_361_points_of_the_who_standard() -> None:
    # WHO Standard Acupuncture Point Locations in the Western Pacific Region, 2008: 361 points.
    assert sum(last for _, last in vocabulary.CHANNELS.values()) == 361


@pytest.mark.parametrize("text", ["EX-B2", "EX-HN15", "EX-UE8", "ASHI"])
def test_extra_points_and_tender_places_are_points(text: str) -> None:
    assert vocabulary.point_code().read(text) == text


@pytest.mark.parametrize("text", ["EX-ZZ2", "EX-B", "EXB2", "Ashi", "GB 20", "GB20 "])
def test_what_only_looks_like_a_point_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        vocabulary.point_code().read(text)


@pytest.mark.parametrize(
    ("cell", "right", "wrong"),
    [
        (vocabulary.doi(), "10.1136/bmj.322.7302.1574", "doi 10.1136/bmj"),
        (vocabulary.doi(), "10.1016/s0304-3959(02)00062-3", "https://doi.org/10.1136/x"),
        (vocabulary.pmid(), "12237186", "PMID 12237186"),
        (vocabulary.pmid(), "1", "0123"),
        (vocabulary.pmcid(), "PMC33515", "33515"),
        (vocabulary.registration(), "NCT01205958", "NCT0120595"),
        (vocabulary.registration(), "ChiCTR1800016371", "registered"),
        (vocabulary.slug(), "von-trott-2009", "Von-Trott-2009"),
        (vocabulary.snake(), "upper_trapezius", "upper-trapezius"),
        (vocabulary.arm_id(), "a", "ab"),
        (vocabulary.country(), "DE", "Germany"),
        (vocabulary.jurisdiction(), "GB-WLS", "GB-Wales"),
        (vocabulary.year(), "1982", "1949"),
    ],
)
def test_identifiers_have_one_shape(cell: cells.Cell[object], right: str, wrong: str) -> None:
    assert str(cell.read(right)) == right
    with pytest.raises(ValueError, match=r".*"):
        cell.read(wrong)


@given(st.dates(dt.date(1900, 1, 1)))
def test_a_day_a_month_and_a_year_are_dates(day: dt.date) -> None:
    assert first_day(as_of().read(day.isoformat())) == day
    assert first_day(as_of().read(f"{day:%Y-%m}".zfill(7))) == day.replace(day=1)
    assert first_day(f"{day.year}") == day.replace(month=1, day=1)


@pytest.mark.parametrize("text", ["2026-13", "2026-02-30", "26", "2026/01", "January 2026", ""])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        as_of().read(text)


def test_a_misspelt_word_is_answered_with_the_nearest_one() -> None:
    cell = cells.word("low", "some", "high")
    assert cell.refusal("hgih") == "one of low, some, high (did you mean 'high'?)"
    assert cell.refusal("") == "one of low, some, high"
