"""Forms that act once: a form carries a token, and the token is kept with what it did.

def add(request: StaffRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return sending.once(request, request.member, lambda act: _keep(act, form))
    return render(request, "…", {"form": form, "member": request.member, "once": sending.token()})
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect

from filiform.site.practice import keeping
from filiform.site.practice.models import Submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

FIELD = "once"
VERSION = "version"


def token() -> str:
    """Return a new token for a form that is shown."""
    return str(uuid.uuid4())


def once(
    request: HttpRequest, actor: keeping.Actor, do: Callable[[keeping.Act], str]
) -> HttpResponse:
    """Do what a form asks, once, and lead to where it says; sent again, only lead there.

    Args:
        request: the form that was sent; its field `once` has the token.
        actor: who acts.
        do: makes the change within the transaction and returns the address to show next.
    """
    sent = _token(request)
    with keeping.acting(actor) as act:
        known = Submission.objects.filter(pk=sent, practice=act.practice).first() if sent else None
        if known is not None:
            return HttpResponseRedirect(known.location)
        location = do(act)
        if sent:
            Submission.objects.create(
                token=sent, practice=act.practice, location=location, at=act.now
            )
    return HttpResponseRedirect(location)


def version(request: HttpRequest) -> int:
    """Return the version on which a form was opened; a form without one is never the newest."""
    sent = request.POST.get(VERSION, "")
    return int(sent) if sent.isascii() and sent.isdigit() else -1


def _token(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None
