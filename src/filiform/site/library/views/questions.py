"""One question: its answer, and everything the answer stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from filiform.guidance.effects import effect_of
from filiform.review import direction_text, forest_svg, published
from filiform.site.library import files, syntheses
from filiform.site.library.addresses import question_of
from filiform.site.library.public import public
from filiform.site.library.views.downloads import attachment

if TYPE_CHECKING:
    from django.http import HttpRequest


@public
def question(request: HttpRequest, key: str) -> HttpResponse:
    """Show one synthesis: the answer, the plot, the numbers, how sure, the trials."""
    review = published()
    asked = question_of(key, request.GET.get("condition"))
    if asked.key != key:
        return redirect(asked.path)
    synthesis = review.synthesis(asked)
    library = review.library
    shown = {
        "synthesis": synthesis,
        "answer": effect_of(review, asked),
        "direction": direction_text(synthesis),
        "numbers": syntheses.numbers(synthesis),
        "effects": syntheses.effects(synthesis, library),
        "flags": [(flag, reason) for flag, reason in synthesis.flag_reasons],
        "domains": syntheses.domains(synthesis),
        "left_out": syntheses.left_out(synthesis.left_out, library, "Trials left out"),
        "passed_over": syntheses.left_out(synthesis.passed_over, library, "Rows not used"),
        "sensitivity": syntheses.sensitivity(synthesis),
        "references": synthesis.pooled.references() if synthesis.pooled else (),
        "neighbours": syntheses.neighbours(review, asked),
        "therapies": library.therapies,
        "conditions": library.conditions.values(),
    }
    return render(request, "library/question.html", shown)


@public
def forest(_request: HttpRequest, key: str) -> HttpResponse:
    """Draw the forest plot."""
    drawing = forest_svg(published().synthesis(question_of(key)))
    return HttpResponse(drawing, content_type="image/svg+xml")


@public
def effects(_request: HttpRequest, key: str) -> HttpResponse:
    """Send the effects, so that anyone can pool them again."""
    synthesis = published().synthesis(question_of(key))
    name = f"{synthesis.question.key.replace('/', '-')}.csv"
    return attachment(files.effects_csv(synthesis), "text/csv; charset=utf-8", name)


@public
def as_json(_request: HttpRequest, key: str) -> HttpResponse:
    """Send the synthesis as REST and the terminal give it."""
    return JsonResponse(published().synthesis(question_of(key)).to_dict())
