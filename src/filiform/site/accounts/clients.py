"""Who knocks: the address and the account that failed sign-ins are counted by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core.internal.httpkit import get_client_ip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest


def ip(request: HttpRequest) -> str:
    """Return the client's address; behind a proxy the one that the proxy saw.

    Of X-Forwarded-For only the last entry counts, which the operator's own proxy wrote.
    """
    return str(get_client_ip(request) or "")


def account(request: HttpRequest, credentials: Mapping[str, str] | None) -> str:
    """Return the e-mail address that someone tries to sign in with, without regard to case."""
    given = (credentials or {}).get("email") or request.POST.get("login", "")
    return given.strip().casefold()
