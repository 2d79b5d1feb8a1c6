"""An open session: typed, saved, closed; a closed one: read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from filiform.site.headers import with_script
from filiform.site.practice import keeping, sending, session_putting_in, stock
from filiform.site.practice import session_typed as typing_
from filiform.site.practice.access import allowed, own, staff
from filiform.site.practice.clock import zone_of
from filiform.site.practice.course_log import RefusedError
from filiform.site.practice.forms.session import regions
from filiform.site.practice.models import Draft, Needle, Session
from filiform.site.practice.session_amending import all_corrections
from filiform.site.practice.session_asks import against_closing, grouped
from filiform.site.practice.session_chart import drawn
from filiform.site.practice.session_effective import effective, in_order
from filiform.site.practice.session_keeping import Sheet, close, forget_draft, save
from filiform.site.practice.session_page import (
    held_by_lot,
    last_depths,
    opening,
    shown,
    site_name,
    spots_of,
    stricta_of,
)
from filiform.site.practice.session_sites import add_needles, known_sites
from filiform.site.practice.stale import stale_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from filiform.site.practice.access import StaffRequest
    from filiform.site.practice.models import Lot
    from filiform.site.practice.session_typed import Typed

form_page = require_http_methods(["GET", "HEAD", "POST"])
_WITH_IT = ("course__person", "course__practitioner", "practice", "practitioner")
_LONGEST_AGO = 4 * 3600
_MOST_TYPED = 64 * 1024


@form_page
@staff("read_clinical", "write_clinical")
def session(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Show a session: the sheet of an open one, the record of a closed one."""
    found = own(Session, request.member, session_id, *_WITH_IT)
    if request.method == "POST":
        return _sent(request, found)
    if found.closed_at is not None or not allowed(request.member, "write_clinical"):
        return _record(request, found)
    opened = opening(found, request.member, take=request.GET.get("take") == "yes")
    sheet = Sheet.of(opened.typed, _lots(found))
    page: dict[str, object] = {"draft": opened.draft, "other": opened.other}
    if request.GET.get("close") == "no" and opened.draft is None:
        needles = list(found.needles.select_related("lot"))
        page["against"] = grouped(against_closing(found, needles))
    return _sheet(request, found, sheet, page)


def _lots(found: Session) -> list[Lot]:
    held = Needle.objects.filter(session=found).values_list("lot_id", flat=True)
    return stock.choices(found.practice, found.on, also=list(held))


def _sheet(
    request: StaffRequest, found: Session, sheet: Sheet, page: dict[str, object], status: int = 200
) -> HttpResponse:
    zone = zone_of(found.practice)
    told = {
        "member": request.member,
        "session": found,
        "once": sending.token(),
        "version": sheet.typed.version,
        "known_sites": known_sites(),
        "regions": regions(),
        "started": found.started_at and found.started_at.astimezone(zone),
        "zone": zone,
        "address": reverse("practice:session", args=[found.pk]),
        **session_putting_in.shown(
            found, request.member, {row.get("site_kind", "") for row in sheet.typed.rows}
        ),
    }
    answer = render(
        request, "practice/session/sheet.html", told | shown(sheet, found) | page, status=status
    )
    return with_script(answer)


def _sent(request: StaffRequest, found: Session) -> HttpResponse:
    do, address = request.POST.get("do", "save"), reverse("practice:session", args=[found.pk])
    if do == "discard":
        forget_draft(found.pk, *_drafters(request, found))
        return HttpResponseRedirect(address)
    lots = _lots(found)
    typed = typing_.typed_of_post(request.POST, sending.version(request))
    typed, fault = _done(request, found, do, typed, lots)
    if len(typed.rows) > typing_.MOST_NEEDLES:
        fault = f"A session holds at most {typing_.MOST_NEEDLES} needles: take some away."
    sheet = Sheet.of(typed, lots)
    if not sheet.is_valid() or fault:
        return _sheet(request, found, sheet, {"fault": fault, "checked": True}, 400)

    def keep(act: keeping.Act) -> str:
        save(act, found, request.member, sheet, version=typed.version)
        forget_draft(found.pk, *_drafters(request, found))
        if do != "close":
            return f"{address}#needle-{len(sheet.rows)}" if do == "add" else address
        return address if close(act, found) else f"{address}?close=no"

    try:
        return sending.once(request, request.member, keep)
    except keeping.StaleError as stale:
        return stale_page(request, stale, back=address)
    except stock.StockError as error:
        fault = error.sentence
    except RefusedError as error:
        fault = error.refusal.sentence
    return _sheet(request, found, sheet, {"fault": fault, "checked": True}, 409)


def _drafters(request: StaffRequest, found: Session) -> list[UUID]:
    """Return whose drafts go: one's own, a proposal, and the one that was taken over."""
    draft = Draft.objects.filter(session=found).first()
    if draft is None or not (draft.typed.get("origin") or str(draft.by_id) == _taken(request)):
        return [request.member.pk]
    return [request.member.pk, draft.by_id]


def _taken(request: StaffRequest) -> str:
    return request.POST.get("draft_of", "")


def _done(
    request: StaffRequest, found: Session, do: str, typed: Typed, lots: Sequence[Lot]
) -> tuple[Typed, str]:
    """Do what a button asks to what is typed; a fault where it cannot be done."""
    if do == "in":
        return typing_.all_in(typed, _clock(request, found)), ""
    if do == "out":
        return typing_.all_out(typed, _clock(request, found)), ""
    if do == "depths":
        return typing_.with_depths(typed, last_depths(found)), ""
    if do == "lot":
        lot = request.POST.get("all_lot", "")
        return typing_.with_lot(typed, lot), "" if lot else "Choose the lot for all needles."
    if do == "add":
        held = held_by_lot(found.needles.all())
        return add_needles(typed, request.POST, lots, found.on, held)
    return typed, ""


def _clock(request: StaffRequest, found: Session) -> str:
    """Return the server's time of the tap: what came late over a lost connection counts back."""
    ago = request.POST.get("ago", "")
    seconds = int(ago) if ago.isascii() and ago.isdigit() and len(ago) < 6 else 0  # noqa: PLR2004
    tapped = timezone.now() - dt.timedelta(seconds=min(seconds, _LONGEST_AGO))
    return f"{tapped.astimezone(zone_of(found.practice)):{typing_.CLOCK}}"


@staff("read_clinical", "write_clinical")
def draft(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Keep what was typed and not saved, every few seconds, for a lost connection."""
    found = own(Session, request.member, session_id, "practice")
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    held = Draft.objects.filter(session=found).select_related("by").first()
    if found.closed_at is not None:
        return JsonResponse({"said": "This session was closed meanwhile."}, status=409)
    mine = (str(request.member.pk), _taken(request))
    if held is not None and str(held.by_id) not in mine and not held.typed.get("origin"):
        said = f"{held.by} types in this session too: save to keep yours."
        return JsonResponse({"said": said}, status=409)
    typed = typing_.typed_of_post(request.POST, sending.version(request))
    now = timezone.now()
    kept = {"by": request.member, "typed": typed.to_json() | {"origin": ""}, "at": now}
    Draft.objects.update_or_create(session=found, defaults=kept)
    return JsonResponse({"at": f"{now.astimezone(zone_of(found.practice)):%H:%M:%S}"})


def _record(request: StaffRequest, found: Session) -> HttpResponse:
    """Show a session as it is after its corrections, and beside it what was closed."""
    prefetch_related_objects([found], "needles__lot", "amendments__by")
    closed, now = list(found.needles.all()), effective(found)
    plan = found.course.plans.order_by("-number").first()
    items, (told, of) = stricta_of(now.session, now.needles, plan)
    return render(
        request,
        "practice/session/record.html",
        {
            "member": request.member,
            "session": now.session,
            "needles": _named(now.needles),
            "closed": _named(closed),
            "zone": zone_of(found.practice),
            "views": drawn(spots_of(now.needles)),
            "stricta": items,
            "told": told,
            "of": of,
            "names": dict(regions()),
            "amendments": all_corrections(in_order(found.amendments.all())),
            "amended_on": now.amended_on,
            "incidents": list(found.incidents.order_by("created_at")),
        },
    )


def _named(needles: Iterable[Needle]) -> list[tuple[Needle, str]]:
    return [(each, site_name(each.site_kind, each.site)) for each in needles]
