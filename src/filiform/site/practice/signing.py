"""Sign-ins and lock-outs stand in the practice's history, beside what was read and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in

from filiform.site.practice import keeping
from filiform.site.practice.models import Member

if TYPE_CHECKING:
    from filiform.site.accounts.models import User


def connect() -> None:
    """Listen for those who sign in and those who are locked out."""
    user_logged_in.connect(_signed_in, dispatch_uid="filiform.signed_in")
    user_locked_out.connect(_locked_out, dispatch_uid="filiform.locked_out")


def _signed_in(*, user: User, **_others: object) -> None:
    _note(user.email, "sign in")


def _locked_out(*, username: str, **_others: object) -> None:
    _note(username, "lock out")


def _note(email: str, act_name: str) -> None:
    """Note it in the practice of an account; an address without one is of no practice."""
    member = Member.objects.select_related("user").filter(user__email=email).first()
    if member is not None:
        with keeping.acting(member) as act:
            act.read(member, act=act_name)
