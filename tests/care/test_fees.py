"""Money is exact, totals are sums of their lines, estimates say first what no one pays."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filiform.care.claims import BillableSession, NeedledMuscle, NeedleSet, codes_for, cover_note
from filiform.care.fees import (
    Estimate,
    Fee,
    FeeSchedule,
    Money,
    Payment,
    PlannedVisits,
    PricedLine,
    Receipt,
    estimate,
    german_prices,
    priced,
    receipt,
    total,
)
from filiform.care.refusal import Refusal
from filiform.errors import CareError
from filiform.knowledge import library

if TYPE_CHECKING:
    from filiform.care.claims import ClaimLine

TODAY = dt.date(2026, 11, 21)
BEGIN = dt.date(2026, 1, 1)


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


FEES = FeeSchedule(
    "USD",
    (
        Fee("97810", usd("60.00"), BEGIN),
        Fee("97811", usd("40.00"), BEGIN),
        Fee("97813", usd("70.10"), BEGIN),
        Fee("97814", usd("45.05"), BEGIN),
        Fee("20560", usd("55.00"), BEGIN),
        Fee("20561", usd("65.00"), BEGIN),
    ),
)
money = st.decimals(min_value=-9999, max_value=9999, places=2).map(lambda d: Money(d, "USD"))


def lines(*sets: NeedleSet, muscles: int = 0) -> tuple[ClaimLine, ...]:
    named = tuple(NeedledMuscle(f"muscle {n}") for n in range(muscles))
    visit = BillableSession(TODAY, "US-NY", acupuncture=sets, muscles=named, insurance="")
    return codes_for(visit, library=library())


def priced_lines(*sets: NeedleSet, muscles: int = 0) -> tuple[PricedLine, ...]:
    found = priced(lines(*sets, muscles=muscles), FEES, on=TODAY)
    assert not isinstance(found, Refusal)
    return found


sessions = st.lists(
    st.builds(NeedleSet, st.integers(15, 40), st.booleans()), min_size=1, max_size=5
)


@given(st.lists(money, max_size=30))
def test_a_total_is_the_sum_to_the_cent_in_any_order(amounts: list[Money]) -> None:
    cents = sum(int(each.amount * 100) for each in amounts)
    assert total(amounts, "USD").amount == Decimal(cents) / 100
    assert total(reversed(amounts), "USD") == total(amounts, "USD")


@given(sets=sessions, muscles=st.integers(0, 5))
def test_the_amount_of_a_line_is_its_price_times_its_units(
    sets: list[NeedleSet], muscles: int
) -> None:
    for each in priced_lines(*sets, muscles=muscles):
        assert each.amount.amount == each.each.amount * each.line.units


@given(first=sessions, further=sessions, low=st.integers(1, 12), more=st.integers(0, 12))
def test_an_estimate_is_the_sum_of_its_lines_and_of_its_visits(
    first: list[NeedleSet], further: list[NeedleSet], low: int, more: int
) -> None:
    plan = PlannedVisits(lines(*first), lines(*further), low, low + more)
    found = estimate(plan, FEES, cover=NOT_KNOWN, on=TODAY)
    assert isinstance(found, Estimate)
    assert found.low == total((line.low for line in found.lines), "USD")
    assert found.high == total((line.high for line in found.lines), "USD")
    once = total((each.amount for each in priced_lines(*first)), "USD")
    again = total((each.amount for each in priced_lines(*further)), "USD")
    assert found.low == once + again.times(low - 1)
    assert found.high == once + again.times(low + more - 1)
    assert len({line.code for line in found.lines}) == len(found.lines)


@given(sets=sessions, paid=st.lists(money, max_size=5))
def test_a_receipt_is_billed_less_paid(sets: list[NeedleSet], paid: list[Money]) -> None:
    bill = priced_lines(*sets)
    payments = [Payment(TODAY, amount, "card") for amount in paid]
    found = receipt(bill, payments, number="7", currency="USD", made_on=TODAY)
    assert found.billed == total((line.amount for line in bill), "USD")
    assert found.paid == total(paid, "USD")
    assert found.left + found.paid == found.billed


NOT_KNOWN = cover_note("", "US-NY", "acupuncture", library(), today=TODAY)


def test_a_course_of_six_is_the_first_visit_and_five_further_ones() -> None:
    # 60 + 40 once, 60 five times more: 400.
    plan = PlannedVisits(lines(NeedleSet(15), NeedleSet(15)), lines(NeedleSet(15)), 6, 6)
    found = estimate(plan, FEES, cover=NOT_KNOWN, on=TODAY)
    assert isinstance(found, Estimate)
    assert [(line.code, line.units_low, str(line.low)) for line in found.lines] == [
        ("97810", 6, "360.00 USD"),
        ("97811", 1, "40.00 USD"),
    ]
    assert found.sentences[0] == "We expect 6 visits. They would cost 400.00 USD."
    assert "How much of it your insurance pays, we do not know." in " ".join(found.sentences)


def test_what_medicare_does_not_pay_is_said_before_the_price() -> None:
    cover = cover_note("Medicare", "US-NY", "acupuncture", library(), today=TODAY)
    plan = PlannedVisits(lines(NeedleSet(15)), lines(NeedleSet(15)), 4, 6)
    found = estimate(plan, FEES, cover=cover, on=TODAY)
    assert isinstance(found, Estimate)
    assert found.sentences == (
        "Medicare does not pay for needles in neck pain. You would pay yourself.",
        "We expect 4 to 6 visits. They would cost 240.00 USD to 360.00 USD.",
        "If the plan changes, you get a new estimate first.",
    )
    assert found.sources


def test_a_code_without_a_fee_is_refused_and_never_taken_for_free() -> None:
    old = FeeSchedule("USD", (Fee("97810", usd("50"), BEGIN, dt.date(2026, 6, 30)),))
    found = priced(lines(NeedleSet(15)), old, on=TODAY)
    assert isinstance(found, Refusal)
    assert found.sentence == "No fee is set for 97810 on 2026-11-21: set it in the fee schedule."
    plan = PlannedVisits(lines(NeedleSet(15)), (), 1, 1)
    assert estimate(plan, old, cover=NOT_KNOWN, on=TODAY) == found
    later = PlannedVisits((), lines(NeedleSet(15)), 1, 1)
    assert estimate(later, old, cover=NOT_KNOWN, on=TODAY) == found


def test_the_fee_of_a_day_is_the_one_that_held_on_it() -> None:
    raised = FeeSchedule(
        "USD",
        (
            Fee("97810", usd("50"), BEGIN, dt.date(2026, 6, 30)),
            Fee("97810", usd("55"), dt.date(2026, 7, 1)),
        ),
    )
    assert raised.fee_of("97810", dt.date(2026, 6, 30)) == usd("50")
    assert raised.fee_of("97810", dt.date(2026, 7, 1)) == usd("55")


def paying(*amounts: str) -> Receipt:
    payments = [Payment(TODAY, usd(amount), "cash") for amount in amounts]
    bill = priced_lines(NeedleSet(15))
    return receipt(bill, payments, number="2026-7", currency="USD", made_on=TODAY)


def test_a_receipt_says_what_is_left() -> None:
    assert paying("20", "40").sentence == "All is paid."
    assert paying("20").sentence == "40.00 USD is still to pay."
    assert paying("70").sentence == "10.00 USD was paid too much and is given back."


def test_the_german_items_come_to_what_their_rows_say() -> None:
    # billing.csv: 26.81 EUR at 2.3 times; 46.92 at 2.3, 59.16 at 2.9.
    for code, row in (("269", "26.81"), ("269a", "46.92"), ("269a", "59.16")):
        assert row in {str(price.amount) for _, price in german_prices(code)}
        assert row in next(r.rule or "" for r in library().billing if r.code == code)
    assert german_prices("5") == ()


@given(money)
def test_money_and_fees_survive_a_round_trip_through_json(amount: Money) -> None:
    fee = Fee("97810", amount, BEGIN, TODAY)
    assert Money.from_mapping(json.loads(json.dumps(amount.to_dict()))) == amount
    assert Fee.from_mapping(json.loads(json.dumps(fee.to_dict()))) == fee


@pytest.mark.parametrize(
    ("amount", "currency", "message"),
    [
        ("ten", "USD", r"^'ten' is no amount of money: give it as 80\.00"),
        ("NaN", "USD", r"^NaN is no amount of money: give a number"),
        ("1.005", "USD", r"^1\.005 USD is finer than a cent: round it first"),
        ("1", "dollars", r"^'dollars' is no currency: give a code such as USD"),
        ("10000000000", "USD", r"is no amount of money: give a number"),
    ],
)
def test_what_is_no_money_is_refused(amount: str, currency: str, message: str) -> None:
    with pytest.raises(CareError, match=message):
        Money.of(amount, currency)


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(CareError, match=r"^1\.00 USD and 1\.00 EUR are not added: bill one"):
        usd("1") + Money.of("1", "EUR")
    with pytest.raises(CareError, match=r"^the fee of 97810 is in USD, the schedule in EUR"):
        FeeSchedule("EUR", FEES.fees)


def test_two_fees_for_one_day_and_a_plan_without_visits_are_refused() -> None:
    fee = Fee("97810", usd("50"), BEGIN)
    with pytest.raises(CareError, match=r"^two fees of 97810 hold on 2026-11-21: end the first"):
        FeeSchedule("USD", (fee, Fee("97810", usd("55"), TODAY)))
    for low, high in ((0, 1), (3, 2)):
        with pytest.raises(CareError, match=rf"^{low} to {high} visits, admissible are 1 or more"):
            PlannedVisits((), (), low, high)
    with pytest.raises(CareError, match=r"^number is '', admissible is a text"):
        receipt((), (), number="", currency="USD", made_on=TODAY)
