"""What a practitioner changes in a proposal, and that each change is found."""

from __future__ import annotations

import re
from functools import cache

import pytest

from filiform.care.prescription import ChosenSite, Prescription, changed, propose
from filiform.errors import CareError
from filiform.guidance.person import Person
from filiform.knowledge import library
from filiform.review import published

LIB = library()


@cache
def proposal(therapy: str = "acupuncture", *facts: str) -> Prescription:
    return propose(
        Person(condition="spondylosis", findings=frozenset(facts)),
        therapy=therapy,
        library=LIB,
        review=published(),
        pain_areas={"posterior_neck": {"left": 6}},
    )


def as_proposed(found: Prescription) -> list[ChosenSite]:
    return [
        ChosenSite(site.kind, site.site, site.side or "left", site.region) for site in found.sites
    ]


def kinds(found: Prescription, chosen: list[ChosenSite]) -> list[tuple[str, str, str | None]]:
    return [(each.kind, each.site, each.row) for each in changed(found, chosen, library=LIB)]


@pytest.mark.parametrize("therapy", ["acupuncture", "electroacupuncture", "dry_needling"])
def test_a_plan_as_proposed_holds_no_change(therapy: str) -> None:
    found = proposal(therapy)
    assert changed(found, as_proposed(found), library=LIB) == ()


def test_a_site_that_was_not_proposed_is_a_change_and_so_is_one_that_was_taken_out() -> None:
    found = proposal()
    plan = [*as_proposed(found)[1:], ChosenSite("point", "GB34", "left", "lower_leg")]
    assert kinds(found, plan) == [("added", "GB34", None), ("removed", "EX-HN15", None)]
    added, removed = changed(found, plan, library=LIB)
    assert added.sentence == "GB34, left: not proposed."
    assert removed.sentence == "EX-HN15 Jingbailao, left: proposed and not chosen."
    assert (added.key, removed.key) == ("added:GB34:left", "removed:EX-HN15:left")


def test_the_other_side_is_told_as_such() -> None:
    found = proposal()
    plan = [*as_proposed(found), ChosenSite("point", "SI3", "right", "hand_ulnar")]
    (change,) = changed(found, plan, library=LIB)
    assert (change.kind, change.sentence) == ("side", "SI3, right: proposed on another side.")


def test_a_site_that_a_fact_forbids_is_held_against_it_though_it_was_never_a_candidate() -> None:
    found = proposal("acupuncture", "pregnant")
    plan = [*as_proposed(found), ChosenSite("point", "SP6", "left", "lower_leg")]
    (change,) = changed(found, plan, library=LIB)
    assert (change.kind, change.row) == ("against", "ac-04")
    assert change.sentence == "SP6, left: left out. Pregnancy: SP6: leave the point out."
    assert set(change.sources) <= set(LIB.bibliography)


def test_deeper_than_the_table_is_a_change_and_as_deep_is_none() -> None:
    found = proposal()
    site = found.sites[0]
    first = as_proposed(found)[0]
    rest = as_proposed(found)[1:]
    deep = ChosenSite(first.kind, first.site, first.side, first.region, depth_mm=26)
    (change,) = changed(found, [deep, *rest], library=LIB)
    assert change.kind == "deeper"
    assert change.sentence == "EX-HN15, left: 26 mm is deeper than the 25 mm proposed."
    just = ChosenSite(first.kind, first.site, first.side, first.region, depth_mm=site.depth_mm_high)
    assert changed(found, [just, *rest], library=LIB) == ()


def test_current_where_none_was_proposed_is_a_change() -> None:
    found = proposal()
    first = as_proposed(found)[0]
    with_current = ChosenSite(first.kind, first.site, first.side, first.region, electrical=True)
    (change,) = changed(found, [with_current, *as_proposed(found)[1:]], library=LIB)
    assert (change.kind, change.sentence) == (
        "current",
        "EX-HN15, left: current was not proposed here.",
    )


def test_both_upper_trapezius_muscles_in_one_session_of_dry_needling_are_warned() -> None:
    found = proposal("dry_needling")
    plan = [
        *as_proposed(found),
        ChosenSite("muscle", "upper_trapezius", "left", "upper_shoulder"),
        ChosenSite("muscle", "upper_trapezius", "right", "upper_shoulder"),
    ]
    change = next(each for each in changed(found, plan, library=LIB) if each.kind == "both_sides")
    assert change.row == "dn-04"
    assert "both sides of the chest in one session: never needle over both lungs" in change.sentence


def test_both_sides_of_gb21_in_acupuncture_are_not_held_to_a_rule_of_dry_needling() -> None:
    found = proposal()
    plan = [ChosenSite("point", "GB21", side, "upper_shoulder") for side in ("left", "right")]
    assert "both_sides" not in [kind for kind, _, _ in kinds(found, plan)]


def test_where_the_whole_therapy_was_stopped_every_site_is_against_it() -> None:
    found = proposal("electroacupuncture", "pregnant")
    plan = [ChosenSite("point", "GB20", "left", "suboccipital")]
    assert kinds(found, plan) == [("against", "GB20", "es-05")]


def test_a_site_of_a_plan_is_read_from_json() -> None:
    site = ChosenSite("point", "GB20", "left", "suboccipital", depth_mm=12.0, electrical=True)
    assert ChosenSite.from_mapping(site.to_dict()) == site


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"site": "GB20"}, "chosen site has no kind: add it"),
        (
            {"kind": "point", "site": "GB20", "side": "up", "region": "suboccipital"},
            "chosen site.side: unknown side 'up': ",
        ),
        (
            {"kind": "point", "site": "GB20", "side": "left", "region": "ear", "depth_mm": 900},
            "chosen site.depth_mm is 900, admissible is a number from 0 to 150 mm",
        ),
        (
            {"kind": "point", "sit": "GB20"},
            "unknown field of chosen site 'sit': did you mean 'site'?",
        ),
    ],
)
def test_a_site_that_cannot_be_read_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(CareError, match=re.escape(said)):
        ChosenSite.from_mapping(given)
