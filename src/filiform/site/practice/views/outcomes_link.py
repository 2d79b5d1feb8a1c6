"""How it is going, answered by link: one page, sent once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse

from filiform.site.practice import outcome_taking, sending, told_worse
from filiform.site.practice.forms.outcomes import MeasuresForm
from filiform.site.practice.intake_links import use_up

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from filiform.site.practice.keeping import Act
    from filiform.site.practice.models import Link

_NOTHING = "Please answer one question or more."


def answer(request: HttpRequest, link: Link) -> HttpResponse:
    """Ask the measures of a course, and keep what is answered."""
    form = MeasuresForm(
        request.POST if request.method == "POST" else None,
        questionnaires=outcome_taking.loaded(link.practice_id),
        activities=outcome_taking.activities_of(link.course),
        follow_up=bool(link.week),
    )
    if request.method == "POST" and form.is_valid():
        if form.given():
            return sending.once(request, link, lambda act: _keep(act, request, link, form))
        form.add_error("NPRS", _NOTHING)
    context = {"link": link, "form": form, "once": sending.token()}
    status = 400 if form.errors else 200
    return render(request, "practice/outcomes/by_link.html", context, status=status)


def _keep(act: Act, request: HttpRequest, link: Link, form: MeasuresForm) -> str:
    course, given, urgency = link.course, form.given(), ""
    if course is not None:
        course.practice = link.practice
        day = outcome_taking.today_of(course)
        outcome_taking.keep(act, course, given, on=day, origin="link")
        taken = course.outcomes.order_by("taken_on", "created_at")
        urgency = told_worse.urgency_of(taken, given)
    use_up(act, link, urgency)
    match = request.resolver_match
    return reverse("practice:link-done", args=[match.kwargs["token"] if match else ""])
