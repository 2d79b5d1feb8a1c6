"""The itemised bill: all that an insurer asks for, or what is missing, in words."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.care.claims import BillableSession, NeedledMuscle, NeedleSet, claim_of
from filiform.care.fees import Fee, FeeSchedule, Money, Payment, priced, total
from filiform.care.refusal import Refusal
from filiform.care.superbill import (
    BilledPerson,
    BilledVisit,
    Provider,
    Superbill,
    is_npi,
    places_of_service,
    superbill,
)
from filiform.errors import CareError
from filiform.knowledge import library

TODAY = dt.date(2026, 11, 21)
PROVIDER = Provider(
    name="Ann Example, L.Ac.",
    npi="1234567893",
    tax_id="12-3456789",
    address="1 Example Street, Albany NY",
    phone="555-0100",
    licence="L.Ac. 1234, New York",
    taxonomy="171100000X",
    signature="Ann Example",
)
PERSON = BilledPerson("Pat Person", dt.date(1980, 5, 4), "M123", "Cigna")
FEES = FeeSchedule(
    "USD",
    tuple(
        Fee(code, Money.of(amount, "USD"), dt.date(2026, 1, 1))
        for code, amount in (
            *(("97810", "60.10"), ("97811", "40.05"), ("97813", "70"), ("97814", "45")),
            *(("20560", "55"), ("20561", "65")),
        )
    ),
)


def visit(
    on: dt.date,
    *sets: NeedleSet,
    diagnoses: tuple[str, ...] = ("M54.2",),
    muscles: tuple[str, ...] = (),
    place: str = "11",
) -> BilledVisit:
    done = BillableSession(
        on,
        "US-NY",
        acupuncture=sets,
        muscles=tuple(NeedledMuscle(name) for name in muscles),
        diagnoses=diagnoses,
        insurance="Cigna",
    )
    claim = claim_of(done, library=library())
    found = priced(claim.lines, FEES, on=on)
    assert not isinstance(found, Refusal)
    return BilledVisit(on, found, diagnoses, place, claim.conflicts)


def bill(
    *visits: BilledVisit,
    provider: Provider = PROVIDER,
    person: BilledPerson = PERSON,
    paid: str | None = "100.15",
) -> Superbill:
    payments = () if paid is None else (Payment(TODAY, Money.of(paid, "USD"), "card"),)
    return superbill(
        provider, person, visits, payments, number="2026-1", made_on=TODAY, library=library()
    )


TWO_UNITS = visit(TODAY, NeedleSet(15), NeedleSet(15))


def test_a_whole_bill_is_ready_and_its_total_is_the_sum_of_its_lines() -> None:
    found = bill(TWO_UNITS)
    assert found.ready
    assert found.problems == ()
    assert [(line.code, line.units, str(line.amount)) for line in found.lines] == [
        ("97810", 1, "60.10 USD"),
        ("97811", 1, "40.05 USD"),
    ]
    assert (str(found.billed), str(found.paid), str(found.left)) == (
        "100.15 USD",
        "100.15 USD",
        "0.00 USD",
    )
    assert {"superbilled-fields", "mysuperbills-fields"} == set(found.sources)


@given(
    days=st.lists(
        st.lists(st.builds(NeedleSet, st.integers(8, 30), st.booleans()), min_size=1, max_size=4),
        min_size=1,
        max_size=4,
    ),
    paid=st.decimals(min_value=0, max_value=900, places=2),
)
def test_billed_is_the_sum_of_the_lines_and_left_is_billed_less_paid(
    days: list[list[NeedleSet]], paid: object
) -> None:
    visits = [visit(TODAY - dt.timedelta(days=n), *sets) for n, sets in enumerate(days)]
    found = bill(*visits, paid=str(paid))
    assert found.billed == total((line.amount for line in found.lines), "USD")
    assert all(line.amount == line.each.times(line.units) for line in found.lines)
    assert found.left + found.paid == found.billed
    assert [line.on for line in found.lines] == sorted(line.on for line in found.lines)


def test_lines_point_to_their_diagnoses_by_letter_in_our_own_words() -> None:
    earlier = visit(dt.date(2026, 11, 1), NeedleSet(15), diagnoses=("G44.86", "M54.2"))
    found = bill(TWO_UNITS, earlier)
    assert [(each.letter, each.code) for each in found.diagnoses] == [
        ("A", "G44.86"),
        ("B", "M54.2"),
    ]
    assert found.diagnoses[1].description == "neck pain (cervicalgia)"
    assert [line.points_to for line in found.lines] == ["AB", "B", "B"]


def test_dry_needling_names_its_muscles_on_the_line() -> None:
    found = bill(visit(TODAY, muscles=("upper_trapezius", "levator_scapulae")))
    assert found.lines[0].names == ("upper trapezius", "levator scapulae")


def test_what_is_missing_is_said_and_what_one_page_alone_asks_for_holds_nothing_up() -> None:
    found = bill(
        visit(TODAY, NeedleSet(15), diagnoses=()),
        provider=Provider("Ann Example"),
        person=BilledPerson("Pat Person"),
        paid=None,
    )
    assert not found.ready
    required = {each.key for each in found.problems if each.answered_by == "mending"}
    assert required == {
        *("provider_npi", "provider_tax_id", "provider_address", "provider_phone"),
        *("person_born_on", "diagnoses", "paid"),
    }
    said = {each.key for each in found.problems if each.answered_by == "nothing"}
    assert said == {"provider_licence", "provider_taxonomy", "member_id", "signature"}
    assert "The NPI of who treated is missing: insurers ask for it." in {
        each.sentence for each in found.problems
    }


def test_a_conflict_that_is_refused_is_a_problem_of_the_bill() -> None:
    found = bill(visit(TODAY, NeedleSet(15), diagnoses=("M54.2", "M50.20")))
    assert not found.ready
    (problem,) = found.problems
    assert problem.sentence.startswith("2026-11-21: M54.2 is not coded together with a disc")


def test_a_strange_place_of_service_is_said_and_a_wrong_npi_is_refused() -> None:
    found = bill(visit(TODAY, NeedleSet(15), place="99"))
    assert found.ready
    assert found.problems[0].sentence.startswith("Place 99 is not in our list (11 office, ")
    wrong = Provider("Ann", "1234567890", "1", "a", "b", "c", "d", "e")
    assert [each.code for each in bill(TWO_UNITS, provider=wrong).problems] == ["npi"]
    assert set(places_of_service()) == {"11", "12", "02"}


@given(st.integers(0, 999_999_999))
def test_of_ten_last_digits_one_makes_a_provider_number(first_nine: int) -> None:
    right = [n for n in range(10) if is_npi(f"{first_nine:09}{n}")]
    assert len(right) == 1


def test_the_check_digit_of_the_published_example_is_right() -> None:
    # CMS, Requirements for National Provider Identifier (NPI) and NPI check digit: 1234567893.
    assert is_npi("1234567893")
    assert not is_npi("123456789")
    assert not is_npi("12345678９3")


def test_a_bill_without_a_line_or_with_too_many_diagnoses_is_refused() -> None:
    with pytest.raises(CareError, match=r"^a bill without a line: give a visit"):
        bill()
    codes = tuple(f"M47.{n}" for n in range(13))
    with pytest.raises(CareError, match=r"^13 diagnoses, a bill has room for 12: make two bills"):
        bill(visit(TODAY, NeedleSet(15), diagnoses=codes))
