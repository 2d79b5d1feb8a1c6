"""Who works in the practice: the list, invitations, roles."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from filiform.site.accounts.sessions import end_all
from filiform.site.practice import joining, keeping, sending
from filiform.site.practice.access import own, staff
from filiform.site.practice.forms.staff import InvitationForm, JoinForm, MemberForm
from filiform.site.practice.models import Invitation, Member
from filiform.site.practice.models.practices import Role
from filiform.site.practice.session_licence import told_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from filiform.site.practice.access import StaffRequest

_LOG = logging.getLogger(__name__)
SOON = timedelta(days=60)
CHANGED = (
    "Someone else changed this since you opened it. Look at what is kept now, then send again."
)
_LAST_OWNER = "A practice needs an owner who works in it: make someone else an owner first."


@require_safe
@staff("read_people")
def members(request: StaffRequest) -> HttpResponse:
    """List the staff, what they are licensed for, and who is invited."""
    practice = request.member.practice_id
    return render(
        request,
        "practice/staff/list.html",
        {
            "member": request.member,
            "members": Member.objects.filter(practice=practice)
            .select_related("user")
            .prefetch_related("credentials")
            .order_by("-active", "name"),
            "invitations": Invitation.objects.filter(
                practice=practice, used_at=None, expires_at__gt=timezone.now()
            ).order_by("expires_at"),
            "today": timezone.localdate(),
            "soon": timezone.localdate() + SOON,
        },
    )


@staff("administer", "administer")
def invite(request: StaffRequest) -> HttpResponse:
    """Ask whom to invite; the link is shown once, and sent where there is mail."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return sending.once(request, request.member, lambda act: _invited(request, act, form))
    return render(
        request,
        "practice/staff/invite.html",
        {"member": request.member, "form": form, "once": sending.token(), "days": joining.DAYS},
    )


def join(request: HttpRequest, token: str) -> HttpResponse:
    """Let someone who was invited make an account; a link that is over finds no page."""
    invitation = joining.find(token)
    if invitation is None:
        return render(request, "practice/staff/link_over.html", status=404)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _joined(form, invitation):
        messages.info(request, "Your account is made. Sign in, then add a second factor.")
        return HttpResponseRedirect(reverse("account_login"))
    return render(request, "practice/staff/join.html", {"form": form, "invitation": invitation})


@staff("administer", "administer")
def member(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Show a member and change name, role, and whether they work here."""
    shown = own(Member, request.member, member_id, "user")
    kept = {"name": shown.name, "role": shown.role, "active": shown.active}
    version = shown.version
    form, today = MemberForm(request.POST or None, initial=kept), timezone.localdate()
    if request.method == "POST" and form.is_valid():
        try:
            return sending.once(
                request,
                request.member,
                lambda act: _change(act, shown, form, sending.version(request)),
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        except keeping.StaleError:
            form.add_error(None, CHANGED)
    return render(
        request,
        "practice/staff/member.html",
        {
            "member": request.member,
            "shown": shown,
            "kept": kept,
            "version": version,
            "form": form,
            "licences": [told_of(held, today) for held in shown.credentials.order_by("expires_on")],
            "today": today,
            "once": sending.token(),
        },
    )


def _invited(request: HttpRequest, act: keeping.Act, form: InvitationForm) -> str:
    email, role = form.cleaned_data["email"], form.cleaned_data["role"]
    token = joining.invite(act, email=email, role=role)
    link = request.build_absolute_uri(reverse("practice:join", args=[token]))
    if settings.FILIFORM_MAIL:
        text = (
            f"{act.practice.name} invites you. Open this link within {joining.DAYS} days:\n{link}\n"
        )
        send_mail("Filiform: an invitation", text, None, [email])
    messages.info(request, f"Give this link to {email}. It is shown this once: {link}")
    return reverse("practice:staff")


def _joined(form: JoinForm, invitation: Invitation) -> bool:
    given = form.cleaned_data
    if given["password1"] != given["password2"]:
        form.add_error("password2", "This is not the same password.")
        return False
    try:
        joining.accept(invitation, name=given["name"], password=given["password1"])
    except ValidationError as fault:
        form.add_error("password1", fault)
        return False
    return True


def _change(act: keeping.Act, shown: Member, form: MemberForm, version: int) -> str:
    given, before = form.cleaned_data, keeping.values(shown)
    others = Member.objects.filter(practice=shown.practice_id, role=Role.OWNER, active=True)
    remains = given["active"] and given["role"] == Role.OWNER
    if not remains and not others.exclude(pk=shown.pk).exists():
        raise ValidationError(_LAST_OWNER)
    for name, value in given.items():
        setattr(shown, name, value)
    act.change(shown, before=before, version=version)
    if not shown.active:
        end_all(shown.user)
    return reverse("practice:staff")
