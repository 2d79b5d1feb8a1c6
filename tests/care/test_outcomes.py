"""Scores of outcome measures: worked examples, ranges, missing items, measurement error."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.care._instruments import outcome_rules, read_outcome_rules
from filiform.care.outcomes import (
    Score,
    important_change,
    measure_of,
    measurement_error,
    measures,
    score,
)
from filiform.errors import CareError
from filiform.knowledge import library
from filiform.knowledge.rule_table import RuleTable

LIB = library()


def scored(instrument: str, answer: float | list[float | None]) -> Score:
    return score(instrument, answer, library=LIB)


def test_ten_answered_items_of_the_ndi_are_added_and_doubled_to_percent() -> None:
    # Vernon, chiro.org/forms/NDI_Explain: ten items of 0 to 5, out of 50, times 2 as percent.
    # noterro's scoring guide: 16 of 50 = 32 %.
    found = scored("NDI", [2, 2, 2, 2, 2, 2, 2, 1, 1, 0])
    assert (found.raw, found.out_of, found.percent) == (16, 50, 32)
    assert (found.missing, found.prorated, found.sources) == (0, False, ())


def test_one_missing_item_of_the_ndi_is_the_mean_of_the_others() -> None:
    # noterro's scoring guide: 16 of 45 = 35.5 % (cut; 35.56 rounded).
    found = scored("NDI", [2, 2, 2, 2, 2, 2, 2, 1, 1, None])
    assert found.raw == pytest.approx(16 + 16 / 9)
    assert math.floor(10 * (found.percent or 0)) / 10 == 35.5
    assert (found.missing, found.prorated) == (1, True)
    assert found.sources == ("vernon-note", "noterro")
    assert "gives the same number" in found.rule


@given(
    st.lists(st.integers(0, 5), min_size=8, max_size=10),
    st.randoms(use_true_random=False),
)
def test_both_sources_of_proration_give_the_same_number(answered: list[int], order: object) -> None:
    # Vernon: sum + missing × mean; noterro: 50 × sum / (5 × answered).
    items: list[float | None] = [*answered, *([None] * (10 - len(answered)))]
    order.shuffle(items)  # type: ignore[attr-defined] # hypothesis types its Random as object
    found = scored("NDI", items)
    vernon = sum(answered) + (10 - len(answered)) * sum(answered) / len(answered)
    noterro = 50 * sum(answered) / (5 * len(answered))
    assert found.raw == pytest.approx(vernon)
    assert found.raw == pytest.approx(noterro)
    assert 0 <= found.raw <= 50


def test_the_mean_of_three_to_five_activities_is_the_psfs() -> None:
    # Stratford 1995: sum of the activities' scores / number of activities.
    assert scored("PSFS", [2, 4, 6]).raw == 4
    assert scored("PSFS", [1, 2, 3, 4, 5]).raw == 3
    assert scored("PSFS", [2, 4, 6]).lower_is_better is False


def test_nine_items_of_the_npq_are_added() -> None:
    found = scored("NPQ", [4, 3, 2, 1, 0, 1, 2, 3, 2])
    assert (found.raw, found.out_of, found.percent) == (18, 36, 50)


def test_a_global_change_has_no_percent_because_zero_is_in_its_middle() -> None:
    found = scored("GROC", -3)
    assert (found.raw, found.low, found.out_of, found.percent) == (-3, -7, 7, None)


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("NPRS", "NPRS"),
        ("nrs", "NPRS"),
        ("NRS-11", "NPRS"),
        ("VAS 0-100", "VAS 0-100"),
        ("VAS (0–100)", "VAS 0-100"),
        ("vas mm", "VAS 0-100"),
        ("VAS_0_10", "VAS 0-10"),
        ("NDI%", "NDI %"),
        ("NDI (percent)", "NDI %"),
        ("NDI/50", "NDI"),
        (" neck disability index ", "NDI"),
    ],
)
def test_a_name_is_known_however_it_is_written(name: str, id_: str) -> None:
    assert measure_of(name).id == id_


@pytest.mark.parametrize(
    ("instrument", "answer", "message"),
    [
        ("NPRS", 11, "NPRS score is 11, admissible is a number from 0 to 10"),
        ("NPRS", -0.5, "NPRS score is -0.5, admissible is a number from 0 to 10"),
        ("NPRS", math.nan, "NPRS score is nan, admissible is a number from 0 to 10"),
        ("NPRS", math.inf, "NPRS score is inf, admissible is a number from 0 to 10"),
        ("NPRS", True, "NPRS score is True, admissible is a number from 0 to 10"),
        ("NDI", 51, "NDI score is 51, admissible is a number from 0 to 50"),
        ("GROC", 8, "GROC score is 8, admissible is a number from -7 to 7"),
        ("NDI", [6] + [0] * 9, "NDI item 1 is 6, admissible is a number from 0 to 5"),
        ("NDI", [1] * 9, "NDI was given 9 items, it has 10: give None for one that was not"),
        ("NDI", [1] * 7 + [None] * 3, "NDI has 3 of 10 items not answered, at most 2 may be: ask"),
        ("NPQ", [1] * 8 + [None], "NPQ has 1 of 9 items not answered, at most 0 may be: no source"),
        ("PSFS", [1, 2], "PSFS was given 2 items, it has 3 to 5"),
        ("PSFS", [1, 2, None], "PSFS has 1 of 3 items not answered, at most 0 may be: the mean is"),
        ("NPRS", [3], "NPRS has no items here: give its score, 0 to 10"),
        ("NDX", 3, "unknown instrument 'NDX': did you mean 'NDI'?"),
        ("VAS", 3, "'VAS' may mean two scales, which are never guessed: say 'VAS 0-10' or 'VAS 0-"),
    ],
)
def test_a_score_that_cannot_be_is_refused(
    instrument: str, answer: float | list[float | None], message: str
) -> None:
    with pytest.raises(CareError) as refusal:
        scored(instrument, answer)
    assert message in str(refusal.value)


@given(st.sampled_from(measures()), st.floats(0, 1))
def test_percent_and_raw_are_one_number_on_two_scales(measure: object, share: float) -> None:
    low, high = measure.low, measure.high  # type: ignore[attr-defined] # sampled as object
    raw = min(high, max(low, low + share * (high - low)))
    found = scored(measure.id, raw)  # type: ignore[attr-defined] # sampled as object
    assert found.raw == raw
    if found.percent is not None:
        assert found.percent == pytest.approx(100 * (raw - low) / (high - low))
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()


@pytest.mark.parametrize(
    ("instrument", "mdc", "source"),
    [
        ("NPRS", 4.0, "kovacs-2008"),  # Kovacs 2008, abstract: MDC 4.0 in the entire sample
        ("VAS 0-100", 40.0, "kovacs-2008"),
        ("NDI", 10.2, "young-2009"),  # Young 2009, abstract
        ("NDI %", 20.4, "young-2009"),
        ("PSFS", 3.3, "young-2010"),  # Young 2010, abstract
    ],
)
def test_the_error_of_a_measure_is_that_of_its_row(
    instrument: str, mdc: float, source: str
) -> None:
    found = measurement_error(instrument, library=LIB)
    assert found is not None
    assert found.mdc == pytest.approx(mdc)
    assert found.sem == pytest.approx(mdc / (1.96 * math.sqrt(2)))
    assert found.sources == (source,)
    assert found.row.startswith("instruments.csv:")


def test_a_borrowed_error_and_differing_sources_are_said() -> None:
    line = measurement_error("VAS 0-10", library=LIB)
    index = measurement_error("NDI", library=LIB)
    assert line is not None
    assert index is not None
    assert line.note.startswith("No row tells it for a pain line")
    assert "Other rows of instruments.csv say 1.66 to 13.4" in index.note


def test_the_smallest_important_change_is_the_one_of_the_reviews_certainty() -> None:
    rules = {
        table["outcome"]: table
        for table in LIB.rules("certainty")["important_difference"]  # type: ignore[attr-defined]
        if not table["conditions"]
    }
    for instrument, outcome in (("NPRS", "pain_intensity"), ("NDI", "disability")):
        found = important_change(instrument, library=LIB)
        assert found is not None
        assert found.population == rules[outcome]["population"]
    assert [important_change(i, library=LIB).points for i in ("NPRS", "NDI", "NDI %")] == [  # type: ignore[union-attr]
        1.3,
        7.5,
        15.0,
    ]


@pytest.mark.parametrize("instrument", ["NPQ", "NPQ %", "GROC"])
def test_where_no_source_tells_it_nothing_is_told(instrument: str) -> None:
    assert measurement_error(instrument, library=LIB) is None
    assert important_change(instrument, library=LIB) is None


def test_ranges_and_items_are_those_of_the_table_where_it_tells_them() -> None:
    for rules in outcome_rules().instruments.values():
        rows = [r for r in LIB.instruments if r.instrument == rules.id and r.mcid != 19]
        for row in rows:
            if row.range_low is not None:
                assert (row.range_low, row.range_high) == (rules.low, rules.high), row
            if row.items is not None and rules.items is not None:
                assert row.items == rules.items.most, row


def changed(**values: object) -> RuleTable:
    return RuleTable("outcomes.toml", "", {**LIB.rules("outcomes"), **values}, CareError)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"more": 1}, "unknown key of outcomes.toml, top 'more'"),
        ({"due": 4}, "outcomes.toml, due: 4 was given, a list of tables is needed"),
        (
            {"due": [{"week": -4, "days_before": 1, "days_after": 1}]},
            "due, number 1.week: -4 was given, a whole number of 0 or more is needed",
        ),
        ({"ambiguous": {"VAS": ["VAS 0-11"]}}, "ambiguous: unknown scale 'VAS 0-11'"),
        ({"ambiguous": {"VAS": "no"}}, "ambiguous.VAS: 'no' was given, a list of texts"),
        ({"instrument": {}}, "unknown scale 'VAS 0-10'"),
        ({"instrument": {"A": 1}}, "instrument.A: 1 was given, a table is needed"),
        ({"instrument": {"A": {}}}, "instrument.A.name: nothing was given, a text is needed"),
    ],
)
def test_a_rule_file_with_a_fault_is_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(CareError) as refusal:
        read_outcome_rules(changed(**values))
    assert message in str(refusal.value)


def test_two_measures_with_one_name_are_refused() -> None:
    instruments = dict(LIB.rules("outcomes")["instrument"])  # type: ignore[call-overload]
    instruments["GROC"] = {**instruments["GROC"], "aliases": ["ndi"]}
    with pytest.raises(CareError, match="'ndi' means two instruments: drop one"):
        read_outcome_rules(changed(instrument=instruments))
