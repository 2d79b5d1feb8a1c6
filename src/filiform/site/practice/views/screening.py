"""Screening in the room, and a screening as it was kept; answers before a visit as they came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from filiform.site.guide.questions import questions
from filiform.site.practice import course_screening, intake, intake_drawing, keeping, sending
from filiform.site.practice.access import own, staff
from filiform.site.practice.course_log import RefusedError
from filiform.site.practice.models import Course, Intake, Screening
from filiform.site.practice.outcome_taking import today_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from filiform.site.practice.access import StaffRequest
    from filiform.site.practice.course_screening import Why

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@staff("write_clinical", "write_clinical")
def ask(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Ask for warning signs, beginning with what the person answered by link."""
    course = own(Course, request.member, course_id, "person", "practice")
    sent = course_screening.latest_intake(course.person)
    before = course_screening.reported_before(course, timezone.now())
    record = course_screening.first_record(course.person, sent, today_of(course), before)
    faults: dict[str, str] = {}
    values = course_screening.values(record)
    asked: dict[str, list[Why]] = {}
    if request.method == "POST":
        read = course_screening.read(request.POST, record)
        asked = course_screening.whys(
            course_screening.taken_back(read.record, before), request.POST
        )
        whys = [why for each in asked.values() for why in each]
        faults = read.faults | {why.name: why.fault for why in whys if why.fault}
        if not faults:

            def keep(act: keeping.Act) -> str:
                reasons = {why.sign: why.typed for why in whys}
                course_screening.keep(act, course, read.record, reasons)
                return reverse("practice:course", args=[course.pk])

            try:
                return sending.once(request, request.member, keep)
            except RefusedError as error:
                faults = {"maincontent": error.refusal.sentence}
        values = course_screening.typed(request.POST)
    return render(
        request,
        "practice/screening/ask.html",
        {
            "member": request.member,
            "course": course,
            "sent": sent,
            "fields": course_screening.fields(),
            "questions": questions(),
            "values": values,
            "faults": faults,
            "asked": asked,
            "told": course_screening.told,
            "before": before,
            "places": {},
            "once": sending.token(),
        },
        status=400 if faults else 200,
    )


@require_safe
@staff("read_clinical")
def screening(request: StaffRequest, screening_id: UUID) -> HttpResponse:
    """Show a screening as it was."""
    shown = own(Screening, request.member, screening_id, "course__person", "decided_by")
    context = {
        "member": request.member,
        "shown": shown,
        "result": shown.result,
        "told": course_screening.told,
    }
    return render(request, "practice/screening/screening.html", context)


@require_safe
@staff("read_clinical")
def answers(request: StaffRequest, intake_id: UUID) -> HttpResponse:
    """Show what a person answered before the visit, what must not wait on top."""
    shown = own(Intake, request.member, intake_id, "person", "practice")
    context = {
        "member": request.member,
        "intake": shown,
        "screening": intake.screening_of(shown),
        "lines": intake.lines(shown),
        "views": intake_drawing.chart(intake.drawing_of(shown)),
        "told": course_screening.told,
        "courses": shown.person.courses.order_by("-started_on"),
    }
    return render(request, "practice/intake/answers.html", context)
