"""Law, cost and cover say since when they have not been checked."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.knowledge import FRESH_DAYS, KnowledgeError, checked_note

TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("as_of", "note"),
    [
        ("undated", "the source gives no date"),
        ("2019", "not checked since 2019"),
        ("2026-01", "not checked since January 2026"),
        ("2016-07-08", "not checked since 8 July 2016"),
        ("2026-05-25", ""),
        ("2026-05-24", "not checked since 24 May 2026"),
        ("2026-06", ""),
        ("2026-05", "not checked since May 2026"),
        ("2026", "not checked since 2026"),
        ("2027-01-01", ""),
    ],
)
def test_a_fact_is_old_after_180_days_counted_from_the_first_day_it_may_mean(
    as_of: str, note: str
) -> None:
    assert checked_note(as_of, TODAY) == note


@given(st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 400))
def test_the_note_appears_the_day_after_180_days(checked: dt.date, days: int) -> None:
    note = checked_note(checked.isoformat(), checked + dt.timedelta(days=days))
    assert (note == "") is (days <= FRESH_DAYS)


@pytest.mark.parametrize("as_of", ["", "soon", "2026-1", "2026-00", "21.11.2026"])
def test_a_date_of_another_form_is_refused(as_of: str) -> None:
    wish = "admissible is YYYY, YYYY-MM, YYYY-MM-DD or undated$"
    with pytest.raises(KnowledgeError, match=f"^the date of a check reads '{as_of}', {wish}"):
        checked_note(as_of, TODAY)
