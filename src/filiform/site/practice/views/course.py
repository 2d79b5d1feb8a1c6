"""A course: opening it, its page, decisions about warnings, its end."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filiform.care.course import Ended, WarningDecided, WarningSignFound
from filiform.site.practice import course_page, keeping, outcome_taking, sending
from filiform.site.practice.access import own, staff
from filiform.site.practice.clock import zone_of
from filiform.site.practice.course_log import RefusedError, log
from filiform.site.practice.course_screening import latest_intake
from filiform.site.practice.forms.course import CourseForm, DecisionForm, EndForm, WarningForm
from filiform.site.practice.lettering import cover_of_course
from filiform.site.practice.models import Course, Member, Person, Screening
from filiform.site.practice.outcome_taking import Given, today_of
from filiform.site.practice.session_licence import permission_for, permission_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import Form
    from django.http import HttpResponse

    from filiform.site.practice.access import StaffRequest

form_page = require_http_methods(["GET", "HEAD", "POST"])
_BASELINE = dt.timedelta(days=14)
"""How long before the course answers count for its beginning (rules/outcomes.toml, week 0)."""


@form_page
@staff("read_clinical", "write_clinical")
def open_course(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Open a course; scores that came in with the answers become its first ones."""
    member = request.member
    person = own(Person, member, person_id, "practice")
    today = dt.datetime.now(tz=zone_of(person.practice)).date()
    first = {"started_on": today, "practitioner": str(member.pk), "therapy": "acupuncture"}
    form = CourseForm(request.POST or None, practice=member.practice_id, initial=first)
    if request.method == "POST" and form.is_valid() and _is_lawful(form, member, today):
        return sending.once(request, member, lambda act: _opened(act, person, form))
    return _form(request, "practice/course/open.html", form, person=person)


def _is_lawful(form: CourseForm, member: Member, today: dt.date) -> bool:
    """Ask the row of law for who is to needle; what stands against it is told at the therapy."""
    given = form.cleaned_data
    practitioner = Member.objects.select_related("practice").get(
        pk=given["practitioner"], practice=member.practice_id
    )
    permission = permission_of(practitioner, given["therapy"], today)
    if permission.against_the_law:
        form.add_error("therapy", permission.sentence)
    return not permission.against_the_law


def _opened(act: keeping.Act, person: Person, form: CourseForm) -> str:
    given = form.cleaned_data
    course = Course(
        person=person,
        practitioner=Member.objects.get(pk=given["practitioner"], practice=act.practice),
        therapy=given["therapy"],
        started_on=given["started_on"],
        stage="new",
    )
    act.create(course)
    sent = latest_intake(person)
    if sent is not None and sent.sent_at is not None:
        day = sent.sent_at.astimezone(zone_of(act.practice)).date()
        if abs(course.started_on - day) <= _BASELINE:
            answers = [Given.from_json(name, kept) for name, kept in sent.measures.items()]
            outcome_taking.keep(act, course, answers, on=day, origin="link")
    return reverse("practice:course", args=[course.pk])


@require_safe
@staff("read_clinical")
def course(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Show a course."""
    shown = own(Course, request.member, course_id, "person", "practitioner__practice", "practice")
    return _page(request, shown)


def _page(request: StaffRequest, shown: Course, form: DecisionForm | None = None) -> HttpResponse:
    today = today_of(shown)
    page = course_page.page_of(shown, today)
    return render(
        request,
        "practice/course/course.html",
        {
            "member": request.member,
            "page": page,
            "course": shown,
            "form": form,
            "address_if": course_page.address_if,
            "cover": None if page.sessions else cover_of_course(shown, on=today),
            "permission": None if page.sessions else permission_for(shown, today),
            "once": sending.token(),
        },
        status=400 if form is not None else 200,
    )


@require_POST
@staff("read_clinical", "write_clinical")
def decide(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Keep what someone decided about a warning, with the reason."""
    shown = own(Course, request.member, course_id, "person", "practitioner__practice", "practice")
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            return sending.once(
                request, request.member, lambda act: _decided(act, shown, form, request.member)
            )
        except RefusedError as error:
            form.add_error(None, error.refusal.sentence)
    return _page(request, shown, form)


def _decided(act: keeping.Act, course: Course, form: DecisionForm, member: Member) -> str:
    given = form.cleaned_data
    about, decision, reason = given["about"], given["decision"], given["reason"].strip()
    log(act, course, WarningDecided(act.now, act.by, about, decision, reason))
    screening = next((s for s in course.screenings.all() if str(s.pk) == about), None)
    if screening is not None:
        _note(act, screening, decision, reason, member)
    return reverse("practice:course", args=[course.pk])


def _note(
    act: keeping.Act, screening: Screening, decision: str, reason: str, member: Member
) -> None:
    before = keeping.values(screening)
    screening.decision, screening.reason = decision, reason
    screening.decided_by, screening.decided_at = member, act.now
    act.change(screening, before=before, reason=reason)


@form_page
@staff("write_clinical", "write_clinical")
def warning(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Note a warning sign that came up later: it halts the course."""
    shown = own(Course, request.member, course_id, "person", "practice")
    form = WarningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def keep(act: keeping.Act) -> str:
            event = WarningSignFound(act.now, act.by, str(uuid.uuid4()), given["finding"])
            log(act, shown, event)
            messages.info(request, "The course is halted until someone decides, with a reason.")
            return reverse("practice:course", args=[shown.pk])

        return sending.once(request, request.member, keep)
    return _form(request, "practice/course/warning.html", form, course=shown)


@form_page
@staff("write_clinical", "write_clinical")
def end(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """End a course; it takes no session any more, scores and harms it still does."""
    shown = own(Course, request.member, course_id, "person", "practice")
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def keep(act: keeping.Act) -> str:
            log(act, shown, Ended(act.now, act.by, form.cleaned_data["reason"].strip()))
            return reverse("practice:course", args=[shown.pk])

        try:
            return sending.once(request, request.member, keep)
        except RefusedError as error:
            form.add_error(None, error.refusal.sentence)
    return _form(request, "practice/course/end.html", form, course=shown)


def _form(request: StaffRequest, template: str, form: Form, **more: object) -> HttpResponse:
    context = {"member": request.member, "form": form, "once": sending.token(), **more}
    return render(request, template, context, status=400 if form.errors else 200)
