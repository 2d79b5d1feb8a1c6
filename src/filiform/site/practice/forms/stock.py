"""Needles that come in, go out, or are recalled."""

from __future__ import annotations

from django import forms

from filiform.site.practice.forms.ranges import millimetres

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_MOST_NEEDLES = 100_000


class LotForm(forms.Form):
    """What the pack says, and how many came."""

    maker = forms.CharField(label="Maker", max_length=100)
    product = forms.CharField(label="Product", max_length=100, required=False)
    lot_number = forms.CharField(label="Lot number", max_length=60)
    diameter_mm = millimetres(
        "diameter_mm", "Diameter in mm", places=2, help_text="For example 0.25"
    )
    length_mm = millimetres("length_mm", "Length in mm", places=1, help_text="For example 40")
    expires_on = forms.DateField(label="Use by", widget=_DAY)
    received_on = forms.DateField(label="Came on", widget=_DAY)
    quantity = forms.IntegerField(
        label="How many needles", min_value=1, max_value=_MOST_NEEDLES, help_text="Not packs"
    )

    def clean_lot_number(self) -> str:
        """Write lot numbers in one way."""
        return str(self.cleaned_data["lot_number"]).strip().upper()


class DiscardForm(forms.Form):
    """Needles that were thrown away unused."""

    count = forms.IntegerField(
        label="How many were thrown away unused", min_value=1, max_value=_MOST_NEEDLES
    )
    reason = forms.CharField(label="Why", max_length=300)


class RecallForm(forms.Form):
    """A maker's or an office's recall."""

    recalled_on = forms.DateField(label="Not to be used from this day on", widget=_DAY)
    note = forms.CharField(label="Who recalled it, and why", max_length=1000, widget=forms.Textarea)
