"""Harms, law, costs and sources: the tables that need no pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from filiform.knowledge import library
from filiform.site.library import reference
from filiform.site.library.public import pick, public

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@public
def harms(request: HttpRequest) -> HttpResponse:
    """Show how often needling did harm, study by study."""
    return render(request, "library/harms.html", {"grids": reference.harms(library())})


@public
def sources(request: HttpRequest) -> HttpResponse:
    """Show the bibliography; each entry can be reached by its id."""
    return render(
        request,
        "library/sources.html",
        {"entries": reference.sources(library()), "quality": reference.QUALITY},
    )


@public
def costs(request: HttpRequest) -> HttpResponse:
    """Show what needling costs, place by place, with the day of each figure."""
    grids = reference.costs(library(), timezone.localdate())
    return render(request, "library/costs.html", {"grids": grids})


@public
def law(request: HttpRequest) -> HttpResponse:
    """Show the places whose law was looked up."""
    return render(request, "library/law.html", {"countries": reference.places(library())})


@public
def law_of(request: HttpRequest, place: str) -> HttpResponse:
    """Show who may needle in one place, and when that was checked."""
    facts = library()
    found = pick(
        "place", place, facts.jurisdictions, lambda id_: reverse("library:law_of", args=[id_])
    )
    shown = {
        "place": found,
        "country": facts.jurisdictions.get(found.country),
        "grid": reference.law(facts, found.id, timezone.localdate()),
    }
    return render(request, "library/law_of.html", shown)
