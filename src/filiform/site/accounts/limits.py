"""A session ends after a time without use, and after a day's work at the latest."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 12 * 3600
_WRITTEN_EVERY = 60  # seconds: not each request writes to the database
_BEGAN, _SEEN = "began_at", "seen_at"


class SessionLimits:
    """Signs out whose session is over; the page then asks to sign in and leads back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look at the session of who is signed in, then go on."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._look(request, int(time.time()))
        return self.get_response(request)

    def _look(self, request: HttpRequest, now: int) -> None:
        session = request.session
        began, seen = session.get(_BEGAN, now), session.get(_SEEN, now)
        if now - seen > IDLE_SECONDS or now - began > ABSOLUTE_SECONDS or seen > now + IDLE_SECONDS:
            logout(request)
            messages.info(request, "You were signed out because your session was over.")
            return
        if _BEGAN not in session or now - seen >= _WRITTEN_EVERY:
            session[_BEGAN], session[_SEEN] = began, now
