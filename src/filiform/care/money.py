"""Amounts of money: exact decimals with their currency, never mixed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from filiform.care import _reading as read
from filiform.care._record import Record
from filiform.errors import CareError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Money", "total"]

_CURRENCY = re.compile("[A-Z]{3}")
_CENT = Decimal("0.01")
_LARGEST = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class Money(Record):
    """An amount to the cent, with its currency by ISO 4217.

    >>> str(Money(Decimal("80"), "USD").times(3))
    '240.00 USD'
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        """Refuse what is no amount to the cent, and a currency that is no code."""
        if not self.amount.is_finite() or abs(self.amount) > _LARGEST:
            raise CareError(f"{self.amount} is no amount of money: give a number such as 80.00")
        if self.amount != self.amount.quantize(_CENT):
            raise CareError(f"{self.amount} {self.currency} is finer than a cent: round it first")
        if not _CURRENCY.fullmatch(self.currency):
            raise CareError(f"{self.currency!r} is no currency: give a code such as USD or EUR")
        object.__setattr__(self, "amount", self.amount.quantize(_CENT))

    @classmethod
    def of(cls, amount: str, currency: str) -> Money:
        """Return money from the text of a number.

        Raises:
            CareError: it is no number, or finer than a cent.
        """
        try:
            return cls(Decimal(amount), currency)
        except InvalidOperation:
            raise CareError(f"{amount!r} is no amount of money: give it as 80.00") from None

    @classmethod
    def from_mapping(cls, data: Mapping[str, object]) -> Money:
        """Return money as `to_dict` writes it."""
        amount = read.text(data.get("amount"), "amount")
        return cls.of(amount, read.text(data.get("currency"), "currency"))

    def __add__(self, other: Money) -> Money:
        """Return the sum; of one currency only."""
        if self.currency != other.currency:
            raise CareError(
                f"{self} and {other} are not added: bill one currency, or change it yourself"
            )
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        """Return the difference; of one currency only."""
        return self + Money(-other.amount, other.currency)

    def __str__(self) -> str:
        """Return it as people read it."""
        return f"{self.amount:,.2f} {self.currency}"

    def times(self, count: int) -> Money:
        """Return it so many times."""
        return Money(self.amount * count, self.currency)

    def to_dict(self) -> dict[str, object]:
        """Return it with the amount as text, so that no cent is lost."""
        return {"amount": f"{self.amount:.2f}", "currency": self.currency}


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Return the sum; nothing is 0.00 of the currency.

    >>> str(total([], "EUR"))
    '0.00 EUR'
    """
    return sum(amounts, start=Money(Decimal(0), currency))
