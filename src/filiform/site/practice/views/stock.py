"""Needles in stock: received, thrown away, recalled, and where each lot was used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from filiform.site.practice import keeping, sending, stock, stock_receiving
from filiform.site.practice.access import allowed, own, saw, staff
from filiform.site.practice.clock import zone_of
from filiform.site.practice.forms.stock import CorrectForm, DiscardForm, LotForm, RecallForm
from filiform.site.practice.models import Lot
from filiform.site.practice.paging import page_of
from filiform.site.practice.stale import stale_page

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from django.forms import Form
    from django.http import HttpResponse

    from filiform.site.practice.access import StaffRequest
    from filiform.site.practice.models import Member

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _today(member: Member) -> dt.date:
    return timezone.localdate(timezone=zone_of(member.practice))


@require_safe
@staff("read_stock")
def lots(request: StaffRequest) -> HttpResponse:
    """List the lots: those with needles left, the first to expire first; or all."""
    practice = request.member.practice
    everything = request.GET.get("all") == "yes"
    found = (
        Lot.objects.filter(practice=practice) if everything else stock.with_needles_left(practice)
    )
    page = page_of(request, found.order_by("expires_on", "maker", "lot_number", "pk"))
    return render(
        request,
        "practice/stock/lots.html",
        {
            "member": request.member,
            "page": page,
            "everything": everything,
            "today": _today(request.member),
        },
    )


@form_page
@staff("write_stock", "write_stock")
def receive(request: StaffRequest) -> HttpResponse:
    """Take a lot in."""
    form = LotForm(request.POST or None, today=_today(request.member))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        sure = bool(given.pop("sure"))

        def keep(act: keeping.Act) -> str:
            kept = stock_receiving.receive(act, Lot(**given), today=form.today, sure=sure)
            return reverse("practice:lot", args=[kept.pk])

        try:
            return sending.once(request, request.member, keep)
        except stock_receiving.PackError as error:
            form.tell(error)
    return _page(request, "practice/stock/receive.html", form)


@form_page
@staff("write_stock", "write_stock")
def correct(request: StaffRequest, lot_id: UUID) -> HttpResponse:
    """Correct what the pack says."""
    found = own(Lot, request.member, lot_id)
    form = CorrectForm(request.POST or None, initial=keeping.values(found))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        reason = str(given.pop("reason"))

        def keep(act: keeping.Act) -> str:
            version = sending.version(request)
            stock_receiving.correct(act, found.pk, given, version=version, reason=reason)
            return reverse("practice:lot", args=[found.pk])

        try:
            return sending.once(request, request.member, keep)
        except stock_receiving.PackError as error:
            form.add_error(error.field, error.sentence)
        except keeping.StaleError as stale:
            return stale_page(request, stale, back=reverse("practice:lot", args=[found.pk]))
    return _page(request, "practice/stock/correct.html", form, found)


@require_safe
@staff("read_stock")
def lot(request: StaffRequest, lot_id: UUID) -> HttpResponse:
    """Show a lot; to who may read care, each session and person where it was used."""
    found = own(Lot, request.member, lot_id, "practice")
    shown: dict[str, object] = {
        "member": request.member,
        "lot": found,
        "left": stock.left_in(found),
    }
    if allowed(request.member, "read_clinical"):
        saw(request.member, found)
        shown["page"] = page_of(request, stock.used_in(found))
        shown["late"] = stock.added_in(found)
    return render(request, "practice/stock/lot.html", shown | {"today": _today(request.member)})


@form_page
@staff("write_stock", "write_stock")
def discard(request: StaffRequest, lot_id: UUID) -> HttpResponse:
    """Count needles that were thrown away unused."""
    found = own(Lot, request.member, lot_id)
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        count, reason = form.cleaned_data["count"], form.cleaned_data["reason"]

        def keep(act: keeping.Act) -> str:
            stock.discard(act, found.pk, count, reason)
            return reverse("practice:lot", args=[found.pk])

        try:
            return sending.once(request, request.member, keep)
        except stock.StockError as error:
            form.add_error("count", error.sentence)
    return _page(request, "practice/stock/discard.html", form, found)


@form_page
@staff("write_stock", "write_stock")
def recall(request: StaffRequest, lot_id: UUID) -> HttpResponse:
    """Bar a lot that was recalled; the lot's page then tells whom it reached."""
    found = own(Lot, request.member, lot_id)
    form = RecallForm(request.POST or None, initial={"recalled_on": _today(request.member)})
    if request.method == "POST" and form.is_valid():
        on, note = form.cleaned_data["recalled_on"], form.cleaned_data["note"]

        def keep(act: keeping.Act) -> str:
            stock.recall(act, found.pk, on, note, request.member)
            return reverse("practice:lot", args=[found.pk])

        return sending.once(request, request.member, keep)
    return _page(request, "practice/stock/recall.html", form, found)


def _page(
    request: StaffRequest, template: str, form: Form, found: Lot | None = None
) -> HttpResponse:
    return render(
        request,
        template,
        {"member": request.member, "form": form, "lot": found, "once": sending.token()},
        status=400 if form.errors else 200,
    )
