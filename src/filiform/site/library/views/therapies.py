"""The therapies: what each is, and what every comparison found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from filiform.review import forest_svg, placebo_share, published
from filiform.site.library import placebo, therapies
from filiform.site.library.addresses import question_of
from filiform.site.library.public import pick, public

if TYPE_CHECKING:
    from django.http import HttpRequest


@public
def index(request: HttpRequest) -> HttpResponse:
    """List the therapies by kind."""
    return render(request, "library/therapies.html", {"groups": therapies.groups(published())})


@public
def therapy(request: HttpRequest, therapy: str) -> HttpResponse:
    """Show one therapy or combination."""
    review = published()
    name = _named(therapy)
    shown = {
        "name": name,
        "parts": [therapies.part(review.library, word) for word in therapy.split("+")],
        "topics": therapies.statements(review.library, therapy),
        "grids": therapies.answers(review, therapy),
        "combinations": therapies.combinations(review, therapy),
        "trials": therapies.trial_links(review, therapy),
        "sham": reverse("library:sham", args=[therapy]) if _has_pairs(therapy) else "",
    }
    return render(request, "library/therapy.html", shown)


@public
def sham(request: HttpRequest, therapy: str) -> HttpResponse:
    """Show what a therapy adds to its sham, and what the sham adds to no treatment."""
    name = _alone(therapy)
    shown = {"name": name, "therapy": therapy, "pairs": placebo.pairs(published(), therapy)}
    return render(request, "library/sham.html", shown)


@public
def sham_plot(_request: HttpRequest, therapy: str, outcome: str, window: str) -> HttpResponse:
    """Draw the sham against no treatment, in the trials of one therapy."""
    _alone(therapy)
    asked = question_of(f"{therapy}/sham/{outcome}/{window}/MD/neck")
    pair = placebo_share(published(), asked.intervention, asked.outcome, asked.window)
    drawing = forest_svg(pair.sham_against_nothing)
    return HttpResponse(drawing, content_type="image/svg+xml")


def _named(therapy: str) -> str:
    names = therapies.names(published())
    return pick("therapy", therapy, names, lambda near: reverse("library:therapy", args=[near]))


def _alone(therapy: str) -> str:
    names = placebo.therapies(published())
    return pick("therapy", therapy, names, lambda near: reverse("library:sham", args=[near]))


def _has_pairs(therapy: str) -> bool:
    review = published()
    return therapy in placebo.therapies(review) and bool(placebo.pairs(review, therapy))
