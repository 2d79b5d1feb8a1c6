"""Fees, the acts of a bill, payments, and what the letters ask."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms

from filiform.care.billable import Evaluation, NeedleSet
from filiform.site.practice.forms.asking import AskingForm

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_SETS = 4
_LONGEST_MINUTES = 240


class FeeForm(AskingForm):
    """A price from a day on."""

    code = forms.CharField(max_length=20, label="Code, or a short name of your own")
    name = forms.CharField(
        max_length=200,
        label="What it is, in your own words",
        help_text="Codes carry copyrighted texts. Do not copy them here.",
    )
    amount = forms.DecimalField(
        min_value=Decimal(0), max_digits=10, decimal_places=2, label="Price of one unit"
    )
    since = forms.DateField(
        label="From the day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_code(self) -> str:
        """Write codes in one way."""
        return str(self.cleaned_data["code"]).strip().upper()


class SetsForm(AskingForm):
    """The sets of needles of a session, and the minutes face to face over each."""

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        acupuncture: bool,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        """Ask for sets where acupuncture was done; a bill of dry needling counts muscles."""
        super().__init__(data, initial=initial)  # type: ignore[arg-type]  # a mapping will do
        for n in range(1, MOST_SETS + 1) if acupuncture else ():
            self.fields[f"minutes_{n}"] = forms.IntegerField(
                min_value=1,
                max_value=_LONGEST_MINUTES,
                required=n == 1,
                label=f"Set {n}: minutes with the person",
                help_text="Not the time in which the needles only stay in." if n == 1 else "",
            )
            self.fields[f"current_{n}"] = forms.BooleanField(
                required=False, label=f"Set {n} had electrical current"
            )
        self.fields["sets_reason"] = forms.CharField(
            max_length=500,
            required=False,
            label="Why more is billed than the record tells",
            widget=forms.HiddenInput,
        )
        self.fields["evaluation"] = forms.CharField(
            max_length=20,
            required=False,
            label="Code of a separate evaluation on this day",
            help_text="Leave it empty where there was none.",
        )
        self.fields["same_day"] = forms.CharField(
            max_length=100,
            required=False,
            label="Other codes billed for this day",
            help_text="With commas between.",
        )

    def sets(self) -> tuple[NeedleSet, ...]:
        """Return the sets that were given."""
        given = self.cleaned_data
        return tuple(
            NeedleSet(given[f"minutes_{n}"], given[f"current_{n}"])
            for n in range(1, MOST_SETS + 1)
            if given.get(f"minutes_{n}")
        )

    def ask_why(self, beyond: str) -> None:
        """Ask for a reason where more is billed than was recorded; one that is given is enough."""
        self.fields["sets_reason"].widget = forms.TextInput()
        if not self.cleaned_data["sets_reason"].strip():
            self.add_error("sets_reason", f"{beyond} Say why, or amend the record first.")

    def evaluation(self) -> Evaluation | None:
        """Return the evaluation, or None."""
        code = self.cleaned_data["evaluation"].strip()
        return Evaluation(code, separate=True) if code else None

    def same_day(self) -> tuple[str, ...]:
        """Return the other codes."""
        given = self.cleaned_data["same_day"].split(",")
        return tuple(code.strip() for code in given if code.strip())


class PaymentForm(AskingForm):
    """Money that came in; below zero, money that went back."""

    on = forms.DateField(
        label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    amount = forms.DecimalField(
        max_digits=10, decimal_places=2, label="Amount", help_text="Below zero for money given back"
    )
    method = forms.CharField(max_length=40, label="How", help_text="Card, cash, transfer …")


class VoidForm(AskingForm):
    """Why a bill no longer counts."""

    reason = forms.CharField(max_length=500, label="Why is this bill void?", widget=forms.Textarea)


class DoctorLetterForm(AskingForm):
    """What the doctor is asked."""

    question = forms.CharField(
        max_length=1000,
        required=False,
        label="What do you ask the doctor?",
        help_text="Leave it empty where you only report.",
        widget=forms.Textarea,
    )


class ApprovalForm(AskingForm):
    """What an insurer is asked to approve, and why where the rules advise to stop."""

    insurer_address = forms.CharField(
        max_length=500, required=False, label="Address of the insurer", widget=forms.Textarea
    )
    visits = forms.IntegerField(min_value=1, max_value=200, label="Visits asked for")
    weeks = forms.IntegerField(min_value=1, max_value=104, label="Within how many weeks")
    tried = forms.CharField(
        max_length=1000,
        required=False,
        label="What was tried before, and what came of it",
        help_text="One a line.",
        widget=forms.Textarea,
    )
    reason = forms.CharField(
        max_length=500,
        label="The rules advise to stop. Why ask for more visits?",
        help_text="It stands in the letter.",
        widget=forms.Textarea,
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        against: bool,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        """Ask for a reason only where the rules advise to stop."""
        super().__init__(data, initial=initial)  # type: ignore[arg-type]  # a mapping will do
        if not against:
            del self.fields["reason"]

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the lines of a text that are not blank."""
        return tuple(line.strip() for line in self.cleaned_data[name].splitlines() if line.strip())
