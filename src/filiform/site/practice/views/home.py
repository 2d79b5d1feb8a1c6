"""The first page after signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from filiform.site.practice import waiting
from filiform.site.practice.access import allowed, staff

if TYPE_CHECKING:
    from django.http import HttpResponse

    from filiform.site.practice.access import StaffRequest


@require_safe
@staff("read_people", people=True)
def today(request: StaffRequest) -> HttpResponse:
    """Show what waits: answers that came in, red on top, and what should not wait any longer."""
    practice, day = request.member.practice_id, timezone.localdate()
    shown = {"member": request.member, "today": day, "came": waiting.came(practice, day)}
    if allowed(request.member, "read_clinical"):
        shown |= {
            "sessions": waiting.open_sessions(practice),
            "incidents": waiting.incidents(practice),
            "overdue": waiting.overdue(practice, day),
            "credentials": waiting.credentials(practice, day),
        }
    if allowed(request.member, "read_stock"):
        shown |= {"lots": waiting.lots(practice, day)}
    return render(request, "practice/today.html", shown)
