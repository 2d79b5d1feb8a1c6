"""Questionnaires that the practice loads, with the right to use their wording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from filiform.care.outcomes import questionnaire_from_fhir
from filiform.site.practice import sending
from filiform.site.practice.access import staff
from filiform.site.practice.forms.outcomes import QuestionnaireForm
from filiform.site.practice.models import Questionnaire

if TYPE_CHECKING:
    from django.http import HttpResponse

    from filiform.site.practice.access import StaffRequest
    from filiform.site.practice.keeping import Act


@require_http_methods(["GET", "HEAD", "POST"])
@staff("read_clinical", "administer")
def questionnaires(request: StaffRequest) -> HttpResponse:
    """List what was loaded, and load a questionnaire with the right to its wording."""
    form = QuestionnaireForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return sending.once(request, request.member, lambda act: _keep(act, form))
    kept = Questionnaire.objects.filter(practice=request.member.practice_id)
    context = {
        "member": request.member,
        "form": form,
        "kept": kept.order_by("instrument", "-created_at"),
        "once": sending.token(),
    }
    status = 400 if form.errors else 200
    return render(request, "practice/outcomes/questionnaires.html", context, status=status)


def _keep(act: Act, form: QuestionnaireForm) -> str:
    given = form.cleaned_data
    found = questionnaire_from_fhir(given["resource"])
    kept = Questionnaire(
        instrument=given["instrument"],
        title=(found.title or given["instrument"])[:200],
        resource=given["resource"],
        rights=given["rights"].strip(),
    )
    act.create(kept)
    return reverse("practice:questionnaires")
