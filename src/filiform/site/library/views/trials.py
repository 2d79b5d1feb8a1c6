"""The trials: a list to choose from, and each one as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse

from filiform.review import published
from filiform.site.library import choosing, trials
from filiform.site.library.public import pick, public
from filiform.site.library.searching import Search

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@public
def index(request: HttpRequest) -> HttpResponse:
    """List the trials that fit what was chosen; an unknown word is said beside its field."""
    review = published()
    chosen = choosing.read_choice(review, request.GET)
    search = Search.read(request.GET)
    shown = {
        "words": search.words,
        "fields": choosing.fields(review, chosen),
        "grid": choosing.listed(review, chosen, search),
        "faults": chosen.faults,
    }
    return render(request, "library/trials.html", shown, status=400 if chosen.faults else 200)


@public
def trial(request: HttpRequest, trial_id: str) -> HttpResponse:
    """Show one trial: everything the tables hold of it, each row with its source."""
    review = published()
    found = pick(
        "trial",
        trial_id,
        review.library.trials,
        lambda near: reverse("library:trial", args=[near]),
    )
    return render(
        request, "library/trial.html", {"trial": found, **trials.everything(review, found)}
    )
