"""The result: what the answers mean for this person, from the library of guidance alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from filiform.guidance import screen
from filiform.knowledge import library
from filiform.site.guide.questions import questions
from filiform.site.guide.views import recorded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from filiform.guidance import Screening
    from filiform.site.guide.questions import Page


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show how soon a doctor must come, and alone where that is today or now."""
    screening = screen(recorded(request).person(library()), library())
    template = "guide/alone.html" if screening.alone else "guide/screened.html"
    return render(
        request,
        template,
        {
            "screening": screening,
            "bibliography": library().bibliography,
            "questions": questions(),
            "unasked": unasked_pages([*screening.not_asked, *screening.not_given]),
            "answering": answering_pages(screening),
        },
    )


def unasked_pages(keys: Iterable[str]) -> dict[Page, list[str]]:
    """Return the questions that were not answered, each with what it would have told."""
    found: dict[Page, list[str]] = {}
    for key in keys:
        page = questions().asking(key)
        if page is not None:
            found.setdefault(page, []).append(key)
    return dict(sorted(found.items(), key=lambda item: questions().number(item[0])))


def answering_pages(screening: Screening) -> tuple[Page, ...]:
    """Return the questions whose answers made the reasons, to correct them."""
    found = [
        page
        for reason in screening.reasons
        for finding in reason.findings
        if (page := questions().asking(finding)) is not None
    ]
    return tuple(dict.fromkeys(found))
