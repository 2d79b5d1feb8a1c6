"""A person's particulars, and how to find one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from filiform.guidance.person import sexes
from filiform.site.practice.forms.asking import AskingForm

if TYPE_CHECKING:
    from collections.abc import Mapping

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_ASKED = [("", "Not asked yet"), ("yes", "Yes"), ("no", "No")]
_WORDS = {True: "yes", False: "no", None: ""}


def asked(words: str) -> bool | None:
    """Return yes, no, or (None) not asked."""
    return {"yes": True, "no": False}.get(words)


class SearchForm(AskingForm):
    """A name or a number; it is sent in the form's body, so that no address and no log has it."""

    words = forms.CharField(max_length=100, required=False, label="Name or number")


class PersonForm(AskingForm):
    """Who a person is and how to reach them; nothing about their health."""

    given_name = forms.CharField(max_length=100, label="Given name")
    family_name = forms.CharField(max_length=100, label="Family name")
    born_on = forms.DateField(required=False, label="Born on", widget=_DAY)
    sex = forms.ChoiceField(
        required=False,
        label="Sex",
        choices=lambda: [("", "Not told"), *((s, s.title()) for s in sexes())],
    )
    email = forms.EmailField(required=False, label="E-mail address")
    phone = forms.CharField(max_length=40, required=False, label="Telephone")
    address = forms.CharField(
        max_length=500, required=False, label="Address", widget=forms.Textarea
    )
    insurer = forms.CharField(max_length=200, required=False, label="Insurer")
    member_number = forms.CharField(max_length=60, required=False, label="Member number")
    doctor_name = forms.CharField(max_length=200, required=False, label="Name of their doctor")
    doctor_address = forms.CharField(
        max_length=500, required=False, label="Address of their doctor", widget=forms.Textarea
    )
    may_contact = forms.ChoiceField(
        required=False, label="May we write to them about follow-ups?", choices=_ASKED
    )
    registry_consent = forms.ChoiceField(
        required=False, label="May their course go into the registry, without name?", choices=_ASKED
    )

    @classmethod
    def shown(cls, kept: Mapping[str, object]) -> dict[str, object]:
        """Return what a kept person puts in the form."""
        found = {name: kept[name] for name in cls.base_fields}
        return found | {
            name: _WORDS[value]
            for name in ("may_contact", "registry_consent")
            if (value := kept[name]) is None or isinstance(value, bool)
        }

    def given(self) -> dict[str, object]:
        """Return the values by the names of the record."""
        found: dict[str, object] = dict(self.cleaned_data)
        for name in ("may_contact", "registry_consent"):
            found[name] = asked(str(found[name]))
        return found
