"""The pages of the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from filiform.site.library.models import LibraryRelease

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Say which library this is."""
    release = LibraryRelease.objects.order_by("id").last()
    return render(request, "library/index.html", {"release": release})
