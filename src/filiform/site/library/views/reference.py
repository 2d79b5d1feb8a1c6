"""Harms, law, costs and sources: the tables that need no pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from filiform.knowledge import library
from filiform.site.library import reference
from filiform.site.library.public import pick, public
from filiform.site.library.searching import Search

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from filiform.site.library.cells import Grid


@public
def harms(request: HttpRequest) -> HttpResponse:
    """Show how often needling did harm, study by study."""
    return _searched(request, "library/harms.html", reference.harms(library()))


def _searched(request: HttpRequest, template: str, grids: tuple[Grid, ...]) -> HttpResponse:
    search = Search.read(request.GET)
    found = search.grids(grids)
    shown = {
        "grids": found,
        "words": search.words,
        "found": sum(len(grid.rows) for grid in found),
        "every": sum(len(grid.rows) for grid in grids),
    }
    return render(request, template, shown)


@public
def sources(request: HttpRequest) -> HttpResponse:
    """Show the bibliography; each entry can be reached by its id."""
    search = Search.read(request.GET)
    every = reference.sources(library())
    found = tuple(entry for entry in every if search.fits(entry.texts))
    shown = {
        "groups": reference.by_letter(found),
        "quality": reference.QUALITY,
        "words": search.words,
        "found": len(found),
        "every": len(every),
    }
    return render(request, "library/sources.html", shown)


@public
def costs(request: HttpRequest) -> HttpResponse:
    """Show what needling costs, place by place, with the day of each figure."""
    return _searched(
        request, "library/costs.html", reference.costs(library(), timezone.localdate())
    )


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
