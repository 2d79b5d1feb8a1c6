"""Needles in equal needles out, region by region, or a second look with its reason."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.care.needle_records import NOW, needle, needles, regions, session

from filiform.care.closing import SecondLook, closing_problems, incidents
from filiform.care.needles import Needle, SessionRecord, count_needles
from filiform.errors import CareError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filiform.care.refusal import Problem

COUNTING = {"not_counted", "count_differs"}
LI11, LI10 = needle("LI11"), needle("LI10", side="right")
HAND = needle("SI3", region="hand_ulnar", depth_mm=10)


def counting(record: SessionRecord, look: SecondLook | None = None) -> list[Problem]:
    found = closing_problems(record, second_look=look)
    return [problem for problem in found if problem.code in COUNTING]


def look(out: Mapping[str, int], reason: str = "it had fallen on the floor") -> SecondLook:
    return SecondLook(by="Dr. Ada", at=NOW, reason=reason, out_counts=out)


def test_needles_are_counted_by_region() -> None:
    assert count_needles([LI11, LI10, HAND]) == {"forearm": 2, "hand_ulnar": 1}
    assert count_needles([]) == {}


def test_a_session_whose_counts_agree_may_be_closed() -> None:
    assert closing_problems(session(LI11, LI10, HAND), second_look=None) == ()


def test_a_session_without_needles_may_be_closed() -> None:
    assert closing_problems(session(), second_look=None) == ()


def test_one_needle_too_few_out_needs_a_second_look() -> None:
    short = session(LI11, LI10, HAND, out_counts={"forearm": 1, "hand_ulnar": 1})
    (problem,) = counting(short)
    assert (problem.code, problem.answered_by) == ("count_differs", "second_look")
    assert problem.sentence == (
        "At the forearm 2 needles are recorded, 2 were counted in and 1 out: "
        "count again, look for the needle, and say what explains it."
    )
    assert problem.sources == ("table-harms",)


def test_a_sum_that_agrees_does_not_hide_two_regions_that_do_not() -> None:
    swapped = session(LI11, LI10, HAND, out_counts={"forearm": 1, "hand_ulnar": 2})
    assert [problem.key for problem in counting(swapped)] == [
        *("count_differs:forearm", "count_differs:hand_ulnar"),
    ]


def test_a_needle_that_was_counted_in_and_not_recorded_is_found() -> None:
    more = session(LI11, in_counts={"forearm": 2}, out_counts={"forearm": 2})
    assert [problem.code for problem in counting(more)] == ["count_differs"]


def test_a_region_that_was_not_counted_is_not_zero() -> None:
    record = session(LI11, HAND, out_counts={"forearm": 1})
    (problem,) = counting(record)
    assert problem.sentence == (
        "The needles at the little-finger side of the hand were not counted out: count them."
    )
    neither = session(LI11, in_counts={}, out_counts={})
    assert "were not counted in and out" in counting(neither)[0].sentence
    assert counting(neither, look({"forearm": 1})) == counting(neither)


def test_a_second_look_with_a_reason_lets_it_close_and_raises_an_incident() -> None:
    short = session(LI11, LI10, out_counts={"forearm": 1})
    second = look({"forearm": 2})
    assert counting(short, second) == []
    (incident,) = incidents(short, second_look=second)
    assert (incident.kind, incident.missing, incident.reason) == (
        *("count_differed", 0),
        "it had fallen on the floor",
    )
    assert (incident.recorded, incident.counted_in, incident.counted_out, incident.second_out) == (
        *(2, 2, 1, 2),
    )


def test_a_second_look_that_finds_no_needle_says_that_one_is_missing() -> None:
    short = session(LI11, LI10, out_counts={"forearm": 1})
    (incident,) = incidents(short, second_look=look({"forearm": 1}, "not found"))
    assert (incident.kind, incident.missing) == ("needle_not_found", 1)
    assert "Look at the skin of the whole region" in incident.sentence


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_second_look_without_reason_is_none(reason: str) -> None:
    short = session(LI11, LI10, out_counts={"forearm": 1})
    assert len(counting(short, look({"forearm": 2}, reason))) == 1


def test_a_second_look_at_another_region_is_none() -> None:
    short = session(LI11, LI10, out_counts={"forearm": 1})
    assert len(counting(short, look({"chest": 0}))) == 1


def test_without_a_second_look_there_is_no_incident_yet() -> None:
    assert incidents(session(LI11, out_counts={"forearm": 0}), second_look=None) == ()


def test_a_region_that_is_not_known_is_refused() -> None:
    for changes in ({"in_counts": {"forarm": 1}}, {"out_counts": {"forarm": 1}}):
        with pytest.raises(CareError, match="unknown region 'forarm': did you mean 'forearm'"):
            closing_problems(session(LI11, **changes), second_look=None)
    with pytest.raises(CareError, match="unknown region 'nek'"):
        closing_problems(session(needle(region="nek")), second_look=None)


records = st.lists(needles, max_size=12)
counts = st.dictionaries(regions, st.integers(0, 4), max_size=4)


def record_of(
    found: list[Needle], counted_in: Mapping[str, int], out: Mapping[str, int]
) -> SessionRecord:
    return replace(session(), needles=tuple(found), in_counts=counted_in, out_counts=out)


@given(records)
def test_every_needle_is_counted_once(found: list[Needle]) -> None:
    counted = count_needles(found)
    assert sum(counted.values()) == len(found)
    assert all(number > 0 for number in counted.values())


@given(records, st.randoms(use_true_random=False))
def test_the_order_of_the_needles_does_not_matter(found: list[Needle], random: object) -> None:
    shuffled = sorted(found, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert dict(count_needles(shuffled)) == dict(count_needles(found))


@settings(max_examples=200)
@given(records, counts, counts)
def test_nothing_is_said_of_counts_only_where_recorded_in_and_out_are_one_number_everywhere(
    found: list[Needle], counted_in: Mapping[str, int], out: Mapping[str, int]
) -> None:
    recorded = count_needles(found)
    places = {*recorded, *counted_in, *out}
    agree = all(
        place in counted_in
        and place in out
        and recorded.get(place, 0) == counted_in[place] == out[place]
        for place in places
    )
    assert (counting(record_of(found, counted_in, out)) == []) is agree


@settings(max_examples=100)
@given(records, regions, st.integers(-1, 1).filter(bool))
def test_one_needle_more_or_less_is_always_seen(
    found: list[Needle], place: str, change: int
) -> None:
    recorded = dict(count_needles(found))
    out = {**recorded, place: recorded.get(place, 0) + change}
    if out[place] < 0:
        out[place] = 1
    record = record_of(found, {place: 0, **recorded}, out)
    assert [problem.key for problem in counting(record)] == [f"count_differs:{place}"]
    second = look({place: recorded.get(place, 0)})
    assert counting(record, second) == []
    assert [each.region for each in incidents(record, second_look=second)] == [place]


@settings(max_examples=100)
@given(records, counts, counts, counts)
def test_each_difference_that_a_second_look_lifts_leaves_an_incident(
    found: list[Needle],
    counted_in: Mapping[str, int],
    out: Mapping[str, int],
    again: Mapping[str, int],
) -> None:
    record = record_of(found, counted_in, out)
    first = {problem.key.partition(":")[2] for problem in counting(record)}
    left = {problem.key.partition(":")[2] for problem in counting(record, look(again))}
    raised = {each.region for each in incidents(record, second_look=look(again))}
    assert first - left <= raised == first
