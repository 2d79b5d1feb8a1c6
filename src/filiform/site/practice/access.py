"""Who may do what: the roles' table, and the door that every page of the practice has.

A stranger (someone of another practice) is told 404, as if the record did not exist; a member
whose role lacks the act is told 403; who is not signed in is led to sign in; who has no second
factor yet is led to set one up.

The door also opens the practice's clock (clock.py), and keeps what was read: a page that was shown
of a person's record leaves one entry in the history, and so does a list in which people are named
(`@staff("read_clinical", people=True)`).
"""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

from filiform.site.accounts.models import User
from filiform.site.practice import keeping, sending
from filiform.site.practice.clock import by_the_clock_of
from filiform.site.practice.models import Member, Record
from filiform.site.practice.stale import stale_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.db.models import Model
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
    reading: str, writing: str | None = None, *, people: bool = False
) -> Callable[
    [Callable[Concatenate[StaffRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Guard a view, and keep in the history what it showed of people.

    Args:
        reading: the act that GET needs.
        writing: the act that POST needs; None admits no POST.
        people: whether it is a list in which people are named.
    """

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
            with by_the_clock_of(member.practice):
                known = sending.again(request, member.practice_id)
                response = known or _shown(view, request, *args, **kwargs)
            _keep_reading(request, response, member, people=people)
            return response

        guarded.acts = (reading, writing)  # type: ignore[attr-defined]
        return guarded

    return guard


def _shown(
    view: Callable[Concatenate[StaffRequest, P], HttpResponseBase],
    request: HttpRequest,
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> HttpResponseBase:
    """Return the page; where another was quicker and the view has no page for it, both versions."""
    try:
        return view(request, *args, **kwargs)  # type: ignore[arg-type]
    except keeping.StaleError as stale:
        return stale_page(request, stale, back=reverse("practice:today"))  # type: ignore[arg-type]


def own(model: type[R], member: Member, record_id: UUID, *with_them: str) -> R:
    """Return a record of the member's practice; of any other practice it does not exist."""
    found = (
        model._default_manager.select_related(*with_them)
        .filter(pk=record_id, practice_id=member.practice_id)
        .first()
    )
    if found is None:
        raise Http404
    if keeping.person_of(found) is not None:
        saw(member, found)
    return found


def saw(member: Member, record: Model) -> None:
    """Let the door keep, once the page is shown, that a record was read; `own` does so itself."""
    member.seen = (*member.seen, record)


def _keep_reading(
    request: HttpRequest, response: HttpResponseBase, member: Member, *, people: bool
) -> None:
    """Keep that a page was read or a paper printed; a form that comes back was read before."""
    if response.status_code != HTTPStatus.OK:
        return
    printed = response.headers.get("Content-Type") == "application/pdf"
    shown = member.seen if printed or request.method != "POST" else ()
    if not shown and not people:
        return
    with keeping.acting(member) as act:
        for record in dict.fromkeys(shown):
            act.read(record, act="print" if printed else "read")
        if people:
            match = request.resolver_match
            act.read_list(match.url_name or "" if match else "")
