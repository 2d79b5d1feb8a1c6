"""A course's plan: its versions, and a new one from what is proposed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from filiform.care.approvals import approved_rows
from filiform.care.course import may
from filiform.care.course_events import Planned
from filiform.errors import CareError, GuidanceError
from filiform.site.practice import keeping, sending
from filiform.site.practice.access import own, staff
from filiform.site.practice.clock import zone_of
from filiform.site.practice.course_log import RefusedError, log, state_of
from filiform.site.practice.forms.plan import (
    CO_TREATMENTS,
    PlanForm,
    chosen_of,
    first_rows,
    sent_rows,
)
from filiform.site.practice.forms.session import LicenceForm, regions
from filiform.site.practice.models import Course, Plan
from filiform.site.practice.plan_chosen import kept_sites
from filiform.site.practice.plan_page import (
    dangers_asked,
    given_before,
    kept_prescription,
    known_faults,
    reasons_asked,
    refused_in,
)
from filiform.site.practice.plan_proposing import proposal
from filiform.site.practice.plan_rows import add_site
from filiform.site.practice.screened_person import screened_person
from filiform.site.practice.session_approvals import approvals_shown, approvals_typed
from filiform.site.practice.session_licence import kept, permission_of
from filiform.site.practice.session_page import site_name
from filiform.site.practice.session_sites import known_sites
from filiform.site.practice.stale import stale_page
from filiform.site.practice.views.session import form_page

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.http import HttpResponse

    from filiform.care.licence import Permission
    from filiform.care.prescription import ChosenSite, Prescription
    from filiform.care.refusal import Problem, Refusal
    from filiform.site.practice.access import StaffRequest
    from filiform.site.practice.forms.plan import SiteRow
    from filiform.site.practice.screened_person import ScreenedPerson

_OK = 200
_CONFLICT = 409


@require_safe
@staff("read_clinical")
def plans(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Show the newest plan, and the older ones beneath."""
    course = own(Course, request.member, course_id, "person", "practice")
    kept_plans = list(Plan.objects.filter(course=course).select_related("by").order_by("-number"))
    return render(
        request,
        "practice/plan/plan.html",
        {
            "member": request.member,
            "course": course,
            "plans": [(plan, _sites(plan)) for plan in kept_plans],
            "co": CO_TREATMENTS,
            "state": state_of(course),
        },
    )


def _sites(plan: Plan) -> list[tuple[str, str, str]]:
    """Return each site of a plan in words: name, sides, depth."""
    return [
        (
            site_name(each.kind, each.site),
            " and ".join(each.sides),
            "" if each.depth_mm is None else f"{each.depth_mm:g} mm",
        )
        for each in kept_sites(plan)
    ]


@form_page
@staff("write_clinical", "write_clinical")
def new_plan(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Propose a prescription; keep what the practitioner makes of it, with each reason."""
    course = own(Course, request.member, course_id, "person", "practice")
    today = timezone.localdate(timezone=zone_of(course.practice))
    permission = permission_of(request.member, course.therapy, today)
    refusal = may(state_of(course), "plan", now=timezone.now(), therapy=course.therapy)
    if refusal or permission.status == "refused":
        return _refused(request, course, permission, refusal)
    try:
        asked = _asked(request, course, today)
        proposed = proposal(course, asked)
    except (CareError, GuidanceError) as error:
        return _refused(request, course, permission, None, str(error))
    if proposed is None:
        return _refused(request, course, permission, None, "The warning signs were never asked.")
    last = Plan.objects.filter(course=course).order_by("-number").first()
    planning = _Planning(request, course, permission, proposed, last, asked=asked)
    return planning.sent() if request.method == "POST" else planning.page(200)


def _asked(request: StaffRequest, course: Course, today: dt.date) -> ScreenedPerson | None:
    """Return the person of the latest screening, with the approvals that the form tells."""
    asked = screened_person(course)
    if asked is None or request.method != "POST":
        return asked
    return replace(asked, approved=approved_rows(approvals_typed(request.POST, today)))


def _refused(
    request: StaffRequest,
    course: Course,
    permission: Permission,
    refusal: Refusal | None,
    fault: str = "",
) -> HttpResponse:
    return render(
        request,
        "practice/plan/refused.html",
        {
            "member": request.member,
            "course": course,
            "permission": permission,
            "refusal": refusal,
            "fault": fault,
        },
        status=_CONFLICT if request.method == "POST" else 200,
    )


class _Planning:
    """One look at the form of a plan."""

    def __init__(
        self,
        request: StaffRequest,
        course: Course,
        permission: Permission,
        proposed: Prescription,
        last: Plan | None,
        *,
        asked: ScreenedPerson | None,
    ) -> None:
        """Bind what was sent, or open with the last plan, or with what is proposed."""
        self.asked = asked
        self.today = timezone.localdate(timezone=zone_of(course.practice))
        self.request, self.course, self.permission = request, course, permission
        self.proposed, self.last = proposed, last
        sent = request.method == "POST"
        data = request.POST if sent else None
        self.form = PlanForm(data, initial=_initial(last, proposed), again=last is not None)
        self.licence = LicenceForm(data)
        self.answers: Mapping[str, str] = request.POST if sent else given_before(last)
        before = kept_sites(last) if last else ()
        self.rows: list[SiteRow] = (
            sent_rows(request.POST, proposed) if sent else first_rows(proposed, before)
        )
        self.fault = ""

    def sent(self) -> HttpResponse:
        """Keep the plan, or show what is missing."""
        post = self.request.POST
        if post.get("do") == "add":
            self.fault = add_site(self.rows, post)
            return self.page(400 if self.fault else 200)
        chosen = chosen_of(self.rows)
        known_faults(self.rows)
        if any(row.fault for row in self.rows):
            return self.page(400)
        refused = self._refused(chosen)
        reasons = reasons_asked(self.proposed, chosen, post, refused)
        dangers = dangers_asked(chosen, post)
        unknown = self.permission.status == "unknown"
        told = [self.form.is_valid(), not unknown or self.licence.is_valid(), bool(chosen)]
        told += [not refused]
        told += [bool(each.reason) for each in reasons] + [each.ticked for each in dangers]
        if not all(told) or post.get("do") == "check":
            self.fault = "" if chosen else "Choose at least one site."
            return self.page(400 if not all(told) else 200)
        reason = self.licence.cleaned_data["licence_reason"] if unknown else ""
        law = kept(self.permission, reason)
        approvals = approvals_typed(post, self.today)
        plan = kept_prescription(self.proposed, chosen, reasons, dangers, law, approvals=approvals)
        return self._keep(plan)

    def _refused(self, chosen: Sequence[ChosenSite]) -> tuple[Problem, ...]:
        return refused_in(self.course.therapy, chosen, self.asked, self.today)

    def _keep(self, prescription: dict[str, object]) -> HttpResponse:
        form, course, request = self.form.cleaned_data, self.course, self.request
        address = reverse("practice:plan", args=[course.pk])

        def keep(act: keeping.Act) -> str:
            newest = Plan.objects.filter(course=course).order_by("-number").first()
            plan = Plan(
                course=course,
                number=(newest.number if newest else 0) + 1,
                by=request.member,
                diagnoses=form["diagnoses"],
                goals=form["goals"],
                sessions=form["sessions"],
                weeks=form["weeks"],
                co_treatments=self.form.co_treatments(course.person.doctor_name),
                prescription=prescription,
                reason=form.get("reason", ""),
            )
            if (newest.number if newest else 0) != sending.version(request):
                theirs = keeping.values(newest) if newest else {}
                held = {"version": newest.number if newest else 0}
                raise keeping.StaleError({**theirs, **held}, keeping.values(plan))
            act.create(plan, reason=plan.reason)
            event = Planned(
                act.now, act.by, course.therapy, plan.sessions, plan.weeks, reason=plan.reason
            )
            log(act, course, event)
            return address

        try:
            return sending.once(request, request.member, keep)
        except keeping.StaleError as stale:
            return stale_page(request, stale, back=address)
        except RefusedError as error:
            return _refused(request, course, self.permission, error.refusal)

    def page(self, status: int) -> HttpResponse:
        """Return the form with everything that is asked."""
        told = [row for row in self.rows if row.side or status != _OK]
        chosen = [] if any(row.fault for row in self.rows) else chosen_of(told)
        checked = self.request.method == "POST" and self.request.POST.get("do") != "add"
        number = self.last.number if self.last else 0
        refused = self._refused(chosen)
        doctors = [each.row for each in refused if each.lifted_by == "doctor"]
        doctors += [e.row for e in self.proposed.left_out if e.lifted_by == "doctor" and e.row]
        sent = self.request.POST.get(sending.VERSION)
        return render(
            self.request,
            "practice/plan/new.html",
            {
                "member": self.request.member,
                "course": self.course,
                "permission": self.permission,
                "proposed": self.proposed,
                "form": self.form,
                "licence": self.licence,
                "rows": self.rows,
                "reasons": reasons_asked(self.proposed, chosen, self.answers, refused),
                "refused": refused,
                "approvals": approvals_shown(doctors, self.answers),
                "dangers": dangers_asked(chosen, self.answers),
                "fault": self.fault,
                "checked": checked and status != _OK,
                "co": CO_TREATMENTS,
                "known_sites": known_sites(),
                "regions": dict(regions()),
                "once": sending.token(),
                "version": sent if sent is not None else number,
            },
            status=status,
        )


def _initial(last: Plan | None, proposed: Prescription) -> dict[str, object]:
    if last is None:
        doses = {line.what: math.ceil(line.median) for line in proposed.dose.lines}
        return {name: doses[name] for name in ("sessions", "weeks") if name in doses}
    told = {f"co_{each['kind']}": each["text"] for each in last.co_treatments}
    return {
        "diagnoses": last.diagnoses,
        "goals": last.goals,
        "sessions": last.sessions,
        "weeks": last.weeks,
        **told,
    }
