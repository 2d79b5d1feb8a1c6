"""Is it working? What the rules say of a course, and what the practitioner decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from filiform.care.course import Reviewed
from filiform.knowledge import library
from filiform.site.practice import keeping, outcome_taking, sending, trend_review, waiting
from filiform.site.practice.access import own, staff
from filiform.site.practice.course_log import log
from filiform.site.practice.forms.progress import ReviewForm
from filiform.site.practice.models import Course, Review

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from filiform.site.practice.access import StaffRequest
    from filiform.site.practice.models import Member


@require_http_methods(["GET", "HEAD", "POST"])
@staff("read_clinical", "write_clinical")
def progress(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Show the answer of the rules with its reasons, and keep the decision."""
    course = own(Course, request.member, course_id, "person", "practice")
    found = trend_review.look(course)
    waits = not found.ended or waiting.worse_by_link(
        request.member.practice_id, outcome_taking.today_of(course), course
    )
    form = ReviewForm(
        request.POST if request.method == "POST" and waits else None,
        advice=found.review.advice,
        over=found.review.over,
        ended=found.ended,
    )
    if form.is_valid():
        return sending.once(
            request,
            request.member,
            lambda act: _kept(act, course, found, form, request.member),
        )
    bibliography = library().bibliography
    return render(
        request,
        "practice/progress/progress.html",
        {
            "member": request.member,
            "course": course,
            "found": found,
            "review": found.review,
            "form": form,
            "waits": waits,
            "reviews": course.reviews.select_related("by").order_by("-created_at"),
            "cited": [bibliography[source] for source in found.review.sources],
            "once": sending.token(),
        },
        status=400 if form.errors else 200,
    )


def _kept(
    act: keeping.Act,
    course: Course,
    found: trend_review.Reviewed,
    form: ReviewForm,
    member: Member,
) -> str:
    decision, reason = form.cleaned_data["decision"], form.cleaned_data["reason"].strip()
    review = Review(
        course=course,
        by=member,
        on=outcome_taking.today_of(course),
        result=found.review.to_dict(),
        advice=found.review.advice,
        decision=decision,
        reason=reason,
    )
    act.create(review)
    if not found.ended:  # its events are over; what was said after it is looked at all the same
        log(act, course, Reviewed(act.now, act.by, found.review.advice, decision, reason))
    return reverse("practice:course", args=[course.pk])
