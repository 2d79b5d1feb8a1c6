"""The therapies: what each is, and what every comparison found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse

from filiform.review import published
from filiform.site.library import therapies
from filiform.site.library.public import pick, public

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@public
def index(request: HttpRequest) -> HttpResponse:
    """List the therapies by kind."""
    return render(request, "library/therapies.html", {"groups": therapies.groups(published())})


@public
def therapy(request: HttpRequest, therapy: str) -> HttpResponse:
    """Show one therapy or combination."""
    review = published()
    names = therapies.names(review)
    name = pick("therapy", therapy, names, lambda near: reverse("library:therapy", args=[near]))
    shown = {
        "name": name,
        "parts": [therapies.part(review.library, word) for word in therapy.split("+")],
        "topics": therapies.statements(review.library, therapy),
        "grids": therapies.answers(review, therapy),
        "combinations": therapies.combinations(review, therapy),
        "trials": therapies.trial_links(review, therapy),
    }
    return render(request, "library/therapy.html", shown)
