"""True against sham and sham against nothing: side by side, and never divided."""

from __future__ import annotations

import pytest

from filiform.review import PlaceboPair, placebo_share, published


def test_li_2025_prints_both_parts_for_electroacupuncture() -> None:
    # PMC12169039, NPQ at week 5: a-b -7.2564, b-c -5.079 (CI -9.58 to -0.578), a-c -11.0365.
    pair = placebo_share(published(), "electroacupuncture", "disability", "short")
    assert pair.same_trials == ("li-2025",)
    assert pair.sham_against_nothing.estimate == pytest.approx(-5.079)
    assert pair.against_nothing.estimate == pytest.approx(-11.0365)
    assert pair.complete


def test_zhao_2024_gives_the_second_part_through_its_acupuncture_arm() -> None:
    # PMID 39222507: a-d -9.93 and a-c -6.05, so c-d = -3.88.
    pair = placebo_share(published(), "acupuncture", "pain_intensity", "short")
    assert pair.same_trials == ("zhao-2024",)
    assert pair.sham_against_nothing.estimate == pytest.approx(-3.88)
    assert pair.sham_against_nothing.effects[0].flags == ("shared_arm",)


def test_gallego_2020_reports_only_one_arm_so_there_is_no_second_part() -> None:
    pair = placebo_share(published(), "dry_needling", "pain_intensity", "short")
    assert pair.sham_against_nothing.estimate is None
    assert not pair.complete
    assert pair.same_trials == ()


def test_the_sham_of_another_therapy_is_not_borrowed() -> None:
    pair = placebo_share(published(), "acupuncture", "disability", "short")
    assert "li-2025" not in pair.sham_against_nothing.trial_ids


def test_no_share_is_computed() -> None:
    assert [name for name in PlaceboPair.__slots__ if "share" in name or "ratio" in name] == []
    pair = placebo_share(published(), "acupuncture", "pain_intensity", "short")
    assert set(pair.to_dict()) == {
        "against_sham",
        "sham_against_nothing",
        "against_nothing",
        "same_trials",
    }
