"""The practice's own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse

from filiform.site.practice import keeping, sending
from filiform.site.practice.access import staff
from filiform.site.practice.forms.staff import PracticeForm
from filiform.site.practice.views.staff import CHANGED

if TYPE_CHECKING:
    from django.http import HttpResponse

    from filiform.site.practice.access import StaffRequest


@staff("administer", "administer")
def settings(request: StaffRequest) -> HttpResponse:
    """Show and change what stands on the practice's papers."""
    practice = request.member.practice
    form = PracticeForm(request.POST or None, initial=keeping.values(practice))
    if request.method == "POST" and form.is_valid():

        def keep(act: keeping.Act) -> str:
            act.change_practice(form.cleaned_data, opened=request.POST.get("opened", ""))
            messages.info(request, "The settings are kept.")
            return reverse("practice:settings")

        try:
            return sending.once(request, request.member, keep)
        except keeping.StaleError:
            form.add_error(None, CHANGED)
    return render(
        request,
        "practice/staff/settings.html",
        {
            "member": request.member,
            "form": form,
            "opened": keeping.fingerprint(practice),
            "once": sending.token(),
        },
    )
