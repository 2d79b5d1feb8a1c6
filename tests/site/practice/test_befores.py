"""An entry of the history keeps what a change changed, and all that stood there before follows."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from tests.site.practice import making
from tests.site.practice.billed import make_session

from filiform.site.practice import befores, keeping
from filiform.site.practice.models import HistoryEntry
from filiform.site.practice.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from filiform.site.practice.models import Course, Member

LEAVES = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from([1.0, "", "x", "1"])
VALUES = st.recursive(
    LEAVES,
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.sampled_from("ab"), v),
    max_leaves=4,
)
ROWS = st.lists(st.dictionaries(st.sampled_from(["depth", "site"]), VALUES), max_size=4)
RECORDS = st.dictionaries(st.sampled_from("klmn"), VALUES).flatmap(
    lambda record: st.just(record) | ROWS.map(lambda rows: {**record, "needle": rows})
)


@given(RECORDS, RECORDS)
def test_what_stood_there_follows_from_what_differs(
    before: keeping.Values, after: keeping.Values
) -> None:
    kept = json.loads(json.dumps(befores.changed(before, after)))
    told = befores.whole(kept, after)
    assert json.dumps(told, sort_keys=True) == json.dumps(before, sort_keys=True)


@given(RECORDS, RECORDS)
def test_what_is_the_same_is_not_kept(before: keeping.Values, after: keeping.Values) -> None:
    assert befores.changed(before, before) == {}
    kept = befores.changed(before, after)
    assert all(
        json.dumps(before[name]) != json.dumps(after.get(name, ...))
        for name in kept
        if name and name in after
    )


def test_an_entry_that_keeps_the_whole_of_both_is_read_as_it_is() -> None:
    before = {"notes": "", "needle": [{"depth_mm": "8.0"}], "version": 1}
    after = {"notes": "x", "needle": [{"depth_mm": "9.0"}], "version": 2}
    assert befores.whole(before, after) == before
    assert befores.whole(None, after) is None
    assert befores.whole(before, None) == before


def test_a_needle_that_changes_is_kept_alone_and_keeps_its_id(
    a_course: Course, member: Callable[[str], Member]
) -> None:
    session = make_session(member("practitioner"), a_course)
    before, needles = keeping.values(session), list(session.needles.order_by("order"))
    needles[1].depth_mm = Decimal("15.5")
    with keeping.acting(member("practitioner")) as act:
        act.change(session, before=before, children=needles[1:])
    entry = HistoryEntry.objects.get(kind="session", act="change")
    assert entry.before is not None
    assert entry.before.keys() == {"changed_at", "version", "needle"}
    assert befores.whole(entry.before, entry.after) == before
    assert list(verify()) == []


def test_a_page_of_the_history_shows_before_and_after_of_either_kind_of_entry(
    a_course: Course, member: Callable[[str], Member]
) -> None:
    before = keeping.values(a_course)
    a_course.stage = "planned"
    with keeping.acting(member("owner")) as act:
        act.change(a_course, before=before)
    entry = HistoryEntry.objects.get(kind="course", act="change")
    assert entry.before is not None
    assert "person_id" not in entry.before
    page = making.client_for(member("owner")).get(f"/practice/history/{entry.number}/")
    assert "<del>new</del>" in page.content.decode()
    assert "nothing" not in page.content.decode()
