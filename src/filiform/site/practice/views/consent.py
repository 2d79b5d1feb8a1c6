"""Consent: read on screen and signed, shown again to the letter, withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filiform.care.consent import check_signature, consent_text
from filiform.care.course import may
from filiform.care.refusal import open_problems
from filiform.knowledge import library
from filiform.site.headers import with_script
from filiform.site.practice import course_consent, keeping, sending
from filiform.site.practice.access import own, staff
from filiform.site.practice.course_log import RefusedError, state_of
from filiform.site.practice.forms.course import ConsentForm, WithdrawForm
from filiform.site.practice.models import Consent, Course
from filiform.site.practice.papers.consent_blocks import words_of_choices
from filiform.site.practice.session_licence import permission_for

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from filiform.care.consent import Signature
    from filiform.care.licence import Permission
    from filiform.care.refusal import Problem, Refusal
    from filiform.site.practice.access import StaffRequest

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@staff("write_clinical", "write_clinical")
def sign(request: StaffRequest, course_id: UUID) -> HttpResponse:
    """Show the text of the course's therapy and take the signature."""
    course = own(Course, request.member, course_id, "person", "practice", "practitioner__practice")
    text = consent_text(course.therapy, course.practice.jurisdiction, library=library())
    form = ConsentForm(request.POST or None, text=text)
    permission = permission_for(course, timezone.localdate())
    refusal = may(state_of(course), "consent", now=timezone.now())
    lawful = not permission.against_the_law and refusal is None
    asked = request.method == "POST" and lawful and form.is_valid()
    signature = _complete(form, course) if asked else None
    if signature is not None:

        def keep(act: keeping.Act) -> str:
            course_consent.sign(
                act,
                course,
                text,
                signature,
                note=form.cleaned_data["signer_note"],
                witness=request.member,
            )
            messages.info(request, "The consent is signed and kept.")
            return reverse("practice:course", args=[course.pk])

        try:
            return sending.once(request, request.member, keep)
        except RefusedError as error:
            refusal = error.refusal
    response = render(
        request,
        "practice/consent/sign.html",
        {
            "member": request.member,
            "course": course,
            "text": text,
            "form": form,
            "permission": permission,
            "refusal": refusal,
            "cited": [library().bibliography[source] for source in text.sources],
            "once": sending.token(),
        },
        status=_status(request, permission, form, refusal),
    )
    return with_script(response)


def _status(
    request: StaffRequest, permission: Permission, form: ConsentForm, refusal: Refusal | None
) -> int:
    """Say how the page answers: a course that takes no consent now is told when it is read too."""
    if refusal is not None:
        return 409 if request.method == "POST" else 200
    return 400 if permission.against_the_law or form.errors else 200


def _complete(form: ConsentForm, course: Course) -> Signature | None:
    """Return a signature that lacks nothing; else say in the form what it lacks."""
    signature = form.signature()
    if signature is None:
        return None
    problems = check_signature(form.text, signature, person_name=str(course.person))
    for problem in open_problems(problems):
        _tell(form, problem)
    for problem in problems:
        if problem.code == "name_differs" and not form.cleaned_data["signer_note"].strip():
            form.add_error("signer_note", problem.sentence)
    return None if form.errors else signature


def _tell(form: ConsentForm, problem: Problem) -> None:
    if problem.code == "not_ticked":
        form.add_error(f"choice_{problem.where}", "Not ticked yet.")
    else:
        form.add_error("signed_name" if problem.code == "not_signed" else None, problem.sentence)


@require_safe
@staff("read_clinical")
def consent(request: StaffRequest, consent_id: UUID) -> HttpResponse:
    """Show a consent exactly as it was read and signed."""
    shown = own(Consent, request.member, consent_id, "text", "course__person", "witnessed_by")
    return _shown(request, shown, WithdrawForm())


def _shown(request: StaffRequest, shown: Consent, form: WithdrawForm) -> HttpResponse:
    strokes = [
        " ".join(f"{400 * x:.1f},{120 * y:.1f}" for x, y in stroke) for stroke in shown.strokes
    ]
    context = {
        "member": request.member,
        "consent": shown,
        "parts": shown.text.body.strip().split("\n\n"),
        "strokes": strokes,
        "words": words_of_choices(shown.text),
        "unchanged": course_consent.unchanged(shown),
        "form": form,
        "once": sending.token(),
    }
    return render(request, "practice/consent/consent.html", context)


@require_POST
@staff("read_clinical", "write_clinical")
def withdraw(request: StaffRequest, consent_id: UUID) -> HttpResponse:
    """Keep that a consent was taken back."""
    shown = own(Consent, request.member, consent_id, "text", "course__person", "witnessed_by")
    form = WithdrawForm(request.POST)
    if not form.is_valid() or shown.withdrawn_at is not None:
        return _shown(request, shown, form)

    def keep(act: keeping.Act) -> str:
        course_consent.withdraw(act, shown, form.cleaned_data["reason"])
        return reverse("practice:course", args=[shown.course_id])

    return sending.once(request, request.member, keep)
