"""What is printed: bills, receipts, consents, summaries, letters, estimates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from filiform.care.refusal import Refusal
from filiform.errors import CareError
from filiform.site.practice import billing, lettering
from filiform.site.practice.access import own, staff
from filiform.site.practice.forms.money import ApprovalForm, DoctorLetterForm
from filiform.site.practice.models import Consent, Course, Invoice, Session
from filiform.site.practice.papers import making
from filiform.site.practice.papers.typeset import typeset

if TYPE_CHECKING:
    from uuid import UUID

    from filiform.site.practice.access import StaffRequest
    from filiform.site.practice.papers.paper import Paper

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _printed(paper: Paper, name: str) -> HttpResponse:
    """Return a paper as a file; the door notes that it was printed."""
    pdf = typeset(paper)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@require_safe
@staff("read_money")
def superbill(request: StaffRequest, invoice_id: UUID) -> HttpResponse:
    """Print the itemised bill."""
    bill = own(Invoice, request.member, invoice_id, "person", "session__course", "practice")
    paper = making.bill_paper(bill.practice, billing.superbill_of(bill))
    return _printed(paper, f"superbill-{bill.number}")


@require_safe
@staff("read_money")
def receipt(request: StaffRequest, invoice_id: UUID) -> HttpResponse:
    """Print what was billed, paid and is left, as of today."""
    bill = own(Invoice, request.member, invoice_id, "person", "practice")
    found = billing.receipt_of(bill, timezone.localdate())
    paper = making.receipt_paper(bill.practice, found, person=str(bill.person))
    return _printed(paper, f"receipt-{bill.number}")


@require_safe
@staff("read_clinical")
def consent(request: StaffRequest, consent_id: UUID) -> HttpResponse:
    """Print a consent exactly as it was signed."""
    found = own(Consent, request.member, consent_id, "text", "practice")
    return _printed(making.consent_paper(found.practice, found), "consent")


@require_safe
@staff("read_clinical")
def visit_summary(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Print what the person takes home."""
    found = own(Session, request.member, session_id, "course__person", "practice")
    letter = lettering.summary_of(found, on=timezone.localdate())
    paper = making.letter_paper(found.practice, letter)
    return _printed(paper, "visit-summary")


@form_page
@staff("read_clinical", "write_clinical")
def doctor_letter(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Ask what the doctor is asked, then print the letter."""
    course = own(Course, request.member, course_id, "person", "practice", "practitioner")
    form = DoctorLetterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        letter = lettering.doctor_letter_of(
            course, question=form.cleaned_data["question"], on=timezone.localdate()
        )
        signer = lettering.signer_of(course, request.member)
        paper = making.letter_paper(course.practice, letter, signed_by=signer)
        return _printed(paper, "letter-to-the-doctor")
    context = {"member": request.member, "course": course, "form": form}
    return render(request, "practice/papers/doctor_letter.html", context)


@form_page
@staff("read_clinical", "write_clinical")
def approval(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Ask what the insurer is asked for, then print the letter with the evidence.

    While a course is halted, stopped or over, nothing is asked: the page says why.
    """
    course = own(Course, request.member, course_id, "person", "practice", "practitioner")
    refusal = lettering.approval_refusal(course)
    if refusal is not None:
        context = {"member": request.member, "course": course, "refusal": refusal}
        status = 409 if request.method == "POST" else 200
        return render(request, "practice/papers/no_approval.html", context, status=status)
    plan = course.plans.order_by("-number").first()
    first = {"visits": plan.sessions, "weeks": plan.weeks} if plan else {}
    against = lettering.rules_say_stop(course)
    form = ApprovalForm(request.POST or None, against=against, initial=first)
    if request.method == "POST" and form.is_valid():
        letter = lettering.approval_letter_of(
            course,
            insurer_lines=form.lines("insurer_address"),
            visits=form.cleaned_data["visits"],
            weeks=form.cleaned_data["weeks"],
            tried=form.lines("tried"),
            reason=form.cleaned_data.get("reason", ""),
            on=timezone.localdate(),
        )
        signer = lettering.signer_of(course, request.member)
        paper = making.letter_paper(course.practice, letter, signed_by=signer)
        return _printed(paper, "request-for-approval")
    cover = lettering.cover_of_course(course, on=timezone.localdate())
    context = {"member": request.member, "course": course, "form": form, "cover": cover}
    return render(request, "practice/papers/approval.html", context)


@require_safe
@staff("read_money")
def estimate(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Print what the planned course would cost, or say what is missing for it."""
    course = own(Course, request.member, course_id, "person", "practice")
    try:
        found = lettering.estimate_of(course, on=timezone.localdate())
    except CareError as error:
        found = Refusal("no_estimate", str(error), ())
    if isinstance(found, Refusal):
        context = {"member": request.member, "course": course, "refusal": found}
        return render(request, "practice/papers/no_estimate.html", context, status=409)
    paper = making.estimate_paper(course.practice, found, person=str(course.person))
    return _printed(paper, "estimate")
