"""When scores are due, which are overdue, how many are missing."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.care.outcomes import DUE_WEEKS, Taken, due, share_missing
from filiform.errors import CareError

START = dt.date(2026, 1, 5)


def day(weeks: float) -> dt.date:
    return START + dt.timedelta(days=round(7 * weeks))


def test_scores_are_asked_for_at_the_start_and_in_weeks_4_12_and_26() -> None:
    assert DUE_WEEKS == (0, 4, 12, 26)


def test_a_score_near_its_week_counts_and_one_far_from_it_does_not() -> None:
    near = [Taken("NDI", day(0)), Taken("NDI", day(5))]
    far = [Taken("NDI", day(0)), Taken("NDI", day(6))]
    assert due(START, near, day(8), instruments=["NDI"]) == ()
    assert [each.week for each in due(START, far, day(8), instruments=["NDI"])] == [4]


def test_each_measure_is_due_by_itself_and_its_name_may_be_written_otherwise() -> None:
    found = due(START, [Taken("nrs", day(0))], day(1), instruments=["NPRS", "NDI"])
    assert [(each.instrument, each.week, each.overdue_days) for each in found] == [("NDI", 0, 5)]


def test_nothing_is_due_before_its_time_comes() -> None:
    taken = [Taken("NDI", START)]
    assert due(START, taken, day(2.5), instruments=["NDI"]) == ()
    assert [d.overdue_days for d in due(START, taken, day(3), instruments=["NDI"])] == [0]


def test_an_unknown_measure_is_refused() -> None:
    with pytest.raises(CareError, match="unknown instrument 'NDX'"):
        due(START, [], START, instruments=["NDX"])


def test_the_share_missing_counts_only_courses_whose_time_is_over() -> None:
    courses = [
        (START, [Taken("NDI", day(0)), Taken("NDI", day(4))]),
        (START, [Taken("NDI", day(0))]),
        (day(6), [Taken("NDI", day(6))]),  # its week 4 is still open on day(10)
    ]
    found = {each.week: each for each in share_missing(courses, day(10), instruments=["NDI"])}
    assert (found[0].expected, found[0].missing, found[0].share) == (3, 0, 0.0)
    assert (found[4].expected, found[4].missing, found[4].share) == (2, 1, 0.5)
    assert (found[12].expected, found[12].missing, found[12].share) == (0, 0, None)


@given(st.lists(st.integers(-30, 250), max_size=8), st.integers(0, 300))
def test_taking_a_score_never_makes_another_one_due(days: list[int], today: int) -> None:
    taken = [Taken("NPRS", START + dt.timedelta(days=each)) for each in days]
    now = START + dt.timedelta(days=today)
    open_before = set(due(START, taken[1:], now, instruments=["NPRS"]))
    assert set(due(START, taken, now, instruments=["NPRS"])) <= open_before
