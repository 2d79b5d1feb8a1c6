"""The forms of accounts: allauth's, in our words, and one that opens a practice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account import forms as accounts
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import forms as codes
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.db import transaction

from filiform.knowledge import library
from filiform.site.accounts.zones import zone_choices, zone_for
from filiform.site.practice.opening import open_practice

if TYPE_CHECKING:
    from django.http import HttpRequest

    from filiform.site.accounts.models import User

PASSWORD_HELP = "At least 12 characters. A few words together are strong and easy to remember."  # noqa: S105  (a hint, no password)


def jurisdictions() -> list[tuple[str, str]]:
    """Return the places whose law we looked up, countries first, as a select has them."""
    places = sorted(
        library().jurisdictions.values(), key=lambda p: (p.country, p.id != p.country, p.name)
    )
    return [("", "Choose a place"), *((p.id, f"{p.name} ({p.id})") for p in places)]


class SignupForm(accounts.SignupForm):  # type: ignore[misc]  # allauth carries no types
    """Opens a practice and makes its owner."""

    practice_name = forms.CharField(label="Name of the practice", max_length=200)
    jurisdiction = forms.ChoiceField(
        label="Where it is",
        choices=jurisdictions,
        help_text="The law of this place decides who may needle.",
    )
    timezone = forms.ChoiceField(
        label="Time zone",
        choices=zone_choices,
        required=False,
        help_text="The clock on your wall: visits, bills and days are kept by it.",
    )
    name = forms.CharField(
        label="Your name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As it shall stand in records.",
    )
    field_order = [
        "practice_name",
        "jurisdiction",
        "timezone",
        "name",
        "email",
        "password1",
        "password2",
    ]

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Say in our words what is asked."""
        super().__init__(*args, **kwargs)
        _words(self, email="E-mail address", password1="Password", password2="Password again")
        self.fields["password1"].help_text = PASSWORD_HELP

    def clean(self) -> dict[str, object]:
        """Ask for the zone where the place has more than one."""
        given: dict[str, object] = super().clean()
        place = str(given.get("jurisdiction", ""))
        zone = zone_for(place, str(given.get("timezone", "")))
        if place and zone is None:
            name = library().jurisdictions[place].name
            self.add_error("timezone", f"Choose the time zone of {name}.")
        return {**given, "timezone": zone}

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        """Keep the account, its practice and its membership, or nothing."""
        user: User = super().save(request)
        given = self.cleaned_data
        open_practice(
            user,
            name=given["practice_name"],
            jurisdiction=given["jurisdiction"],
            timezone=given["timezone"],
            owner=given["name"],
        )
        # The password was typed just now: a second factor can be added without typing it again.
        record_authentication(request, user, method="password", email=user.email)
        return user


class LoginForm(accounts.LoginForm):  # type: ignore[misc]  # allauth carries no types
    """Asks for an e-mail address and a password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Say in our words what is asked."""
        super().__init__(*args, **kwargs)
        _words(self, login="E-mail address", password="Password")  # noqa: S106
        self.fields["password"].help_text = ""


class ChangePasswordForm(accounts.ChangePasswordForm):  # type: ignore[misc]  # no types
    """Asks for the old password and twice for the new one."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Say in our words what is asked."""
        super().__init__(*args, **kwargs)
        _words(
            self,
            oldpassword="Your password now",
            password1="New password",
            password2="New password again",
        )
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = PASSWORD_HELP


class ResetPasswordForm(accounts.ResetPasswordForm):  # type: ignore[misc]  # no types
    """Asks where the link shall be sent."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Say in our words what is asked."""
        super().__init__(*args, **kwargs)
        _words(self, email="E-mail address")


class ResetPasswordKeyForm(accounts.ResetPasswordKeyForm):  # type: ignore[misc]  # no types
    """Asks twice for the new password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Say in our words what is asked."""
        super().__init__(*args, **kwargs)
        _words(self, password1="New password", password2="New password again")
        self.fields["password1"].help_text = PASSWORD_HELP


class AuthenticateForm(codes.AuthenticateForm):  # type: ignore[misc]  # allauth carries no types
    """Asks for the code of an authenticator app, or one recovery code."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Say in our words what is asked."""
        super().__init__(*args, **kwargs)
        _words(self, code="Code")
        self.fields["code"].help_text = "6 digits from your app, or a recovery code."


class ReauthenticateForm(codes.ReauthenticateForm):  # type: ignore[misc]  # no types
    """Asks for a code once more before something important is changed."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Say in our words what is asked."""
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = "6 digits from your app, or a recovery code."


class AddPasskeyForm(passkeys.AddWebAuthnForm):  # type: ignore[misc]  # allauth carries no types
    """Asks for the passkey's name and whether it alone signs in."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Say in our words what is asked."""
        super().__init__(*args, **kwargs)
        _words(self, name="A name for it", passwordless="Sign in with it alone")
        self.fields["name"].help_text = "So that you can tell your passkeys apart."
        self.fields[
            "passwordless"
        ].help_text = "It then asks for your fingerprint, face or PIN, and no password is needed."


def _words(form: forms.Form, **labels: str) -> None:
    for name, label in labels.items():
        form.fields[name].label = label
