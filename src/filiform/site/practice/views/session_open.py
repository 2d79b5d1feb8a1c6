"""A new session: may it be, on whose licence, and with which needles it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from filiform.care.course import may
from filiform.site.practice import keeping, sending
from filiform.site.practice.access import own, staff
from filiform.site.practice.clock import zone_of
from filiform.site.practice.course_log import RefusedError, state_of
from filiform.site.practice.forms.session import LicenceForm
from filiform.site.practice.lettering import cover_of_course
from filiform.site.practice.models import Course, Plan, Session
from filiform.site.practice.plan_chosen import kept_sites, planned
from filiform.site.practice.screened_person import plan_is_older
from filiform.site.practice.session_keeping import open_session
from filiform.site.practice.session_licence import kept, permission_of
from filiform.site.practice.session_page import last_session, repeated
from filiform.site.practice.views.session import form_page

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from django.http import HttpResponse

    from filiform.care.licence import Permission
    from filiform.care.refusal import Refusal
    from filiform.site.practice.access import StaffRequest
    from filiform.site.practice.session_typed import Typed

_CONFLICT = 409


@form_page
@staff("write_clinical", "write_clinical")
def new_session(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Open a session: repeated from the last one, from the plan, or empty."""
    course = own(Course, request.member, course_id, "person", "practice")
    today = timezone.localdate(timezone=zone_of(course.practice))
    plan = Plan.objects.filter(course=course).order_by("-number").first()
    kinds = {each.kind for each in kept_sites(plan)} if plan else set()
    permission = permission_of(request.member, course.therapy, today, kinds)
    refusal = may(state_of(course), "open_session", now=timezone.now())
    form = LicenceForm(request.POST or None)
    if request.method != "POST" or permission.status == "refused":
        return _page(request, course, form if request.POST else None, permission, refusal)
    unknown = permission.status == "unknown"
    if unknown and not form.is_valid():
        return _page(request, course, form, permission, None)
    reason = form.cleaned_data["licence_reason"] if unknown else ""

    def keep(act: keeping.Act) -> str:
        session = open_session(
            act,
            course,
            request.member,
            on=today,
            licence=kept(permission, reason),
            typed=_begin(course, request.POST.get("begin", ""), today),
        )
        return reverse("practice:session", args=[session.pk])

    try:
        return sending.once(request, request.member, keep)
    except RefusedError as error:
        return _page(request, course, form, permission, error.refusal)


def _begin(course: Course, begin: str, today: dt.date) -> Typed | None:
    if begin == "repeat":
        return repeated(course, course.practice, today)
    plan = Plan.objects.filter(course=course).order_by("-number").first()
    return planned(plan, course.practice, today) if begin == "plan" and plan else None


def _page(
    request: StaffRequest,
    course: Course,
    form: LicenceForm | None,
    permission: Permission,
    refusal: Refusal | None,
) -> HttpResponse:
    faulty = form is not None and bool(form.errors) and permission.status == "unknown"
    refused = refusal is not None or permission.status == "refused"
    late = request.method == "POST" and refused
    begun = Session.objects.filter(course=course).exists()
    return render(
        request,
        "practice/session/new.html",
        {
            "member": request.member,
            "course": course,
            "form": form if faulty else LicenceForm(),
            "permission": permission,
            "refusal": refusal,
            "refused": refused,
            "last": last_session(course),
            "cover": None if begun else cover_of_course(course, on=timezone.localdate()),
            "plan_is_older": plan_is_older(course),
            "plan": Plan.objects.filter(course=course).order_by("-number").first(),
            "open": Session.objects.filter(course=course, closed_at=None).first(),
            "once": sending.token(),
        },
        status=_CONFLICT if late else 400 if faulty else 200,
    )
