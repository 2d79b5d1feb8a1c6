"""Incidents: what must be looked at, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from filiform.site.practice import keeping, sending
from filiform.site.practice.access import own, staff
from filiform.site.practice.forms.session import ResolveForm
from filiform.site.practice.models import Incident
from filiform.site.practice.paging import page_of
from filiform.site.practice.stale import stale_page
from filiform.site.practice.views.session import form_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

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
            "form": form,
            "once": sending.token(),
            "version": found.version,
        },
        status=400 if form.errors else 200,
    )
