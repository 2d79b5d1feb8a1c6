"""The history of the practice: who read and changed what, when, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from filiform.site.practice.access import own, saw, staff
from filiform.site.practice.befores import whole as whole_before
from filiform.site.practice.differences import differences
from filiform.site.practice.models import HistoryEntry, Person

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from filiform.site.practice.access import StaffRequest

ROWS = 50


@require_safe
@staff("read_history", people=True)
def whole(request: StaffRequest) -> HttpResponse:
    """Show the newest entries of the practice, or those before `?before=`."""
    return _list(request, HistoryEntry.objects.all(), "History")


@require_safe
@staff("read_history")
def of_person(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Show what was read and changed of one person."""
    person = own(Person, request.member, person_id)
    entries = HistoryEntry.objects.filter(person_id=person.pk)
    return _list(
        request, entries, f"History of {person}", title=f"History of person {person.number}"
    )


@require_safe
@staff("read_history")
def of_record(request: StaffRequest, record_id: UUID) -> HttpResponse:
    """Show what was read and changed of one record."""
    entries = HistoryEntry.objects.filter(object_id=str(record_id))
    newest = entries.filter(practice=request.member.practice_id).order_by("number").last()
    if newest is None:
        raise Http404
    saw(request.member, newest)
    return _list(request, entries, "History of one record")


@require_safe
@staff("read_history")
def entry(request: StaffRequest, number: int) -> HttpResponse:
    """Show one entry: what it changed, before and after. That it was read is kept too."""
    shown = HistoryEntry.objects.filter(practice=request.member.practice_id, number=number).first()
    if shown is None:
        raise Http404
    saw(request.member, shown)
    return render(
        request,
        "practice/history/entry.html",
        {
            "member": request.member,
            "entry": shown,
            "differences": differences(whole_before(shown.before, shown.after), shown.after),
        },
    )


def _list(
    request: StaffRequest, entries: QuerySet[HistoryEntry], heading: str, *, title: str = ""
) -> HttpResponse:
    before = request.GET.get("before", "")
    found = entries.filter(practice=request.member.practice_id).defer("before", "after")
    if before.isascii() and before.isdigit():
        found = found.filter(number__lt=min(int(before), 2**62))
    rows = list(found.order_by("-number")[: ROWS + 1])
    people = Person.objects.filter(practice=request.member.practice_id)
    shown: dict[UUID | None, int] = dict(
        people.filter(pk__in={row.person_id for row in rows}).values_list("pk", "number")
    )
    return render(
        request,
        "practice/history/list.html",
        {
            "member": request.member,
            "heading": heading,
            "title": title or heading,
            "entries": [(row, shown.get(row.person_id)) for row in rows[:ROWS]],
            "older": rows[ROWS - 1].number if len(rows) > ROWS else None,
        },
    )
