"""Outcomes of a course: what was taken, what is due, taking them in the room or by link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filiform.care.outcomes import measure_of, measurement_error
from filiform.knowledge import library
from filiform.site.practice import intake_links, keeping, outcome_taking, sending, waiting
from filiform.site.practice.access import own, staff
from filiform.site.practice.clock import zone_of
from filiform.site.practice.forms.outcomes import MeasuresForm
from filiform.site.practice.models import Course, Link
from filiform.site.practice.models.people import LinkKind
from filiform.site.practice.outcome_taking import today_of
from filiform.site.practice.views.people import tell_link

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from django.http import HttpResponse

    from filiform.site.practice.access import StaffRequest

form_page = require_http_methods(["GET", "HEAD", "POST"])
_NOTHING = "Nothing is filled in yet."


@require_safe
@staff("read_clinical")
def outcomes(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Show all scores of a course: raw, percent and scale apart, and what is missing."""
    course = own(Course, request.member, course_id, "person", "practice")
    today = today_of(course)
    rows = list(course.outcomes.order_by("instrument", "taken_on", "created_at"))
    names = dict.fromkeys(row.instrument for row in rows)
    return render(
        request,
        "practice/outcomes/course.html",
        {
            "member": request.member,
            "course": course,
            "rows": [
                (
                    measure_of(name),
                    measurement_error(name, library=library()),
                    [row for row in rows if row.instrument == name],
                )
                for name in names
            ],
            "due": outcome_taking.due_now(course, rows, today),
            "missing": outcome_taking.missing_of(course, rows, today),
            "week": outcome_taking.week_of(course, today),
            "once": sending.token(),
            "days": intake_links.DAYS,
            "links": intake_links.shown(Link.objects.filter(course=course)),
        },
    )


@form_page
@staff("write_clinical", "write_clinical")
def take(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Take scores in the room."""
    course = own(Course, request.member, course_id, "person", "practice")
    form = MeasuresForm(
        request.POST or None,
        questionnaires=outcome_taking.loaded(request.member.practice_id),
        activities=outcome_taking.activities_of(course),
        follow_up=True,
        in_room=True,
        initial={"on": today_of(course)},
    )
    if request.method == "POST" and form.is_valid():
        if form.given():
            return sending.once(request, request.member, lambda act: _taken(act, course, form))
        form.add_error(None, _NOTHING)
    context = {"member": request.member, "course": course, "form": form, "once": sending.token()}
    status = 400 if form.errors else 200
    return render(request, "practice/outcomes/take.html", context, status=status)


def _taken(act: keeping.Act, course: Course, form: MeasuresForm) -> str:
    day: dt.date = form.cleaned_data["on"]
    outcome_taking.keep(act, course, form.given(), on=day, origin="room")
    return reverse("practice:outcomes", args=[course.pk])


@require_POST
@staff("read_clinical", "write_clinical")
def send_link(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Make a link to the questions of this week, and show it this once."""
    course = own(Course, request.member, course_id, "person__practice", "practice")

    def keep(act: keeping.Act) -> str:
        week = outcome_taking.week_of(course, today_of(course))
        token = intake_links.make(act, course.person, LinkKind.OUTCOME, course=course, week=week)
        tell_link(request, token, LinkKind.OUTCOME, course.person)
        return reverse("practice:outcomes", args=[course.pk])

    return sending.once(request, request.member, keep)


@require_safe
@staff("read_clinical", people=True)
def follow_ups(request: StaffRequest) -> HttpResponse:
    """List the scores that are overdue in the practice, and the share that is missing."""
    practice = request.member.practice
    today = timezone.now().astimezone(zone_of(practice)).date()
    return render(
        request,
        "practice/outcomes/follow_ups.html",
        {
            "member": request.member,
            "overdue": waiting.overdue(practice.pk, today),
            "missing": waiting.missing(practice.pk, today),
        },
    )
