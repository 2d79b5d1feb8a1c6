from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.guidance import harms
from filiform.guidance._guidebook import guidebook
from filiform.knowledge import library

ACUPUNCTURE = harms.harms_of(library(), "acupuncture")
DRY = harms.harms_of(library(), "dry_needling")


def one(found: tuple[harms.Harm, ...], study: str, event: str) -> harms.Harm:
    return next(harm for harm in found if (harm.study, harm.event) == (study, event))


def test_pain_during_dry_needling_is_5_9_of_100_treatments() -> None:
    # Boyce 2020, abstract: 5.9 % of 20,464 treatments (MISSION D9).
    harm = one(DRY, "boyce-2020", "pain_during")
    assert harm.rate == pytest.approx(5.9)
    assert (harm.of, harm.unit) == (100, "treatments")
    assert harm.text == "5.9 of 100 treatments"


def test_serious_harms_come_first_and_the_frequent_ones_before_the_rare() -> None:
    for found in (harms.ranges_of(ACUPUNCTURE), harms.ranges_of(DRY)):
        tables = list(dict.fromkeys(row.table for row in found))
        order = ["major_people", "major_treatments", "minor_people", "minor_treatments"]
        assert tables == [table for table in order if table in tables]
        for table in tables:
            rates = [row.highest for row in found if row.table == table]
            assert rates == sorted(rates, reverse=True)


def test_what_people_must_be_told_of_is_told_first_and_a_burn_by_moxa_is_not() -> None:
    told = {row.event for row in harms.ranges_of(ACUPUNCTURE) if row.told_first}
    assert {"bruising", "pain_during", "bleeding", "dizziness"} <= told  # A13
    assert {"pneumothorax", "nerve_injury", "infection"} <= told  # A14
    assert not {"burn_moxibustion", "any_short_term_reaction"} & told
    dry = {row.event for row in harms.ranges_of(DRY) if row.told_first}
    assert {"pain_during", "bleeding", "bruising", "numbness", "headache"} <= dry  # D9
    assert {"drowsiness", "nausea"} <= dry  # D9


def test_a_count_by_codes_says_that_the_needle_is_not_proven_to_have_done_it() -> None:
    # Lin 2023, abstract: 5.76 of 10,000, care sought within 14 days, causality not proven.
    row = next(row for row in harms.ranges_of(ACUPUNCTURE) if row.event == "nerve_injury")
    assert row.text.startswith("5.8 of 10,000 treatments. It counts all who sought care")
    assert row.text.endswith("That the needle did it is not proven")


def test_counts_of_events_have_no_interval_of_a_share_and_say_so() -> None:
    harm = one(DRY, "boyce-2020", "any_minor")
    assert (harm.low, harm.high) == (None, None)
    assert "a session may have had more than one" in harm.text
    row = next(row for row in harms.ranges_of(DRY) if row.event == "any_minor")
    assert "a session may have had more than one" in row.text
    assert row.text.endswith("what therapists guessed, not a count")


def test_every_count_whose_source_says_that_it_is_of_events_is_marked_as_such() -> None:
    said = {(r.study_id, r.event) for r in library().harms if "count of events" in r.source}
    caveats = guidebook().harm_caveats
    assert said == {key for key, caveat in caveats.items() if caveat.counts_events}
    assert set(caveats) <= {(row.study_id, row.event) for row in library().harms}


def test_a_range_from_nothing_keeps_the_rule_of_three() -> None:
    rows = harms.ranges_of(ACUPUNCTURE)
    row = next(r for r in rows if (r.event, r.table) == ("any_serious", "major_people"))
    none = [h for h in ACUPUNCTURE if (h.event, h.table, h.rate) == (row.event, row.table, 0)]
    most = max(h.high for h in none if h.high is not None)
    assert f"(where none was seen, it may be up to {most:.2g})" in row.text


def test_two_studies_that_disagree_are_both_shown_and_make_a_range() -> None:
    found = next(
        r for r in harms.ranges_of(DRY) if (r.event, r.table) == ("bleeding", "minor_treatments")
    )
    # Brady 2014: 4.65 %; Boyce 2020: 16 %.
    assert found.lowest == pytest.approx(4.65)
    assert found.highest == pytest.approx(16)
    assert found.studies == ("boyce-2020", "brady-2014")
    assert "in 2 studies" in found.text


def test_no_event_gets_the_rule_of_three() -> None:
    # Brady 2014 itself gives an upper risk of 0.04 % or less for 0 of 7,629 (3/7629 = 0.039 %).
    harm = one(DRY, "brady-2014", "any_serious")
    assert harm.rate == 0
    assert harm.high == pytest.approx(10_000 * 3 / 7629)
    assert harm.text == "none seen, at most 3.9 of 10,000 treatments"


def test_reports_without_a_denominator_give_no_rate() -> None:
    harm = one(ACUPUNCTURE, "xu-2013", "any_reported_case")
    assert (harm.rate, harm.low, harm.high, harm.table) == (None, None, None, "rate_unknown")
    assert harm.text == "294 cases reported, rate unknown"
    assert "any_reported_case" not in {found.event for found in harms.ranges_of(ACUPUNCTURE)}


def test_serious_harms_are_of_ten_thousand_and_minor_ones_of_a_hundred() -> None:
    for harm in (*ACUPUNCTURE, *DRY):
        assert harm.of == (100 if harm.severity == "minor" else 10_000)


def test_a_table_has_one_denominator() -> None:
    for found in (ACUPUNCTURE, DRY):
        for table in {harm.table for harm in found} - {"rate_unknown"}:
            assert len({(h.of, h.unit) for h in found if h.table == table}) == 1


def test_serious_harms_that_mission_names_are_told() -> None:
    events = {harm.event for harm in ACUPUNCTURE if harm.severity == "major"}
    assert {"pneumothorax", "nerve_injury", "infection", "broken_needle"} <= events


def test_a_tiny_rate_is_told_as_one_in_so_many() -> None:
    # Lin 2019: 0.87 per million treatments.
    harm = one(ACUPUNCTURE, "lin-2019", "pneumothorax")
    assert harm.text == "0.0087 of 10,000 treatments (about 1 in 1,100,000)"


def test_a_form_without_counts_of_its_own_borrows_and_says_so() -> None:
    electrical = harms.harms_of(library(), "dry_needling_electrical")
    assert {harm.borrowed for harm in electrical} == {"dry_needling"}
    assert {harm.borrowed for harm in DRY} == {None}
    electro = harms.harms_of(library(), "electroacupuncture")
    assert {harm.borrowed for harm in electro} == {None, "acupuncture"}


def test_every_event_has_plain_words() -> None:
    book = guidebook()
    asked = {event for events in book.harms_asked.values() for event in events}
    assert {row.event for row in library().harms} | asked == set(book.harm_events)


def test_a_harm_that_no_study_counted_is_said_not_to_be_counted() -> None:
    missing = {each.event: each for each in harms.not_counted(ACUPUNCTURE)}
    # MISSION A14 names them; harms.csv has no row with a denominator.
    assert {"allergic_reaction", "bloodborne_disease", "vessel_injury"} <= set(missing)
    assert "pneumothorax" not in missing
    assert "no count" in missing["allergic_reaction"].text
    assert {"pneumothorax", "infection"} <= {each.event for each in harms.not_counted(DRY)}


def test_without_any_count_every_asked_harm_is_said_not_to_be_counted() -> None:
    asked = [event for events in guidebook().harms_asked.values() for event in events]
    assert [each.event for each in harms.not_counted(())] == asked


def test_the_interval_of_a_share_is_the_printed_one() -> None:
    # MacPherson 2004: 682 of 6,348, printed 107 per 1,000 (95 % CI 100 to 115).
    harm = one(ACUPUNCTURE, "macpherson-2004", "any_adverse_event")
    assert harm.low == pytest.approx(10.0, abs=0.05)
    assert harm.high == pytest.approx(11.5, abs=0.05)


def test_the_score_interval_of_newcombes_example() -> None:
    # Newcombe 1998, Stat Med 17:857-872, table I: 81 of 263, score 0.2553 to 0.3662.
    low, high = harms.wilson(81 / 263, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


@given(st.integers(1, 10**7), st.data())
def test_an_interval_holds_its_share_and_stays_between_0_and_1(n: int, data: st.DataObject) -> None:
    share = data.draw(st.integers(0, n)) / n
    low, high = harms.wilson(share, n)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


def test_the_rule_of_three_never_exceeds_one() -> None:
    assert harms.rule_of_three(1) == 1
    assert harms.rule_of_three(3) == 1
