"""Invitations: a link that lets one person join a practice, once, within some days."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from filiform.site.accounts.models import User
from filiform.site.practice import keeping
from filiform.site.practice.models import Invitation
from filiform.site.practice.opening import join

if TYPE_CHECKING:
    from filiform.site.practice.models import Member

DAYS = 7
_TOKEN_BYTES = 32


def invite(act: keeping.Act, *, email: str, role: str) -> str:
    """Keep an invitation and return its token, which is told once and never kept."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    act.create(
        Invitation(
            email=email.strip().casefold(),
            role=role,
            token_sha256=_digest(token),
            expires_at=act.now + timedelta(days=DAYS),
        )
    )
    return token


def find(token: str) -> Invitation | None:
    """Return the invitation of a token, if it still holds."""
    return (
        Invitation.objects.select_related("practice")
        .filter(token_sha256=_digest(token), used_at=None, expires_at__gt=timezone.now())
        .first()
    )


@transaction.atomic
def accept(invitation: Invitation, *, name: str, password: str) -> Member:
    """Make the account and the member, and use the invitation up.

    Raises:
        ValidationError: the password is too weak, or the address has an account already.
    """
    user = User(email=invitation.email)
    validate_password(password, user)
    practice = invitation.practice
    newcomer = keeping.Newcomer(practice.pk, f"{name} <{invitation.email}>")
    with keeping.acting(newcomer) as act:
        held = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if held.used_at is not None or User.objects.filter(email=invitation.email).exists():
            raise ValidationError(
                "There is an account with this address already. Sign in with it, or ask the owner "
                "to invite another address."
            )
        before = keeping.values(held)
        held.used_at = act.now
        act.change(held, before=before)
        user = User.objects.create_user(invitation.email, password)
    return join(practice, user, name=name, role=invitation.role)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
