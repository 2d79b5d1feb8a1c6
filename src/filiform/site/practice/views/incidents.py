"""Incidents: what must be looked at, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from filiform.care.safety import deadlines
from filiform.knowledge import library
from filiform.site.practice import keeping, sending
from filiform.site.practice.access import own, staff
from filiform.site.practice.forms.incidents import IncidentForm
from filiform.site.practice.forms.session import ResolveForm
from filiform.site.practice.incident_words import REPORTED
from filiform.site.practice.models import Incident
from filiform.site.practice.paging import page_of
from filiform.site.practice.stale import stale_page
from filiform.site.practice.views.session import form_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from filiform.care.safety import Deadlines
    from filiform.site.practice.access import StaffRequest


@require_safe
@staff("read_clinical", people=True)
def incidents(request: StaffRequest) -> HttpResponse:
    """List the incidents, open ones first, the newest on top."""
    found = (
        Incident.objects.filter(practice=request.member.practice_id)
        .select_related("session__course__person", "by")
        .order_by(F("resolved_at").asc(nulls_first=True), "-created_at", "pk")
    )
    return render(
        request,
        "practice/incidents/list.html",
        {"member": request.member, "page": page_of(request, found)},
    )


@form_page
@staff("read_clinical", "write_clinical")
def incident(request: StaffRequest, incident_id: UUID) -> HttpResponse:
    """Show an incident, and keep what came of it."""
    found = own(Incident, request.member, incident_id, "session__course__person", "by")
    form = ResolveForm(request.POST or None, initial={"resolution": found.resolution})
    address = reverse("practice:incident", args=[found.pk])
    if request.method == "POST" and form.is_valid():

        def keep(act: keeping.Act) -> str:
            before = keeping.values(found)
            found.resolved_at, found.resolution = act.now, form.cleaned_data["resolution"]
            act.change(found, before=before, version=sending.version(request))
            return address

        try:
            return sending.once(request, request.member, keep)
        except keeping.StaleError as stale:
            return stale_page(request, stale, back=address)
    return render(
        request,
        "practice/incidents/incident.html",
        {
            "member": request.member,
            "incident": found,
            "duties": _duties(found, request.member.practice.jurisdiction),
            "form": form,
            "once": sending.token(),
            "version": found.version,
        },
        status=400 if form.errors else 200,
    )


def _duties(found: Incident, jurisdiction: str) -> Deadlines | None:
    """Return whom an incident of staff or a device is reported to; None is for other kinds."""
    fact = REPORTED.get(found.kind)
    if fact is None:
        return None
    return deadlines(
        jurisdiction,
        [fact.fact],
        library=library(),
        known_at=found.created_at,
        harmed=fact.harmed,
    )


@form_page
@staff("write_clinical", "write_clinical")
def add(request: StaffRequest) -> HttpResponse:
    """Note what happened to staff, or a fault of a needle or device."""
    form = IncidentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def keep(act: keeping.Act) -> str:
            noted = Incident(by=request.member, **form.cleaned_data)
            act.create(noted)
            return reverse("practice:incident", args=[noted.pk])

        return sending.once(request, request.member, keep)
    return render(
        request,
        "practice/incidents/add.html",
        {"member": request.member, "form": form, "once": sending.token()},
        status=400 if form.errors else 200,
    )
