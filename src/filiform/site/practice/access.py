"""Who may do what: the roles' table, and the door that every page of the practice has.

A stranger (someone of another practice) is told 404, as if the record did not exist; a member
whose role lacks the act is told 403; who is not signed in is led to sign in; who has no second
factor yet is led to set one up.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from filiform.site.accounts.models import User
from filiform.site.practice.models import Member, Record

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http.response import HttpResponseBase

P = ParamSpec("P")
R = TypeVar("R", bound=Record)

ACTS: dict[str, frozenset[str]] = {
    "read_people": frozenset({"owner", "practitioner", "front_desk", "reader"}),
    "write_people": frozenset({"owner", "practitioner", "front_desk"}),
    "read_clinical": frozenset({"owner", "practitioner", "reader"}),
    "write_clinical": frozenset({"owner", "practitioner"}),
    "read_stock": frozenset({"owner", "practitioner", "front_desk", "reader"}),
    "write_stock": frozenset({"owner", "practitioner", "front_desk"}),
    "read_money": frozenset({"owner", "practitioner", "front_desk", "reader"}),
    "write_money": frozenset({"owner", "practitioner", "front_desk"}),
    "read_history": frozenset({"owner", "reader"}),
    "administer": frozenset({"owner"}),
}


class StaffRequest(HttpRequest):
    """A request of a member of staff."""

    member: Member


def allowed(member: Member, act: str) -> bool:
    """Say whether a member's role has an act."""
    return member.active and member.role in ACTS[act]


def staff(
    reading: str, writing: str | None = None
) -> Callable[
    [Callable[Concatenate[StaffRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Guard a view: GET needs the act `reading`, POST the act `writing` (none: not admitted)."""

    def guard(
        view: Callable[Concatenate[StaffRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method not in {"GET", "HEAD", "POST"}:
                return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
            user = request.user
            if not isinstance(user, User):
                return redirect_to_login(request.get_full_path())
            member = Member.objects.select_related("practice", "user").filter(user=user).first()
            if member is None or not member.active:
                raise Http404
            if not (is_mfa_enabled(user) or member.practice.demo):
                return redirect("mfa_index")
            act = reading if request.method in {"GET", "HEAD"} else writing
            if act is None:
                return HttpResponse(status=405)
            if not allowed(member, act):
                raise PermissionDenied
            request.member = member  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)  # type: ignore[arg-type]

        guarded.acts = (reading, writing)  # type: ignore[attr-defined]
        return guarded

    return guard


def own(model: type[R], member: Member, record_id: UUID, *with_them: str) -> R:
    """Return a record of the member's practice; of any other practice it does not exist."""
    found = (
        model._default_manager.select_related(*with_them)
        .filter(pk=record_id, practice_id=member.practice_id)
        .first()
    )
    if found is None:
        raise Http404
    return found
