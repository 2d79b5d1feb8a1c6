"""Ends every other session of an account when how it signs in has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from filiform.site.accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def end_all(user: User) -> None:
    """End every session of an account, for example of somebody who left."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)


def end_others(request: HttpRequest, user: User) -> None:
    """End every session of the account but this one, whose key is changed."""
    end_all(user)
    user.refresh_from_db(fields=["sessions_ended"])
    if request.user.pk == user.pk:
        update_session_auth_hash(request, user)


def connect() -> None:
    """Listen for second factors that are added or removed, and for who shows again who it is."""
    authentication_step_completed.connect(_shown_again, dispatch_uid="filiform.rotate")
    for signal in (authenticator_added, authenticator_removed):
        signal.connect(_changed, dispatch_uid="filiform.end_others")


@require_POST
@login_required
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End the account's sessions on other devices."""
    end_others(request, request.user)  # type: ignore[arg-type]  # login_required saw to it
    return HttpResponseRedirect(reverse("mfa_index"))


def _changed(*, request: HttpRequest, user: User, **_others: object) -> None:
    end_others(request, user)


def _shown_again(*, request: HttpRequest, reauthenticated: bool = False, **_others: object) -> None:
    """Change the session's key when somebody shows within it who it is."""
    if reauthenticated:
        request.session.cycle_key()
