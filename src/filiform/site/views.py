"""The pages that belong to no one part: what this is, privacy, and whether the site is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import Error, connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Say what this is, who it is for, and what it is not."""
    return render(request, "about.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what becomes of a person's answers."""
    return render(request, "privacy.html")


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers with a library in it, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM filiform_library_release")
            loaded = cursor.fetchone() != (0,)
    except Error:
        return JsonResponse({"ok": False, "database": "no answer"}, status=503)
    if not loaded:
        return JsonResponse({"ok": False, "library": "not loaded"}, status=503)
    return JsonResponse({"ok": True})
