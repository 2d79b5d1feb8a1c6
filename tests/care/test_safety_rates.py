"""The practice beside the published rates: treatments with treatments, people with people."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.care._exact import at_least, clopper_pearson
from filiform.care.refusal import Refusal
from filiform.care.safety import (
    Denominators,
    HarmCount,
    RateComparison,
    harm_events,
    published_rate,
    rates,
)
from filiform.errors import CareError
from filiform.knowledge import library

YEAR = Denominators(treatments=1000, people=150)


def one(event: str, unit: str, *counts: HarmCount, therapy: str = "dry_needling") -> RateComparison:
    found = rates(counts, YEAR, library(), therapy=therapy)
    return next(row for row in found if (row.event, row.unit) == (event, unit))


def binomial_at_least(events: int, n: int, p: float) -> float:
    """Sum the terms of the binomial distribution, as its definition says."""
    return math.fsum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(events, n + 1))


@given(st.integers(1, 60), st.data(), st.floats(0.001, 0.999))
def test_the_tail_is_the_sum_of_the_binomial_terms(n: int, data: st.DataObject, p: float) -> None:
    events = data.draw(st.integers(0, n))
    assert at_least(events, n, p) == pytest.approx(binomial_at_least(events, n, p), rel=1e-9)


@given(st.integers(1, 60), st.data())
def test_at_the_exact_limits_each_tail_has_half_of_alpha(n: int, data: st.DataObject) -> None:
    # Clopper and Pearson 1934: the definition of the two limits.
    events = data.draw(st.integers(0, n))
    low, high = clopper_pearson(events, n)
    if events:
        assert binomial_at_least(events, n, low) == pytest.approx(0.025, rel=1e-6)
    if events < n:
        assert 1 - binomial_at_least(events + 1, n, high) == pytest.approx(0.025, rel=1e-6)
    assert low <= events / n <= high


def test_none_of_n_has_the_closed_form() -> None:
    assert list(clopper_pearson(0, 100)) == pytest.approx([0.0, 1 - 0.025 ** (1 / 100)])
    assert list(clopper_pearson(7, 7)) == pytest.approx([0.025 ** (1 / 7), 1.0])


@pytest.mark.parametrize(("events", "n"), [(1, 0), (3, 2), (-1, 5)])
def test_more_events_than_treatments_are_refused(events: int, n: int) -> None:
    with pytest.raises(CareError, match=rf"^{events} events of {n}, admissible are 0 to {n}"):
        clopper_pearson(events, n)


def test_a_study_of_treatments_is_compared_with_treatments_alone() -> None:
    # Boyce 2020: bruising 7.7 % of 20,464 treatments; Brady 2014: 7.55 % of 7,629 treatments.
    row = one("bruising", "treatments", HarmCount("bruising", treatments=30, people=20))
    assert (row.events, row.of) == (30, 1000)
    assert {each.study for each in row.published} == {"boyce-2020", "brady-2014"}
    assert sorted(each.rate for each in row.published) == pytest.approx([0.0755, 0.077])
    assert row.sentence.endswith(
        "That is less than in any of them: ask whether every harm is written down."
    )
    people = one("bruising", "people", HarmCount("bruising", treatments=30, people=20))
    assert (people.events, people.of, people.published, people.probability) == (20, 150, (), None)
    assert people.sentence.endswith("No study of ours counts it of people.")


def test_a_study_of_people_is_compared_with_people_alone() -> None:
    # Witt 2009: bleeding or haematoma in 6.1 % of 229,230 patients.
    row = one(
        "bleeding_or_haematoma",
        "people",
        HarmCount("bleeding_or_haematoma", 12, 9),
        therapy="acupuncture",
    )
    assert (row.events, row.of) == (9, 150)
    assert [(each.study, each.sessions_each) for each in row.published] == [("witt-2009", 10.2)]
    assert row.probability is None
    assert row.sentence.endswith("so they are not weighed (here 6.7; witt-2009: 10.2).")


def test_people_who_were_each_asked_about_one_session_are_compared_with_treatments() -> None:
    # MacPherson and Thomas 2005: 24.4 % of 9,408 people drowsy or tired after one session.
    row = one("drowsiness", "treatments", HarmCount("drowsiness", 60, 40), therapy="acupuncture")
    assert "macpherson-2005" in {each.study for each in row.published}
    assert "less than in" in row.sentence or "agree" in row.sentence
    people = one("drowsiness", "people", HarmCount("drowsiness", 60, 40), therapy="acupuncture")
    assert "macpherson-2005" not in {each.study for each in people.published}


def test_major_harms_come_before_the_others() -> None:
    found = rates([HarmCount("pneumothorax", 1, 1)], YEAR, library(), therapy="dry_needling")
    major = [row.major for row in found]
    assert major == sorted(major, reverse=True)
    assert found[0].major


def test_a_share_without_its_denominator_is_a_rate_to_hold_against() -> None:
    # Ernst 2003 as quoted: bleeding in 2.9 % of over 3,000 treatments, more than MacPherson 2001.
    found = published_rate("bleeding", therapy="acupuncture", unit="treatments", library=library())
    assert not isinstance(found, Refusal)
    assert (found.study, found.high) == ("ernst-2003", None)
    assert found.rate == pytest.approx(0.029)


def test_more_than_in_any_study_is_said_with_its_probability() -> None:
    row = one("pain_during", "treatments", HarmCount("pain_during", 120, 80))
    assert row.sentence.endswith("That is more than in any of them.")
    assert row.probability is not None
    assert row.probability == pytest.approx(binomial_at_least(120, 1000, 0.059), rel=1e-6)


def test_a_harm_that_was_not_named_was_not_seen_but_a_sum_is_not_taken_for_none() -> None:
    found = rates((), YEAR, library(), therapy="dry_needling")
    assert {row.events for row in found} == {0}
    assert not [row for row in found if row.event.startswith("any_")]
    named = rates([HarmCount("any_serious", 0, 0)], YEAR, library(), therapy="dry_needling")
    assert ("any_serious", "treatments") in {(row.event, row.unit) for row in named}


def test_a_count_of_events_is_shown_and_not_used_for_the_probability() -> None:
    # Boyce 2020 counts events of which one session may have had several; Brady 2014 counts 19.18 %.
    row = one("any_minor", "treatments", HarmCount("any_minor", 250, 100))
    assert {"boyce-2020", "brady-2014", "gattie-2020"} == {each.study for each in row.published}
    assert row.probability == pytest.approx(at_least(250, 1000, 1463 / 7629))


def test_before_the_first_treatment_there_is_no_rate() -> None:
    found = rates((), Denominators(0, 0), library(), therapy="acupuncture")
    assert found
    for row in found:
        assert (row.rate, row.low, row.high, row.probability) == (None, None, None, None)
        assert row.sentence.endswith(f"no {row.unit} yet.")


def test_every_comparison_cites_its_studies() -> None:
    for row in rates((), YEAR, library(), therapy="acupuncture"):
        assert "clopper-pearson-1934" in row.sources
        assert {id_ for each in row.published for id_ in each.sources} <= set(row.sources)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([HarmCount("brusing", 1, 1)], r"^unknown harm 'brusing': did you mean 'bruising'\?"),
        (
            [HarmCount("nausea", 1, 1), HarmCount("nausea", 2, 2)],
            r"^the event 'nausea' is counted twice: give one count of it",
        ),
        (
            [HarmCount("nausea", 1001, 1)],
            r"^1001 treatments with 'nausea' of 1000, admissible are 0 to 1000: count each once",
        ),
    ],
)
def test_counts_that_cannot_be_are_refused(counts: list[HarmCount], message: str) -> None:
    with pytest.raises(CareError, match=message):
        rates(counts, YEAR, library(), therapy="dry_needling")


def test_the_signal_is_held_against_the_highest_published_rate() -> None:
    found = published_rate("bleeding", therapy="dry_needling", unit="treatments", library=library())
    assert not isinstance(found, Refusal)
    assert found.study == "boyce-2020"
    assert found.rate == pytest.approx(0.16)


def test_where_no_study_saw_it_the_bound_of_the_study_stands_for_the_rate() -> None:
    # Furuse 2017: no infection in 14,039 treatments; the rule of three gives 3/14039.
    found = published_rate("infection", therapy="acupuncture", unit="treatments", library=library())
    assert not isinstance(found, Refusal)
    assert found.rate == pytest.approx(3 / 14039)


def test_where_no_study_counts_it_there_is_no_rate_to_hold_against() -> None:
    found = published_rate(
        "vessel_injury", therapy="dry_needling", unit="treatments", library=library()
    )
    assert isinstance(found, Refusal)
    assert found.sentence.startswith("No study of ours counts vessel injury of treatments after")
    with pytest.raises(CareError, match=r"^unknown unit 'needles'"):
        published_rate("bruising", therapy="dry_needling", unit="needles", library=library())


def test_the_vocabulary_holds_every_event_of_the_table_and_those_that_people_must_hear_of() -> None:
    events = harm_events(library())
    assert {row.event for row in library().harms} <= set(events)
    assert {"allergic_reaction", "bloodborne_disease", "vessel_injury"} <= set(events)
    assert all(event.name for event in events.values())
    assert not events["any_minor"].one_harm
    assert events["bruising"].one_harm
