"""The result: what the answers mean for this person, as guidance says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from filiform.guidance import guide
from filiform.knowledge import library
from filiform.review import published
from filiform.site.guide import chart, sheet, tables
from filiform.site.guide.cites import Citations, Unsaid
from filiform.site.guide.questions import questions
from filiform.site.guide.views import recorded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from filiform.guidance import Aid, Screening
    from filiform.site.guide.questions import Page

_AT_ONCE = 5
"""How many sentences of first-line care stand open on the page; the others are a click away."""


def aid_of(request: HttpRequest) -> Aid:
    """Return the aid of the person whose answers the browser sent along."""
    return guide(
        recorded(request).person(library()),
        library=library(),
        review=published(),
        today=timezone.localdate(),
    )


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show how soon a doctor must come, and, where that is not at once, the options."""
    aid = aid_of(request)
    template = "guide/alone.html" if aid.screening.alone else "guide/result.html"
    return render(request, template, _context(aid))


@require_safe
def option(request: HttpRequest, therapy: str) -> HttpResponse:
    """Show one therapy in full; where a doctor comes at once, lead back to that instead."""
    if therapy not in {row.id for row in library().therapies.values() if row.offered}:
        raise Http404
    aid = aid_of(request)
    if aid.screening.alone:
        return redirect("guide:result")
    chosen = next(each for each in aid.options if each.id == therapy)
    return render(request, "guide/option.html", {**_context(aid), "option": chosen})


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """Show what counts most on a few sheets of paper."""
    aid = aid_of(request)
    template = "guide/alone.html" if aid.screening.alone else "guide/print.html"
    return render(request, template, {**_context(aid), "paper": True})


def _context(aid: Aid) -> dict[str, object]:
    screening = aid.screening
    return {
        "aid": aid,
        "screening": screening,
        "questions": questions(),
        "library": library(),
        "cite": Citations(library().bibliography),
        "unasked": unasked_pages([*screening.not_asked, *screening.not_given]),
        "answering": answering_pages(screening),
        "tables": tables,
        "sheet": sheet,
        "axis": chart.Axis.over,
        "at_once": _AT_ONCE,
        "unsaid": Unsaid(),
        "paper": False,
    }


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
