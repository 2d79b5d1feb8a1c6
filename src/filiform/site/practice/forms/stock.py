"""Needles that come in, go out, or are recalled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from filiform.site.practice.forms.asking import AskingForm
from filiform.site.practice.forms.ranges import millimetres

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from filiform.site.practice.stock_receiving import PackError

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_MOST_NEEDLES = 100_000


class _PackForm(AskingForm):
    """What a pack says."""

    maker = forms.CharField(label="Maker", max_length=100)
    product = forms.CharField(label="Product", max_length=100, required=False)
    lot_number = forms.CharField(label="Lot number", max_length=60)
    expires_on = forms.DateField(label="Use by", widget=_DAY)
    quantity = forms.IntegerField(
        label="How many needles", min_value=1, max_value=_MOST_NEEDLES, help_text="Not packs"
    )

    def clean_lot_number(self) -> str:
        """Write lot numbers in one way."""
        return str(self.cleaned_data["lot_number"]).strip().upper()


class LotForm(_PackForm):
    """What the pack says, and how many came."""

    diameter_mm = millimetres(
        "diameter_mm", "Diameter in mm", places=2, help_text="For example 0.25"
    )
    length_mm = millimetres("length_mm", "Length in mm", places=1, help_text="For example 40")
    received_on = forms.DateField(label="Came on", widget=_DAY)
    sure = forms.BooleanField(label="Yes", required=False)
    field_order = (
        *("maker", "product", "lot_number", "diameter_mm", "length_mm"),
        *("expires_on", "received_on", "quantity"),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        today: dt.date,
    ) -> None:
        """Take the day that it is where the practice is."""
        super().__init__(data, initial={"received_on": today})
        self.today, self.question = today, ""

    def clean_received_on(self) -> dt.date:
        """Refuse a day that has not come."""
        day: dt.date = self.cleaned_data["received_on"]
        if day > self.today:
            raise forms.ValidationError("That day has not come yet.")
        return day

    def tell(self, error: PackError) -> None:
        """Show what does not go with the stock, and ask where it may be so."""
        self.question = error.sentence if error.question else ""
        self.add_error("sure" if error.question else error.field, error.sentence)

    def shown(self) -> list[forms.BoundField]:
        """Return the fields to show: the yes only where something is asked."""
        return [each for each in self if each.name != "sure" or self.question]


class CorrectForm(_PackForm):
    """What the pack really says."""

    reason = forms.CharField(label="Why was it wrong", max_length=300)


class DiscardForm(AskingForm):
    """Needles that were thrown away unused."""

    count = forms.IntegerField(
        label="How many were thrown away unused", min_value=1, max_value=_MOST_NEEDLES
    )
    reason = forms.CharField(label="Why", max_length=300)


class RecallForm(AskingForm):
    """A maker's or an office's recall."""

    recalled_on = forms.DateField(label="Not to be used from this day on", widget=_DAY)
    note = forms.CharField(label="Who recalled it, and why", max_length=1000, widget=forms.Textarea)
