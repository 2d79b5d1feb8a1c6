"""How answers are written and how long they may be kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.utils.cache import patch_cache_control
from ninja.renderers import BaseRenderer

from filiform.site.library.public import KEPT_SECONDS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class Renderer(BaseRenderer):
    """Writes JSON as the terminal does: UTF-8, and never a number that JSON does not know."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: object, *, response_status: int) -> str:  # noqa: ARG002 (ninja's)
        """Return the answer as text."""
        return json.dumps(data, ensure_ascii=False, allow_nan=False)


def not_stored(response: HttpResponse) -> None:
    """Forbid every cache to keep an answer that is about a person."""
    response["Cache-Control"] = "no-store"


def kept(response: HttpResponse) -> None:
    """Allow an answer that is the same for everyone to be kept for a while."""
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
