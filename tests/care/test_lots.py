"""Each needle is used once, from a lot that is in date and not recalled."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.needle_records import LOT, TODAY, needle, needles, session

from filiform.care.lots import Lot, lot_problems, lots_used, repeat_last

if TYPE_CHECKING:
    from filiform.care.needles import Needle

DAY = dt.timedelta(days=1)


def codes(lot: Lot, used: int, on: dt.date = TODAY) -> list[str]:
    return [problem.code for problem in lot_problems([lot], {lot.key: used}, on=on)]


def test_a_good_lot_has_no_problem() -> None:
    assert codes(LOT, 100) == []
    assert codes(LOT, 0, on=LOT.expires_on + DAY) == []


def test_a_lot_may_be_used_on_its_last_day_and_not_after() -> None:
    assert codes(LOT, 1, on=LOT.expires_on) == []
    assert codes(LOT, 1, on=LOT.expires_on + DAY) == ["lot_expired"]


def test_a_lot_is_refused_from_the_day_of_its_recall_on() -> None:
    recalled = replace(LOT, recalled_on=TODAY)
    assert codes(recalled, 1, on=TODAY - DAY) == []
    assert codes(recalled, 1) == ["lot_recalled"]


def test_no_more_needles_are_used_than_are_left() -> None:
    lot = replace(LOT, received=10, used=6, discarded=1)
    assert lot.left == 3
    assert codes(lot, 3) == []
    (problem,) = lot_problems([lot], {lot.key: 4}, on=TODAY)
    assert problem.sentence == (
        "4 needles of lot A1 of Acme are recorded and 3 are left: "
        "each is used once, so correct the lot or the count."
    )


def test_a_lot_that_never_came_is_unknown() -> None:
    (problem,) = lot_problems([], {LOT.key: 1}, on=TODAY)
    assert problem.sentence == "Lot A1 of Acme is not in stock: receive it first."


def test_two_sizes_of_one_lot_number_are_two_lots() -> None:
    longer = replace(LOT, length_mm=75.0)
    assert codes(longer, 1) == []
    assert [each.code for each in lot_problems([longer], {LOT.key: 1}, on=TODAY)] == ["lot_unknown"]


def test_needles_are_counted_by_lot() -> None:
    found = [needle(), needle(), needle(lot="B2"), needle(lot=None)]
    assert lots_used(found) == {LOT.key: 2, LOT.key._replace(lot="B2"): 1}


# Repeating the last session


def test_a_repeated_session_copies_the_sites_and_nothing_that_must_be_found_anew() -> None:
    last = session(needle(angle="perpendicular"), co_treatments=["heat"], notes="well")
    again = repeat_last(last, lots=[LOT], on=TODAY + 7 * DAY)
    (first,) = again.needles
    assert (first.site, first.side, first.region, first.angle) == (
        *("LI11", "left", "forearm", "perpendicular"),
    )
    assert (first.response_sought, first.stimulation) == ("deqi", "manual")
    assert (first.depth_mm, first.response_got, first.minutes) == (None, None, None)
    assert (first.inserted_at, first.removed_at) == (None, None)
    assert (again.held_on, again.therapy) == (TODAY + 7 * DAY, "acupuncture")
    assert (again.co_treatments, again.notes) == (("heat",), "")
    assert (again.in_counts, again.out_counts, again.checklist) == ({}, {}, {})
    assert again.confirmations == {}


def test_the_lot_that_expires_first_is_taken_until_it_is_used_up() -> None:
    soon = replace(LOT, lot="S", expires_on=TODAY + DAY, received=1)
    last = session(needle(), needle("LI10"))
    again = repeat_last(last, lots=[LOT, soon], on=TODAY)
    assert [each.lot for each in again.needles] == ["S", "A1"]
    assert again.needles[0].lot_expires_on == TODAY + DAY


@pytest.mark.parametrize(
    "lot",
    [
        replace(LOT, expires_on=TODAY - DAY),
        replace(LOT, recalled_on=TODAY),
        replace(LOT, used=100),
        replace(LOT, length_mm=25.0),
    ],
    ids=["expired", "recalled", "used up", "another size"],
)
def test_where_no_lot_is_fit_none_is_taken(lot: Lot) -> None:
    (first,) = repeat_last(session(needle()), lots=[lot], on=TODAY).needles
    assert (first.lot, first.maker, first.lot_expires_on) == (None, None, None)
    assert first.length_mm == LOT.length_mm


lots = st.lists(
    st.builds(
        Lot,
        st.just("Acme"),
        st.sampled_from(["A1", "B2", "C3", "D4"]),
        st.sampled_from([25.0, 40.0]),
        st.just(0.25),
        st.sampled_from([TODAY - DAY, TODAY, TODAY + DAY]),
        st.integers(0, 4),
        recalled_on=st.sampled_from([None, TODAY]),
    ),
    max_size=6,
    unique_by=lambda lot: lot.key,
)


@given(st.lists(needles, max_size=8), lots)
def test_what_a_repeated_session_takes_from_stock_may_be_used(
    found: list[Needle], stock: list[Lot]
) -> None:
    last = replace(session(), needles=tuple(found))
    again = repeat_last(last, lots=stock, on=TODAY)
    assert lot_problems(stock, lots_used(again.needles), on=TODAY) == ()
    assert [(each.site, each.side) for each in again.needles] == [
        (each.site, each.side) for each in found
    ]
    left = sum(lot.left for lot in stock if lot.usable(TODAY))
    without = [each for each in again.needles if each.lot is None]
    assert len(again.needles) - len(without) <= left
