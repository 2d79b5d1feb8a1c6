"""Fees, bills, payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from filiform.care import claims
from filiform.care.refusal import Refusal
from filiform.errors import CareError
from filiform.knowledge import library
from filiform.site.practice import billing, keeping, sending
from filiform.site.practice.access import own, staff
from filiform.site.practice.forms.money import MOST_SETS, FeeForm, PaymentForm, SetsForm, VoidForm
from filiform.site.practice.models import Fee, Invoice, Session
from filiform.site.practice.paging import page_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from filiform.site.practice.access import StaffRequest

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@staff("read_money", people=True)
def bills(request: StaffRequest) -> HttpResponse:
    """List the bills, the newest first, with what is left of each."""
    found = (
        Invoice.objects.filter(practice=request.member.practice_id)
        .prefetch_related("person", "lines", "payments")  # a join would sort all bills
        .order_by("-number")
    )
    page = page_of(request, found)
    rows = [(bill, billing.left_of(bill)) for bill in page]
    return render(
        request,
        "practice/money/bills.html",
        {"member": request.member, "page": page, "rows": rows},
    )


@form_page
@staff("read_money", "write_money")
def fees(request: StaffRequest) -> HttpResponse:
    """Show the fees and take a new one; an old price stays for the bills that it made."""
    today = timezone.localdate()
    form = FeeForm(request.POST or None, initial={"since": today})
    kept = Fee.objects.filter(practice=request.member.practice_id).order_by("code", "-since")
    if request.method == "POST" and form.is_valid():
        try:
            return sending.once(request, request.member, lambda act: _keep_fee(act, form))
        except _PriceThereError:
            code = form.cleaned_data["code"]
            form.add_error(
                "since",
                f"There is a price of {code} from this day already: choose a later day.",
            )
    return render(
        request,
        "practice/money/fees.html",
        {"member": request.member, "form": form, "fees": kept, "once": sending.token()},
    )


class _PriceThereError(Exception):
    """There is a price from this day already; it ends the transaction."""


def _keep_fee(act: keeping.Act, form: FeeForm) -> str:
    given = form.cleaned_data
    there = Fee.objects.filter(practice=act.practice, code=given["code"], since=given["since"])
    if there.exists():
        raise _PriceThereError
    act.create(Fee(practice=act.practice, **form.cleaned_data))
    return reverse("practice:fees")


@form_page
@staff("read_money", "write_money")
def bill_session(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Propose the codes of a session with what speaks against them, and keep the bill."""
    session = own(Session, request.member, session_id, "course__person", "practice")
    acupuncture = session.course.therapy not in billing.DRY
    first = _first_sets(session)
    form = SetsForm(request.POST or None, acupuncture=acupuncture, initial=first)
    claim, fault, note = None, "", ""
    if form.is_valid() and acupuncture:
        note = _beyond(session, form)
    if form.is_valid() or (not form.is_bound and not acupuncture):
        claim, fault = _claim(session, form)
    refused = claim is not None and claim.refused
    if request.POST.get("keep") and claim is not None and not refused:
        try:
            return sending.once(
                request, request.member, lambda act: _keep_bill(act, session, claim, note)
            )
        except _NotBilledError as refused:
            fault = str(refused)
    return render(
        request,
        "practice/money/bill_session.html",
        {
            "member": request.member,
            "session": session,
            "form": form,
            "claim": claim,
            "fault": fault,
            "once": sending.token(),
            "existing": session.invoices.filter(void_at=None).order_by("number"),
            "cover": _cover(session),
        },
        status=400 if form.errors or fault else 200,
    )


def _first_sets(session: Session) -> dict[str, object]:
    """Return the sets as the record tells them, as the form has them."""
    found: dict[str, object] = {"current_1": billing.had_current(session)}
    for n, each in enumerate(billing.recorded_sets(session)[:MOST_SETS], 1):
        found |= {f"minutes_{n}": each.minutes, f"current_{n}": each.current}
    return found


def _beyond(session: Session, form: SetsForm) -> str:
    """Ask why more is billed than was recorded; return it with the reason, as a bill keeps it."""
    beyond = billing.beyond_the_record(session, form.sets())
    if not beyond:
        return ""
    form.ask_why(beyond)
    return f"{beyond} Reason: {form.cleaned_data.get('sets_reason', '')}"


def _claim(session: Session, form: SetsForm) -> tuple[claims.Claim | None, str]:
    if form.is_bound:
        asked, same_day = form.evaluation(), form.same_day()
        visit = billing.billable(session, form.sets(), evaluation=asked, same_day=same_day)
    else:
        visit = billing.billable(session, ())
    try:
        return claims.claim_of(visit, library=library()), ""
    except CareError as error:
        return None, str(error)


class _NotBilledError(Exception):
    """Why a session cannot be billed; it ends the transaction."""


def _keep_bill(act: keeping.Act, session: Session, claim: claims.Claim, note: str) -> str:
    prices = billing.schedule(session.practice)
    kept = billing.keep_bill(act, session, claim, prices, note=note)
    if isinstance(kept, Refusal):
        raise _NotBilledError(kept.sentence)
    return reverse("practice:bill", args=[kept.pk])


def _cover(session: Session) -> claims.CoverNote:
    return claims.cover_note(
        session.course.person.insurer or None,
        session.practice.jurisdiction,
        session.course.therapy,
        library(),
        today=session.on,
    )


@form_page
@staff("read_money", "write_money")
def bill(request: StaffRequest, invoice_id: UUID) -> HttpResponse:
    """Show a bill with its papers and payments, and take a payment."""
    found = own(Invoice, request.member, invoice_id, "person", "session__course", "practice")
    form = PaymentForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if found.void_at is not None:
            form.add_error(None, "This bill is void: it takes no payment.")
        elif given["on"] > timezone.localdate():
            form.add_error("on", "This day has not come yet: give the day of the payment.")
        else:
            return sending.once(request, request.member, lambda act: _pay(act, found, given))
    return render(
        request,
        "practice/money/bill.html",
        {
            "member": request.member,
            "bill": found,
            "receipt": billing.receipt_of(found, found.on),
            "superbill": billing.superbill_of(found),
            "form": form,
            "once": sending.token(),
        },
        status=400 if form.errors else 200,
    )


def _pay(act: keeping.Act, bill: Invoice, given: dict[str, object]) -> str:
    billing.paid_in(act, bill, **given)  # type: ignore[arg-type]  # the form checked them
    return reverse("practice:bill", args=[bill.pk])


@form_page
@staff("read_money", "write_money")
def void(request: StaffRequest, invoice_id: UUID) -> HttpResponse:
    """Make a bill void, with a reason; it stays, and says so."""
    found = own(Invoice, request.member, invoice_id, "person")
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if found.void_at is None:
            reason = form.cleaned_data["reason"]
            return sending.once(request, request.member, lambda act: _void(act, found, reason))
        form.add_error(None, "This bill is void already.")
    return render(
        request,
        "practice/money/void.html",
        {"member": request.member, "bill": found, "form": form, "once": sending.token()},
        status=400 if form.errors else 200,
    )


def _void(act: keeping.Act, bill: Invoice, reason: str) -> str:
    before = keeping.values(bill)
    bill.void_at, bill.void_reason = act.now, reason
    act.change(bill, before=before, reason=reason)
    return reverse("practice:bill", args=[bill.pk])
