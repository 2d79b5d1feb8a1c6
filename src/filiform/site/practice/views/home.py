"""The first page after signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from filiform.site.practice.access import staff
from filiform.site.practice.models import Course, Intake, Person

if TYPE_CHECKING:
    from django.http import HttpResponse

    from filiform.site.practice.access import StaffRequest

_SHOWN = 20


@require_safe
@staff("read_people")
def today(request: StaffRequest) -> HttpResponse:
    """Show what waits: intakes that came in, red on top, and the courses under way."""
    practice = request.member.practice_id
    intakes = Intake.objects.filter(practice=practice, sent_at__isnull=False)
    return render(
        request,
        "practice/today.html",
        {
            "member": request.member,
            "intakes": intakes.select_related("person").order_by("-sent_at")[:_SHOWN],
            "courses": Course.objects.filter(practice=practice, ended_on=None)
            .select_related("person", "practitioner")
            .order_by("-started_on")[:_SHOWN],
            "people": Person.objects.filter(practice=practice).count(),
        },
    )
