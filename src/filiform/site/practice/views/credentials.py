"""What a member of staff is licensed for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse

from filiform.site.practice import keeping, sending
from filiform.site.practice.access import own, staff
from filiform.site.practice.forms.staff import CredentialForm
from filiform.site.practice.models import Credential, Member
from filiform.site.practice.views.staff import CHANGED

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from filiform.site.practice.access import StaffRequest


@staff("administer", "administer")
def add(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Add a licence to a member."""
    holder = own(Member, request.member, member_id)
    form = CredentialForm(
        request.POST or None, initial={"jurisdiction": request.member.practice.jurisdiction}
    )
    if request.method == "POST" and form.is_valid():

        def keep(act: keeping.Act) -> str:
            act.create(Credential(member=holder, **form.cleaned_data))
            return reverse("practice:member", args=[holder.pk])

        return sending.once(request, request.member, keep)
    return _page(request, holder, form, version=0)


@staff("administer", "administer")
def change(request: StaffRequest, credential_id: UUID) -> HttpResponse:
    """Change a licence, for example when it was renewed."""
    credential = own(Credential, request.member, credential_id, "member")
    before = keeping.values(credential)
    form = CredentialForm(request.POST or None, initial=before)
    if request.method == "POST" and form.is_valid():

        def keep(act: keeping.Act) -> str:
            for name, value in form.cleaned_data.items():
                setattr(credential, name, value)
            act.change(credential, before=before, version=sending.version(request))
            return reverse("practice:member", args=[credential.member_id])

        try:
            return sending.once(request, request.member, keep)
        except keeping.StaleError:
            form.add_error(None, CHANGED)
    return _page(request, credential.member, form, version=credential.version)


def _page(
    request: StaffRequest, holder: Member, form: CredentialForm, *, version: int
) -> HttpResponse:
    return render(
        request,
        "practice/staff/credential.html",
        {
            "member": request.member,
            "holder": holder,
            "form": form,
            "version": version,
            "once": sending.token(),
        },
    )
