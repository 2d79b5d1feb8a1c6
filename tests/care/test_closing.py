"""What stands against closing a session, needle by needle."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from tests.care.needle_records import NOW, TICKED, TODAY, needle, needles, session

from filiform.care.closing import both_sides, checklist, closing_problems
from filiform.care.needles import Needle, SessionRecord
from filiform.care.refusal import Problem, open_problems
from filiform.care.sites import site_of
from filiform.errors import CareError
from filiform.knowledge import library


def problems(*found: Needle, **changes: object) -> tuple[Problem, ...]:
    return closing_problems(session(*found, **changes), second_look=None)


def codes(*found: Needle, **changes: object) -> list[str]:
    return [problem.code for problem in problems(*found, **changes)]


def muscle(name: str, region: str, **changes: object) -> Needle:
    plain = {"site_kind": "muscle", "region": region, "depth_mm": 10, **changes}
    return needle(name, **plain)  # type: ignore[arg-type]


def test_a_dangerous_site_needs_a_confirmation_that_says_how_the_danger_was_avoided() -> None:
    gb21 = needle("GB21", region="upper_shoulder", depth_mm=10)
    (problem,) = problems(gb21)
    assert (problem.code, problem.key, problem.answered_by) == (
        *("dangerous_site", "dangerous_site:GB21:left", "confirmation"),
    )
    assert "lung below: never deep" in problem.sentence
    assert "muscle pinched up or needle level" in problem.sentence
    assert problem.sources
    assert problems(gb21, confirmations={problem.key: "pinched up, level"}) == ()
    assert codes(gb21, confirmations={problem.key: "  "}) == ["dangerous_site"]


def test_one_confirmation_holds_for_all_needles_of_a_site_on_one_side() -> None:
    two = [muscle("upper_trapezius", "upper_shoulder") for _ in range(2)]
    assert codes(*two) == ["dangerous_site"]
    other = muscle("upper_trapezius", "upper_shoulder", side="right")
    assert codes(*two, other) == ["dangerous_site", "dangerous_site"]


def test_a_point_in_a_region_that_is_not_its_own_needs_a_reason() -> None:
    # points.csv places EX-B2 at the upper back; the row beside the neck is used by the same rule
    jiaji = needle("EX-B2", region="posterior_neck", depth_mm=15)
    region, danger = problems(jiaji)
    assert (region.code, danger.code) == ("region_differs", "dangerous_site")
    assert "the tables place it at the upper back, it is recorded at the back of the neck" in (
        region.sentence
    )
    confirmed = {region.key: "the neck row", danger.key: "inward, 15 mm"}
    assert problems(jiaji, confirmations=confirmed) == ()


@pytest.mark.parametrize(
    ("code", "region", "side", "fits"),
    [
        ("GV20", "vertex", "midline", True),
        ("GV20", "vertex", "left", False),
        ("LI11", "forearm", "right", True),
        ("LI11", "forearm", "midline", False),
        ("EX-HN15", "posterior_neck", "left", True),
        ("EX-HN15", "posterior_neck", "midline", True),
    ],
)
def test_points_of_the_middle_channels_have_no_side_and_the_others_have(
    code: str, region: str, side: str, fits: bool
) -> None:
    found = codes(needle(code, side=side, region=region, depth_mm=10))
    assert found == ([] if fits else ["side_differs"])


def test_a_muscle_is_on_the_left_or_the_right() -> None:
    assert codes(muscle("masseter", "jaw")) == []
    assert codes(muscle("masseter", "jaw", side="midline")) == ["side_differs"]


def test_a_tender_spot_has_the_danger_of_its_region() -> None:
    over_the_lung = needle("ASHI", region="upper_back")
    assert codes(over_the_lung) == ["dangerous_site"]
    assert codes(needle("ASHI", region="forearm")) == []
    assert codes(needle("sore place", site_kind="other", region="anterior_neck")) == [
        "dangerous_site"
    ]


def test_deeper_than_the_source_states_needs_a_reason() -> None:
    # points.csv: LI11 25 to 38 mm
    assert codes(needle("LI11", depth_mm=38)) == []
    (problem,) = problems(needle("LI11", depth_mm=39))
    assert problem.code == "deeper_than_stated"
    assert "39 mm is deeper than the 38 mm that the source states" in problem.sentence
    assert codes(needle("LI11", depth_mm=39), confirmations={problem.key: "a strong arm"}) == []


def test_a_depth_that_no_source_states_is_not_judged() -> None:
    assert library().points["ST38"].depth_mm_high is None
    assert codes(needle("ST38", region="lower_leg", depth_mm=39)) == []


def test_a_needle_is_not_deeper_than_it_is_long() -> None:
    deep = needle("ST38", region="lower_leg", depth_mm=41, length_mm=40)
    (problem,) = problems(deep)
    assert problem.code == "deeper_than_long"
    assert problem.sentence == (
        "Needle 1 (ST38, left): 41 mm deep with a needle of 40 mm: correct the depth or the length."
    )


@pytest.mark.parametrize(
    ("name", "field", "within", "beyond"),
    [
        ("obliquus_capitis_inferior", "length_mm", 40, 50),  # dn-07: use 40 mm
        ("rectus_capitis_posterior_major", "length_mm", 39, 40),  # dn-06: shorter than 40 mm
        ("cervical_multifidus", "length_mm", 50, 60),  # dn-08: 60 mm entered the canal
        ("upper_trapezius", "depth_mm", 30, 31),  # dn-02: 3.1 cm deep reached the lung
    ],
)
def test_limits_of_single_muscles_are_asked_about(
    name: str, field: str, within: float, beyond: float
) -> None:
    at = {"length_mm": 75} if field == "depth_mm" else {}
    fine = codes(muscle(name, "suboccipital", **{**at, field: within}))
    over = codes(muscle(name, "suboccipital", **{**at, field: beyond}))
    assert fine == ["dangerous_site"]
    assert over == ["dangerous_site", f"over_limit_{field}"]


def test_dry_needling_over_both_lungs_in_one_session_needs_a_reason() -> None:
    left, right = (muscle("rhomboids", "medial_scapula", side=side) for side in ("left", "right"))
    both = problems(left, right, therapy="dry_needling")
    assert [problem.code for problem in both] == ["dangerous_site", "dangerous_site", "both_sides"]
    assert "never needle over both lungs on the same day" in both[-1].sentence
    assert "both_sides" not in codes(left, left, therapy="dry_needling")
    assert "both_sides" not in codes(left, right, therapy="acupuncture")


def test_the_other_side_of_the_same_day_counts_and_alone_it_is_not_asked_again() -> None:
    left, right = (muscle("rhomboids", "medial_scapula", side=side) for side in ("left", "right"))
    day = SessionRecord("dry_needling", TODAY, (left,), earlier=(right,))
    [found] = both_sides(day, library())
    assert "with those of another session of this day" in found.sentence
    assert both_sides(replace(day, needles=()), library()) == ()
    assert both_sides(replace(day, earlier=(left,)), library()) == ()


def test_hz_or_ma_without_electrical_stimulation_is_a_slip() -> None:
    given = (needle(hz=2), "Hz"), (needle(ma=1), "mA"), (needle(hz=2, ma=1), "Hz and mA")
    for slip, named in given:
        (problem,) = problems(slip)
        assert problem.code == "current_without_electrical"
        assert f"{named} without electrical stimulation" in problem.sentence


def test_electrical_stimulation_needs_its_hz_and_a_therapy_with_current() -> None:
    current = needle(stimulation="electrical", hz=2, ma=1)
    assert codes(current, therapy="electroacupuncture") == []
    assert codes(current) == ["current_not_agreed"]
    assert codes(needle(stimulation="electrical"), therapy="electroacupuncture") == ["hz_missing"]


def test_times_that_are_reversed_or_half_told_are_said() -> None:
    before = NOW - dt.timedelta(minutes=1)
    assert codes(needle(removed_at=before)) == ["times_reversed"]
    assert codes(needle(removed_at=None)) == ["not_removed"]
    assert codes(needle(inserted_at=None)) == ["never_in"]
    assert codes(needle(removed_at=None, inserted_at=None, minutes=20)) == []
    assert codes(needle(removed_at=None, inserted_at=None)) == []


def test_each_needle_is_from_a_lot_that_is_in_date() -> None:
    assert codes(needle(lot=None)) == ["no_lot"]
    assert codes(needle(lot_expires_on=TODAY)) == []
    (problem,) = problems(needle(lot_expires_on=TODAY - dt.timedelta(days=1)))
    assert (problem.code, problem.sources) == ("expired", ("fda-needle",))


def test_every_item_of_the_checklist_must_be_ticked() -> None:
    assert len(checklist()) == 7
    left_out = {key: True for key in TICKED if key != "hands_before"}
    (problem,) = problems(needle(), checklist=left_out)
    assert problem.sentence == "Not ticked: Hands cleaned right before the first needle."
    assert problem.where == "checklist.hands_before"
    assert codes(needle(), checklist={**TICKED, "hands_after": False}) == ["checklist"]


def test_an_item_that_is_not_on_the_checklist_is_refused() -> None:
    with pytest.raises(CareError, match="unknown item of the clean-needle checklist 'hands_befor'"):
        problems(needle(), checklist={"hands_befor": True})


def test_each_item_of_the_checklist_has_its_source() -> None:
    for item, when, _, source in checklist():
        assert when in {"before", "after"}
        assert library().sources_of(source), item


def test_only_problems_that_hold_an_act_up_are_open() -> None:
    said = Problem("x", "Only said.", "x", answered_by="nothing")
    held = Problem("y", "Mend it.", "y")
    assert open_problems((said, held)) == (held,)


# Sites


def test_every_caution_of_the_tables_is_a_danger_or_said_to_be_none() -> None:
    words = library().rules("care")["not_a_danger"]
    assert isinstance(words, dict)
    for code, point in library().points.items():
        if point.cautions is not None and code != "ASHI":
            site = site_of(needle(code, region=point.region), library())
            told = any(word in point.cautions for word in words["words"])
            assert site.dangers or told, code
    for name, row in library().muscles.items():
        site = site_of(muscle(name, "chest"), library())
        assert bool(site.dangers) is (row.danger is not None), name


def test_every_dangerous_site_says_how_the_danger_is_avoided() -> None:
    sites = [site_of(needle(code, region="chest"), library()) for code in library().points]
    sites += [site_of(muscle(name, "chest"), library()) for name in library().muscles]
    dangerous = [site for site in sites if site.needs_confirmation]
    assert len(dangerous) >= 40
    for site in dangerous:
        assert site.avoid, site.id
        assert site.danger, site.id
        assert site.sources, site.id


def test_pregnancy_rows_do_not_tell_how_a_danger_is_avoided() -> None:
    site = site_of(needle("GB21", region="upper_shoulder"), library())
    assert site.rows == ("ac-15",)
    assert site.dangers == ("lung",)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (needle("GB 21"), "unknown point 'GB 21': did you mean 'GB21'"),
        (muscle("trapezius", "chest"), "unknown muscle 'trapezius': did you mean"),
    ],
)
def test_a_site_that_is_not_in_the_tables_is_refused(given: Needle, message: str) -> None:
    with pytest.raises(CareError, match=message):
        site_of(given, library())


# Reading


def test_a_session_is_read_back_as_it_was_written() -> None:
    record = session(needle(), needle("GB21", region="upper_shoulder"), notes="well", told="rest")
    assert SessionRecord.from_mapping(record.to_dict()) == record


@given(needles)
def test_a_needle_is_read_back_as_it_was_written(found: Needle) -> None:
    assert Needle.from_mapping(found.to_dict()) == found


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"side": "lft"}, r"needle\.side: unknown side 'lft': did you mean 'left'"),
        ({"depth_mm": -1}, r"needle\.depth_mm is -1, admissible is a number from 0 to 150 mm"),
        ({"depth_mm": True}, r"needle\.depth_mm is True, admissible is a number"),
        ({"hz": float("nan")}, r"needle\.hz is nan, admissible is a number from 0\.1 to 1000 Hz"),
        ({"response_got": "dequi"}, r"unknown response got 'dequi': did you mean 'deqi'"),
        ({"site": " "}, r"needle\.site is ' ', admissible is a text that is not blank"),
        ({"lot_expires_on": "2026-13-01"}, r"needle\.lot_expires_on is '2026-13-01'.*YYYY-MM-DD"),
        ({"inserted_at": "10:00"}, r"needle\.inserted_at is '10:00', admissible is a moment"),
        ({"dept_mm": 3}, r"unknown field of needle 'dept_mm': did you mean 'depth_mm'"),
    ],
)
def test_a_needle_that_cannot_be_read_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(CareError, match=message):
        needle(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"in_counts": {"forearm": -1}}, r"session\.in_counts\.forearm is -1, admissible is a who"),
        ({"in_counts": [1]}, r"session\.in_counts is \[1\], admissible is an object of named"),
        ({"checklist": {"x": 1}}, r"session\.checklist\.x is 1, admissible is true or false"),
        ({"notes": None}, r"session\.notes is None, admissible is a text"),
        ({"needles": "x"}, r"session\.needles is 'x', admissible is a list"),
    ],
)
def test_a_session_that_cannot_be_read_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(CareError, match=message):
        session(**changes)


def test_a_session_without_its_day_is_refused() -> None:
    with pytest.raises(CareError, match="session has no held_on: add it"):
        SessionRecord.from_mapping({"therapy": "acupuncture"})
