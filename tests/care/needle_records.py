"""Needles, lots and sessions for the tests of care."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from filiform.care.closing import checklist
from filiform.care.lots import Lot
from filiform.care.needles import Needle, SessionRecord, count_needles
from filiform.knowledge import library

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)
TODAY = NOW.date()
TICKED = {item: True for item, *_ in checklist()}
LOT = Lot("Acme", "A1", 40.0, 0.25, dt.date(2028, 6, 30), received=100)


def needle(site: str = "LI11", side: str = "left", **changes: object) -> Needle:
    """A needle that nothing stands against: a point of the arm, without danger."""
    plain: dict[str, object] = {
        "site_kind": "point",
        "site": site,
        "side": side,
        "region": "forearm",
        "depth_mm": 25,
        "response_sought": "deqi",
        "response_got": "deqi",
        "stimulation": "manual",
        "inserted_at": NOW,
        "removed_at": NOW + dt.timedelta(minutes=20),
        "length_mm": LOT.length_mm,
        "diameter_mm": LOT.diameter_mm,
        "maker": LOT.maker,
        "lot": LOT.lot,
        "lot_expires_on": LOT.expires_on,
    }
    return Needle.from_mapping({**plain, **changes})


def session(*needles: Needle, **changes: object) -> SessionRecord:
    """A session of these needles that may be closed: all counted, all ticked."""
    counts: Mapping[str, int] = count_needles(needles)
    plain: dict[str, object] = {
        "therapy": "acupuncture",
        "held_on": TODAY,
        "needles": [each.to_dict() for each in needles],
        "in_counts": counts,
        "out_counts": counts,
        "checklist": TICKED,
    }
    return SessionRecord.from_mapping({**plain, **changes})


regions = st.sampled_from(sorted(library().areas))
needles = st.builds(
    Needle,
    st.just("other"),
    st.just("tender spot"),
    st.sampled_from(["left", "right", "midline"]),
    regions,
    depth_mm=st.one_of(st.none(), st.floats(0, 150, allow_nan=False)),
    minutes=st.one_of(st.none(), st.floats(0, 60, allow_nan=False)),
    lot=st.one_of(st.none(), st.sampled_from(["A1", "B2"])),
    maker=st.one_of(st.none(), st.just("Acme")),
    length_mm=st.sampled_from([25.0, 40.0]),
    diameter_mm=st.just(0.25),
)
