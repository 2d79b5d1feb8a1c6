"""The first page of the library, and how its numbers are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from filiform.knowledge import DATA_VERSION, data_digest
from filiform.review import published
from filiform.site.library import methods
from filiform.site.library.overview import holdings
from filiform.site.library.public import public

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@public
def index(request: HttpRequest) -> HttpResponse:
    """Say what the library holds, how to read it, and where it ends."""
    shown = {"has": holdings(published()), "version": DATA_VERSION, "digest": data_digest()}
    return render(request, "library/index.html", shown)


@public
def how(request: HttpRequest) -> HttpResponse:
    """Say how screening, pooling and certainty are done, from the rules that do it."""
    review = published()
    shown = {
        "windows": methods.windows(review),
        "criteria": methods.criteria(review.library),
        "urgencies": methods.urgencies(review.library),
        "flags": methods.flags(review),
    }
    return render(request, "library/methods.html", shown)
