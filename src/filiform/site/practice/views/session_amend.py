"""A closed session is amended, never overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from filiform.site.practice import keeping, sending, stock
from filiform.site.practice.access import own, staff
from filiform.site.practice.forms.session import ReasonForm
from filiform.site.practice.models import Needle, Session
from filiform.site.practice.session_amend_check import against_amending, reasons_of
from filiform.site.practice.session_amending import amend, as_amended, changes_of
from filiform.site.practice.session_keeping import Sheet
from filiform.site.practice.session_page import site_name
from filiform.site.practice.session_typed import Typed, group_of, typed_of_post
from filiform.site.practice.stale import stale_page
from filiform.site.practice.views.session import form_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from filiform.care.refusal import Problem
    from filiform.site.practice.access import StaffRequest


@form_page
@staff("write_clinical", "write_clinical")
def amend_session(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Correct a closed session, with a reason."""
    found = own(Session, request.member, session_id, "course__person", "practice")
    address = reverse("practice:session", args=[found.pk])
    if found.closed_at is None:
        return HttpResponseRedirect(address)
    if request.method != "POST":
        return _page(request, found, _sheet(found, as_amended(found)), ReasonForm())
    return _sent(request, found, address)


def _sent(request: StaffRequest, found: Session, address: str) -> HttpResponse:
    """Keep the correction where it meets the rules; else show what stands against it."""
    typed = _whole(found, typed_of_post(request.POST, sending.version(request)))
    sheet, form = _sheet(found, typed), ReasonForm(request.POST)
    nothing = not changes_of(as_amended(found), typed)
    if not sheet.is_valid() or not form.is_valid() or nothing:
        fault = "Nothing was changed: correct a field first." if nothing else ""
        return _page(request, found, sheet, form, fault=fault, status=400)
    problems = against_amending(found, sheet)
    confirmed = reasons_of(problems, typed.rest)
    if left := [each for each in problems if each.key not in confirmed]:
        fault = " ".join(each.sentence for each in left)
        asks = [each for each in problems if each.answered_by == "confirmation"]
        return _page(request, found, sheet, form, fault=fault, status=400, asks=asks)

    def keep(act: keeping.Act) -> str:
        amend(act, found, request.member, typed, form.cleaned_data["reason"], confirmed=confirmed)
        return address

    try:
        return sending.once(request, request.member, keep)
    except keeping.StaleError as stale:
        return stale_page(request, stale, back=address)
    except stock.StockError as error:
        return _page(request, found, sheet, form, fault=error.sentence, status=409)


def _whole(found: Session, sent: Typed) -> Typed:
    """Return what was sent with what its form left as it is."""
    kept = as_amended(found)
    rows = tuple({**row, **new} for row, new in zip(kept.rows, sent.rows, strict=False))
    return Typed((*rows, *kept.rows[len(rows) :]), {**kept.rest, **sent.rest}, "", sent.version)


def _sheet(found: Session, typed: Typed) -> Sheet:
    held = Needle.objects.filter(session=found).values_list("lot_id", flat=True)
    now = [UUID(row["lot"]) for row in as_amended(found).rows]
    sheet = Sheet.of(typed, stock.choices(found.practice, found.on, also=[*held, *now]))
    sheet.is_valid()
    return sheet


def _page(
    request: StaffRequest,
    found: Session,
    sheet: Sheet,
    form: ReasonForm,
    *,
    fault: str = "",
    status: int = 200,
    asks: Sequence[Problem] = (),
) -> HttpResponse:
    return render(
        request,
        "practice/session/amend.html",
        {
            "member": request.member,
            "session": found,
            "sheet": sheet,
            "form": form,
            "fault": fault,
            "asks": {group_of(each.key): each.sentence for each in asks},
            "names": [site_name(row["site_kind"], row["site"]) for row in sheet.typed.rows],
            "once": sending.token(),
            "version": sheet.typed.version,
        },
        status=status,
    )
