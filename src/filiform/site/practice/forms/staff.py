"""Who works in the practice, what they are licensed for, and the practice's own settings."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms

from filiform.knowledge import library
from filiform.site.accounts.forms import PASSWORD_HELP, jurisdictions
from filiform.site.practice.forms.asking import AskingForm
from filiform.site.practice.models.practices import Role

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def professions() -> list[tuple[str, str]]:
    """Return the professions of the law's table, as a select has them."""
    known = sorted({row.profession for row in library().scope_of_practice})
    return [("", "Choose a profession"), *((name, name.replace("_", " ")) for name in known)]


def practices() -> list[tuple[str, str]]:
    """Return the practices of the law's table, as checkboxes have them."""
    known = sorted({row.practice for row in library().scope_of_practice})
    return [(name, name.replace("_", " ").capitalize()) for name in known]


class InvitationForm(AskingForm):
    """Whom to invite, as what."""

    email = forms.EmailField(label="E-mail address")
    role = forms.ChoiceField(label="Role", choices=Role.choices)


class JoinForm(AskingForm):
    """What someone gives who was invited."""

    name = forms.CharField(
        label="Your name",
        max_length=200,
        help_text="As it shall stand in records.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1 = forms.CharField(
        label="Password",
        strip=False,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class MemberForm(AskingForm):
    """A member's name, role, and whether they work here."""

    name = forms.CharField(label="Name", max_length=200)
    role = forms.ChoiceField(label="Role", choices=Role.choices)
    active = forms.BooleanField(label="Works here", required=False)


class CredentialForm(AskingForm):
    """A licence as its paper tells it."""

    profession = forms.ChoiceField(
        label="Profession",
        choices=professions,
        help_text="The law decides by profession and place who may needle.",
    )
    title = forms.CharField(
        label="Title", max_length=100, help_text="As on the licence, for example L.Ac. or PT, DPT."
    )
    number = forms.CharField(label="Licence number", max_length=60)
    jurisdiction = forms.ChoiceField(label="Where it holds", choices=jurisdictions)
    expires_on = forms.DateField(label="Expires on", widget=_DAY)
    training_hours = forms.IntegerField(
        label="Hours of training in needling",
        required=False,
        min_value=0,
        max_value=20000,
        help_text="Some laws ask for a number of hours. Leave empty if you do not know.",
    )
    holds = forms.MultipleChoiceField(
        label="Shown for",
        required=False,
        choices=practices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick what the law of the place asks more for, once all of it was shown: an "
        "endorsement, a certificate, hours, supervised sessions.",
    )
    npi = forms.CharField(
        label="NPI",
        required=False,
        max_length=10,
        help_text="National Provider Identifier, for bills in the United States.",
    )


class PracticeForm(AskingForm):
    """What stands on the practice's papers, and where and when it is."""

    name = forms.CharField(label="Name of the practice", max_length=200)
    jurisdiction = forms.ChoiceField(label="Where it is", choices=jurisdictions)
    address = forms.CharField(
        label="Address", required=False, widget=forms.Textarea, max_length=1000
    )
    phone = forms.CharField(label="Telephone", required=False, max_length=40)
    email = forms.EmailField(label="E-mail address", required=False)
    tax_id = forms.CharField(label="Tax number", required=False, max_length=40)
    npi = forms.CharField(label="NPI of the practice", required=False, max_length=10)
    currency = forms.RegexField(
        r"^[A-Z]{3}$",
        label="Currency",
        help_text="Three capital letters, for example USD.",
        error_messages={"invalid": "Three capital letters are asked, for example USD."},
    )
    timezone = forms.ChoiceField(
        label="Time zone", choices=lambda: [(name, name) for name in sorted(available_timezones())]
    )
