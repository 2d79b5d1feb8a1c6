"""What the practice asks: its fees, an estimate before the course, a receipt after paying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from filiform.care import _reading as read
from filiform.care._claim_rules import claim_rules
from filiform.care._record import Record
from filiform.care.money import Money, total
from filiform.care.refusal import Refusal
from filiform.errors import CareError
from filiform.guidance import words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from filiform.care._claim_line import ClaimLine
    from filiform.care.claims import CoverNote

__all__ = [
    "Estimate",
    "EstimateLine",
    "Fee",
    "FeeSchedule",
    "Money",
    "Payment",
    "PlannedVisits",
    "PricedLine",
    "Receipt",
    "estimate",
    "german_prices",
    "priced",
    "receipt",
    "total",
]


@dataclass(frozen=True, slots=True)
class Fee(Record):
    """What one unit of a code costs here, from a day on."""

    code: str
    amount: Money
    valid_from: dt.date
    valid_to: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """Tell whether it holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @classmethod
    def from_mapping(cls, data: Mapping[str, object]) -> Fee:
        """Return a fee as `to_dict` writes it."""
        return cls(
            code=read.text(data.get("code"), "code"),
            amount=Money.from_mapping(read.mapping(data.get("amount"), "amount")),
            valid_from=read.day(data.get("valid_from"), "valid_from"),
            valid_to=read.optional(read.day)(data.get("valid_to"), "valid_to"),
        )


@dataclass(frozen=True, slots=True)
class FeeSchedule(Record):
    """All fees of a practice, in one currency; old ones stay.

    Raises:
        CareError: two currencies, or two fees of one code for one day.
    """

    currency: str
    fees: tuple[Fee, ...]

    def __post_init__(self) -> None:
        """Refuse other currencies and fees that overlap."""
        for fee in self.fees:
            if fee.amount.currency != self.currency:
                raise CareError(
                    f"the fee of {fee.code} is in {fee.amount.currency}, the schedule in "
                    f"{self.currency}: give one currency"
                )
        for n, fee in enumerate(self.fees):
            for other in self.fees[:n]:
                if fee.code == other.code and (
                    fee.holds_on(other.valid_from) or other.holds_on(fee.valid_from)
                ):
                    raise CareError(
                        f"two fees of {fee.code} hold on "
                        f"{max(fee.valid_from, other.valid_from)}: end the first one before"
                    )

    def fee_of(self, code: str, on: dt.date) -> Money | Refusal:
        """Return what a unit costs on a day; a refusal where no fee is set."""
        for fee in self.fees:
            if fee.code == code and fee.holds_on(on):
                return fee.amount
        return Refusal("no_fee", f"No fee is set for {code} on {on}: set it in the fee schedule.")


@dataclass(frozen=True, slots=True)
class PricedLine(Record):
    """A line of a claim with its price: amount = each × units."""

    line: ClaimLine
    each: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class PlannedVisits(Record):
    """What is planned to be billed: the first visit, each further one, and how many visits.

    Attributes:
        low, high: visits in all, the first one counted.
    """

    first: tuple[ClaimLine, ...]
    further: tuple[ClaimLine, ...]
    low: int
    high: int

    def __post_init__(self) -> None:
        """Refuse a course without visits, or from more to fewer."""
        if not 1 <= self.low <= self.high:
            raise CareError(
                f"{self.low} to {self.high} visits, admissible are 1 or more, the lower number "
                "first: mend the plan"
            )


@dataclass(frozen=True, slots=True)
class EstimateLine(Record):
    """One act of the planned course: so many units at least and at most."""

    code: str
    description: str
    each: Money
    units_low: int
    units_high: int
    low: Money
    high: Money


@dataclass(frozen=True, slots=True)
class Estimate(Record):
    """What the course would cost, said before it begins.

    Attributes:
        lines: one a code; low and high are their sums.
        sentences: for the person; what no one pays is said first.
    """

    made_on: dt.date
    visits_low: int
    visits_high: int
    lines: tuple[EstimateLine, ...]
    low: Money
    high: Money
    sentences: tuple[str, ...]
    cover: CoverNote
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Payment(Record):
    """Money that was paid; a refund is below zero."""

    on: dt.date
    amount: Money
    by: str


@dataclass(frozen=True, slots=True)
class Receipt(Record):
    """What was billed, what was paid, what is left."""

    number: str
    made_on: dt.date
    lines: tuple[PricedLine, ...]
    payments: tuple[Payment, ...]
    billed: Money
    paid: Money
    left: Money
    sentence: str


def priced(
    lines: Sequence[ClaimLine], fees: FeeSchedule, *, on: dt.date
) -> tuple[PricedLine, ...] | Refusal:
    """Return lines with their prices on a day; a refusal names the first code without a fee."""
    found = []
    for line in lines:
        each = fees.fee_of(line.code, on)
        if isinstance(each, Refusal):
            return each
        found.append(PricedLine(line, each, each.times(line.units)))
    return tuple(found)


def estimate(
    plan: PlannedVisits,
    fees: FeeSchedule,
    *,
    cover: CoverNote,
    on: dt.date,
    reckoned: str = "",
) -> Estimate | Refusal:
    """Return what a planned course would cost at the fees of a day.

    Args:
        plan: the lines of the first and of each further visit, and how many visits.
        fees: the practice's fees.
        cover: what is known of who pays; *not covered* is said first.
        on: the day on which it is made.
        reckoned: on what the lines of a visit rest, in a sentence for the person.
    """
    first, further = priced(plan.first, fees, on=on), priced(plan.further, fees, on=on)
    if isinstance(first, Refusal):
        return first
    if isinstance(further, Refusal):
        return further
    lines = _estimate_lines(first, further, plan)
    low = total((line.low for line in lines), fees.currency)
    high = total((line.high for line in lines), fees.currency)
    return Estimate(
        made_on=on,
        visits_low=plan.low,
        visits_high=plan.high,
        lines=lines,
        low=low,
        high=high,
        sentences=_told(plan, low, high, cover, reckoned),
        cover=cover,
        sources=cover.sources,
    )


def _estimate_lines(
    first: tuple[PricedLine, ...], further: tuple[PricedLine, ...], plan: PlannedVisits
) -> tuple[EstimateLine, ...]:
    all_lines = {each.line.code: each for each in (*first, *further)}
    at_first = _units(first)
    later = _units(further)
    found = []
    for code, each in all_lines.items():
        once, again = at_first.get(code, 0), later.get(code, 0)
        low, high = once + again * (plan.low - 1), once + again * (plan.high - 1)
        price = each.each
        found.append(
            EstimateLine(
                code, each.line.description, price, low, high, price.times(low), price.times(high)
            )
        )
    return tuple(found)


def _units(lines: tuple[PricedLine, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in lines:
        found[each.line.code] = found.get(each.line.code, 0) + each.line.units
    return found


def _told(
    plan: PlannedVisits, low: Money, high: Money, cover: CoverNote, reckoned: str
) -> tuple[str, ...]:
    visits = words.counted(plan.low, "visit", "visits")
    if plan.high > plan.low:
        visits = f"{plan.low} to {words.counted(plan.high, 'visit', 'visits')}"
    amount = str(low) if low == high else f"{low} to {high}"
    cost = f"We expect {visits}. They would cost {amount}. {reckoned}".strip()
    change = "If the plan changes, you get a new estimate first."
    if cover.status == "not_covered":
        return (*cover.sentences, cost, change)
    unknown = "How much of it your insurance pays, we do not know. Ask it before you begin."
    return (cost, *cover.sentences, unknown, change)


def receipt(
    lines: Sequence[PricedLine],
    payments: Sequence[Payment],
    *,
    number: str,
    currency: str,
    made_on: dt.date,
) -> Receipt:
    """Return what was billed, what was paid, and what is left (below zero: paid too much).

    Raises:
        CareError: two currencies, or no number.
    """
    billed = total((line.amount for line in lines), currency)
    paid = total((payment.amount for payment in payments), currency)
    left = billed - paid
    if left.amount > 0:
        sentence = f"{left} is still to pay."
    elif left.amount < 0:
        sentence = f"{Money(-left.amount, currency)} was paid too much and is given back."
    else:
        sentence = "All is paid."
    return Receipt(
        read.text(number, "number"),
        made_on,
        tuple(lines),
        tuple(payments),
        billed,
        paid,
        left,
        sentence,
    )


def german_prices(code: str) -> tuple[tuple[str, Money], ...]:
    """Return what an item of the German schedule comes to, by the multiple that its row names.

    >>> [(multiple, str(amount)) for multiple, amount in german_prices("269a")]
    [('2.3', '46.92 EUR'), ('2.9', '59.16 EUR')]
    """
    return tuple(
        (price.multiple, Money.of(price.amount, "EUR"))
        for price in claim_rules().goae
        if price.code == code
    )
